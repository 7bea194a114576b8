package pool

import (
	"maps"
	"strings"
)

// Tag gives the pool tags, or other values to those that it has.
// InvalidParameter if it cannot have them; s then stays as it is.
func (s *Settings) Tag(tags map[string]string) error {
	all := make(map[string]string, len(s.Tags)+len(tags))
	maps.Copy(all, s.Tags)
	maps.Copy(all, tags)
	if fault := tagFault(all); fault != "" {
		return E(InvalidParameter, fault)
	}
	s.Tags = all
	return nil
}

// Untag takes tags from the pool; those that it has not got do not matter.
func (s *Settings) Untag(keys []string) {
	s.Tags = maps.Clone(s.Tags)
	for _, key := range keys {
		delete(s.Tags, key)
	}
}

// tagFault says why a pool cannot have tags, or "".
func tagFault(tags map[string]string) string {
	if len(tags) > maxTags {
		return "A user pool can have up to 50 tags."
	}
	for key := range tags {
		if strings.HasPrefix(strings.ToLower(key), "aws:") {
			return "aws: prefixed tag key names are not allowed for external use."
		}
	}
	return ""
}

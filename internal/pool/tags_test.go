package pool

import (
	"fmt"
	"maps"
	"testing"
)

const (
	tooManyTags = "A user pool can have up to 50 tags."
	reservedTag = "aws: prefixed tag key names are not allowed for external use."
)

func manyTags(n int) map[string]string {
	tags := map[string]string{}
	for i := range n {
		tags[fmt.Sprint("key ", i)] = ""
	}
	return tags
}

func TestTag(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name      string
		has, adds map[string]string
		want      map[string]string
		refused   string
	}{
		{"the first tag", nil, map[string]string{"a": "1"}, map[string]string{"a": "1"}, ""},
		{"another value and another tag", map[string]string{"a": "1", "b": "2"}, map[string]string{"b": "", "c": "3"},
			map[string]string{"a": "1", "b": "", "c": "3"}, ""},
		{"nothing", map[string]string{"a": "1"}, map[string]string{}, map[string]string{"a": "1"}, ""},
		{"50 tags", nil, manyTags(50), manyTags(50), ""},
		{"51 tags", nil, manyTags(51), nil, tooManyTags},
		{"one above 50", manyTags(50), map[string]string{"a": ""}, nil, tooManyTags},
		{"another value at 50", manyTags(50), map[string]string{"key 1": ""}, manyTags(50), ""},
		{"a reserved key", nil, map[string]string{"aws:cloudformation:stack-id": "s"}, nil, reservedTag},
		{"a reserved key in other letters", nil, map[string]string{"Aws:a": ""}, nil, reservedTag},
		{"a key that only begins alike", nil, map[string]string{"awsome": ""}, map[string]string{"awsome": ""}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			before := maps.Clone(tt.has)
			s := Settings{Tags: tt.has}
			err := s.Tag(tt.adds)
			wantError(t, err, InvalidParameter, tt.refused)
			if !maps.Equal(tt.has, before) {
				t.Errorf("the map that others may read became %v", tt.has)
			}
			if err == nil && !maps.Equal(s.Tags, tt.want) {
				t.Errorf("tags are %v, want %v", s.Tags, tt.want)
			}
			if err != nil && !maps.Equal(s.Tags, before) {
				t.Errorf("after the refusal tags are %v, want %v", s.Tags, before)
			}
		})
	}
}

func TestUntag(t *testing.T) {
	t.Parallel()
	shared := map[string]string{"a": "1", "b": "2"}
	s := Settings{Tags: shared}
	s.Untag([]string{"a", "c"})
	if want := map[string]string{"b": "2"}; !maps.Equal(s.Tags, want) || len(shared) != 2 {
		t.Errorf("tags are %v, want %v; the map that others may read is %v", s.Tags, want, shared)
	}
	none := Settings{}
	none.Untag([]string{"a"})
	if len(none.Tags) != 0 {
		t.Errorf("a pool without tags has %v", none.Tags)
	}
}

func TestCheckTagsOfSettings(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		tags map[string]string
		want string
	}{
		{"50 tags", manyTags(50), ""},
		{"51 tags", manyTags(51), tooManyTags},
		{"a reserved key", map[string]string{"aws:a": ""}, reservedTag},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := &Pool{Schema: Standard(), Settings: Settings{Tags: tt.tags}}
			if err := p.Complete(); err != nil {
				t.Fatal(err)
			}
			wantError(t, p.Check(), UserPoolTagging, tt.want)
		})
	}
}

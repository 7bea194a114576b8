package main

import (
	"fmt"
	"slices"
)

// overrides corrects the model where the live service is known to differ.
// Each entry names what the file says, so that a newer model that has caught
// up fails here and the entry is taken out.
var overrides = []struct{ shape, pattern, live string }{
	// The model forbids every white space, the service only at both ends.
	{shape: "PasswordType", pattern: `[\S]+`, live: `^[\S]+.*[\S]+$`},
	// The model has no dots, without which there would be no custom domain.
	{shape: "DomainType", pattern: `^[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?$`, live: `^[a-z0-9](?:[a-z0-9\-.]{0,61}[a-z0-9])?$`},
}

// wider are shapes of which this server takes values that the service does not,
// by a pattern in Go's dialect. What is said to all others is the service's.
var wider = []struct{ shape, pattern, also string }{
	// The name of a new app client may give its id: see CustomIDTag.
	{shape: "ClientNameType", pattern: `[\w\s+=,.@-]+`, also: `_custom_id_:[\w+]+`},
}

// unsigned are operations that the model has as signed, though the service takes
// no notice of a signature: the client proves itself in the request.
var unsigned = []string{"GetClientToken"}

// values are those of an enumeration that the model lacks.
var values = []struct{ shape, value string }{
	{shape: "ExplicitAuthFlowsType", value: "ALLOW_CLIENT_TOKEN_AUTH"},
}

// rewrites are patterns in Java's dialect that Go's regexp cannot express as
// they stand, with an equal expression. The message keeps the original.
var rewrites = map[string]string{
	// A look-behind: the last character, if any, is no dot.
	`^[0-9A-Za-z\.\-_]*(?<!\.)$`: `(?:[0-9A-Za-z.\-_]*[0-9A-Za-z\-_])?`,
}

func applyOverrides(m *model) error {
	for _, o := range overrides {
		s := m.Shapes[o.shape]
		if s == nil || s.Pattern != o.pattern {
			return fmt.Errorf("override of %s no longer fits the model", o.shape)
		}
		s.Pattern = o.live
	}
	for _, w := range wider {
		s := m.Shapes[w.shape]
		if s == nil || s.Pattern != w.pattern {
			return fmt.Errorf("what is taken beside the pattern of %s no longer fits the model", w.shape)
		}
		s.Also = w.also
	}
	for _, name := range unsigned {
		op := m.Operations[name]
		if op == nil || !op.Signed {
			return fmt.Errorf("%s is not signed in the model any more", name)
		}
		op.Signed = false
	}
	for _, v := range values {
		s := m.Shapes[v.shape]
		if s == nil || slices.Contains(s.Enum, v.value) {
			return fmt.Errorf("the value %s of %s no longer fits the model", v.value, v.shape)
		}
		s.Enum = append(s.Enum, v.value)
	}
	return nil
}

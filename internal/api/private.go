package api

import "log/slog"

// private is part of every type that can hold values the model marks as
// sensitive. Printed or logged, such a type shows none of its members.
type private struct{}

const privateText = "{withheld}"

func (private) String() string       { return privateText }
func (private) GoString() string     { return privateText }
func (private) LogValue() slog.Value { return slog.StringValue(privateText) }

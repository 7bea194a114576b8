package seal

import (
	"encoding/binary"
	"fmt"
)

// Context encodes what a blob is bound to: a table, a pool, a column, a user.
// Parts are strings, byte slices, int64 or int; anything else panics. No two
// lists of parts have the same encoding, save that a string and a byte slice
// of the same bytes are one, and an int and an int64 of the same value.
func Context(parts ...any) []byte {
	out := make([]byte, 0, 32*len(parts))
	for _, part := range parts {
		switch p := part.(type) {
		case string:
			out = append(appendLength(out, len(p)), p...)
		case []byte:
			out = append(appendLength(out, len(p)), p...)
		case int64:
			out = appendInteger(out, p)
		case int:
			out = appendInteger(out, int64(p))
		default:
			panic(fmt.Sprintf("seal: no encoding for a %T in a context", part))
		}
	}
	return out
}

func appendLength(out []byte, n int) []byte {
	return binary.BigEndian.AppendUint64(append(out, 's'), uint64(n))
}

func appendInteger(out []byte, n int64) []byte {
	return binary.BigEndian.AppendUint64(append(out, 'i'), uint64(n))
}

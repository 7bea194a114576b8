package session

import (
	"encoding/binary"
	"time"
)

// layout is the first byte of an encoded state. Another release may write
// another layout; its sessions live for 15 minutes at most and are not read.
const layout = 3

// encode writes every field of s but Purpose, which is bound in by the seal:
// numbers as varints, text and bytes after their length. Generation and Round
// have one length whatever they are: a session that is longer for some would
// tell that there is a user.
func encode(s State) []byte {
	b := make([]byte, 0, 320+len(s.Proof))
	b = append(b, layout)
	b = binary.AppendVarint(b, s.PoolKey)
	b = binary.BigEndian.AppendUint64(b, uint64(s.Generation))
	b = binary.BigEndian.AppendUint64(b, uint64(s.Round))
	b = binary.AppendVarint(b, s.Expires.UnixMicro())
	for _, text := range []string{s.ClientID, s.Sub, s.Step, s.SignInID, s.Flow, s.First, s.Second, s.Device} {
		b = binary.AppendUvarint(b, uint64(len(text)))
		b = append(b, text...)
	}
	b = binary.AppendUvarint(b, uint64(len(s.Proof)))
	b = append(b, s.Proof...)
	return b
}

// decode reads what encode wrote, and nothing besides.
func decode(b []byte) (State, bool) {
	if len(b) == 0 || b[0] != layout {
		return State{}, false
	}
	r := reader{rest: b[1:], ok: true}
	s := State{
		PoolKey:    r.number(),
		Generation: r.fixed(),
		Round:      r.fixed(),
		Expires:    time.UnixMicro(r.number()).UTC(),
		ClientID:   string(r.bytes()),
		Sub:        string(r.bytes()),
		Step:       string(r.bytes()),
		SignInID:   string(r.bytes()),
		Flow:       string(r.bytes()),
		First:      string(r.bytes()),
		Second:     string(r.bytes()),
		Device:     string(r.bytes()),
		Proof:      r.bytes(),
	}
	if !r.ok || len(r.rest) > 0 {
		return State{}, false
	}
	return s, true
}

// reader takes fields off the front of rest until one is missing; then ok is
// false and stays so.
type reader struct {
	rest []byte
	ok   bool
}

func (r *reader) number() int64 {
	v, n := binary.Varint(r.rest)
	if n <= 0 {
		r.ok, r.rest = false, nil
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

func (r *reader) fixed() int64 {
	if len(r.rest) < 8 {
		r.ok, r.rest = false, nil
		return 0
	}
	v := binary.BigEndian.Uint64(r.rest)
	r.rest = r.rest[8:]
	return int64(v)
}

// bytes returns nil for an empty field.
func (r *reader) bytes() []byte {
	size, n := binary.Uvarint(r.rest)
	if n <= 0 || size > uint64(len(r.rest)-n) {
		r.ok, r.rest = false, nil
		return nil
	}
	field := r.rest[n:][:size:size]
	r.rest = r.rest[n:][size:]
	if size == 0 {
		return nil
	}
	return field
}

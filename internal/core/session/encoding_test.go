package session

import (
	"bytes"
	"math"
	"testing"
	"time"
)

func TestEveryPrefixIsRefused(t *testing.T) {
	t.Parallel()
	b := encode(State{PoolKey: 1, ClientID: "client", Sub: "sub", Expires: time.Unix(1, 0), Proof: []byte{1, 2}})
	for n := range b {
		if _, ok := decode(b[:n]); ok {
			t.Errorf("the first %d of %d bytes were taken for a state", n, len(b))
		}
	}
	if _, ok := decode(append(b, 0)); ok {
		t.Error("a byte too many was taken for a state")
	}
}

// What decodes is a state that encodes and decodes to itself.
func FuzzDecode(f *testing.F) {
	f.Add([]byte{})
	f.Add(encode(State{}))
	f.Add(encode(State{PoolKey: math.MaxInt64, Generation: math.MinInt64, ClientID: "c", Expires: time.Unix(1893553445, 0), Proof: make([]byte, 300)}))
	f.Add(append([]byte{layout}, bytes.Repeat([]byte{0xff}, 40)...))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, ok := decode(b)
		if !ok {
			return
		}
		once := encode(s)
		again, ok := decode(once)
		if !ok || !bytes.Equal(encode(again), once) {
			t.Errorf("%x decodes to %+v, which does not keep", b, s)
		}
	})
}

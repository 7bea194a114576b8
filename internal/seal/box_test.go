package seal_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"testing"

	"github.com/cenote-auth/cenote/internal/seal"
)

func TestBoxOpensWhatItSealed(t *testing.T) {
	t.Parallel()
	box := seal.NewBox(7, seal.NewKey())
	context := seal.Context("user", "totp", int64(12))
	for _, size := range []int{0, 1, 16, 1000, 70_000} {
		plaintext := bytes.Repeat([]byte{'p'}, size)
		blob := box.Seal([]byte("before"), plaintext, context)
		if got, want := len(blob), len("before")+size+seal.Overhead; got != want {
			t.Errorf("size %d: blob has %d bytes, want %d", size, got, want)
		}
		blob, ok := bytes.CutPrefix(blob, []byte("before"))
		if !ok {
			t.Fatalf("size %d: Seal did not append", size)
		}
		if id, ok := seal.KeyID(blob); id != 7 || !ok {
			t.Errorf("size %d: KeyID = %d, %v, want 7", size, id, ok)
		}
		got, err := box.Open([]byte("before"), blob, context)
		if err != nil || !bytes.Equal(got, append([]byte("before"), plaintext...)) {
			t.Errorf("size %d: Open = %d bytes, %v", size, len(got), err)
		}
	}
}

func TestWhatIsNoBlobHasNoKey(t *testing.T) {
	t.Parallel()
	blob := seal.NewBox(7, seal.NewKey()).Seal(nil, nil, nil)
	other := bytes.Clone(blob)
	other[0]++ // the version
	for name, b := range map[string][]byte{"nothing": nil, "a blob cut short": blob[:len(blob)-1], "another version": other} {
		if id, ok := seal.KeyID(b); id != 0 || ok {
			t.Errorf("%s: KeyID = %d, %v", name, id, ok)
		}
	}
}

func TestBoxSealsTheSameTextDifferently(t *testing.T) {
	t.Parallel()
	box := seal.NewBox(1, seal.NewKey())
	a, b := box.Seal(nil, []byte("text"), nil), box.Seal(nil, []byte("text"), nil)
	if bytes.Equal(a, b) {
		t.Errorf("two blobs of one text are equal: %x", a)
	}
}

func TestBoxRefuses(t *testing.T) {
	t.Parallel()
	key := seal.NewKey()
	box := seal.NewBox(1, key)
	context := seal.Context("pool", "secret")
	blob := box.Seal(nil, []byte("a secret of some length"), context)

	refused := func(name string, box *seal.Box, blob, context []byte) {
		t.Helper()
		got, err := box.Open(nil, blob, context)
		if !errors.Is(err, seal.ErrOpen) || got != nil {
			t.Errorf("%s: Open = %x, %v, want %v", name, got, err, seal.ErrOpen)
		}
	}
	for i := range blob {
		altered := bytes.Clone(blob)
		altered[i] ^= 0x40
		refused("a flipped bit", box, altered, context)
		refused("a blob cut short", box, blob[:i], context)
	}
	refused("a byte too many", box, append(bytes.Clone(blob), 0), context)
	refused("another context", box, blob, seal.Context("pool", "secret", 0))
	refused("no context", box, blob, nil)
	refused("another key", seal.NewBox(1, seal.NewKey()), blob, context)

	// The id is authenticated, not only compared: the same key under another
	// id does not open a blob whose id was rewritten to match.
	renamed := bytes.Clone(blob)
	renamed[4] = 2
	refused("a rewritten key id", seal.NewBox(2, key), renamed, context)
}

// stored is a blob of version 1 made when the format was settled: it must
// open for as long as somebody's database may hold one like it.
const stored = "01000000099817879aa425f752e01b8f6c583d3d46459fca3f31735648c210752507ba792a91ab4317a9539cf3a39636ee"

func storedBox(tb testing.TB) (box *seal.Box, blob []byte) {
	tb.Helper()
	key, err := seal.KeyFrom(bytes.Repeat([]byte{5}, seal.KeySize))
	if err != nil {
		tb.Fatal(err)
	}
	blob, err = hex.DecodeString(stored)
	if err != nil {
		tb.Fatal(err)
	}
	return seal.NewBox(9, key), blob
}

func TestStoredBlobOpens(t *testing.T) {
	t.Parallel()
	box, blob := storedBox(t)
	got, err := box.Open(nil, blob, []byte("context"))
	if err != nil || string(got) != "text" {
		t.Errorf("Open = %q, %v, want %q", got, err, "text")
	}
}

func TestBoxPrintsItsIDOnly(t *testing.T) {
	t.Parallel()
	box := seal.NewBox(9, seal.NewKey())
	if got, want := fmt.Sprintf("%v %+v %#v", box, box, box), "seal.Box(9) seal.Box(9) seal.Box(9)"; got != want {
		t.Errorf("printed %q, want %q", got, want)
	}
}

func FuzzOpen(f *testing.F) {
	box, blob := storedBox(f)
	f.Add(blob)
	f.Add(blob[:20])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, in []byte) {
		got, err := box.Open(nil, in, []byte("context"))
		if err == nil && !bytes.Equal(in, blob) {
			t.Errorf("opened %x, which nobody sealed, to %x", in, got)
		}
	})
}

func BenchmarkSeal1KiB(b *testing.B) {
	box, plaintext, context := benchBox()
	dst := make([]byte, 0, len(plaintext)+seal.Overhead)
	b.SetBytes(int64(len(plaintext)))
	b.ReportAllocs()
	for b.Loop() {
		box.Seal(dst, plaintext, context)
	}
}

func BenchmarkOpen1KiB(b *testing.B) {
	box, plaintext, context := benchBox()
	blob := box.Seal(nil, plaintext, context)
	dst := make([]byte, 0, len(plaintext))
	b.SetBytes(int64(len(plaintext)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := box.Open(dst, blob, context); err != nil {
			b.Fatal(err)
		}
	}
}

func benchBox() (box *seal.Box, plaintext, context []byte) {
	return seal.NewBox(1, seal.NewKey()), make([]byte, 1024), seal.Context("session", "pool", int64(1))
}

func BenchmarkMAC(b *testing.B) {
	key, code := seal.NewKey(), []byte("123456")
	b.ReportAllocs()
	for b.Loop() {
		seal.MAC(key, []byte("pool"), []byte("user"), code)
	}
}

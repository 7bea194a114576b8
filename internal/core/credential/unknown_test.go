package credential

import (
	"bytes"
	"fmt"
	"reflect"
	"testing"

	"github.com/cenote-auth/cenote/internal/core/keyring/keyringtest"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/srp"
)

func TestUnknownIsAlwaysTheSame(t *testing.T) {
	t.Parallel()
	keys, others := keyringtest.Starts(t), keyringtest.Starts(t)
	p, restarted, elsewhere := NewPasswords(keys()), NewPasswords(keys()), NewPasswords(others())
	sub := p.UnknownSub(7, "nobody")
	v := p.Unknown(7, sub)
	if again := restarted.Unknown(7, restarted.UnknownSub(7, "nobody")); !reflect.DeepEqual(v, again) {
		t.Error("a restart changed it")
	}
	for name, other := range map[string]Verifier{
		"another name":     p.Unknown(7, p.UnknownSub(7, "nobody2")),
		"another pool":     p.Unknown(8, sub),
		"another database": elsewhere.Unknown(7, sub),
	} {
		if bytes.Equal(other.Salt, v.Salt) || bytes.Equal(other.V, v.V) {
			t.Errorf("%s has the same", name)
		}
	}
	if p.UnknownSub(8, "nobody") == sub || elsewhere.UnknownSub(7, "nobody") == sub {
		t.Error("another pool or database has the same sub")
	}
}

// What is made up looks like what is real, and can be worked with.
func TestUnknownHasTheShapeOfSomebody(t *testing.T) {
	t.Parallel()
	p := NewPasswords(keyringtest.Open(t))
	a, err := srp.ParseA("2")
	if err != nil {
		t.Fatal(err)
	}
	for i := range 20 {
		sub := p.UnknownSub(7, fmt.Sprintf("nobody-%d", i))
		if !pool.LooksLikeSub(sub) || sub[14] != '4' || !bytes.ContainsRune([]byte("89ab"), rune(sub[19])) {
			t.Errorf("sub %s is no random UUID", sub)
		}
		v := p.Unknown(7, sub)
		if len(v.Salt) != saltSize || len(v.V) != srp.Size {
			t.Errorf("salt of %d bytes, verifier of %d", len(v.Salt), len(v.V))
		}
		if _, _, err := p.Challenge(t.Context(), v, a); err != nil {
			t.Errorf("Challenge: %v", err)
		}
		if right, err := p.Matches(t.Context(), staff, sub, v, "correct horse"); right || err != nil {
			t.Errorf("Matches = %v, %v", right, err)
		}
	}
}

func TestTheSubOfNobodyLeadsToTheSameNobody(t *testing.T) {
	t.Parallel()
	p := NewPasswords(keyringtest.Open(t))
	sub := p.UnknownSub(7, "nobody@example.com")
	if again := p.UnknownSub(7, sub); again != sub {
		t.Errorf("%s leads to %s", sub, again)
	}
}

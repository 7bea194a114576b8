package admin

import (
	"bytes"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/cenote-auth/cenote/internal/pool"
)

// atOnce runs fn n times at once and returns what each run returned.
func atOnce(n int, fn func(i int) error) []error {
	var wg sync.WaitGroup
	out := make([]error, n)
	for i := range n {
		wg.Go(func() { out[i] = fn(i) })
	}
	wg.Wait()
	return out
}

func TestResourceServersAreLimitedExactly(t *testing.T) {
	inEachWorld(t, func(t *testing.T, w *world) {
		p := w.pool(t, NewPool{})
		create := func(i int) error {
			return w.settings.ResourceServers.Create(t.Context(), p.ID, fmt.Sprintf("api%02d", i), pool.ResourceServer{Name: "n"})
		}
		for i := range pool.MaxResourceServers - 2 {
			if err := create(i); err != nil {
				t.Fatal(err)
			}
		}
		made := 0
		for _, err := range atOnce(6, func(i int) error { return create(50 + i) }) {
			if err == nil {
				made++
			} else if !errors.Is(err, pool.E(pool.LimitExceeded, "")) {
				t.Errorf("one of many: %v", err)
			}
		}
		rows, _, err := w.settings.ResourceServers.List(t.Context(), p.ID, "", 50)
		if err != nil || made != 2 || len(rows) != pool.MaxResourceServers {
			t.Errorf("%d were made, %d are there (%v), want 2 and %d", made, len(rows), err, pool.MaxResourceServers)
		}
	})
}

// A pool that gets a domain while it is deleted has either the domain or its end.
func TestNoDomainOutlivesItsPool(t *testing.T) {
	inEachWorld(t, func(t *testing.T, w *world) {
		for i := range 10 {
			p := w.pool(t, NewPool{})
			name := fmt.Sprintf("staff%d", i)
			errs := atOnce(2, func(k int) error {
				if k == 0 {
					return w.pools.Delete(t.Context(), p.ID)
				}
				_, err := w.settings.Domains.Create(t.Context(), DomainWish{PoolID: p.ID, Name: name})
				return err
			})
			if (errs[0] == nil) == (errs[1] == nil) {
				t.Errorf("deleting the pool: %v, and giving it a domain: %v; want one of both to fail", errs[0], errs[1])
			}
			_, _, found, err := w.settings.Domains.Describe(t.Context(), name)
			if err != nil || found != (errs[1] == nil) {
				t.Errorf("the domain is there: %v (%v), and was made: %v", found, err, errs[1])
			}
		}
	})
}

func TestAllGetOneCertificate(t *testing.T) {
	inEachWorld(t, func(t *testing.T, w *world) {
		p := w.pool(t, NewPool{})
		got := make([][]byte, 3)
		for _, err := range atOnce(len(got), func(i int) (err error) {
			got[i], err = w.settings.Certificates.Signing(t.Context(), p.ID)
			return err
		}) {
			if err != nil {
				t.Error(err)
			}
		}
		if len(got[0]) == 0 || !bytes.Equal(got[0], got[1]) || !bytes.Equal(got[1], got[2]) {
			t.Errorf("the certificates have %d, %d and %d bytes and are not the same", len(got[0]), len(got[1]), len(got[2]))
		}
	})
}

// A look of which there is one for all clients is written by many at once.
func TestManySetOneLook(t *testing.T) {
	inEachWorld(t, func(t *testing.T, w *world) {
		p := w.pool(t, NewPool{})
		if _, err := w.settings.Domains.Create(t.Context(), DomainWish{PoolID: p.ID, Name: "staff"}); err != nil {
			t.Fatal(err)
		}
		for _, err := range atOnce(4, func(i int) error {
			css := fmt.Sprintf(".logo-customizable { width: %dpx }", i)
			_, err := w.settings.Pages.Set(t.Context(), p.ID, "", pool.PageLook{CSS: css})
			return err
		}) {
			if err != nil && !errors.Is(err, pool.E(pool.ConcurrentModification, "")) {
				t.Errorf("one of many: %v", err)
			}
		}
		if row, found, err := w.settings.Pages.Get(t.Context(), p.ID, ""); err != nil || !found || row.Value.CSS == "" {
			t.Errorf("the look is %+v, %v, %v", row, found, err)
		}
	})
}

// What was given for a client of one pool is not to be had by another.
func TestSettingsStayInTheirPool(t *testing.T) {
	inEachWorld(t, func(t *testing.T, w *world) {
		own, other := w.pool(t, NewPool{}), w.pool(t, NewPool{})
		c, _ := w.client(t, NewClient{PoolID: own.ID})
		row, err := w.settings.Brandings.Create(t.Context(), own.ID, c.ID, pool.Branding{})
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.settings.Brandings.Get(t.Context(), other.ID, row.ID)
		_, byClient := w.settings.Brandings.OfClient(t.Context(), other.ID, c.ID)
		_, made := w.settings.Brandings.Create(t.Context(), other.ID, c.ID, pool.Branding{})
		deleted := w.settings.Brandings.Delete(t.Context(), other.ID, row.ID)
		for _, err := range []error{err, byClient, made, deleted} {
			if !errors.Is(err, pool.E(pool.NotFound, "")) {
				t.Errorf("another pool: %v, want NotFound", err)
			}
		}
	})
}

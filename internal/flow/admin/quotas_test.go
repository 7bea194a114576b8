package admin

import (
	"errors"
	"testing"

	"github.com/cenote-auth/cenote/internal/pool"
)

func TestLooksAndTermsAreLimited(t *testing.T) {
	inEachWorld(t, func(t *testing.T, w *world) {
		p := w.pool(t, NewPool{})
		full := pool.E(pool.LimitExceeded, "")
		styles, terms := 0, 0
		for range pool.MaxTerms/2 + 1 {
			c, _ := w.client(t, NewClient{PoolID: p.ID})
			_, err := w.settings.Brandings.Create(t.Context(), p.ID, c.ID, pool.Branding{Defaults: true})
			switch {
			case err == nil:
				styles++
			case !errors.Is(err, full):
				t.Fatal(err)
			}
			for _, name := range []string{"terms-of-use", "privacy-policy"} {
				_, err := w.settings.Terms.Create(t.Context(), p.ID, c.ID,
					pool.Terms{Name: name, Links: map[string]string{"cognito:default": "https://example.com"}})
				switch {
				case err == nil:
					terms++
				case !errors.Is(err, full):
					t.Fatal(err)
				}
			}
		}
		if styles != pool.MaxBrandings || terms != pool.MaxTerms {
			t.Errorf("%d looks and %d terms were made, want %d and %d", styles, terms, pool.MaxBrandings, pool.MaxTerms)
		}
		rows, _, err := w.settings.Terms.List(t.Context(), p.ID, "", 60)
		if err != nil || len(rows) != pool.MaxTerms {
			t.Errorf("%d terms are there (%v), want %d", len(rows), err, pool.MaxTerms)
		}
	})
}

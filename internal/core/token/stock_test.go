package token_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/token"
)

func TestStock(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	s := token.NewStock(1)
	first, err := s.Key(ctx) // nothing is made ahead yet
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error)
	go func() { ended <- s.Run(ctx) }()
	second, err := s.Key(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if first.Equal(second) {
		t.Error("the stock gave one key twice")
	}
	if got := first.N.BitLen(); got != 2048 {
		t.Errorf("a key of %d bits, want 2048", got)
	}
	stop()
	select {
	case err := <-ended:
		if !errors.Is(err, context.Canceled) {
			t.Errorf("Run = %v, want context.Canceled", err)
		}
	case <-time.After(30 * time.Second):
		t.Error("Run went on after its context had ended")
	}
}

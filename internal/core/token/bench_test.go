package token_test

import (
	"context"
	"testing"

	"github.com/cenote-auth/cenote/internal/core/token"
)

func BenchmarkVerifyAccess(b *testing.B) {
	f := newFixture(b)
	set, _ := f.signIn(b, f.client(b), f.ada(b))
	ctx := context.Background()
	for b.Loop() {
		if _, err := f.VerifyAccess(ctx, set.Access); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkIssue(b *testing.B) {
	f := newFixture(b)
	g := token.Grant{Pool: f.pool, Client: f.client(b), User: f.ada(b)}
	ctx := context.Background()
	for b.Loop() {
		if _, _, err := f.Issue(ctx, g); err != nil {
			b.Fatal(err)
		}
	}
}

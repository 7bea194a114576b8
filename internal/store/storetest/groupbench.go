package storetest

import (
	"context"
	"fmt"
	"testing"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// benchGroups measures what groups add to a sign-in in a pool that is full of
// them: the read for a user in none and for one in three, and that for one
// in none in a View of its own.
func benchGroups(b *testing.B, s store.Store) {
	const users = 5000
	key := benchPool(b, s, users)
	nobody, _ := wide(key, 1)
	member, _ := wide(key, 2)
	err := s.Update(b.Context(), func(tx store.Tx) error {
		for i := range int64(pool.MaxGroups) {
			g := pool.Group{PoolKey: key, Name: fmt.Sprint("group", i), Key: i, RoleARN: "arn:aws:iam::123456789012:role/staff"}
			if err := tx.CreateGroup(b.Context(), g); err != nil {
				return err
			}
			if i >= 3 {
				continue
			}
			if _, err := tx.AddMember(b.Context(), key, i, member.Sub); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	for name, sub := range map[string]string{"InNone": nobody.Sub, "InThree": member.Sub} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			benchView(b, s, func(ctx context.Context, tx store.Snapshot) error {
				for range b.N {
					if _, err := tx.GroupsOf(ctx, key, sub); err != nil {
						return err
					}
				}
				return nil
			})
		})
	}
	b.Run("ViewOfNone", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			benchView(b, s, func(ctx context.Context, tx store.Snapshot) error {
				_, err := tx.GroupsOf(ctx, key, nobody.Sub)
				return err
			})
		}
	})
}

func benchView(b *testing.B, s store.Store, fn func(context.Context, store.Snapshot) error) {
	b.Helper()
	if err := s.View(b.Context(), func(tx store.Snapshot) error { return fn(b.Context(), tx) }); err != nil {
		b.Fatal(err)
	}
}

package storetest

import (
	"crypto/rand"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Bench measures what a request costs the store: the read of a client and a
// user, of a user's groups, and of a page of users by each filter, and the
// insert of a user by 1, 8 and 64 callers at once. open returns an empty store.
func Bench(b *testing.B, open func(*testing.B) store.Store) {
	b.Run("ReadClientAndUser", func(b *testing.B) { benchRead(b, open(b)) })
	b.Run("ReadGroups", func(b *testing.B) { benchGroups(b, open(b)) })
	b.Run("ListUsers", func(b *testing.B) { benchFilters(b, open(b)) })
	for _, callers := range []int{1, 8, 64} {
		b.Run(fmt.Sprintf("CreateUser/callers=%d", callers), func(b *testing.B) { benchCreate(b, open(b), callers) })
	}
	b.Run("SpendSignInAndAddToken/callers=64", func(b *testing.B) { benchIssue(b, open(b), 64) })
}

// wide is a user whose row has about 1.1 KiB.
func wide(poolKey int64, i int) (*pool.User, store.Names) {
	name := fmt.Sprintf("user%d@example.com", i)
	u := &pool.User{
		PoolKey: poolKey, Sub: fmt.Sprintf("%08x-1111-4222-8333-444444444444", uint32(i)*2654435761), Username: name,
		Status: pool.Confirmed, Enabled: true, Created: noon, Modified: noon, PasswordSet: noon,
		SealedPassword: make([]byte, 480),
		Attributes: map[string]string{
			"email": name, "email_verified": "true", "name": "Ada Lovelace", "custom:team": "analysis", "locale": "en-GB",
		},
	}
	rand.Read(u.SealedPassword)
	return u, store.Names{
		Username: name, Aliases: []pool.Alias{{Kind: "email", Folded: name}}, Search: map[string]string{"email": name},
	}
}

func benchPool(b *testing.B, s store.Store, users int) (key int64) {
	b.Helper()
	err := s.Update(b.Context(), func(tx store.Tx) (err error) {
		key, err = tx.CreatePool(b.Context(), &pool.Pool{ID: "p", Created: noon, Schema: pool.Standard()})
		if err != nil {
			return err
		}
		if err := tx.CreateClient(b.Context(), &pool.Client{PoolKey: key, ID: "c"}); err != nil {
			return err
		}
		for i := range users {
			u, n := wide(key, i)
			if err := tx.CreateUser(b.Context(), u, n); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return key
}

func benchRead(b *testing.B, s store.Store) {
	const users = 5000
	key := benchPool(b, s, users)
	subs := make([]string, users)
	for i := range subs {
		u, _ := wide(key, i)
		subs[i] = u.Sub
	}
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		err := s.View(b.Context(), func(tx store.Snapshot) error {
			if _, _, err := tx.Client(b.Context(), "c"); err != nil {
				return err
			}
			_, err := tx.User(b.Context(), key, subs[i*7919%users])
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

func benchCreate(b *testing.B, s store.Store, callers int) {
	key := benchPool(b, s, 0)
	concurrently(b, callers, func(i int) error {
		u, n := wide(key, i)
		return s.Update(b.Context(), func(tx store.Tx) error { return tx.CreateUser(b.Context(), u, n) })
	})
}

func benchIssue(b *testing.B, s store.Store, callers int) {
	key := benchPool(b, s, 1)
	u, _ := wide(key, 0)
	concurrently(b, callers, func(i int) error {
		hash := make([]byte, 32)
		rand.Read(hash)
		return s.Update(b.Context(), func(tx store.Tx) error {
			if err := tx.SpendSignIn(b.Context(), key, fmt.Sprint("sign-in", i), noon); err != nil {
				return err
			}
			return tx.AddRefreshToken(b.Context(), store.RefreshToken{
				PoolKey: key, Hash: hash, Family: fmt.Sprint("family", i), Sub: u.Sub, ClientID: "c", Issued: noon, Expires: noon,
			})
		})
	})
}

// concurrently runs fn b.N times by some callers at once, each with a number.
func concurrently(b *testing.B, callers int, fn func(i int) error) {
	b.Helper()
	var (
		wg   sync.WaitGroup
		next atomic.Int64
	)
	b.ReportAllocs()
	b.ResetTimer()
	for range callers {
		wg.Go(func() {
			for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
				if err := fn(int(i)); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "op/s")
}

package storetest

import (
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Bench measures what a request costs the store: the read of a client and a
// user, of a user's groups, of a refresh token and its user, and of a page of
// users by each filter; the insert of a user by 1, 8 and 64 callers at once; a
// sign-in, and a refresh with rotation, by 64. open returns an empty store.
func Bench(b *testing.B, open func(*testing.B) store.Store) {
	b.Run("ReadClientAndUser", func(b *testing.B) { benchRead(b, open(b)) })
	b.Run("ReadGroups", func(b *testing.B) { benchGroups(b, open(b)) })
	b.Run("ReadTokenAndUser", func(b *testing.B) { benchToken(b, open(b)) })
	b.Run("ListUsers", func(b *testing.B) { benchFilters(b, open(b)) })
	for _, callers := range []int{1, 8, 64} {
		b.Run(fmt.Sprintf("CreateUser/callers=%d", callers), func(b *testing.B) { benchCreate(b, open(b), callers) })
	}
	b.Run("SpendSignInAndAddToken/callers=64", func(b *testing.B) { benchIssue(b, open(b), 64) })
	b.Run("RotateToken/callers=64", func(b *testing.B) { benchRotate(b, open(b), 64) })
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

// chain adds the refresh tokens of a sign-in, each in place of the one before,
// and returns the last.
func chain(b *testing.B, s store.Store, key int64, sub, family string, length int) store.RefreshToken {
	b.Helper()
	k := store.RefreshToken{PoolKey: key, Family: family, Sub: sub, ClientID: "c", Issued: noon, Expires: noon.Add(time.Hour)}
	err := s.Update(b.Context(), func(tx store.Tx) error {
		for i := range length {
			hash := sha256.Sum256(fmt.Appendf(nil, "%s/%d", family, i))
			k.Parent, k.Hash, k.Issued = k.Hash, hash[:], k.Issued.Add(time.Second)
			if i > 0 {
				if err := tx.RotateRefreshToken(b.Context(), key, k.Parent, k.Issued); err != nil {
					return err
				}
			}
			if err := tx.AddRefreshToken(b.Context(), k); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return k
}

// benchToken reads the last tokens of families of one and of 100, in turn.
func benchToken(b *testing.B, s store.Store) {
	const families = 100
	key := benchPool(b, s, families)
	var tokens []store.RefreshToken
	for i := range families {
		u, _ := wide(key, i)
		tokens = append(tokens, chain(b, s, key, u.Sub, fmt.Sprint("family", i), 1+i%2*99))
	}
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		err := s.View(b.Context(), func(tx store.Snapshot) error {
			k, err := tx.RefreshToken(b.Context(), key, tokens[i%families].Hash)
			if err != nil {
				return err
			}
			_, err = tx.User(b.Context(), key, k.Sub)
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// benchRotate rotates the tokens of a user, which are in one chain a caller.
func benchRotate(b *testing.B, s store.Store, callers int) {
	key := benchPool(b, s, 1)
	u, _ := wide(key, 0)
	idle := make(chan store.RefreshToken, callers)
	for i := range callers {
		idle <- chain(b, s, key, u.Sub, fmt.Sprint("family", i), 1)
	}
	concurrently(b, callers, func(i int) error {
		k := <-idle
		hash := sha256.Sum256(fmt.Append(nil, k.Hash, i))
		next := k
		next.Parent, next.Hash, next.Issued = k.Hash, hash[:], k.Issued.Add(time.Second)
		defer func() { idle <- next }()
		return s.Update(b.Context(), func(tx store.Tx) error {
			if _, err := tx.RefreshToken(b.Context(), key, k.Hash); err != nil {
				return err
			}
			if err := tx.RotateRefreshToken(b.Context(), key, k.Hash, next.Issued); err != nil {
				return err
			}
			return tx.AddRefreshToken(b.Context(), next)
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

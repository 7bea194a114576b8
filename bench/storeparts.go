package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// storeParts measures reads and writes on the database of o.
func storeParts(ctx context.Context, o order, found map[string]float64) error {
	st, err := openStore(ctx, o.Path, o.Database)
	if err != nil {
		return err
	}
	defer st.Close()
	t, err := newTransactions(ctx, st, o)
	if err != nil {
		return err
	}
	const reads = 2
	view, err := t.cost(callers[0], func() error { return t.view(reads) })
	if err != nil {
		return fmt.Errorf("%s: %w", partRead, err)
	}
	found[partRead] = view / reads
	for _, n := range callers {
		one, err := t.cost(n, func() error { return t.addTokens(1) })
		if err != nil {
			return fmt.Errorf("%s: %w", partInsert, err)
		}
		const rows = 4
		several, err := t.cost(n, func() error { return t.addTokens(rows) })
		if err != nil {
			return fmt.Errorf("%s: %w", partRow, err)
		}
		user, err := t.cost(n, func() error { return t.addUser(0) })
		if err != nil {
			return fmt.Errorf("%s: %w", partUser, err)
		}
		found[insertBy(partInsert, n)] = one
		found[insertBy(partRow, n)] = max(0, several-one) / (rows - 1)
		found[insertBy(partUser, n)] = user
	}
	return nil
}

// transactions are made on a store, to be measured.
type transactions struct {
	ctx   context.Context
	store store.Store
	pool  *pool.Pool
	order order
}

func newTransactions(ctx context.Context, st store.Store, o order) (*transactions, error) {
	t := &transactions{ctx, st, nil, o}
	err := st.View(ctx, func(snap store.Snapshot) (err error) {
		_, t.pool, err = snap.Client(ctx, o.ClientID)
		return err
	})
	return t, err
}

// cost returns the CPU in µs of fn while some callers do it at the same time.
func (t *transactions) cost(callers int, fn func() error) (float64, error) {
	if _, err := t.drive(callers, t.order.Span/5, fn); err != nil {
		return 0, err
	}
	runtime.GC()
	before, err := processCPU(0)
	if err != nil {
		return 0, err
	}
	n, err := t.drive(callers, t.order.Span, fn)
	if err != nil {
		return 0, err
	}
	after, err := processCPU(0)
	return micros(after-before) / float64(n), err
}

// drive has callers do fn until span is over and returns how often they did.
func (t *transactions) drive(callers int, span time.Duration, fn func() error) (int64, error) {
	var n atomic.Int64
	errs := make([]error, callers)
	end := time.Now().Add(span)
	var all sync.WaitGroup
	for i := range callers {
		all.Go(func() {
			for ok := true; ok && errs[i] == nil; ok = time.Now().Before(end) {
				errs[i] = fn()
				n.Add(1)
			}
		})
	}
	all.Wait()
	return n.Load(), errors.Join(errs...)
}

// view makes some reads in one View: the client, and users.
func (t *transactions) view(reads int) error {
	return t.store.View(t.ctx, func(snap store.Snapshot) error {
		_, p, err := snap.Client(t.ctx, t.order.ClientID)
		for i := 1; i < reads && err == nil; i++ {
			_, err = snap.UserByName(t.ctx, p.Key, username(mathrand.IntN(t.order.Users)))
		}
		return err
	})
}

// addTokens adds as many refresh tokens as said in one transaction.
func (t *transactions) addTokens(rows int) error {
	list := t.newTokens(rows)
	return t.store.Update(t.ctx, func(tx store.Tx) error { return t.put(tx, list) })
}

func (t *transactions) put(tx store.Tx, list []store.RefreshToken) error {
	for _, token := range list {
		if err := tx.AddRefreshToken(t.ctx, token); err != nil {
			return err
		}
	}
	return nil
}

func (t *transactions) newTokens(n int) []store.RefreshToken {
	list := make([]store.RefreshToken, n)
	for i := range list {
		list[i] = t.newToken()
	}
	return list
}

func (t *transactions) newToken() store.RefreshToken {
	hash := make([]byte, sha256.Size)
	rand.Read(hash)
	now := time.Now()
	return store.RefreshToken{
		PoolKey: t.pool.Key, Hash: hash, Family: uuid.NewString(), OriginJTI: uuid.NewString(), Sub: uuid.NewString(),
		ClientID: "0123456789abcdefghijklmnop", AuthTime: now, Issued: now, Expires: now.AddDate(0, 0, 30),
	}
}

// sealedSize is about what a sealed password takes.
const sealedSize = 450

// addUser adds a user as a sign-up does, but for the verifier, which is not
// one, and some rows with it.
func (t *transactions) addUser(rows int) error {
	name := "new-" + strings.ToLower(rand.Text())
	u, err := directory.New(t.pool, name, map[string]string{"email": name + "@example.com", "name": "Ada New"}, time.Now())
	if err != nil {
		return err
	}
	u.Status, u.SealedPassword = pool.Unconfirmed, make([]byte, sealedSize)
	rand.Read(u.SealedPassword)
	list := t.newTokens(rows)
	return t.store.Update(t.ctx, func(tx store.Tx) error {
		if err := directory.Create(t.ctx, tx, t.pool, u, false, false); err != nil {
			return err
		}
		return t.put(tx, list)
	})
}

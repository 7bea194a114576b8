package token

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"runtime"
)

// keyBits is the size of the pools' RSA keys.
const keyBits = 2048

// KeySource gives RSA keys, each one once.
type KeySource interface {
	// Key returns a key that nobody else has.
	Key(ctx context.Context) (*rsa.PrivateKey, error)
}

// Stock is a KeySource that makes keys ahead of need, since one costs 43 ms of
// CPU and often several times that.
type Stock struct {
	made   chan *rsa.PrivateKey
	making chan struct{} // holds one value for each key being made for a caller
}

// NewStock returns a stock that keeps n keys while Run runs.
func NewStock(n int) *Stock {
	return &Stock{
		made:   make(chan *rsa.PrivateKey, n),
		making: make(chan struct{}, runtime.GOMAXPROCS(0)),
	}
}

// Run fills the stock, one key at a time, until ctx ends. It returns the cause.
func (s *Stock) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		k, err := rsa.GenerateKey(rand.Reader, keyBits)
		if err != nil {
			return err
		}
		select {
		case s.made <- k:
		case <-ctx.Done():
		}
	}
	return ctx.Err()
}

// Key returns a key of the stock, or makes one if there is none.
func (s *Stock) Key(ctx context.Context) (*rsa.PrivateKey, error) {
	select {
	case k := <-s.made:
		return k, nil
	default:
	}
	select {
	case k := <-s.made:
		return k, nil
	case s.making <- struct{}{}:
		defer func() { <-s.making }()
		return rsa.GenerateKey(rand.Reader, keyBits)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

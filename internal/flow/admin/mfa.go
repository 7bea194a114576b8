package admin

import (
	"cmp"
	"context"
	"fmt"

	"github.com/cenote-auth/cenote/internal/pool"
)

// MFAWish is what a caller asks of the factors of a pool.
type MFAWish struct {
	PoolID   string
	Factors  pool.FactorWish // MFA may be empty: as it is. The zero value: all as they are
	WebAuthn *pool.WebAuthn  // nil: as it is
	Newer    []string        // as in NewPool
}

// SetMFA changes the factors of a pool and returns it. Errors: NotFound,
// InvalidParameter for what does not go together, FeatureUnavailableInTier,
// NotBuilt, ConcurrentModification.
func (s *Pools) SetMFA(ctx context.Context, w MFAWish) (changed *pool.Pool, err error) {
	now := s.o.now()
	err = changePool(ctx, s.o.Store, w.PoolID, func(p *pool.Pool) error {
		if w.Factors != (pool.FactorWish{}) {
			wish := w.Factors
			wish.MFA = cmp.Or(wish.MFA, p.MFA)
			if err := p.SetSecond(wish); err != nil {
				return err
			}
		}
		if w.WebAuthn != nil {
			passkeys := *w.WebAuthn
			passkeys.UserVerification = cmp.Or(passkeys.UserVerification, "preferred")
			if err := passkeys.Check(); err != nil {
				return err
			}
			p.WebAuthn = &passkeys
		}
		p.Modified = now
		changed = p
		if err := p.Templates.Check(); err != nil {
			return err
		}
		return refuse(poolRefusals, poolWish{&p.Settings, w.Newer, s.o.Senders})
	})
	if err != nil {
		return nil, fmt.Errorf("set MFA: %w", concurrent(err))
	}
	return changed, nil
}

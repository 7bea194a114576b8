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
	Factors  pool.FactorWish // MFA may be empty: as it is
	WebAuthn *pool.WebAuthn  // nil: as it is
}

// SetMFA changes the factors of a pool and returns it. Errors: NotFound,
// InvalidParameter for what goes not together, FeatureUnavailableInTier,
// NotBuilt for second factors, ConcurrentModification.
func (s *Pools) SetMFA(ctx context.Context, w MFAWish) (changed *pool.Pool, err error) {
	now := s.o.now()
	err = changePool(ctx, s.o.Store, w.PoolID, func(p *pool.Pool) error {
		w.Factors.MFA = cmp.Or(w.Factors.MFA, p.MFA)
		if err := w.Factors.Check(p); err != nil {
			return err
		}
		if w.WebAuthn != nil {
			passkeys := *w.WebAuthn
			passkeys.UserVerification = cmp.Or(passkeys.UserVerification, "preferred")
			if err := passkeys.Check(); err != nil {
				return err
			}
			p.WebAuthn = &passkeys
		}
		p.MFA, p.Modified = w.Factors.MFA, now
		changed = p
		return refuse(poolRefusals, poolWish{&p.Settings, nil})
	})
	if err != nil {
		return nil, fmt.Errorf("set MFA: %w", concurrent(err))
	}
	return changed, nil
}

package admin

import (
	"cmp"
	"context"

	"github.com/cenote-auth/cenote/internal/core/setting"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Protection sets and shows what a pool does about dangerous sign-ins, how many
// sign-ins are good at a time, and where its logs go.
type Protection struct{ o Options }

// RiskRow are risk rules as they are stored; ClientID is that of the client
// whose own they are, or "".
type RiskRow = setting.Row[pool.RiskRules]

// SetRisk replaces the risk rules of a pool, or of one client. Errors:
// NotFound, InvalidParameter, NotBuilt for rules that ask for anything to be
// done, ConcurrentModification.
func (s *Protection) SetRisk(ctx context.Context, poolID, clientID string, r pool.RiskRules) (row RiskRow, err error) {
	if err := r.Check(); err != nil {
		return row, err
	}
	if err := refuse(riskRefusals, &r); err != nil {
		return row, err
	}
	now, clientID := s.o.now(), ownClient(clientID)
	err = s.o.change(ctx, "set risk rules", poolID, func(tx store.Tx, p *pool.Pool) (err error) {
		if err := client(ctx, tx, p, clientID); err != nil {
			return err
		}
		row, err = put(ctx, tx, setting.Risks, p.Key, clientID, r, now)
		return err
	})
	return row, err
}

// Risk returns the risk rules that a pool, or one client, was given; none if it
// was given none. NotFound for the pool or the client.
func (s *Protection) Risk(ctx context.Context, poolID, clientID string) (row RiskRow, err error) {
	clientID = ownClient(clientID)
	err = s.o.look(ctx, "read risk rules", poolID, func(snap store.Snapshot, p *pool.Pool) (err error) {
		if err := client(ctx, snap, p, clientID); err != nil {
			return err
		}
		row, _, err = got(ctx, snap, setting.Risks, p.Key, clientID)
		row.ClientID = clientID
		return err
	})
	return row, err
}

// SetLogDelivery replaces where the logs of a pool go. Errors: NotFound,
// InvalidParameter, FeatureUnavailableInTier, ConcurrentModification.
func (s *Protection) SetLogDelivery(ctx context.Context, poolID string, list []pool.LogDelivery) error {
	now := s.o.now()
	return s.o.change(ctx, "set log delivery", poolID, func(tx store.Tx, p *pool.Pool) error {
		if err := p.CheckLogDelivery(list); err != nil {
			return err
		}
		_, err := put(ctx, tx, setting.LogDelivery, p.Key, "", list, now)
		return err
	})
}

// LogDelivery returns where the logs of a pool go, or NotFound.
func (s *Protection) LogDelivery(ctx context.Context, poolID string) (list []pool.LogDelivery, err error) {
	err = s.o.look(ctx, "read log delivery", poolID, func(snap store.Snapshot, p *pool.Pool) error {
		row, _, err := got(ctx, snap, setting.LogDelivery, p.Key, "")
		list = row.Value
		return err
	})
	return list, err
}

// SetSessions replaces how many sign-ins of a user are good at a time. Errors:
// NotFound, InvalidParameter, FeatureUnavailableInTier, NotBuilt for sign-ins
// that are tracked, ConcurrentModification.
func (s *Protection) SetSessions(ctx context.Context, poolID string, r pool.SessionRules) error {
	now := s.o.now()
	return s.o.change(ctx, "set session rules", poolID, func(tx store.Tx, p *pool.Pool) error {
		if err := r.Check(p); err != nil {
			return err
		}
		if err := refuse(sessionRefusals, r); err != nil {
			return err
		}
		_, err := put(ctx, tx, setting.Sessions, p.Key, "", r, now)
		return err
	})
}

// Sessions returns how many sign-ins of a user are good at a time, or NotFound.
func (s *Protection) Sessions(ctx context.Context, poolID string) (r pool.SessionRules, err error) {
	err = s.o.look(ctx, "read session rules", poolID, func(snap store.Snapshot, p *pool.Pool) error {
		row, _, err := got(ctx, snap, setting.Sessions, p.Key, "")
		r = row.Value
		r.MaxPerUser = cmp.Or(r.MaxPerUser, pool.DefaultSessionsPerUser)
		return err
	})
	return r, err
}

// SetPageSession would set for how long pages sign somebody in to a client
// again unasked; that needs sign-ins that are tracked, which SetSessions
// refuses. Errors: NotFound, InvalidParameter, FeatureUnavailableInTier,
// OperationNotEnabled.
func (s *Protection) SetPageSession(ctx context.Context, poolID, clientID string, minutes int32) error {
	return s.o.look(ctx, "set page session", poolID, func(snap store.Snapshot, p *pool.Pool) error {
		if err := client(ctx, snap, p, clientID); err != nil {
			return err
		}
		if err := p.CheckPageSession(minutes); err != nil {
			return err
		}
		return pool.E(pool.OperationNotEnabled, "User session tracking is not enabled for this user pool.")
	})
}

// PageSession returns for how many minutes pages sign somebody in to a client
// again unasked, or NotFound.
func (s *Protection) PageSession(ctx context.Context, poolID, clientID string) (minutes int32, err error) {
	err = s.o.look(ctx, "read page session", poolID, func(snap store.Snapshot, p *pool.Pool) error {
		return client(ctx, snap, p, clientID)
	})
	return pool.DefaultPageSession, err
}

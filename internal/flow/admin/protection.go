package admin

import (
	"context"
	"fmt"

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

// SetRisk replaces the risk rules of a pool, or of one client. No rules at all
// take away those that there are: the client has its pool's again. Errors:
// AddOnNotEnabled where the pool rates no sign-ins, NotFound, InvalidParameter,
// NotBuilt for a rule about passwords where there is no list of them,
// ConcurrentModification.
func (s *Protection) SetRisk(ctx context.Context, poolID, clientID string, r pool.RiskRules) (row RiskRow, err error) {
	if err := r.Check(); err != nil {
		return row, err
	}
	now, clientID := s.o.now(), ownClient(clientID)
	err = s.o.change(ctx, "set risk rules", poolID, func(tx store.Tx, p *pool.Pool) (err error) {
		if err := client(ctx, tx, p, clientID); err != nil {
			return err
		}
		if err := p.CheckProtected(); err != nil {
			return err
		}
		if r.Compromised != nil && r.Compromised.Action == "BLOCK" && !s.o.Risk.HasPasswords() {
			return errNoPasswords
		}
		if r == (pool.RiskRules{}) {
			row = RiskRow{Setting: store.Setting{ClientID: clientID}}
			return drop(ctx, tx, setting.Risks, p.Key, clientID)
		}
		row, err = put(ctx, tx, setting.Risks, p.Key, clientID, r, now)
		return err
	})
	return row, err
}

// errNoPasswords is the answer to a rule that could not be obeyed.
var errNoPasswords = pool.E(pool.NotBuilt, "CompromisedCredentialsRiskConfiguration with BLOCK is not supported by this server: "+
	"it was started without a list of compromised passwords.")

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

// SetSessions replaces how many sign-ins of a user are good at a time. Users
// with more keep them until they sign in again. Errors: NotFound,
// InvalidParameter, FeatureUnavailableInTier, ConcurrentModification.
func (s *Protection) SetSessions(ctx context.Context, poolID string, r pool.SessionRules) error {
	err := changePool(ctx, s.o.Store, poolID, func(p *pool.Pool) error {
		p.Sessions = r
		return r.Check(p)
	})
	if err != nil {
		return fmt.Errorf("set session rules: %w", concurrent(err))
	}
	return nil
}

// Sessions returns how many sign-ins of a user are good at a time, or NotFound.
func (s *Protection) Sessions(ctx context.Context, poolID string) (r pool.SessionRules, err error) {
	err = s.o.look(ctx, "read session rules", poolID, func(snap store.Snapshot, p *pool.Pool) error {
		r = p.Sessions
		r.MaxPerUser = int32(r.Most())
		return nil
	})
	return r, err
}

// SetPageSession sets for how many minutes pages sign somebody in to a client
// again unasked. Errors: NotFound, InvalidParameter, FeatureUnavailableInTier,
// OperationNotEnabled where the pool does not track sessions,
// ConcurrentModification.
func (s *Protection) SetPageSession(ctx context.Context, poolID, clientID string, minutes int32) error {
	now := s.o.now()
	return s.o.change(ctx, "set page session", poolID, func(tx store.Tx, p *pool.Pool) error {
		if err := client(ctx, tx, p, clientID); err != nil {
			return err
		}
		if err := p.CheckPageSession(minutes); err != nil {
			return err
		}
		if err := p.CheckTracked(); err != nil {
			return err
		}
		_, err := put(ctx, tx, setting.PageSessions, p.Key, clientID, minutes, now)
		return err
	})
}

// PageSession returns for how many minutes pages sign somebody in to a client
// again unasked, or NotFound.
func (s *Protection) PageSession(ctx context.Context, poolID, clientID string) (minutes int32, err error) {
	err = s.o.look(ctx, "read page session", poolID, func(snap store.Snapshot, p *pool.Pool) error {
		if err := client(ctx, snap, p, clientID); err != nil {
			return err
		}
		row, set, err := got(ctx, snap, setting.PageSessions, p.Key, clientID)
		if minutes = row.Value; !set {
			minutes = pool.DefaultPageSession
		}
		return err
	})
	return minutes, err
}

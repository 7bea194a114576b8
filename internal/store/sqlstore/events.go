package sqlstore

import (
	"cmp"
	"context"

	"github.com/cenote-auth/cenote/internal/store"
)

const eventColumns = `id, created, type, response, risk_decision, risk_level, compromised, challenges, context,
	feedback, feedback_provider, feedback_time`

func scanEvent(poolKey int64, sub string) func(Row) (store.AuthEvent, error) {
	return func(r Row) (store.AuthEvent, error) {
		return store.AuthEvent{
			PoolKey: poolKey, Sub: sub, ID: r.Text(0), Created: moment(r.Int(1)), Type: r.Text(2), Response: r.Text(3),
			RiskDecision: r.Text(4), RiskLevel: r.Text(5), Compromised: r.Int(6) != 0, Challenges: r.Text(7), Context: r.Text(8),
			Feedback: r.Text(9), FeedbackProvider: r.Text(10), FeedbackTime: moment(r.Int(11)),
		}, nil
	}
}

// AuthEvent returns an event of a user.
func (t *Tx) AuthEvent(ctx context.Context, poolKey int64, sub, id string) (e store.AuthEvent, err error) {
	err = t.one(ctx, "read event", func(r Row) (err error) { e, err = scanEvent(poolKey, sub)(r); return err },
		`SELECT `+eventColumns+` FROM auth_event WHERE pool_key = $1 AND sub = $2 AND id = $3`, poolKey, sub, id)
	return e, err
}

// afterAll sorts after every text but itself.
const afterAll = "\U0010FFFF"

// AuthEvents returns the events of a user, the newest first.
func (t *Tx) AuthEvents(ctx context.Context, poolKey int64, sub string, p store.Page) ([]store.AuthEvent, error) {
	return all(ctx, t, "list events", scanEvent(poolKey, sub),
		`SELECT `+eventColumns+` FROM auth_event WHERE pool_key = $1 AND sub = $2 AND id < $3 ORDER BY id DESC LIMIT $4`,
		poolKey, sub, cmp.Or(p.After, afterAll), int64(p.Limit))
}

// Visits returns the sign-ins that were the user's. The condition is that of
// their index.
func (t *Tx) Visits(ctx context.Context, poolKey int64, sub string, limit int) ([]store.AuthEvent, error) {
	return all(ctx, t, "list visits", scanEvent(poolKey, sub),
		`SELECT `+eventColumns+` FROM auth_event WHERE pool_key = $1 AND sub = $2
			AND type = 'SignIn' AND feedback <> 'Invalid' AND (response = 'Pass' OR feedback = 'Valid')
		ORDER BY id DESC LIMIT $3`, poolKey, sub, int64(limit))
}

// AddAuthEvent adds e.
func (t *Tx) AddAuthEvent(ctx context.Context, e store.AuthEvent) error {
	return t.must(ctx, "add event", &store.ExistsError{Key: "event"},
		`INSERT INTO auth_event (pool_key, sub, `+eventColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT (pool_key, sub, id) DO NOTHING`,
		e.PoolKey, e.Sub, e.ID, micros(e.Created), e.Type, e.Response, e.RiskDecision, e.RiskLevel, flag(e.Compromised),
		e.Challenges, e.Context, e.Feedback, e.FeedbackProvider, micros(e.FeedbackTime))
}

// SaveAuthEvent writes what can change of an event.
func (t *Tx) SaveAuthEvent(ctx context.Context, e store.AuthEvent) error {
	return t.must(ctx, "save event", store.ErrNotFound,
		`UPDATE auth_event SET response = $4, challenges = $5, feedback = $6, feedback_provider = $7, feedback_time = $8,
			risk_decision = $9, risk_level = $10, compromised = $11, context = $12
		WHERE pool_key = $1 AND sub = $2 AND id = $3`,
		e.PoolKey, e.Sub, e.ID, e.Response, e.Challenges, e.Feedback, e.FeedbackProvider, micros(e.FeedbackTime),
		e.RiskDecision, e.RiskLevel, flag(e.Compromised), e.Context)
}

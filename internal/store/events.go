package store

import (
	"context"
	"time"
)

// AuthEvent is something that happened at a user's sign-in, sign-up or change
// of password. Names are those of AuthEventType in the service's model.
type AuthEvent struct {
	PoolKey          int64
	Sub              string
	ID               string // UUID version 7: sorts by time
	Created          time.Time
	Type             string // SignIn, SignUp, ForgotPassword, PasswordChange, ResendCode
	Response         string // Pass, Fail, InProgress
	RiskDecision     string // NoRisk, AccountTakeover, Block
	RiskLevel        string // "", Low, Medium, High
	Compromised      bool
	Challenges       string // JSON: names and outcomes, in order
	Context          string // JSON: address, device, city, country, time zone
	Feedback         string // "", Valid, Invalid
	FeedbackProvider string
	FeedbackTime     time.Time
}

// EventReader reads events.
type EventReader interface {
	// AuthEvent returns an event of a user, or ErrNotFound.
	AuthEvent(ctx context.Context, poolKey int64, sub, id string) (AuthEvent, error)
	// AuthEvents returns a page of the events of a user, the newest first; After is
	// the ID of the last one that was seen.
	AuthEvents(ctx context.Context, poolKey int64, sub string, p Page) ([]AuthEvent, error)
	// Visits returns the sign-ins of a user that passed, or that somebody vouched
	// for, up to limit of them, the newest first: none that somebody denied.
	// However much else there is in the record, they are found at once.
	Visits(ctx context.Context, poolKey int64, sub string, limit int) ([]AuthEvent, error)
}

// EventWriter keeps events.
type EventWriter interface {
	// AddAuthEvent adds e, or returns ErrExists. Its user is not held, so that a
	// sign-in waits for nobody: an event may be left of one who is deleted
	// meanwhile, until Sweep.
	AddAuthEvent(ctx context.Context, e AuthEvent) error
	// SaveAuthEvent writes all but the type and the time of an event, or returns
	// ErrNotFound.
	SaveAuthEvent(ctx context.Context, e AuthEvent) error
}

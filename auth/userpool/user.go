package userpool

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync"
)

// User is somebody who signs in or is signed in, as CognitoUser is in
// JavaScript. It keeps what a sign-in leads through, and its session in the
// pool's storage in the form of amazon-cognito-identity-js, so that a session
// moves between the two. It is safe for concurrent use.
type User struct {
	pool *Pool

	mu        sync.Mutex
	username  string
	flow      Flow
	challenge *Challenge // to be answered
	session   *Session   // as last seen
	outs      int        // how often the user signed out
}

// User returns the user of that name, or alias, without asking anybody whether
// there is one.
func (p *Pool) User(username string) *User {
	return &User{pool: p, username: username, flow: FlowSRP}
}

// CurrentUser returns the user who signed in last, by the storage. Whether the
// session is good shows User.Session. The error has the code ErrNoUser if nobody
// did, or after signing out.
func (p *Pool) CurrentUser(ctx context.Context) (*User, error) {
	username, err := p.sessions.LastUser(ctx)
	if err != nil {
		return nil, err
	}
	if username == "" {
		return nil, noUser()
	}
	return p.User(username), nil
}

// Pool returns the user's pool.
func (u *User) Pool() *Pool { return u.pool }

// Username returns the name the session is filed in: what User was called with,
// and after a sign-in by SRP the name the service gave.
func (u *User) Username() string {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.username
}

// Flow returns how Authenticate begins; FlowSRP at first.
func (u *User) Flow() Flow {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.flow
}

// SetFlow changes how Authenticate begins.
func (u *User) SetFlow(f Flow) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.flow = f
}

// Challenge returns what has to be answered next, or nil. It can be marshalled
// and answered elsewhere, by Pool.Answer.
func (u *User) Challenge() *Challenge {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.challenge
}

// SignInSession returns the session as this User saw it last, valid or not, and
// nil before Authenticate, Session or SetSession gave one. It asks nobody.
func (u *User) SignInSession() *Session {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.session.clone()
}

// Format prints the user's name.
func (u *User) Format(f fmt.State, _ rune) { io.WriteString(f, u.text()) }

// LogValue is what Format prints.
func (u *User) LogValue() slog.Value { return slog.StringValue(u.text()) }

func (u *User) text() string { return fmt.Sprintf("User{%q}", u.Username()) }

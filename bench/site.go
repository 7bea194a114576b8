package main

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"time"
)

// A site is a database with users, and what the load knows of it.
type site struct {
	dir      string // data folder
	database string // URL; "" is SQLite in dir
	poolID   string
	clientID string
	users    int
	tokens   purse

	rotatingID string // of a client whose refresh tokens rotate
	rotating   purse
	second     int // users with a software token, beside the others
	cautious   cautious
}

const password = "Bench-password-1"

func username(i int) string { return fmt.Sprintf("user-%06d", i) }

func (s *site) anybody() string { return username(rand.IntN(s.users)) }

// poolRequest asks for a pool with plain user names that sends a code to the
// e-mail address of who signs up.
var poolRequest = map[string]any{
	"PoolName":               "bench",
	"AutoVerifiedAttributes": []string{"email"},
}

// makePool makes the pool and its client through the API.
func (s *site) makePool(c *conn) error {
	var pool struct{ UserPool struct{ Id string } }
	if err := c.do("CreateUserPool", signature, poolRequest, &pool); err != nil {
		return err
	}
	s.poolID = pool.UserPool.Id
	var client struct{ UserPoolClient struct{ ClientId string } }
	ask := map[string]any{
		"UserPoolId":        s.poolID,
		"ClientName":        "bench",
		"ExplicitAuthFlows": []string{"ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
	}
	if err := c.do("CreateUserPoolClient", signature, ask, &client); err != nil {
		return err
	}
	s.clientID = client.UserPoolClient.ClientId
	ask["RefreshTokenRotation"] = map[string]any{"Feature": "ENABLED", "RetryGracePeriodSeconds": 0}
	if err := c.do("CreateUserPoolClient", signature, ask, &client); err != nil {
		return err
	}
	s.rotatingID = client.UserPoolClient.ClientId
	return c.do("SetUserPoolMfaConfig", signature, map[string]any{
		"UserPoolId": s.poolID, "MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": map[string]any{"Enabled": true},
	}, new(struct{}))
}

// order returns the order of a child for a database like that of s as it was
// filled: in SQLite a copy called name.
func (s *site) order(name string, span time.Duration) (order, error) {
	o := order{Path: filepath.Join(s.dir, name), Database: s.database, ClientID: s.clientID, Users: s.users, Span: span}
	if s.database != "" {
		return o, nil
	}
	return o, copyFile(o.Path, filepath.Join(s.dir, filledFile))
}

// tokens are what a sign-in gives.
type tokens struct{ AccessToken, RefreshToken string }

// A purse keeps the tokens of the last sign-ins, for operations that need some.
type purse struct {
	mu   sync.Mutex
	kept []tokens
}

const maxKept = 20000

func (p *purse) put(t tokens) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.kept) < maxKept {
		p.kept = append(p.kept, t)
		return
	}
	p.kept[rand.IntN(maxKept)] = t
}

// any returns tokens of somebody; put must have been called.
func (p *purse) any() tokens {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.kept[rand.IntN(len(p.kept))]
}

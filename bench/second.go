package main

import (
	"context"
	"crypto/sha1"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/cenote-auth/cenote/internal/core/credential"
	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/totp"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// cautious are the users with a software token. A password of theirs is good
// once, so there are as many as sign in within half a minute.
type cautious struct {
	mu   sync.Mutex
	last []int64 // the time step that each used last
	next int
}

const (
	fewestCautious = 200
	mostCautious   = 20_000
)

// cautiousUsers is how many of them there are beside so many users.
func cautiousUsers(users int) int { return min(mostCautious, max(users, fewestCautious)) }

func cautiousName(i int) string { return fmt.Sprintf("cautious-%06d", i) }

// seedOf is the seed of a user's software token, which the load knows as well.
func seedOf(name string) []byte { sum := sha1.Sum([]byte(name)); return sum[:] }

// take returns a user who has a password left, and the password: of this time
// step or the next, which are both good still if a step ends before it arrives.
func (c *cautious) take(users int) (name, code string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.last == nil {
		c.last = make([]int64, users)
	}
	now := time.Now().Unix() / 30
	for range users {
		i := c.next
		c.next = (c.next + 1) % users
		if step := max(c.last[i]+1, now); step <= now+1 {
			c.last[i] = step
			name = cautiousName(i)
			return name, totp.At(seedOf(name), time.Unix(step*30, 0)), nil
		}
	}
	return "", "", errors.New("every user with a software token has signed in too often")
}

// fillCautious writes some of the users with a software token.
func fillCautious(ctx context.Context, st store.Store, p *pool.Pool, passwords *credential.Passwords, seeds *totp.Seeds, first, end int) error {
	var users []*pool.User
	for i := first; i < end; i++ {
		u, err := makeUser(ctx, p, passwords, cautiousName(i))
		if err != nil {
			return err
		}
		u.Factors.SoftwareToken = true
		users = append(users, u)
	}
	return st.Update(ctx, func(tx store.Tx) error {
		for _, u := range users {
			if err := directory.Create(ctx, tx, p, u, false, false); err != nil {
				return err
			}
			sealed := seeds.Seal(p.Key, u.Sub, seedOf(u.Username))
			if err := tx.AskSoftwareToken(ctx, p.Key, u.Sub, sealed); err != nil {
				return err
			}
			if err := tx.VerifySoftwareToken(ctx, p.Key, u.Sub, sealed, "", 0); err != nil {
				return err
			}
		}
		return nil
	})
}

// signInWithToken is signInBySRP with a password of a software token after it.
func signInWithToken(w *worker) error {
	name, code, err := w.site.cautious.take(w.site.second)
	if err != nil {
		return err
	}
	proof, err := w.proof(name)
	if err != nil {
		return err
	}
	var next struct{ Session string }
	if err := w.do("RespondToAuthChallenge", "", proof, &next); err != nil {
		return err
	}
	return w.signedIn("RespondToAuthChallenge", map[string]any{
		"ChallengeName": "SOFTWARE_TOKEN_MFA", "ClientId": w.site.clientID, "Session": next.Session,
		"ChallengeResponses": parameters{"USERNAME": name, "SOFTWARE_TOKEN_MFA_CODE": code},
	})
}

// rotate is refresh with a new refresh token in place of the old one. Each token
// is in one hand.
func rotate(w *worker) error {
	t, ok := w.site.rotating.take()
	if !ok {
		var err error
		if t, err = w.firstToRotate(); err != nil {
			return err
		}
	}
	var answer struct{ AuthenticationResult tokens }
	err := w.do("GetTokensFromRefreshToken", "", map[string]any{"ClientId": w.site.rotatingID, "RefreshToken": t.RefreshToken}, &answer)
	if err != nil {
		return err
	}
	if answer.AuthenticationResult.RefreshToken == "" {
		return errors.New("there is no new refresh token")
	}
	w.site.rotating.put(answer.AuthenticationResult)
	return nil
}

// firstToRotate signs somebody in, which is not part of the operation.
func (w *worker) firstToRotate() (tokens, error) {
	defer func(record bool) { w.record = record }(w.record)
	w.record = false
	var answer struct{ AuthenticationResult tokens }
	err := w.do("InitiateAuth", "", map[string]any{
		"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": w.site.rotatingID,
		"AuthParameters": parameters{"USERNAME": w.site.anybody(), "PASSWORD": password},
	}, &answer)
	return answer.AuthenticationResult, err
}

// take takes tokens out of the purse; false if it is empty.
func (p *purse) take() (t tokens, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.kept) == 0 {
		return t, false
	}
	t = p.kept[len(p.kept)-1]
	p.kept = p.kept[:len(p.kept)-1]
	return t, true
}

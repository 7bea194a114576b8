package e2e

import (
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"
)

// load is people who live at several nodes at once: they sign up, sign in,
// refresh, change and go.
type load struct {
	t      *testing.T
	server *server // of any node: they share the pool
	ledger ledger
	lives  atomic.Int64
	writes atomic.Int64 // that were acknowledged
	lost   atomic.Int64 // calls without an answer
	failed atomic.Int64 // calls answered with a fault of the server
	fault  atomic.Value // request id of the last of those
}

// failurePause is how long a client waits after a failure.
const failurePause = 20 * time.Millisecond

// client is one of a load. It calls at one door, and where that gives no answer
// goes on at the next one of its list.
type client struct {
	load  *load
	doors []*door
}

// door is where clients call, and whether it is known that it may fail.
type door struct {
	*caller
	mayFail atomic.Bool
}

// live has a client live one life after another as long as more says.
func (c *client) live(name string, more func() bool) {
	for i := 0; more(); i++ {
		p := &person{email: fmt.Sprintf("%s-%d@example.com", name, i)}
		c.load.ledger.add(p)
		if c.life(p) && p.deleted == never {
			c.load.ledger.meet(p)
		}
		if other := c.load.ledger.anybody(); other != nil {
			c.visit(other)
		}
		c.load.lives.Add(1)
	}
}

// life is a person's, as long as answers come.
func (c *client) life(p *person) bool {
	s := c.load.server
	first := passwordMark + "-first"
	p.passwords = []string{first}
	out, ok := c.write(&p.signedUp, "SignUp", signUp(s, p.email, first))
	if p.sub = out.UserSub; !ok {
		return false
	}
	if _, ok := c.write(&p.confirmed, "ConfirmSignUp", confirm(s, p.email, fixedCode)); !ok || !c.signIn(p) {
		return false
	}
	if rand.IntN(4) == 0 && !c.change(p) {
		return false
	}
	if rand.IntN(4) == 0 {
		g := p.refresh[len(p.refresh)-1]
		if _, ok := c.write(&g.revoked, "RevokeToken", object{"ClientId": s.clientID, "Token": g.token}); !ok {
			return false
		}
	}
	if rand.IntN(8) == 0 {
		_, ok := c.write(&p.deleted, "AdminDeleteUser", object{"UserPoolId": s.poolID, "Username": p.email})
		return ok
	}
	return true
}

// signIn gives p a refresh token and uses it.
func (c *client) signIn(p *person) bool {
	s := c.load.server
	in, ok := c.do("InitiateAuth", byPassword(s, p.email, p.passwords[0]))
	if !ok {
		return false
	}
	c.load.writes.Add(1)
	p.refresh = append(p.refresh, &grant{token: in.AuthenticationResult.RefreshToken})
	if _, ok := c.do("GetUser", object{"AccessToken": in.AuthenticationResult.AccessToken}); !ok {
		return false
	}
	_, ok = c.do("InitiateAuth", refresh(s, in.AuthenticationResult.RefreshToken))
	return ok
}

// change gives p another password.
func (c *client) change(p *person) bool {
	second := passwordMark + "-second"
	p.passwords = append(p.passwords, second)
	var changed told
	_, ok := c.write(&changed, "AdminSetUserPassword",
		object{"UserPoolId": c.load.server.poolID, "Username": p.email, "Password": second, "Permanent": true})
	switch changed {
	case done:
		p.passwords = p.passwords[1:]
	case never:
		p.passwords = p.passwords[:1]
	}
	return ok
}

// visit uses what somebody was given, maybe at another node.
func (c *client) visit(p *person) {
	g := p.refresh[0]
	if g.revoked == never {
		c.do("InitiateAuth", refresh(c.load.server, g.token))
	}
	c.do("AdminGetUser", object{"UserPoolId": c.load.server.poolID, "Username": p.email})
}

// write makes a call that changes something, and notes what came of it.
func (c *client) write(fact *told, operation string, in object) (said, bool) {
	*fact = perhaps
	out, ok := c.do(operation, in)
	if ok {
		*fact = done
		c.load.writes.Add(1)
	}
	return out, ok
}

// do makes a call. Where it fails although its door may not, so does the test.
func (c *client) do(operation string, in object) (said, bool) {
	at := c.doors[0]
	began := at.mayFail.Load()
	out, err := at.call(operation, in)
	if err == nil && out.ok() {
		return out, true
	}
	switch mayFail := began || at.mayFail.Load(); {
	case !mayFail:
		c.load.t.Errorf("%s at %s: %v, %v", operation, at.name, out, err)
	case err != nil:
		c.load.lost.Add(1)
		if len(c.doors) > 1 {
			c.doors = c.doors[1:]
		}
	case out.status == 500 && out.exception == "InternalErrorException" && out.requestID != "" && out.message == "":
		c.load.failed.Add(1)
		c.load.fault.Store(out.requestID)
	default:
		c.load.t.Errorf("%s at %s, which may fail: %v", operation, at.name, out)
	}
	time.Sleep(failurePause)
	return out, false
}

package e2e

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
)

// told is what a client knows of something that it asked for.
type told int

const (
	never   told = iota // it was not asked for
	perhaps             // it was asked for, and no answer came
	done                // the answer was that it is done
)

// person is somebody in a pool, as far as the answers of the server go. One
// life at a time changes a person.
type person struct {
	email                        string
	sub                          string
	signedUp, confirmed, deleted told
	passwords                    []string // one of these is right
	refresh                      []*grant
}

// grant is a refresh token that was given.
type grant struct {
	token   string
	revoked told
}

// ledger holds everybody whom clients were told of.
type ledger struct {
	mu     sync.Mutex
	people []*person
	met    []*person // whose life is over, and who were not deleted
}

func (l *ledger) add(p *person) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.people = append(l.people, p)
}

func (l *ledger) meet(p *person) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.met = append(l.met, p)
}

// anybody returns somebody whose life is over, or nil.
func (l *ledger) anybody() *person {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.met) == 0 {
		return nil
	}
	return l.met[rand.IntN(len(l.met))]
}

// check compares what clients were told with what c says is stored, of each
// nth person, and returns how many facts it compared.
func (l *ledger) check(t *testing.T, s *server, c *caller, nth int) int {
	t.Helper()
	l.mu.Lock()
	people := l.people
	l.mu.Unlock()
	var some []*person
	for i := 0; i < len(people); i += nth {
		some = append(some, people[i])
	}
	var facts int
	var mu sync.Mutex
	each(8, some, func(p *person) {
		n, wrong := p.check(s, c)
		mu.Lock()
		defer mu.Unlock()
		facts += n
		for _, text := range wrong {
			t.Errorf("%s: %s", p.email, text)
		}
	})
	return facts
}

// each runs do for every item of a list, workers at a time.
func each[T any](workers int, list []T, do func(T)) {
	items := make(chan T)
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for item := range items {
				do(item)
			}
		})
	}
	for _, item := range list {
		items <- item
	}
	close(items)
	all.Wait()
}

// check returns how many facts about p it looked at, and those that are wrong.
func (p *person) check(s *server, c *caller) (facts int, wrong []string) {
	expect := func(right bool, format string, args ...any) {
		facts++
		if !right {
			wrong = append(wrong, fmt.Sprintf(format, args...))
		}
	}
	found, err := c.call("AdminGetUser", object{"UserPoolId": s.poolID, "Username": p.email})
	gone := found.is("UserNotFoundException", "User does not exist.")
	expect(err == nil && (found.ok() || gone), "AdminGetUser: %v, %v", found, err)
	switch {
	case p.deleted == done:
		expect(gone, "was deleted and is there")
		return facts, wrong
	case gone:
		expect(p.signedUp != done || p.deleted == perhaps, "was signed up and is gone")
		return facts, wrong
	}
	switch p.confirmed {
	case done:
		expect(found.UserStatus == "CONFIRMED", "was confirmed and is %s", found.UserStatus)
	case never:
		expect(found.UserStatus == "UNCONFIRMED", "was not confirmed and is %s", found.UserStatus)
	}
	if p.confirmed != done {
		return facts, wrong
	}
	right := 0
	for _, password := range p.passwords {
		in, err := c.call("InitiateAuth", byPassword(s, p.email, password))
		refused := in.is("NotAuthorizedException", "Incorrect username or password.")
		expect(err == nil && (in.ok() || refused), "sign-in: %v, %v", in, err)
		if in.ok() {
			right++
		}
	}
	expect(right == 1, "of %d passwords %d are right, want one", len(p.passwords), right)
	for _, g := range p.refresh {
		got, err := c.call("InitiateAuth", refresh(s, g.token))
		revoked := got.is("NotAuthorizedException", "Refresh Token has been revoked")
		expect(err == nil && (got.ok() && g.revoked != done || revoked && g.revoked != never),
			"refresh token that was revoked %d (2: done): %v, %v", g.revoked, got, err)
	}
	return facts, wrong
}

// A ledger that notices nothing would let every test pass that ends with it.
func TestTheLedgerNoticesWhatIsLost(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), "--fixed-code", fixedCode)
	at := newCaller(t, "the server", s.endpoint, 1)
	l := &load{t: t, server: s}
	c := &client{load: l, doors: []*door{{caller: at}}}
	var p *person
	for i := 0; p == nil || p.deleted == done; i++ { // till somebody stays
		p = &person{email: fmt.Sprintf("ada-%d@example.com", i)}
		if !c.life(p) {
			t.FailNow() // and it was said why
		}
	}
	if _, wrong := p.check(s, at); len(wrong) > 0 {
		t.Fatalf("of somebody as told: %q", wrong)
	}
	for _, tt := range []struct {
		name   string
		change func(*person)
	}{
		{"a sign-up that is not there", func(p *person) { p.email = "bob@example.com" }},
		{"a confirmation that should not be there", func(p *person) { p.confirmed = never }},
		{"a deletion that is not there", func(p *person) { p.deleted = done }},
		{"a password that is not there", func(p *person) { p.passwords = []string{passwordMark + "-third"} }},
		{"a refresh token that is not there", func(p *person) { p.refresh = []*grant{{token: "made-up"}} }},
		{"a revocation that is not there", func(p *person) {
			in := at.must(t, "InitiateAuth", byPassword(s, p.email, p.passwords[0]))
			p.refresh = []*grant{{token: in.AuthenticationResult.RefreshToken, revoked: done}}
		}},
	} {
		other := *p
		tt.change(&other)
		if _, wrong := other.check(s, at); len(wrong) == 0 {
			t.Errorf("%s went unnoticed", tt.name)
		}
	}
}

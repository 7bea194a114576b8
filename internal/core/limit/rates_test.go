package limit

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

func TestBucket(t *testing.T) {
	t.Parallel()
	for _, perSecond := range []int64{1, 3, 7, 30, 120, 999, MaxRate - 1} {
		var b bucket
		admitted := func(at time.Duration) (n int64) {
			for b.take(int64(at), perSecond) {
				n++
			}
			return n
		}
		at := 10 * time.Second
		// Beyond a thousand, nanoseconds are too coarse to be exact.
		near := func(got, want int64) bool { return got >= want && got <= want+perSecond/1000 }
		if got := admitted(at); !near(got, perSecond) {
			t.Errorf("%d a second: %d at once", perSecond, got)
		}
		at += 500 * time.Millisecond
		if got := admitted(at); !near(got, perSecond/2) {
			t.Errorf("%d a second: %d half a second later", perSecond, got)
		}
		at += time.Hour
		if got := admitted(at); !near(got, perSecond) {
			t.Errorf("%d a second: %d an hour later", perSecond, got)
		}
	}
}

// counter is Rates on a store, by a clock that is moved by hand.
type counter struct {
	*Rates
	store store.Store
	at    atomic.Int64
}

func newCounter(t testing.TB, st store.Store, defaults bool, pools ...string) *counter {
	t.Helper()
	c := &counter{store: st}
	began := time.Now()
	c.Rates = NewRates(RateOptions{Store: st, Defaults: defaults, Now: func() time.Time { return began.Add(time.Duration(c.at.Load())) }})
	for _, id := range pools {
		err := st.Update(t.Context(), func(tx store.Tx) error {
			key, err := tx.CreatePool(t.Context(), &pool.Pool{ID: id})
			if err != nil {
				return err
			}
			return tx.CreateClient(t.Context(), &pool.Client{ID: "client of " + id, PoolKey: key})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// admitted returns how many requests are admitted at once, up to 1000.
func (c *counter) admitted(t testing.TB, q Request) int {
	t.Helper()
	for n := range 1000 {
		if err := c.Admit(t.Context(), q); err != nil {
			if !errors.Is(err, pool.E(pool.TooManyRequests, "Rate exceeded")) {
				t.Fatal(err)
			}
			return n
		}
	}
	return 1000
}

// set sets a rate in the database alone.
func (c *counter) set(t testing.TB, poolID, category string, perSecond int64) {
	t.Helper()
	err := c.store.Update(t.Context(), func(tx store.Tx) error {
		key := store.EveryPool
		if poolID != "" {
			p, err := tx.Pool(t.Context(), poolID)
			if err != nil {
				return err
			}
			key = p.Key
		}
		return tx.SetRate(t.Context(), store.Rate{PoolKey: key, Category: category, PerSecond: perSecond})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func in(operation, poolID string) Request { return Request{Operation: operation, PoolID: poolID} }

func TestACategoryIsCountedForAPool(t *testing.T) {
	t.Parallel()
	c := newCounter(t, storetest.Open(t), true, "a_1", "a_2")
	for _, tt := range []struct {
		name string
		q    Request
		want int
	}{
		{"fifty a second", in("AdminCreateUser", "a_1"), 50},
		{"by whatever operation of the category", in("AdminConfirmSignUp", "a_1"), 0},
		{"and whatever names the pool", Request{Operation: "SignUp", ClientID: "client of a_1"}, 0},
		{"not those of another category", in("AdminGetUser", "a_1"), 120},
		{"nor of another pool", Request{Operation: "SignUp", ClientID: "client of a_2"}, 50},
		{"pools that do not exist are one", in("AdminCreateUser", "a_3"), 50},
		{"with clients that do not", Request{Operation: "SignUp", ClientID: "none"}, 0},
		{"and what names none", Request{Operation: "SignUp"}, 0},
		{"five of an operation on a resource", in("CreateGroup", "a_1"), 5},
		{"of another as many", in("DeleteGroup", "a_1"), 5},
		{"up to the rate of the category", in("UpdateGroup", "a_1"), 5},
		{"and no more", in("TagResource", "a_1"), 0},
		{"three answers for a sign-in, and one more for each that did not come", in("AdminRespondToAuthChallenge", "a_1"), 480},
		{"then no sign-ins", in("AdminInitiateAuth", "a_1"), 0},
		{"an answer with a new password is a new password", Request{Operation: "AdminRespondToAuthChallenge", PoolID: "a_1", NewPassword: true}, 30},
		{"what has no category", in("Unheard", "a_1"), 1000},
	} {
		if got := c.admitted(t, tt.q); got != tt.want {
			t.Errorf("%s: %d were admitted, want %d", tt.name, got, tt.want)
		}
	}
	c.at.Add(int64(100 * time.Millisecond))
	if got := c.admitted(t, in("SignUp", "a_1")); got != 5 {
		t.Errorf("a tenth of a second later: %d were admitted, want 5", got)
	}
}

// One user's crowd takes ten reads and ten writes a second, and leaves the rest
// of the pool's rate to the others.
func TestRatesForOneUser(t *testing.T) {
	t.Parallel()
	c := newCounter(t, storetest.Open(t), true, "a_1", "a_2")
	of := func(operation, poolID, user string) Request {
		return Request{Operation: operation, PoolID: poolID, User: user}
	}
	for _, tt := range []struct {
		name string
		q    Request
		want int
	}{
		{"ten reads a second", of("AdminGetUser", "a_1", "ada"), 10},
		{"by whatever operation, in other letters", of("AdminListGroupsForUser", "a_1", "ADA"), 0},
		{"and whatever names the pool", Request{Operation: "GetUser", ClientID: "client of a_1", User: "ada"}, 0},
		{"beside them ten writes", of("AdminUpdateUserAttributes", "a_1", "ada"), 10},
		{"of another category, too", of("AdminSetUserPassword", "a_1", "ada"), 0},
		{"not those of the same name in another pool", of("AdminGetUser", "a_2", "ada"), 10},
		{"nor of another user", of("AdminGetUser", "a_1", "bob"), 10},
		{"what was refused took nothing of the pool", of("AdminGetUser", "a_1", ""), 100},
		{"sign-ins have a lock-out instead", of("AdminInitiateAuth", "a_1", "ada"), 120},
		{"in pools that do not exist nobody is counted", of("AdminGetUser", "a_3", "ada"), 120},
	} {
		if got := c.admitted(t, tt.q); got != tt.want {
			t.Errorf("%s: %d were admitted, want %d", tt.name, got, tt.want)
		}
	}
	c.at.Add(int64(500 * time.Millisecond))
	if got := c.admitted(t, of("AdminGetUser", "a_1", "ada")); got != 5 {
		t.Errorf("half a second later: %d were admitted, want 5", got)
	}
	c.set(t, "a_1", "UserRead", MaxRate)
	c.Reread()
	if got := c.admitted(t, of("AdminGetUser", "a_1", "ada")); got != 1000 {
		t.Errorf("of a category without a limit: %d were admitted, want all", got)
	}
	c = newCounter(t, storetest.Open(t), false, "a_1")
	if got := c.admitted(t, of("AdminGetUser", "a_1", "ada")); got != 1000 {
		t.Errorf("without defaults: %d were admitted, want all", got)
	}
}

// Names are many and buckets few: two people seldom share one.
func TestPeopleSeldomShareABucket(t *testing.T) {
	t.Parallel()
	c := newCounter(t, storetest.Open(t), true, "a_1")
	c.set(t, "", "UserRead", MaxRate-1)
	refused := 0
	for i := range 1000 {
		for range perUser {
			if c.Admit(t.Context(), Request{Operation: "AdminGetUser", PoolID: "a_1", User: strconv.Itoa(i)}) != nil {
				refused++
			}
		}
	}
	if refused > 50*perUser { // one in 65 thousand, for each pair
		t.Errorf("%d of %d were refused", refused, 1000*perUser)
	}
}

func TestRatesThatWereSet(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st store.Store) {
		c := newCounter(t, st, true, "a_1", "a_2")
		group, user := in("CreateGroup", "a_1"), in("SignUp", "a_1")
		if got := c.admitted(t, user); got != 50 {
			t.Errorf("before: %d were admitted, want 50", got)
		}
		c.set(t, "", "UserCreation", 70)
		c.set(t, "", "UserPoolResourceUpdate", 9)
		c.set(t, "a_1", "UserPoolResourceUpdate", 12)
		c.at.Add(int64(RateDelay) - 1)
		if got := c.admitted(t, user); got != 50 {
			t.Errorf("a node that was not told: %d were admitted, want 50", got)
		}
		c.at.Add(int64(RateDelay))
		if got := c.admitted(t, user); got != 70 {
			t.Errorf("after the delay: %d were admitted, want 70", got)
		}
		if got := c.admitted(t, group); got != 12 {
			t.Errorf("a rate of the pool: %d were admitted, want 12", got)
		}
		if got := c.admitted(t, in("CreateGroup", "a_2")); got != 9 {
			t.Errorf("a rate of every pool: %d were admitted, want 9", got)
		}
		c.set(t, "", "UserCreation", 80)
		c.Reread()
		c.at.Add(int64(time.Second))
		if got := c.admitted(t, user); got != 80 {
			t.Errorf("a node that was told: %d were admitted, want 80", got)
		}
		c.set(t, "", "UserCreation", MaxRate)
		c.Reread()
		if got := c.admitted(t, user); got != 1000 {
			t.Errorf("without a limit: %d were admitted, want all", got)
		}
	})
}

func TestWithoutDefaultsOnlyWhatWasSetCounts(t *testing.T) {
	t.Parallel()
	c := newCounter(t, storetest.Open(t), false, "a_1")
	c.set(t, "a_1", "UserCreation", 2)
	for q, want := range map[Request]int{in("SignUp", "a_1"): 2, in("CreateGroup", "a_1"): 1000, in("GetUser", "a_1"): 1000} {
		if got := c.admitted(t, q); got != want {
			t.Errorf("%s: %d were admitted, want %d", q.Operation, got, want)
		}
	}
}

func TestRefusalsAreToldOf(t *testing.T) {
	t.Parallel()
	c := newCounter(t, storetest.Open(t), true)
	told := map[string]int{}
	c.o.Refused = func(category string) { told[category]++ }
	c.admitted(t, in("GetProvisionedLimit", ""))
	c.admitted(t, in("ListGroups", ""))
	if want := "map[LimitManagement:1 UserPoolResourceRead:1]"; fmt.Sprint(told) != want {
		t.Errorf("told %v, want %s", told, want)
	}
}

func TestManyAtOnceGetNoMoreThanTheRate(t *testing.T) {
	t.Parallel()
	c := newCounter(t, storetest.Open(t), true, "a_1")
	var admitted atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 50 {
				if c.Admit(t.Context(), in("SignUp", "a_1")) == nil {
					admitted.Add(1)
				}
			}
		})
	}
	all.Wait()
	if got := admitted.Load(); got != 50 {
		t.Errorf("%d were admitted, want 50", got)
	}
}

func TestStrangersDoNotGrowWhatIsRemembered(t *testing.T) {
	t.Parallel()
	c := newCounter(t, storetest.Open(t), true, "a_1")
	for i := range 200 {
		_ = c.Admit(t.Context(), in("SignUp", "a_"+strconv.Itoa(i)))
		_ = c.Admit(t.Context(), Request{Operation: "SignUp", ClientID: strconv.Itoa(i)})
	}
	if len(c.byID) != 2 || len(c.byKey) != 2 {
		t.Errorf("%d ids and %d ledgers are remembered, want those of a_1 and of nobody", len(c.byID), len(c.byKey))
	}
	for i := range maxIDs + 10 {
		c.remember(id{strconv.Itoa(i), true}, int64(i), nil, 0)
	}
	if len(c.byID) != maxIDs || len(c.byKey) != maxLedgers {
		t.Errorf("%d ids and %d ledgers are remembered, want %d and %d", len(c.byID), len(c.byKey), maxIDs, maxLedgers)
	}
}

func TestADatabaseThatIsGone(t *testing.T) {
	t.Parallel()
	c := newCounter(t, storetest.Open(t), true, "a_1")
	if err := c.Admit(t.Context(), in("SignUp", "a_1")); err != nil {
		t.Fatal(err)
	}
	if err := c.store.Close(); err != nil {
		t.Fatal(err)
	}
	c.at.Add(int64(time.Hour))
	if got := c.admitted(t, in("SignUp", "a_1")); got != 50 {
		t.Errorf("of a pool that is known %d were admitted, want 50", got)
	}
	if err := c.Admit(t.Context(), in("SignUp", "a_2")); err == nil || errors.As(err, new(*pool.Error)) {
		t.Errorf("of another pool: got %v, want a fault", err)
	}
}

func BenchmarkAdmit(b *testing.B) {
	c := newCounter(b, storetest.Open(b), true, "a_1")
	c.set(b, "", "UserAuthentication", MaxRate-1)
	c.o.Now = time.Now
	ctx := context.Background()
	for _, q := range []Request{
		{Operation: "InitiateAuth", ClientID: "client of a_1"},
		{Operation: "GetUser", ClientID: "client of a_1", User: strings.Repeat("t", 1100)},
		{Operation: "AdminGetUser", PoolID: "a_1", User: "Ada@example.com"},
	} {
		b.Run(q.Operation, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = c.Admit(ctx, q)
			}
		})
	}
}

package server

import (
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// flood makes n calls, four at a time, and returns how many were admitted, and
// how many perSecond allows in the time that they took.
func flood(t *testing.T, n, perSecond int, try func() (int, object)) (got, most int) {
	t.Helper()
	var admitted atomic.Int64
	began := time.Now()
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range n / 4 {
				switch status, out := try(); {
				case out.at("__type") != "TooManyRequestsException":
					admitted.Add(1)
				case status != http.StatusBadRequest || out.at("message") != "Rate exceeded":
					t.Errorf("got %d %v", status, out)
				}
			}
		})
	}
	all.Wait()
	return int(admitted.Load()), int(float64(perSecond) * (1 + time.Since(began).Seconds()))
}

// limitOf is a request about the limit of a category, for a pool unless
// poolID is "".
func limitOf(category, poolID string, more object) object {
	attributes := object{"Category": category}
	if poolID != "" {
		attributes["UserPoolId"] = poolID
	}
	in := object{"LimitDefinition": object{"LimitClass": "API_CATEGORY", "Attributes": attributes}}
	for name, value := range more {
		in[name] = value
	}
	return in
}

func TestServeLimitsRates(t *testing.T) {
	t.Parallel()
	c := serveConfig(t)
	c.RateLimits, c.MetricsListen = "", "127.0.0.1:0"
	key := newKey(t, c, "deploy", "*", "*")
	n := start(t, c)
	create := func() string {
		return n.mustAs(t, key, "CreateUserPool", object{"PoolName": "p"}).at("UserPool", "Id")
	}
	first, second := create(), create()
	list := func(poolID string) func() (int, object) {
		return func() (int, object) { return n.as(t, key, "ListGroups", object{"UserPoolId": poolID}) }
	}
	if got, most := flood(t, 60, 5, list(first)); got < 5 || got > most {
		t.Errorf("of 60 calls %d were admitted, want 5 a second, which is %d", got, most)
	}
	if status, out := list(second)(); status != http.StatusOK {
		t.Errorf("another pool: got %d %v", status, out)
	}
	out := n.mustAs(t, key, "UpdateProvisionedLimit", limitOf("UserPoolResourceRead", second, object{"RequestedLimitValue": 1}))
	if limit, _ := out["Limit"].(map[string]any); limit["ProvisionedLimitValue"] != 1.0 || limit["FreeLimitValue"] != 20.0 {
		t.Errorf("UpdateProvisionedLimit: %v", out)
	}
	if got, most := flood(t, 20, 1, list(second)); got > most {
		t.Errorf("of 20 calls %d were admitted, want 1 a second, which is %d", got, most)
	}
	if shown := text(t, n.side.url()); !strings.Contains(shown, `cenote_rate_refusals_total{category="UserPoolResourceRead"} `) {
		t.Error("the metrics do not show refusals")
	}
}

// Ten reads and ten writes a second are one user's, by name or by token, and
// leave the others theirs.
func TestServeLimitsRatesOfOneUser(t *testing.T) {
	t.Parallel()
	c := config(t)
	c.RateLimits = "on"
	n := start(t, c)
	for _, name := range []string{"ada@example.com", "bob@example.com"} {
		n.call(t, "AdminCreateUser", object{"UserPoolId": n.first.ID, "Username": name, "MessageAction": "SUPPRESS"})
	}
	ask := func(operation, name string) func() (int, object) {
		in := object{"UserPoolId": n.first.ID, "Username": name}
		if operation == "AdminUpdateUserAttributes" {
			in["UserAttributes"] = []object{{"Name": "name", "Value": "Ada"}}
		}
		return func() (int, object) { return n.try(t, operation, in) }
	}
	for _, operation := range []string{"AdminGetUser", "AdminUpdateUserAttributes"} {
		if got, most := flood(t, 60, 10, ask(operation, "ada@example.com")); got < 9 || got > most { // the creation was a write
			t.Errorf("%s: of 60 calls %d were admitted, want 10 a second, which is %d", operation, got, most)
		}
		if status, out := ask(operation, "bob@example.com")(); status != http.StatusOK {
			t.Errorf("%s of another user: got %d %v", operation, status, out)
		}
	}
	token := func() (int, object) { return n.try(t, "GetUser", object{"AccessToken": "a.token.that.is.none"}) }
	if got, _ := flood(t, 60, 10, token); got != 60 {
		t.Errorf("of 60 tokens of no pool %d were looked at, want all: they are nobody's", got)
	}
}

// dev limits nothing that nobody asked to be limited.
func TestDevLimitsOnlyWhatWasSet(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, flag string
		limited    bool
	}{
		{"unless it is said", "", false},
		{"where it is said", "on", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := config(t)
			c.RateLimits = tt.flag
			n := start(t, c)
			list := func() (int, object) { return n.try(t, "ListGroups", object{"UserPoolId": n.first.ID}) }
			if got, _ := flood(t, 60, 5, list); (got == 60) == tt.limited {
				t.Errorf("of 60 calls %d were admitted, want limited %v", got, tt.limited)
			}
			if tt.limited {
				return
			}
			out := n.call(t, "GetProvisionedLimit", limitOf("UserPoolResourceRead", "", nil))
			if limit, _ := out["Limit"].(map[string]any); limit["ProvisionedLimitValue"] != 1e6 || limit["FreeLimitValue"] != 20.0 {
				t.Errorf("GetProvisionedLimit without limits: %v", out)
			}
			n.call(t, "UpdateProvisionedLimit", limitOf("UserPoolResourceRead", "", object{"RequestedLimitValue": 2}))
			if got, most := flood(t, 40, 2, list); got > most {
				t.Errorf("of 40 calls %d were admitted, want 2 a second, which is %d", got, most)
			}
		})
	}
}

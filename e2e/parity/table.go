package parity

import (
	"slices"
	"strings"
)

// Scenario is one story of one client, told to both libraries.
type Scenario struct {
	Library string `json:"library"` // amplify or identity
	Name    string `json:"name"`
	Pool    string `json:"pool"`             // a kind of pool, see kinds.go
	Config  M      `json:"config,omitempty"` // of the client, beyond where the pool is
	Steps   []Step `json:"steps"`
}

// M is an object of JSON.
type M = map[string]any

// Step is one call of the library or one thing that happens around it. Texts in
// With may hold names in braces, such as {email}, which differ for each run.
type Step struct {
	Do   string `json:"do"`
	With M      `json:"with,omitempty"`
	Want string `json:"want,omitempty"` // a sign-in or sign-up step, a challenge, an error's name, or ok
	Go   string `json:"go,omitempty"`   // the same for the Go client, where it differs on purpose
}

// Things around the client. Every other step is a call of the library.
const (
	admin     = "admin"     // an operation of the service, by an administrator
	codeStep  = "code"      // waits for a message, and sets {code} and {wrong}
	appStep   = "app"       // looks at the authenticator app, and sets {code} and {wrong}
	wholeRun  = "wholeRun"  // the server's clock and the client's go on
	serverRun = "serverRun" // the server's clock alone goes on
	clientRun = "clientRun" // the client's clock alone goes on, or back
	reload    = "reload"    // the program starts again, with the storage it left
	handOver  = "handOver"  // the other library goes on with the storage
	edit      = "edit"      // somebody changes the storage
	remember  = "remember"  // names what stands there, for the braces
	offline   = "offline"   // the way to the service is cut, or mended
)

// call is a step that calls the library.
func call(do string, with M, want string) Step { return Step{Do: do, With: with, Want: want} }

// byAdmin is a step in which an administrator calls an operation on the pool.
func byAdmin(op string, in M) Step { return Step{Do: admin, With: M{"op": op, "in": in}} }

// codeTo waits until an address has got a number of messages.
func codeTo(address string, count int) Step {
	return Step{Do: codeStep, With: M{"to": address, "count": count}}
}

// appCode is what the authenticator app shows that was given the secret which came
// last, now or half a minute later: each is good once.
func appCode() Step     { return Step{Do: appStep, With: M{"later": 0}} }
func nextAppCode() Step { return Step{Do: appStep, With: M{"later": 1}} }

func wait(d string) Step               { return Step{Do: wholeRun, With: M{"by": d}} }
func serverAhead(d string) Step        { return Step{Do: serverRun, With: M{"by": d}} }
func clockAhead(d string) Step         { return Step{Do: clientRun, With: M{"by": d}} }
func restart() Step                    { return Step{Do: reload} }
func toOther() Step                    { return Step{Do: handOver} }
func cut() Step                        { return Step{Do: offline, With: M{"is": true}} }
func mend() Step                       { return Step{Do: offline, With: M{"is": false}} }
func forget(keys ...string) Step       { return Step{Do: edit, With: M{"remove": keys}} }
func remembered(key, name string) Step { return Step{Do: remember, With: M{"key": key, "name": name}} }
func write(key, value string) Step     { return Step{Do: edit, With: M{"set": M{key: value}}} }

// steps makes one list of steps and lists of steps.
func steps(parts ...any) []Step {
	var all []Step
	for _, p := range parts {
		switch p := p.(type) {
		case Step:
			all = append(all, p)
		case []Step:
			all = append(all, p...)
		}
	}
	return all
}

// insteadGo gives a step another outcome for the Go client.
func (s Step) insteadGo(outcome string) Step {
	s.Go = outcome
	return s
}

// movesClock reports whether the server's clock moves, so that no other scenario
// may run at the same time.
func (s Scenario) movesClock() bool { return s.has(wholeRun) || s.has(serverRun) }

// handsOver reports whether the other library goes on.
func (s Scenario) handsOver() bool { return s.has(handOver) }

func (s Scenario) has(do string) bool {
	return slices.ContainsFunc(s.Steps, func(st Step) bool { return st.Do == do })
}

// Passwords hold the mark that no log may show.
const (
	password  = "Tulip-4-ada"
	other     = "Tulip-4-bob"
	temporary = "Tulip-4-temporary"
	weak      = "Tulip-4"

	deviceKey = "us-east-1_0a1b2c3d-0000-4000-8000-000000000000"
)

// storageKey is a key of the client's storage, of one of its users or of none.
func storageKey(parts ...string) string {
	return "CognitoIdentityServiceProvider.{client}." + strings.Join(parts, ".")
}

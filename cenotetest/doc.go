// Package cenotetest gives a Go test a running user pool, as net/http/httptest
// gives it a server.
//
//	func TestSignIn(t *testing.T) {
//		s := cenotetest.Start(t)
//		s.AddUser(t, cenotetest.User{Email: "ada@example.com", Password: "Tulip-42"})
//		client, err := auth.New(s.Config(), nil)
//		...
//	}
//
// Start takes some milliseconds: a server of Cenote in the test's own process,
// in development mode, with its database in a temporary folder and a port of
// its own on loopback. Tests that each start one share nothing and may run in
// parallel. The server ends with the test.
//
// A new server has a pool in which people sign in by e-mail, and a public app
// client of it. NewPool and NewClient make others, and Admin reaches every
// operation of the service. What the server would have sent to people is read
// with Code and Messages, TOTP is what an authenticator app shows, and Advance
// moves the server's clock.
//
// The pools' keys are built into this package and known to everybody, so no
// other program may contain it; a database that was made here is refused by
// cenote serve.
//
// Where the environment variable CENOTE_BINARY names the program cenote, Start
// runs `cenote dev` by it in a process of its own instead, so that the same
// tests try the program as people run it. That takes longer.
package cenotetest

// Package parity holds the Go client against the JavaScript libraries it
// follows: one table of scenarios is run through aws-amplify and package auth,
// and a smaller one through amazon-cognito-identity-js and package userpool,
// against one server and on pools made alike. What each side returns, stores,
// tells its listeners and asks of the service is a transcript, and the two
// transcripts are equal but for the differences in divergence.go, each of which
// stands in docs/divergences.md.
//
// A scenario is data (table.go): calls of the library by their names there,
// what an administrator does, codes from the inbox, clocks. runner.mjs makes the
// JavaScript calls in a process of its own, and seat*.go the Go calls. Where a
// scenario hands the storage over, each side picks up what the other wrote.
//
// The scenarios of package auth run against two other emulators of the service
// too, as far as those go; independent.go lists what they cannot do.
package parity

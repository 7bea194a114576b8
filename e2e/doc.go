// Package e2e drives the built binary with the clients people already have:
// Amplify and its Authenticator, amazon-cognito-identity-js, the AWS SDK for
// JavaScript, aws-jwt-verify and the AWS CLI, each a published package at a pinned
// version, unmodified.
//
// The Go files build the program, start `cenote dev` on each database and stop
// it; the calls themselves are in the *.test.mjs files, one a client. Each file
// gets a server of its own, so none sees what another left behind. `cenote serve`
// with its access keys has serve_test.go and serve.mjs. What needs a browser runs in
// headless Chromium (browser.mjs), with the app in folder app; pictures of what a
// person saw there are in folder screenshots afterwards.
//
// What goes wrong is in Go: a disk that is full, a database that goes away, a node
// that is killed, all under a load whose ledger is held against what is stored
// (life_test.go, ledger_test.go), and tries at passwords and codes by the thousand.
//
// The tests know nothing of the server's packages: only the program, the lines it
// prints, the file it writes and the wire. Folder parity holds the Go client
// against the JavaScript libraries; srpbench measures SRP beside that of others.
package e2e

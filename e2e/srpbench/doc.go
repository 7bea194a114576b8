// Command srpbench prints what the client's side of one SRP sign-in costs, that
// of auth/userpool beside others that people use, against the exponentiations
// the protocol cannot do without. Each contender first proves a password to the
// server's half. It is run from e2e/, after the npm packages are installed:
//
//	go run ./srpbench
package main

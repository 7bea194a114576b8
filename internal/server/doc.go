// Package server puts the parts together and runs them:
//
//	Config → store → keyring → core → flows → endpoints → one http.Handler
//
// It starts and stops, and decides nothing about users. What differs between
// the two ways to run is a mode: dev.go has what a development server has and
// no other, such as the inbox, and serve.go what one has that people rely on,
// such as access keys. With package main of cmd/cenote it is all that knows of
// flags and of the environment.
//
// The order of a start is Listen, New, FirstPool, Serve. Serve ends with its
// context: it stops accepting, lets requests in flight finish, stops the work
// in the background, and closes the store.
package server

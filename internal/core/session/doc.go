// Package session carries a sign-in from one step to the next. A session is
// sealed and travels through the client; nothing is stored but what functions
// say of custom challenges, so any node takes the next step and an unfinished
// sign-in costs no write. It is the Session of a challenge, and the SECRET_BLOCK
// of clients that send no Session.
//
// It says whether a session is genuine and in time. Whether the pool, the
// client and the user still are as they were is asked by the caller at every
// step, and that a sign-in succeeds once only is up to the store.
//
// It knows keyring and the nouns.
package session

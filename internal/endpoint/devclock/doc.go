// Package devclock lets a test move the time of a development server:
//
//	GET  /_cenote/clock                     {"now":"2030-01-02T03:04:05Z","offset":"25h0m0s"}
//	POST /_cenote/clock {"advance":"25h"}   the same, after the move
//
// Time moves for everything that expires and only forwards. The endpoint is
// not reachable in production; it knows HTTP and a clock.
package devclock

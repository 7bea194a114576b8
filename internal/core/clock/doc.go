// Package clock tells the time to everything that expires. It knows no other
// package of ours.
//
// Signatures of requests are judged by wall time and do not ask it.
package clock

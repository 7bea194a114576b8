// Package signup is the way of a person into a pool: sign up, receive a code,
// prove it.
//
//	(nobody) → SignUp → UNCONFIRMED → Confirm → CONFIRMED
//	                        ↑ Resend ↓
//
// It knows core's parts and the store; it knows no HTTP.
package signup

// Package signup is the way of a person into a pool: sign up, receive a code,
// prove it.
//
//	(nobody) → SignUp → UNCONFIRMED → Confirm → CONFIRMED
//	                        ↑ Resend ↓
//
// PreSignUp may refuse somebody, or confirm at once; PostConfirmation is told
// of who is confirmed. Both are called outside of transactions.
//
// It knows core's parts and the store; it knows no HTTP.
package signup

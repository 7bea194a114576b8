// Package signin is the way from a name to tokens. A sign-in is a sealed
// session and one step at a time; any node may take the next step.
//
//	Start ─ USER_SRP_AUTH ─→ PASSWORD_VERIFIER ─┐
//	      ─ USER_PASSWORD_AUTH ─────────────────┼→ NEW_PASSWORD_REQUIRED? ─→ tokens
//	      ─ REFRESH_TOKEN_AUTH ─────────────────┴──────────────────────────→ tokens
//
// Whoever tries a password is debited before it is looked at. A name that
// nobody has walks the same way at the same cost, where the client hides who
// exists, and fails at the end of it.
//
// PreAuthentication may refuse a sign-in at its start, once the name is looked
// up; PostAuthentication may take it back at its end. Both are called outside
// of transactions.
//
// It hands tokens to package token and users to package directory, and knows
// no HTTP.
package signin

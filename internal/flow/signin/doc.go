// Package signin is the way from a name to tokens. A sign-in is a sealed
// session and one step at a time; any node may take the next step.
//
//	Start ─ USER_SRP_AUTH ───────────────────────────────→ PASSWORD_VERIFIER ─────┐
//	      ─ USER_AUTH ─→ SELECT_CHALLENGE? ┬→ PASSWORD_SRP? ─→ PASSWORD_VERIFIER ─┤
//	                                       └→ PASSWORD? ──────────────────────────┤
//	      ─ USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH ─────────────────────────┼→ NEW_PASSWORD_REQUIRED? ─→ tokens
//	      ─ USER_AUTH with the session of a sign-up ──────────────────────────────┴──────────────────────────→ tokens
//	      ─ REFRESH_TOKEN_AUTH ──────────────────────────────────────────────────────────────────────────────→ tokens
//
// A step marked ? is left out when what it asks for was sent along. Of people
// who sign themselves in and of administrators who do it for them it is the
// same sign-in, by the same steps; they come by different doors.
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

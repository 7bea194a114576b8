// Package srp is the arithmetic of Cognito's SRP-6a: the 3072-bit group of
// RFC 3526, SHA-256, numbers hashed in their shortest two's-complement form,
// and the proof a client makes of the key both sides reach.
//
//	client                         server
//	A = g^a             ── A ──►   B = k·v + g^b,  u = H(A, B)
//	S = (B − k·g^x)^(a+u·x)  ◄── salt, B
//	proof by K(u, S)    ──────►    S = (A·v^u)^b, the same K(u, S)
//
// The server's half (Verifier, Challenge, Exchange) keeps nothing between its
// two steps: an Exchange becomes bytes for the caller to seal. The client's half
// (Client, and Device for what a device is registered with) needs no table and
// no warming up. Both compute on elements of fixed size: their secrets (the
// password's x, v, a, b, S) take no part in any branch or address there; A, B
// and u are public. The one number outside is the client's exponent a + u·x,
// which math/big adds up.
//
// Who may try how often, what is stored, and what an unknown user gets
// instead of a verifier is decided elsewhere. Standard library only.
package srp

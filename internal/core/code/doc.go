// Package code makes the one-time codes that are sent to people and checks
// what they type. It decides how long a code of each purpose lives. A code is
// kept as a MAC under a key that is not in the database, and is compared in
// constant time.
//
// The caller counts the attempt (package limit) before it checks a code, and
// spends the code (store.SpendCode) in the transaction that acts on it. A code
// of a sign-in is good as long as its session instead, which carries the MAC.
package code

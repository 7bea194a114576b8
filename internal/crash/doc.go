// Package crash says what panicked, and where, in words that a log may hold.
// Standard library only.
package crash

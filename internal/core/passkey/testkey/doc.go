// Package testkey gives tests an authenticator in software with a browser in
// front of it: what a page gets from navigator.credentials, with attestation
// "none", and what nobody honest would send. Keys are made anew each time.
package testkey

//go:build !unix || darwin

package main

// hasKeyring returns nil: these systems always have a keyring.
func hasKeyring() error { return nil }

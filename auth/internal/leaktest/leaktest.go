// Package leaktest finds goroutines of the client that outlive the tests of a
// package.
package leaktest

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"testing"
	"time"
)

// Main runs the tests of m and ends the program. It fails if a goroutine of the
// client is left two seconds after them.
func Main(m *testing.M) {
	code := m.Run()
	if left := leftOver(); code == 0 && left != nil {
		fmt.Printf("a goroutine is left:\n%s\n", left)
		code = 1
	}
	os.Exit(code)
}

// leftOver returns the stack of a goroutine that does not end, or nil.
func leftOver() []byte {
	var left []byte
	for end := time.Now().Add(2 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		stacks := make([]byte, 1<<20)
		stacks = stacks[:runtime.Stack(stacks, true)]
		left = nil
		for _, stack := range bytes.Split(stacks, []byte("\n\n"))[1:] { // the first is ours
			if bytes.Contains(stack, []byte("cenote/auth")) {
				left = stack
			}
		}
		if left == nil {
			return nil
		}
	}
	return left
}

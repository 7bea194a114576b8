package verify_test

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"testing"
	"time"
)

// TestMain fails if a goroutine of the package outlives the tests.
func TestMain(m *testing.M) {
	code := m.Run()
	if left := leftOver(); code == 0 && left != nil {
		fmt.Printf("a goroutine is left:\n%s\n", left)
		code = 1
	}
	os.Exit(code)
}

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

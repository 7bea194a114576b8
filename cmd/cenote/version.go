package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

type version struct{}

// Run prints the version that the build recorded; (devel) if it recorded none.
func (version) Run() error {
	release := "(unknown)"
	if info, ok := debug.ReadBuildInfo(); ok {
		release = info.Main.Version
	}
	_, err := fmt.Printf("cenote %s %s %s/%s\n", release, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

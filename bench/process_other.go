//go:build !linux

package main

import (
	"errors"
	"os/exec"
	"time"
)

var errSystem = errors.New("CPU times of other processes are read on Linux only")

type place struct{ measured, load *int }

func placement() place { return place{} }

func (place) String() string { return "not pinned" }

func startOn(_ *int, cmd *exec.Cmd) error { return cmd.Start() }

func processCPU(int) (time.Duration, error) { return 0, errSystem }

func residentMiB(int) (float64, error) { return 0, errSystem }

func busy() (time.Duration, error) { return 0, errSystem }

func ownCPU() (time.Duration, error) { return 0, errSystem }

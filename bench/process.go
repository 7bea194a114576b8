package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// stopTime is how long a child may take to end before it is killed.
const stopTime = 15 * time.Second

// A child is a process that bench started, to be measured.
type child struct {
	cmd    *exec.Cmd
	out    *bufio.Reader
	in     interface{ Close() error }
	errors bytes.Buffer
	ended  bool
}

// start runs a program on the processor for what is measured, until stop or
// the end of ctx. input is what the program reads first; its standard input
// stays open until stop, and with it the children that are bench itself.
func start(ctx context.Context, p place, input []byte, program string, args ...string) (*child, error) {
	c := &child{cmd: exec.CommandContext(ctx, program, args...)}
	c.cmd.Cancel = func() error { return c.cmd.Process.Signal(syscall.SIGTERM) }
	c.cmd.WaitDelay = stopTime
	c.cmd.Stderr = &c.errors
	c.cmd.Env = cleanEnv()
	in, err := c.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	c.in, c.out = in, bufio.NewReader(out)
	if err := startOn(p.measured, c.cmd); err != nil {
		return nil, err
	}
	if _, err := in.Write(input); err != nil {
		return nil, c.failed(err)
	}
	return c, nil
}

// cleanEnv is our environment without what would set the server up.
func cleanEnv() []string {
	var env []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "CENOTE_") && !strings.HasPrefix(v, "GOMAXPROCS=") {
			env = append(env, v)
		}
	}
	return env
}

// line returns the next line that the child prints.
func (c *child) line() (string, error) {
	text, err := c.out.ReadString('\n')
	if err != nil {
		return "", c.failed(err)
	}
	return strings.TrimSpace(text), nil
}

// failed stops the child and joins to err what it said.
func (c *child) failed(err error) error {
	stopped := c.stop()
	if said := strings.TrimSpace(c.errors.String()); said != "" {
		err = fmt.Errorf("%w; it said: %s", err, said)
	}
	return fmt.Errorf("%s: %w", c.cmd.Args[0], errors.Join(err, stopped))
}

// stop asks the child to end, and makes it. It may be called again.
func (c *child) stop() error {
	if c.ended {
		return nil
	}
	c.ended = true
	c.in.Close() // the child may have closed its end
	_ = c.cmd.Process.Signal(syscall.SIGTERM)
	kill := time.AfterFunc(stopTime, func() { _ = c.cmd.Process.Kill() })
	defer kill.Stop()
	err := c.cmd.Wait()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signal() == syscall.SIGTERM {
			return nil // a child that has no more to do than to end
		}
	}
	return err
}

func (c *child) cpu() (time.Duration, error) { return processCPU(c.cmd.Process.Pid) }

// settle waits until the child does nothing, for some seconds at most.
func (c *child) settle() error {
	const pause = 100 * time.Millisecond
	last, err := c.cpu()
	for end := time.Now().Add(10 * time.Second); err == nil && time.Now().Before(end); {
		time.Sleep(pause)
		var now time.Duration
		if now, err = c.cpu(); err == nil && now-last < pause/100 {
			return nil
		}
		last = now
	}
	return err
}

package parity

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"time"
)

// nodes are processes that run the JavaScript libraries, each for one client at
// a time. What is not there yet is started when it is needed.
type nodes chan *node

// node is a process that runs runner.mjs.
type node struct {
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Scanner
	said bytes.Buffer // on stderr
	home nodes

	broken bool // it did not answer
}

func newNodes(n int) nodes {
	all := make(nodes, n)
	for range n {
		all <- nil
	}
	return all
}

// close ends the processes, none of which is at work.
func (n nodes) close() {
	for range cap(n) {
		if p := <-n; p != nil {
			p.end()
		}
	}
}

// sitDown returns a client in the first process that is free.
func (n nodes) sitDown(ctx context.Context, at place, items map[string]string) (seat, error) {
	var p *node
	select {
	case p = <-n:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if p == nil {
		var err error
		if p, err = startNode(); err != nil {
			n <- nil
			return nil, err
		}
		p.home = n
	}
	with := M{
		"lib":     at.library,
		"pool":    merge(M{"userPoolId": at.pool.id, "clientId": at.pool.client, "endpoint": at.endpoint}, at.config),
		"storage": items,
		"ahead":   at.ahead.Milliseconds(),
	}
	if o := p.call(ctx, "open", with); o.Error != nil {
		p.leave()
		return nil, fmt.Errorf("open %s: %s", at.library, o.Error.Message)
	}
	return p, nil
}

func startNode() (*node, error) {
	p := &node{cmd: exec.Command("node", beside("runner.mjs"))}
	p.cmd.Stderr = &p.said
	in, err := p.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.in, p.out = in, bufio.NewScanner(out)
	p.out.Buffer(nil, 1<<22)
	return p, p.cmd.Start()
}

func (p *node) end() {
	p.in.Close()
	stopped := time.AfterFunc(10*time.Second, func() { p.cmd.Process.Kill() })
	defer stopped.Stop()
	p.cmd.Wait()
}

// call sends one line and reads one. A process that fails to answer is an
// error that no library has, and so a difference.
func (p *node) call(ctx context.Context, name string, with M) outcome {
	line, err := json.Marshal(Step{Do: name, With: with})
	if err == nil {
		_, err = p.in.Write(append(line, '\n'))
	}
	var o outcome
	if err == nil {
		stuck := context.AfterFunc(ctx, func() { p.cmd.Process.Kill() })
		defer stuck()
		if p.out.Scan() {
			err = json.Unmarshal(p.out.Bytes(), &o)
		} else {
			err = fmt.Errorf("the process ended (%v) and said %q", p.out.Err(), &p.said)
		}
	}
	if err != nil {
		p.broken = true
		return outcome{Error: &failure{Name: "no answer from node", Message: err.Error()}}
	}
	return o
}

func (p *node) control(ctx context.Context, name string, with M) error {
	if o := p.call(ctx, name, with); o.Error != nil {
		return fmt.Errorf("%s: %s", name, o.Error.Message)
	}
	return nil
}

func (p *node) edit(ctx context.Context, set map[string]string, remove []string) error {
	return p.control(ctx, "edit", M{"set": merge(M{}, asM(set)), "remove": append([]string{}, remove...)})
}

func (p *node) setAhead(ctx context.Context, ahead time.Duration) error {
	return p.control(ctx, "ahead", M{"ms": ahead.Milliseconds()})
}

func (p *node) setOffline(ctx context.Context, is bool) error {
	return p.control(ctx, "offline", M{"is": is})
}

// leave makes room for another client, in the same process if that still answers.
func (p *node) leave() {
	if p.broken {
		p.end()
		p.home <- nil
		return
	}
	p.home <- p
}

func asM(texts map[string]string) M {
	m := M{}
	for k, v := range texts {
		m[k] = v
	}
	return m
}

package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"time"
)

// node is identity.mjs at work, which answers a line with a line.
type node struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Scanner
}

func startNode(rounds int) (*node, error) {
	cmd := exec.Command("node", "srpbench/identity.mjs", pool, user, password, strconv.Itoa(rounds))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	return &node{cmd, in, bufio.NewScanner(out)}, cmd.Start()
}

func (n *node) read(v any) error {
	if !n.out.Scan() {
		return fmt.Errorf("node said nothing: %v", n.out.Err())
	}
	return json.Unmarshal(n.out.Bytes(), v)
}

// tryNode is try for amazon-cognito-identity-js.
func tryNode(rounds int) (name string, t times, err error) {
	n, err := startNode(rounds)
	if err != nil {
		return "", nil, err
	}
	defer n.cmd.Wait()
	defer n.in.Close()
	var hello struct{ Name, A string }
	if err := n.read(&hello); err != nil {
		return "", nil, err
	}
	s := newServer()
	q, err := s.challenge(hello.A)
	if err != nil {
		return "", nil, err
	}
	if err := json.NewEncoder(n.in).Encode(q); err != nil {
		return "", nil, err
	}
	var answer struct {
		Signature    string
		Milliseconds []float64
	}
	if err := n.read(&answer); err != nil {
		return "", nil, err
	}
	for _, ms := range answer.Milliseconds {
		t = append(t, time.Duration(ms*float64(time.Millisecond)))
	}
	return hello.Name, t, s.check(q, answer.Signature)
}

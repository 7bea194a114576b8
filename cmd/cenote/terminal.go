package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"

	"golang.org/x/term"
)

// maxLine is the longest answer that is read, in bytes.
const maxLine = 64 << 10

var errNoAnswer = errors.New("an answer is needed, and there is no more input")

// terminal asks a person. Where standard input is no terminal the answers are
// its lines, so that scripts can give them. Questions and all that is said
// beside results go to standard error.
type terminal struct {
	in  *os.File
	out io.Writer
}

// interactive reports whether a person sits there.
func (t *terminal) interactive() bool { return term.IsTerminal(int(t.in.Fd())) }

// say writes a line.
func (t *terminal) say(format string, args ...any) {
	fmt.Fprintf(t.out, format+"\n", args...)
}

// ask returns the line that answers a question, without spaces around it.
func (t *terminal) ask(ctx context.Context, question string) (string, error) {
	answer, err := t.answer(ctx, question, t.line)
	return strings.TrimSpace(answer), err
}

// askUntil asks until there is an answer.
func (t *terminal) askUntil(ctx context.Context, question string) (string, error) {
	for {
		if answer, err := t.ask(ctx, question); err != nil || answer != "" {
			return answer, err
		}
	}
}

// secret is ask for what no one may see: a terminal does not show what is
// typed. Spaces belong to the answer.
func (t *terminal) secret(ctx context.Context, question string) (string, error) {
	if !t.interactive() {
		return t.answer(ctx, question, t.line)
	}
	fd := int(t.in.Fd())
	before, err := term.GetState(fd)
	if err != nil {
		return "", fmt.Errorf("read from the terminal: %w", err)
	}
	answer, err := t.answer(ctx, question, func() (string, error) {
		text, err := term.ReadPassword(fd)
		return string(text), err
	})
	fmt.Fprintln(t.out) // for the Enter that was not shown
	if ctx.Err() != nil {
		_ = term.Restore(fd, before) // the reader is still waiting, with its echo off
	}
	return answer, err
}

// answer asks a question and returns what read does. When ctx ends first the
// reader is left behind: the program is about to end.
func (t *terminal) answer(ctx context.Context, question string, read func() (string, error)) (string, error) {
	fmt.Fprint(t.out, question)
	if !t.interactive() {
		fmt.Fprintln(t.out) // nobody will press Enter
	}
	type result struct {
		text string
		err  error
	}
	done := make(chan result, 1)
	go func() {
		text, err := read()
		done <- result{text, err}
	}()
	select {
	case r := <-done:
		if errors.Is(r.err, io.EOF) {
			return "", errNoAnswer
		}
		return r.text, r.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// line reads a line, byte by byte, so that the rest of the input is there for
// whoever reads next.
func (t *terminal) line() (string, error) {
	var line []byte
	for b := make([]byte, 1); ; {
		n, err := t.in.Read(b)
		switch {
		case n == 1 && b[0] == '\n', err == io.EOF && len(line) > 0:
			return strings.TrimSuffix(string(line), "\r"), nil
		case err != nil:
			return "", err
		case n == 1 && len(line) == maxLine:
			return "", fmt.Errorf("an answer is longer than %d bytes", maxLine)
		}
		line = append(line, b[:n]...)
	}
}

// printable returns words of others without what a terminal would obey.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, s)
}

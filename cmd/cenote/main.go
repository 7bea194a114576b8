// Command cenote is a server for the protocol of Amazon Cognito user pools, and
// a client that signs people in at a terminal.
package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/cenote-auth/cenote/auth"
	"github.com/cenote-auth/cenote/auth/passkey"
	"github.com/cenote-auth/cenote/auth/storage"
)

// commands are what can stand after the program's name, a file each. A flag
// can also be given in the environment variable that it names.
type commands struct {
	Dev   dev   `cmd:"" help:"Run a server for development and tests on this machine."`
	Serve serve `cmd:"" help:"Run a server that people rely on."`
	Keys  keys  `cmd:"" help:"Make, list and delete the access keys of cenote serve."`

	SigningKeys signingKeys `cmd:"" help:"Rotate the keys that sign the tokens of cenote serve."`

	Login   login   `cmd:"" help:"Sign in at this terminal."`
	Whoami  whoami  `cmd:"" help:"Print who is signed in."`
	Token   token   `cmd:"" help:"Print a fresh access token, for scripts."`
	Logout  logout  `cmd:"" help:"Sign out."`
	Version version `cmd:"" help:"Print the version."`
}

func main() { os.Exit(run(systemRing{}, passkey.OpenURL)) }

// run does what the arguments say, with the keyring and the browser of the
// machine, and returns the exit status.
func run(ring storage.Ring, browser openURL) int {
	var c commands
	parser := kong.Must(&c,
		kong.Name("cenote"),
		kong.Description("A server for the protocol of Amazon Cognito user pools, and a client of it and of Amazon Cognito."),
	)
	parsed, err := parser.Parse(os.Args[1:])
	if err == nil {
		err = parsed.Run(&desk{&terminal{os.Stdin, os.Stderr}, ring, browser})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "cenote:", oneLine(err))
	}
	return status(err)
}

// errInterrupted says that a person gave up.
var errInterrupted = errors.New("interrupted")

// status is the exit status that tells scripts what an error means.
func status(err error) int {
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errInterrupted):
		return 130
	case errors.Is(err, auth.ErrNotSignedIn), errors.Is(err, auth.ErrSessionExpired):
		return 3
	}
	return 1
}

// describe returns the text of an error. Those of package auth are for
// programmers; people get the service's words and the name of the error.
func describe(err error) string {
	switch e, ok := errors.AsType[*auth.Error](err); {
	case errors.Is(err, auth.ErrNotSignedIn):
		return "nobody is signed in; cenote login signs in"
	case errors.Is(err, auth.ErrSessionExpired):
		return "the session is over; cenote login begins a new one"
	case ok:
		return fmt.Sprintf("%s (%s)", e.Message, e.Code)
	}
	return err.Error()
}

// oneLine returns the text of an error, which may have been joined of several
// or come from a driver in many lines, in one.
func oneLine(err error) string {
	return printable(strings.Join(strings.Fields(describe(err)), " "))
}

// Command cenote is a server for the protocol of Amazon Cognito user pools.
package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/alecthomas/kong"
)

// commands are what can stand after the program's name, a file each. A flag
// can also be given in the environment variable that it names.
type commands struct {
	Dev     dev     `cmd:"" help:"Run a server for development and tests on this machine."`
	Serve   serve   `cmd:"" help:"Run a server that people rely on."`
	Keys    keys    `cmd:"" help:"Make, list and delete the access keys of cenote serve."`
	Version version `cmd:"" help:"Print the version."`
}

func main() {
	var c commands
	parser := kong.Must(&c,
		kong.Name("cenote"),
		kong.Description("A server for the protocol of Amazon Cognito user pools."),
	)
	parsed, err := parser.Parse(os.Args[1:])
	if err == nil {
		err = parsed.Run()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "cenote:", oneLine(err))
		os.Exit(1)
	}
}

// oneLine returns the text of an error, which may have been joined of several
// or come from a driver in many lines, in one.
func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }

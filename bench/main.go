// Command bench loads the built binary and prints what each operation costs
// the server, beside what the parts that cannot be left out cost in the same
// run: signatures, exponentiations, an HTTP exchange, reads and writes. It
// judges nothing but a sum: an operation may cost its cryptography and twice
// its other parts.
//
//	go run ./bench                              1,000 and 100,000 users in SQLite
//	go run ./bench -database postgres://...     the same in PostgreSQL
//	go run ./bench -quick                       some seconds, to see that it works
//	go run ./bench -enumeration                 how long answers take about nobody
//	go run ./bench -paging                      memory while 100,000 users are listed
//	go run ./bench -import                      importing 100,000 users, and sign-ins beside it
//
// A cost is CPU time of the process that does the work, user and system, which
// other programs on the machine disturb less than they do a clock on the wall.
// Where there are two processors and the system lets us choose, what is
// measured has one to itself and the load has the others. It needs Linux, and
// speaks to loopback alone.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// children are the programs that bench runs beside the server: itself, under
// another name.
var children = map[string]func(io.Reader, io.Writer) error{
	"bare":  bare,
	"parts": parts,
}

func main() {
	if err := program(os.Args[1:]); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func program(args []string) error {
	if len(args) == 1 && children[args[0]] != nil {
		return children[args[0]](os.Stdin, os.Stdout)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return run(ctx, args, os.Stdout)
}

// options say what is measured.
type options struct {
	users    []int
	runs     int
	span     time.Duration // how long each measurement takes
	database string        // "" is SQLite

	enumeration bool // and nothing else
	paging      bool // likewise
	imports     bool // likewise
}

func parse(args []string, out io.Writer) (options, error) {
	var o options
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.SetOutput(out)
	users := f.String("users", "1000,100000", "numbers of users, each measured in a database of its own")
	f.IntVar(&o.runs, "runs", 5, "measurements of each cost, of which the median counts")
	f.DurationVar(&o.span, "span", time.Second, "how long one measurement takes")
	f.StringVar(&o.database, "database", "", "URL of a PostgreSQL server, in place of SQLite; schemas are made there and removed")
	f.BoolVar(&o.enumeration, "enumeration", false, "measure how long answers take about somebody and about nobody, with the first of -users")
	f.BoolVar(&o.paging, "paging", false, "measure the memory of the server while all users are listed, with the last of -users")
	f.BoolVar(&o.imports, "import", false, "import users, the last of -users, and measure sign-ins beside it")
	quick := f.Bool("quick", false, "a few users and short measurements, whatever the other flags say")
	if err := f.Parse(args); err != nil {
		return options{}, err
	}
	if *quick {
		*users, o.runs, o.span = "20,60", 1, 20*time.Millisecond
	}
	for number := range strings.SplitSeq(*users, ",") {
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 {
			return options{}, fmt.Errorf("-users %s: not a number of users", number)
		}
		o.users = append(o.users, n)
	}
	if o.runs < 1 || o.span <= 0 || f.NArg() > 0 {
		return options{}, errors.New("-runs and -span must be above 0, and flags are all there is")
	}
	return o, nil
}

// run measures with each number of users and prints a table of each.
func run(ctx context.Context, args []string, out io.Writer) error {
	o, err := parse(args, out)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "cenote-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b := &bench{options: o, dir: dir, place: placement()}
	if err := b.build(ctx); err != nil {
		return err
	}
	if o.enumeration {
		return b.enumeration(ctx, out)
	}
	if o.paging {
		return b.paging(ctx, o.users[len(o.users)-1], out)
	}
	if o.imports {
		return b.imports(ctx, o.users[len(o.users)-1], out)
	}
	var all []*result
	printHead(out, b)
	for _, users := range o.users {
		r, err := b.measure(ctx, users)
		if err != nil {
			return fmt.Errorf("with %d users: %w", users, err)
		}
		printResult(out, r)
		all = append(all, r)
	}
	printGrowth(out, all)
	return nil
}

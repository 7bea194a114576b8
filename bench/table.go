package main

import (
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
)

func printHead(out io.Writer, b *bench) {
	database := "SQLite"
	if b.database != "" {
		database = "PostgreSQL, whose own processes are not in the costs"
	}
	fmt.Fprintf(out, "CPU of the server process in µs an operation, user and system; %d runs of %v\n", b.runs, b.span)
	fmt.Fprintf(out, "%s on %s/%s, %d processors, %s\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), b.place)
	fmt.Fprintf(out, "database: %s\n", database)
	fmt.Fprintln(out, `beside: HTTP and reads as a bare server pays for them beside the cryptography, at the same load
alone: each in a loop of its own; so are cryptography and writes
bound = cryptography + 2 x the rest, all of the same run; of bound is the median over the runs; rate is on the wall`)
}

func printResult(out io.Writer, r *result) {
	fmt.Fprintf(out, "\n%d users: first answer %d ms after the start; %.0f MiB idle, %.0f MiB at the end; other programs took %.2f processors\n\n",
		r.users, r.ready.Milliseconds(), r.idle, r.full, r.others)
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\t\tCPU\t\t\tcrypto\tbeside\twrites\tbound\tof\t\talone:\t\tof\t\t\t")
	fmt.Fprintln(t, "operation\tcallers\tmin\tmedian\tmax\t\t\t\t\tbound\t\tHTTP\treads\tbound\t\trate/s\t")
	for _, op := range r.operations {
		c := op.columns()
		fmt.Fprintf(t, "%s\t%d\t%s\t%s\t%s\t%s\t%s\t%.0f\t\n", op.name, op.conns, op.cpu.spread(),
			strings.Join(c[:4], "\t"), verdict(op.overBound(sum.bound)), strings.Join(c[4:], "\t"), verdict(op.overBound(sum.boundAlone)), op.rate.median())
	}
	t.Flush()
	fmt.Fprintln(out)
	fmt.Fprintln(t, "part\tmin\tmedian\tmax\t")
	for _, part := range partNames() {
		fmt.Fprintf(t, "%s\t%.1f\t%.1f\t%.1f\t\n", part, slices.Min(r.parts[part]), r.parts[part].median(), slices.Max(r.parts[part]))
	}
	t.Flush()
	fmt.Fprintln(out)
	for _, op := range r.operations {
		fmt.Fprintf(out, "%s = %s\n", op.name, op.recipe())
	}
	fmt.Fprintln(out)
	for _, ratio := range ratios {
		word := "ok"
		found := r.cost(ratio.name) / r.cost(ratio.of)
		if found > ratio.most {
			word = "over"
		}
		fmt.Fprintf(out, "%s costs %.2f x %s, at most %.2f: %s\n", ratio.name, found, ratio.of, ratio.most, word)
	}
}

func verdict(ratios samples) string {
	word := "ok"
	if ratios.median() > 1 {
		word = "over"
	}
	return fmt.Sprintf("%.2f\t%s", ratios.median(), word)
}

// partNames are the parts in the order in which they are printed.
func partNames() []string {
	names := []string{partSign, partVerify, partBase, partKey, partVerifier, partRead}
	for _, n := range callers {
		names = append(names, insertBy(partInsert, n), insertBy(partRow, n), insertBy(partUser, n))
	}
	return names
}

// printGrowth prints what each operation costs with the most users over what
// it costs with the fewest.
func printGrowth(out io.Writer, all []*result) {
	if len(all) < 2 {
		return
	}
	few, many := all[0], all[0]
	for _, r := range all {
		if r.users < few.users {
			few = r
		}
		if r.users > many.users {
			many = r
		}
	}
	fmt.Fprintf(out, "\n%d users over %d:\n\n", many.users, few.users)
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	for i, op := range few.operations {
		a, b := op.cpu.median(), many.operations[i].cpu.median()
		fmt.Fprintf(t, "%s\t%.0f\t%.0f\t%.2f x\t\n", op.name, a, b, b/a)
	}
	t.Flush()
}

package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"text/tabwriter"
)

// pageLimit is how many users ListUsers gives at once, at the most.
const pageLimit = 60

// look is how many pages are read between two looks at the server's memory.
const look = 10

// memory is what the server holds, in MiB: Go's heap with the garbage that is
// on it, and all of the process, which the caches of SQLite belong to.
type memory struct{ heap, resident float64 }

func (m memory) peak(other memory) memory {
	return memory{max(m.heap, other.heap), max(m.resident, other.resident)}
}

// paging prints what the server holds while ListUsers is paged through all of
// the users.
func (b *bench) paging(ctx context.Context, users int, out io.Writer) error {
	return b.onServer(ctx, "pages", users, func(s *site, sv *server) error {
		c, err := dial(sv.url.Host)
		if err != nil {
			return err
		}
		defer c.net.Close()
		if err := sv.settle(); err != nil {
			return err
		}
		return s.page(ctx, c, sv, out)
	})
}

// page reads every page once and prints a line each tenth of the way.
func (s *site) page(ctx context.Context, c *conn, sv *server, out io.Writer) error {
	start, err := sv.memory(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\nmemory of the server in MiB while ListUsers is paged through %d users, %d a page\n", s.users, pageLimit)
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	line := func(what string, m memory) { fmt.Fprintf(table, "%s\t%.1f\t%.1f\t\n", what, m.heap, m.resident) }
	fmt.Fprintln(table, "\theap\tresident\t")
	line("at the start", start)
	most, since, listed, mark := start, memory{}, 0, s.users/10
	for page, token := 1, ""; page == 1 || token != ""; page++ {
		var n int
		if n, token, err = s.usersAfter(c, token); err != nil {
			return err
		}
		listed += n
		if page%look != 0 && token != "" {
			continue
		}
		now, err := sv.memory(ctx)
		if err != nil {
			return err
		}
		most, since = most.peak(now), since.peak(now)
		if listed >= mark || token == "" {
			line(fmt.Sprintf("most up to user %d", listed), since)
			since, mark = memory{}, listed+s.users/10
		}
	}
	if listed != s.users {
		return fmt.Errorf("the pages held %d users, not %d", listed, s.users)
	}
	line("most beyond the start", memory{most.heap - start.heap, most.resident - start.resident})
	return table.Flush()
}

// usersAfter reads the page of a token, and returns how many users are on it
// and the token of the next page.
func (s *site) usersAfter(c *conn, token string) (n int, next string, err error) {
	in := map[string]any{"UserPoolId": s.poolID, "Limit": pageLimit}
	if token != "" {
		in["PaginationToken"] = token
	}
	var answer struct {
		Users           []struct{ Username string }
		PaginationToken string
	}
	err = c.do("ListUsers", signature, in, &answer)
	return len(answer.Users), answer.PaginationToken, err
}

// memory asks the server for its own figures.
func (sv *server) memory(ctx context.Context) (memory, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, sv.url.JoinPath("/_cenote/metrics").String(), nil)
	if err != nil {
		return memory{}, err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return memory{}, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return memory{}, err
	}
	heap, err := gauge(text, "go_memstats_heap_alloc_bytes")
	if err != nil {
		return memory{}, err
	}
	resident, err := gauge(text, "process_resident_memory_bytes")
	return memory{heap / (1 << 20), resident / (1 << 20)}, err
}

// gauge returns the value of a metric without labels.
func gauge(metrics []byte, name string) (float64, error) {
	for lines := bufio.NewScanner(bytes.NewReader(metrics)); lines.Scan(); {
		if value, ok := strings.CutPrefix(lines.Text(), name+" "); ok {
			return strconv.ParseFloat(value, 64)
		}
	}
	return 0, fmt.Errorf("the server tells no %s", name)
}

package imports_test

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/imports"
	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

// BenchmarkStep adds the users of one part of a file.
func BenchmarkStep(b *testing.B) {
	e := flowtest.New(b, storetest.Open(b))
	s := imports.New(imports.Options{Store: e.Store, Keyring: e.Keyring, Passwords: e.Passwords, Now: e.Clock.Now, Log: slog.New(slog.DiscardHandler)})
	p := e.Pool(b, nil)
	j, err := s.Create(b.Context(), imports.NewJob{PoolID: p.ID})
	if err != nil {
		b.Fatal(err)
	}
	const users = 100_000
	var file strings.Builder
	header := p.ImportHeader()
	file.WriteString(strings.Join(header, ",") + "\n")
	for i := range users {
		for n, column := range header {
			name := fmt.Sprintf("user-%06d", i)
			if n > 0 {
				file.WriteByte(',')
			}
			file.WriteString(map[string]string{"cognito:username": name, "email": name + "@example.com", "name": "Ada " + name,
				"cognito:mfa_enabled": "FALSE", "email_verified": "TRUE"}[column])
		}
		file.WriteByte('\n')
	}
	if err := s.Receive(b.Context(), j.URL, strings.NewReader(file.String())); err != nil {
		b.Fatal(err)
	}
	if _, err := s.Start(b.Context(), p.ID, j.ID); err != nil {
		b.Fatal(err)
	}
	job := store.Job{PoolKey: p.Key, State: []byte(`{"import":"` + j.ID + `"}`)}
	steps := 0
	for b.Loop() {
		for range 10 {
			if _, done, err := s.Step(b.Context(), job); done || err != nil {
				b.Fatalf("step %d: %v, %v", steps, done, err)
			}
			steps++
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(steps*250), "µs/user")
}

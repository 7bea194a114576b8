package trigger

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// What a trigger costs beyond its function: the event, the call over loopback
// and the answer, in added-ms. It has to stay below 0.3, however long the
// function takes and whether calls are signed.
func BenchmarkInvoke(b *testing.B) {
	for _, bb := range []struct {
		name        string
		takes       time.Duration
		credentials Credentials
	}{
		{"AtOnce", 0, Credentials{}},
		{"Signed", 0, access},
		{"Slow", 5 * time.Millisecond, Credentials{}},
	} {
		b.Run(bb.name, func(b *testing.B) {
			var inside time.Duration
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				event, err := io.ReadAll(r.Body)
				if err != nil {
					b.Error(err)
				}
				began := time.Now()
				time.Sleep(bb.takes)
				inside += time.Since(began) // of one call at a time
				w.Write(event)
			}))
			b.Cleanup(s.Close)
			tr, who := New(Options{Endpoint: s.URL, Credentials: bb.credentials}), ada()
			for b.Loop() {
				if _, err := tr.PreTokenGeneration(b.Context(), who, Upcoming{Occasion: TokensByAPI}, nil); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric((b.Elapsed()-inside).Seconds()*1000/float64(b.N), "added-ms")
		})
	}
}

package awsjson_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/endpoint/awsjson"
)

// BenchmarkUnsigned is a small call; BenchmarkEcho beside it is the same bytes
// over net/http alone. The difference is the price of the front door.
func BenchmarkUnsigned(b *testing.B) {
	benchmark(b, awsjson.New(awsjson.Options{Handler: fake{}}))
}

func BenchmarkEcho(b *testing.B) {
	benchmark(b, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = w.Write(body)
	}))
}

func benchmark(b *testing.B, h http.Handler) {
	s := httptest.NewServer(h)
	defer s.Close()
	client := s.Client()
	for b.Loop() {
		r, err := http.NewRequest("POST", s.URL+"/", strings.NewReader(goodSignUp))
		if err != nil {
			b.Fatal(err)
		}
		r.Header["X-Amz-Target"] = []string{"AWSCognitoIdentityProviderService.SignUp"}
		res, err := client.Do(r)
		if err != nil {
			b.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, res.Body)
		res.Body.Close()
		if res.StatusCode != 200 {
			b.Fatalf("status = %d", res.StatusCode)
		}
	}
}

// nothing is a response that costs nothing.
type nothing struct{ h http.Header }

func (n nothing) Header() http.Header         { return n.h }
func (n nothing) Write(b []byte) (int, error) { return len(b), nil }
func (n nothing) WriteHeader(int)             {}

// BenchmarkDoorAlone is the same call without a network.
func BenchmarkDoorAlone(b *testing.B) {
	h := awsjson.New(awsjson.Options{Handler: fake{}})
	body := strings.NewReader(goodSignUp)
	r := post("SignUp", goodSignUp)
	r.Body = io.NopCloser(body)
	b.ReportAllocs()
	for b.Loop() {
		body.Reset(goodSignUp)
		h.ServeHTTP(nothing{http.Header{}}, r)
	}
}

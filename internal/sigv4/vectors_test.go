package sigv4_test

import (
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/sigv4"
)

// testdata/vectors.json is what botocore signed; see testdata/vectors.py.
type vectorFile struct {
	AccessKey, Secret string
	Now               time.Time
	Vectors           []vector
}

type vector struct {
	Name, Method, URL, Body string
	Headers                 map[string]string
}

// request is what a server gets of the vector.
func (v vector) request(tb testing.TB) *http.Request {
	tb.Helper()
	r, err := http.NewRequest(v.Method, v.URL, strings.NewReader(v.Body))
	if err != nil {
		tb.Fatal(err)
	}
	r.Host = strings.TrimSuffix(r.URL.Host, ":443") // no client sends the default port
	for name, value := range v.Headers {
		r.Header.Set(name, value)
	}
	return r
}

func readVectors(tb testing.TB) (out vectorFile) {
	tb.Helper()
	data, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		tb.Fatal(err)
	}
	if err := json.Unmarshal(data, &out); err != nil {
		tb.Fatal(err)
	}
	if len(out.Vectors) < 9 {
		tb.Fatalf("only %d vectors", len(out.Vectors))
	}
	return out
}

func TestVerifyBotocore(t *testing.T) {
	t.Parallel()
	file := readVectors(t)
	for _, v := range file.Vectors {
		t.Run(v.Name, func(t *testing.T) {
			r := v.request(t)
			a, err := sigv4.Parse(r)
			if err != nil {
				t.Fatal(err)
			}
			if a.AccessKey != file.AccessKey || a.Service != "cognito-idp" || !strings.Contains(v.Headers["Authorization"], "/"+a.Region+"/") {
				t.Errorf("key %q, service %q, region %q", a.AccessKey, a.Service, a.Region)
			}
			if got := a.String(); got != v.Headers["Authorization"] {
				t.Errorf("rendered %q, want %q", got, v.Headers["Authorization"])
			}
			if err := a.Verify(file.Secret, r, []byte(v.Body), file.Now); err != nil {
				t.Errorf("Verify: %v", err)
			}
			wantKind(t, "with another secret", a.Verify("another", r, []byte(v.Body), file.Now), sigv4.Mismatch)
			wantKind(t, "with another body", a.Verify(file.Secret, r, []byte(v.Body+" "), file.Now), sigv4.Mismatch)
			r.URL.RawQuery += "&x=1"
			wantKind(t, "with another query", a.Verify(file.Secret, r, []byte(v.Body), file.Now), sigv4.Mismatch)
		})
	}
}

func TestSignAsBotocoreDoes(t *testing.T) {
	t.Parallel()
	file := readVectors(t)
	for _, v := range file.Vectors {
		if strings.HasPrefix(v.Name, "the Date header") {
			continue // Sign always writes X-Amz-Date
		}
		t.Run(v.Name, func(t *testing.T) {
			r := v.request(t)
			signed, err := sigv4.Parse(r)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Del("Authorization")
			r.Header.Del("X-Amz-Date")
			sigv4.Sign(r, []byte(v.Body), sigv4.Credentials{AccessKey: file.AccessKey, Secret: file.Secret, Region: signed.Region}, file.Now)
			if got, want := r.Header.Get("Authorization"), v.Headers["Authorization"]; got != want {
				t.Errorf("Authorization = %q, want %q", got, want)
			}
		})
	}
}

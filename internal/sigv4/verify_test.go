package sigv4_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/sigv4"
)

const (
	accessKey    = "AKIDEXAMPLE"
	secret       = "a secret"
	body         = `{"MaxResults":1}`
	mismatchText = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
)

var now = time.Date(2026, time.January, 1, 0, 10, 0, 0, time.UTC)

// plan is a request to be signed: by the few lines below, which share nothing
// with the package.
type plan struct {
	signedAt                    time.Time
	day, region, service, final string
	bodyHash                    string
	headers                     map[string]string // sent and signed
	unsigned                    map[string]string // sent only
	host                        string            // signed; always sent as localhost:9229
}

func usual() plan {
	return plan{
		signedAt: now, day: "20260101", region: "us-east-1", service: "cognito-idp", final: "aws4_request",
		bodyHash: fmt.Sprintf("%x", sha256.Sum256([]byte(body))), host: "localhost:9229",
		headers:  map[string]string{"x-amz-date": now.Format("20060102T150405Z"), "x-amz-target": "Service.ListUserPools"},
		unsigned: map[string]string{"User-Agent": "test"},
	}
}

func (p plan) request() *http.Request {
	r := httptest.NewRequest("POST", "http://localhost:9229/", strings.NewReader(body))
	signed := maps.Clone(p.headers)
	if p.host != "" {
		signed["host"] = p.host
	}
	names := slices.Sorted(maps.Keys(signed))
	canonical := "POST\n/\n\n"
	for _, name := range names {
		canonical += name + ":" + signed[name] + "\n"
	}
	canonical += "\n" + strings.Join(names, ";") + "\n" + p.bodyHash
	scope := strings.Join([]string{p.day, p.region, p.service, p.final}, "/")
	text := fmt.Sprintf("AWS4-HMAC-SHA256\n%s\n%s\n%x", p.signedAt.Format("20060102T150405Z"), scope, sha256.Sum256([]byte(canonical)))
	key := []byte("AWS4" + secret)
	for _, part := range []string{p.day, p.region, p.service, p.final, text} {
		h := hmac.New(sha256.New, key)
		h.Write([]byte(part))
		key = h.Sum(nil)
	}
	for name, value := range p.headers {
		r.Header.Set(name, value)
	}
	for name, value := range p.unsigned {
		r.Header.Set(name, value)
	}
	r.Header.Set("Authorization", fmt.Sprintf("AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%x",
		accessKey, scope, strings.Join(names, ";"), key))
	return r
}

// shifted is a plan signed some time from now.
func shifted(by time.Duration) func(*plan) {
	return func(p *plan) {
		p.signedAt = now.Add(by)
		p.day = p.signedAt.Format("20060102")
		p.headers["x-amz-date"] = p.signedAt.Format("20060102T150405Z")
	}
}

func wantKind(t *testing.T, what string, err error, want sigv4.Kind) {
	t.Helper()
	e, ok := errors.AsType[*sigv4.Error](err)
	if !ok || e.Kind != want {
		t.Errorf("%s: %v, want kind %d", what, err, want)
	}
}

func TestVerify(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		change  func(*plan)
		kind    sigv4.Kind // 0 for a good signature
		message string
	}{
		{"as it should be", func(*plan) {}, 0, ""},
		{"another region", func(p *plan) { p.region = "ap-southeast-2" }, 0, ""},
		{"five minutes old", shifted(-5 * time.Minute), 0, ""},
		{"five minutes early", shifted(5 * time.Minute), 0, ""},
		{"more than five minutes old", shifted(-5*time.Minute - time.Second), sigv4.Skewed,
			"Signature expired: 20260101T000459Z is now earlier than 20260101T000500Z (20260101T001000Z - 5 min.)"},
		{"a day old", shifted(-24 * time.Hour), sigv4.Skewed,
			"Signature expired: 20251231T001000Z is now earlier than 20260101T000500Z (20260101T001000Z - 5 min.)"},
		{"more than five minutes early", shifted(5*time.Minute + time.Second), sigv4.Skewed,
			"Signature not yet current: 20260101T001501Z is still later than 20260101T001500Z (20260101T001000Z + 5 min.)"},
		{"the Date header instead", func(p *plan) {
			delete(p.headers, "x-amz-date")
			p.headers["date"] = "Thu, 01 Jan 2026 00:10:00 GMT"
		}, 0, ""},
		{"the hash of the body in a header", func(p *plan) { p.headers["x-amz-content-sha256"] = p.bodyHash }, 0, ""},
		{"an unsigned hash of the body", func(p *plan) { p.unsigned["x-amz-content-sha256"] = p.bodyHash }, sigv4.Invalid,
			"'x-amz-content-sha256' must be a 'SignedHeader' in the AWS Authorization."},
		{"the hash of another body", func(p *plan) {
			p.bodyHash = strings.Repeat("0", 64)
			p.headers["x-amz-content-sha256"] = p.bodyHash
		}, sigv4.Mismatch, mismatchText},
		{"another hash in the header than was signed", func(p *plan) {
			p.headers["x-amz-content-sha256"] = strings.Repeat("0", 64)
		}, sigv4.Mismatch, mismatchText},
		{"an unsigned payload", func(p *plan) {
			p.bodyHash = "UNSIGNED-PAYLOAD"
			p.headers["x-amz-content-sha256"] = p.bodyHash
		}, sigv4.Mismatch, mismatchText},
		{"an unsigned payload, not said in a header", func(p *plan) { p.bodyHash = "UNSIGNED-PAYLOAD" }, sigv4.Mismatch, mismatchText},
		{"the host not signed", func(p *plan) { p.host = "" }, sigv4.Invalid,
			"'Host' must be a 'SignedHeader' in the AWS Authorization."},
		{"another host", func(p *plan) { p.host = "localhost" }, sigv4.Mismatch, mismatchText},
		{"the target not signed", func(p *plan) {
			p.unsigned["x-amz-target"] = p.headers["x-amz-target"]
			delete(p.headers, "x-amz-target")
		}, sigv4.Invalid, "'x-amz-target' must be a 'SignedHeader' in the AWS Authorization."},
		{"the date and a token not signed", func(p *plan) {
			p.unsigned["x-amz-date"] = p.headers["x-amz-date"]
			p.unsigned["X-AMZ-Security-Token"] = "token"
			delete(p.headers, "x-amz-date")
		}, sigv4.Invalid, "'x-amz-date', 'x-amz-security-token' must be a 'SignedHeader' in the AWS Authorization."},
		{"another target", func(p *plan) { p.unsigned["x-amz-target"] = "Service.DeleteUserPool" }, sigv4.Mismatch, mismatchText},
		{"another service", func(p *plan) { p.service = "s3" }, sigv4.Invalid,
			"Credential should be scoped to correct service: 'cognito-idp'. "},
		{"another day in the scope", func(p *plan) { p.day = "20251231" }, sigv4.Invalid,
			"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20251231' != '20260101', from '20260101T001000Z'."},
		{"nothing right in the scope", func(p *plan) { p.service, p.final, p.day = "dynamodb", "aws5_request", "x" }, sigv4.Invalid,
			"Credential should be scoped to correct service: 'cognito-idp'. " +
				"Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5_request'. " +
				"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: 'x' != '20260101', from '20260101T001000Z'."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := usual()
			tt.change(&p)
			r := p.request()
			a, err := sigv4.Parse(r)
			if err != nil {
				t.Fatalf("Parse: %v", err)
			}
			err = a.Verify(secret, r, []byte(body), now)
			if tt.kind == 0 {
				if err != nil {
					t.Errorf("Verify: %v", err)
				}
				return
			}
			wantKind(t, "Verify", err, tt.kind)
			if err != nil && err.Error() != tt.message {
				t.Errorf("message %q, want %q", err, tt.message)
			}
		})
	}
}

// The length of a body need not be among the headers to be signed with them.
func TestVerifyASignedLength(t *testing.T) {
	t.Parallel()
	p := usual()
	p.headers["content-length"] = strconv.Itoa(len(body))
	r := p.request()
	for _, tt := range []struct {
		header string
		length int64
		right  bool
	}{
		{p.headers["content-length"], -1, true}, {"", int64(len(body)), true}, {"", int64(len(body)) + 1, false}, {"", -1, false},
		{"17", int64(len(body)), false},
	} {
		r.Header.Del("Content-Length")
		if tt.header != "" {
			r.Header.Set("Content-Length", tt.header)
		}
		r.ContentLength = tt.length
		a, err := sigv4.Parse(r)
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Verify(secret, r, []byte(body), now); (err == nil) != tt.right {
			t.Errorf("header %q, length %d: Verify = %v, want right = %v", tt.header, tt.length, err, tt.right)
		}
	}
}

func TestVerifyAfterTampering(t *testing.T) {
	t.Parallel()
	for name, tamper := range map[string]func(*http.Request){
		"the method":              func(r *http.Request) { r.Method = "PUT" },
		"the path":                func(r *http.Request) { r.URL.Path = "/x" },
		"the query":               func(r *http.Request) { r.URL.RawQuery = "a=b" },
		"a query nobody can read": func(r *http.Request) { r.URL.RawQuery = "a=%zz" },
		"the host":                func(r *http.Request) { r.Host = "localhost:9228" },
		"a signed header":         func(r *http.Request) { r.Header.Set("X-Amz-Target", "Service.DeleteUserPool") },
		"a second target":         func(r *http.Request) { r.Header.Add("X-Amz-Target", "Service.DeleteUserPool") },
		"a signed header, gone":   func(r *http.Request) { r.Header.Del("X-Amz-Target") },
		"a digit of the signature": func(r *http.Request) {
			h := r.Header.Get("Authorization")
			digit := "0"
			if strings.HasSuffix(h, "0") {
				digit = "1"
			}
			r.Header.Set("Authorization", h[:len(h)-1]+digit)
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := usual().request()
			tamper(r)
			a, err := sigv4.Parse(r)
			if err != nil {
				t.Fatal(err)
			}
			wantKind(t, "Verify", a.Verify(secret, r, []byte(body), now), sigv4.Mismatch)
		})
	}
}

// Signatures have whole seconds, so the five minutes are counted in them.
func TestVerifyWithinASecond(t *testing.T) {
	t.Parallel()
	p := usual()
	shifted(-5 * time.Minute)(&p)
	r := p.request()
	a, err := sigv4.Parse(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Verify(secret, r, []byte(body), now.Add(900*time.Millisecond)); err != nil {
		t.Errorf("five minutes and a part of a second old: %v", err)
	}
	wantKind(t, "a second more", a.Verify(secret, r, []byte(body), now.Add(time.Second)), sigv4.Skewed)
}

func TestSignVerifies(t *testing.T) {
	t.Parallel()
	r, err := http.NewRequest("POST", "http://localhost:9229", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Amz-Target", "Service.ListUserPools")
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	sigv4.Sign(r, []byte(body), sigv4.Credentials{AccessKey: accessKey, Secret: secret, Region: "eu-west-1"}, now.In(time.FixedZone("", 3600)))
	a, err := sigv4.Parse(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Verify(secret, r, []byte(body), now); err != nil || a.Region != "eu-west-1" {
		t.Errorf("Verify: %v, region %q", err, a.Region)
	}
}

func BenchmarkVerify(b *testing.B) {
	r := usual().request()
	b.ReportAllocs()
	for b.Loop() {
		a, err := sigv4.Parse(r)
		if err != nil {
			b.Fatal(err)
		}
		if err := a.Verify(secret, r, []byte(body), now); err != nil {
			b.Fatal(err)
		}
	}
}

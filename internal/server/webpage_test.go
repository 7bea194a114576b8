package server

import (
	"net/http"
	"strings"
	"testing"
)

// page makes a request as a browser makes it for a page of an origin.
func (n *node) page(t *testing.T, method, path, origin, body string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, n.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if origin != "" {
		r.Header.Set("Origin", origin)
	}
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	r.Header.Set("Sec-Fetch-Mode", "cors")
	return r
}

const (
	noPages = "Signed operations are not open to web pages of another origin"
	noHost  = "This server does not answer for the host of this request. Use localhost, or name the host in the public URL."
	noInbox = "This page belongs to the machine that runs the server; a web page of another origin may not use it."
)

// A page of another origin, open in a browser on the machine of a developer,
// must not administer the server there, read its inbox or move its clock. It
// may do what an app's page does.
func TestPagesOfAnotherOrigin(t *testing.T) {
	t.Parallel()
	n, a := settled(t, config(t))
	const evil = "https://evil.example"
	sibling := strings.Replace(n.url, "127.0.0.1", "localhost", 1)

	t.Run("signed operations", func(t *testing.T) {
		for _, origin := range []string{evil, "null", "", "file://", "http://127.0.0.1", "http://localhost:1", sibling, n.url + ".evil.example"} {
			for _, contentType := range []string{"application/x-amz-json-1.1", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=a"} {
				r := n.request(t, "DeleteUserPool", `{"UserPoolId":"`+a.poolID+`"}`)
				r.Header["Origin"] = []string{origin}
				r.Header.Set("Content-Type", contentType)
				n.wantRefused(t, r, refusal{403, "ForbiddenException", noPages})
			}
		}
		r := n.request(t, "ListUserPools", `{"MaxResults":1}`)
		r.Header["Origin"] = []string{n.url, evil}
		n.wantRefused(t, r, refusal{403, "ForbiddenException", noPages})
		r.Header["Origin"] = []string{n.url}
		r.Body = http.NoBody
		n.wantRefused(t, r, refusal{400, notJSON, ""}) // its own page comes further
	})
	t.Run("what needs no preflight", func(t *testing.T) {
		for _, contentType := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=a"} {
			for _, body := range []string{
				`{"PoolName":"a"}`, `X-Amz-Target=AWSCognitoIdentityProviderService.CreateUserPool&PoolName=a`,
			} {
				r := n.page(t, "POST", "/?Action=CreateUserPool&X-Amz-Target=AWSCognitoIdentityProviderService.CreateUserPool", evil, body)
				r.Header.Set("Content-Type", contentType)
				n.wantRefused(t, r, refusal{400, "UnknownOperationException", ""})
			}
		}
	})
	t.Run("a preflight opens nothing", func(t *testing.T) {
		r := n.page(t, "OPTIONS", "/", evil, "")
		r.Header.Set("Access-Control-Request-Headers", "authorization,x-amz-target")
		if status, _ := n.do(t, r); status != 200 {
			t.Errorf("preflight: got %d, want 200, as apps need it", status)
		}
		r = n.request(t, "CreateUserPool", `{"PoolName":"a"}`)
		r.Header.Set("Origin", evil)
		n.wantRefused(t, r, refusal{403, "ForbiddenException", noPages})
	})
	t.Run("inbox and clock", func(t *testing.T) {
		for _, r := range []*http.Request{
			n.page(t, "GET", "/_cenote/inbox?destination="+ada, evil, ""),
			n.page(t, "GET", "/_cenote/inbox?destination="+ada, "null", ""),
			n.page(t, "GET", "/_cenote/inbox?destination="+ada, "", ""), // <img>, <script>
			n.page(t, "GET", "/_cenote/metrics", evil, ""),
			n.page(t, "GET", "/_cenote/clock", evil, ""),
			n.page(t, "POST", "/_cenote/clock", evil, `{"advance":"25h"}`),
			n.page(t, "POST", "/_cenote/clock", "null", `{"advance":"25h"}`),
			n.page(t, "POST", "/_cenote/clock", sibling, `{"advance":"25h"}`),
		} {
			r.Header.Set("Content-Type", "text/plain")
			n.wantRefused(t, r, refusal{403, "ForbiddenException", noInbox})
		}
		if _, clock := n.get(t, "/_cenote/clock"); clock.at("offset") != "0s" {
			t.Errorf("the clock was moved: %v", clock)
		}
	})
	t.Run("an app's page", func(t *testing.T) {
		for _, origin := range []string{evil, "null"} {
			r := n.request(t, "InitiateAuth", `{"ClientId":"nobody","AuthFlow":"USER_PASSWORD_AUTH"}`)
			r.Header.Set("Origin", origin)
			r.Header.Del("Authorization")
			n.wantRefused(t, r, refusal{400, "ResourceNotFoundException", "User pool client nobody does not exist."})
		}
	})
}

// A name that is rebound to loopback makes a foreign page one of the same
// origin, to the browser; the Host header still tells.
func TestHostsThatAreRebound(t *testing.T) {
	t.Parallel()
	n, a := settled(t, config(t))
	port := n.url[strings.LastIndexByte(n.url, ':'):]
	for _, host := range []string{"evil.example" + port, "evil.example", "localhost.evil.example" + port, "127.0.0.1.evil.example" + port, "evil.example.", "-"} {
		for _, r := range []*http.Request{
			n.request(t, "DeleteUserPool", `{"UserPoolId":"`+a.poolID+`"}`),
			n.request(t, "InitiateAuth", `{"ClientId":"nobody","AuthFlow":"USER_PASSWORD_AUTH"}`),
			n.page(t, "GET", "/_cenote/inbox?destination="+ada, "", ""),
			n.page(t, "POST", "/_cenote/clock", "", `{"advance":"25h"}`),
			n.page(t, "GET", "/"+a.poolID+"/.well-known/jwks.json", "", ""),
			n.page(t, "OPTIONS", "/", "", ""),
		} {
			r.Host = host
			r.Header.Set("Origin", "http://"+host)
			r.Header.Set("Sec-Fetch-Site", "same-origin")
			n.wantRefused(t, r, refusal{403, "ForbiddenException", noHost})
		}
	}
}

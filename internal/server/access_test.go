package server

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// Each is a call that somebody without the right secret could make, or one
// that was changed on its way.
func TestWrongSignatures(t *testing.T) {
	t.Parallel()
	c := serveConfig(t)
	key := newKey(t, c, "deploy", "*", "*")
	n := start(t, c)
	in := object{"MaxResults": 1}
	const mismatch = "The request signature we calculated does not match"
	sign := func(k credentials, before func(*http.Request), at time.Duration) *http.Request {
		r, body := n.newSigned(t, k, "ListUserPools", in)
		r.Header.Del("Authorization")
		before(r)
		k.sign(r, body, time.Now().Add(at))
		return r
	}
	asIs := func(*http.Request) {}
	for _, tt := range []struct {
		name          string
		request       func() *http.Request
		kind, message string // "" for a success
	}{
		{"right", func() *http.Request { return sign(key, asIs, 0) }, "", ""},
		{"a header more that is signed", func() *http.Request {
			return sign(key, func(r *http.Request) { r.Header.Set("X-Amz-Meta", "a") }, 0)
		}, "", ""},
		{"four minutes late", func() *http.Request { return sign(key, asIs, -4*time.Minute) }, "", ""},
		{"no signature", func() *http.Request {
			r := sign(key, asIs, 0)
			r.Header.Del("Authorization")
			return r
		}, "MissingAuthenticationTokenException", "Missing Authentication Token"},
		{"another's token", func() *http.Request {
			r := sign(key, asIs, 0)
			r.Header.Set("Authorization", "Bearer x")
			return r
		}, "MissingAuthenticationTokenException", "Missing Authentication Token"},
		{"in the query", func() *http.Request {
			r := sign(key, asIs, 0)
			r.URL.RawQuery = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=x"
			return r
		}, "InvalidSignatureException", "query-string"},
		{"half a header", func() *http.Request {
			r := sign(key, asIs, 0)
			r.Header.Set("Authorization", strings.Split(r.Header.Get("Authorization"), ", Signature")[0])
			return r
		}, "IncompleteSignatureException", "Signature"},
		{"an unknown key", func() *http.Request { return sign(credentials{"CENOAAAAAAAAAAAAAAAA", key.secret}, asIs, 0) },
			"UnrecognizedClientException", "The security token included in the request is invalid."},
		{"AWS's example key", func() *http.Request { return sign(credentials{"AKIAIOSFODNN7EXAMPLE", key.secret}, asIs, 0) },
			"UnrecognizedClientException", "The security token included in the request is invalid."},
		{"the key in small letters", func() *http.Request { return sign(credentials{strings.ToLower(key.id), key.secret}, asIs, 0) },
			"UnrecognizedClientException", "The security token included in the request is invalid."},
		{"another secret", func() *http.Request { return sign(credentials{key.id, key.secret + "A"}, asIs, 0) }, "InvalidSignatureException", mismatch},
		{"no secret", func() *http.Request { return sign(credentials{key.id, ""}, asIs, 0) }, "InvalidSignatureException", mismatch},
		{"six minutes late", func() *http.Request { return sign(key, asIs, -6*time.Minute) }, "InvalidSignatureException", "Signature expired"},
		{"six minutes early", func() *http.Request { return sign(key, asIs, 6*time.Minute) }, "InvalidSignatureException", "Signature not yet current"},
		{"a target that is not signed", func() *http.Request {
			r := sign(key, func(r *http.Request) { r.Header.Del("X-Amz-Target") }, 0)
			r.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService.ListUserPools")
			return r
		}, "InvalidSignatureException", "'x-amz-target' must be a 'SignedHeader'"},
		{"another target", func() *http.Request {
			r := sign(key, func(r *http.Request) {
				r.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService.DeleteUserPool")
			}, 0)
			r.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService.ListUserPools")
			return r
		}, "InvalidSignatureException", mismatch},
		{"a header that is not signed", func() *http.Request {
			r := sign(key, asIs, 0)
			r.Header.Set("X-Amz-Security-Token", "x")
			return r
		}, "InvalidSignatureException", "'x-amz-security-token' must be a 'SignedHeader'"},
		{"a host that is not signed", func() *http.Request {
			r := sign(key, asIs, 0)
			r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), ";host;", ";", 1))
			return r
		}, "InvalidSignatureException", "'Host' must be a 'SignedHeader'"},
		{"another host", func() *http.Request { return sign(key, func(r *http.Request) { r.Host = "127.0.0.1" }, 0) }, "", ""},
		{"for another host", func() *http.Request {
			r := sign(key, asIs, 0)
			r.Host = "localhost"
			return r
		}, "InvalidSignatureException", mismatch},
		{"another region", func() *http.Request {
			r := sign(key, asIs, 0)
			r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), "eu-west-1", "us-east-1", 1))
			return r
		}, "InvalidSignatureException", mismatch},
		{"another service", func() *http.Request {
			r := sign(key, asIs, 0)
			r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), "cognito-idp", "s3", 1))
			return r
		}, "InvalidSignatureException", "Credential should be scoped to correct service"},
		{"another body", func() *http.Request {
			r, _ := n.newSigned(t, key, "ListUserPools", object{"MaxResults": 2})
			other, _ := n.newSigned(t, key, "ListUserPools", in)
			r.Header = other.Header
			return r
		}, "InvalidSignatureException", mismatch},
		{"a body that is said not to count", func() *http.Request {
			return sign(key, func(r *http.Request) { r.Header.Set("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD") }, 0)
		}, "InvalidSignatureException", mismatch},
		{"two signatures", func() *http.Request {
			r := sign(key, asIs, 0)
			r.Header.Add("Authorization", r.Header.Get("Authorization"))
			return r
		}, "IncompleteSignatureException", "more than one"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			status, out := n.do(t, tt.request())
			if tt.kind == "" {
				if status != http.StatusOK {
					t.Errorf("got %d %v, want 200", status, out)
				}
				return
			}
			if status != http.StatusBadRequest || out.at("__type") != tt.kind || !strings.Contains(out.at("message"), tt.message) {
				t.Errorf("got %d %v, want %s with %q", status, out, tt.kind, tt.message)
			}
		})
	}
}

func TestScopes(t *testing.T) {
	t.Parallel()
	c := serveConfig(t)
	root := newKey(t, c, "root", "*", "*")
	lister := newKey(t, c, "lister", "List*", "*")
	n := start(t, c)
	mine := n.mustAs(t, root, "CreateUserPool", object{"PoolName": "mine"}).at("UserPool", "Id")
	others := n.mustAs(t, root, "CreateUserPool", object{"PoolName": "others"}).at("UserPool", "Id")
	if err := n.stop(); err != nil {
		t.Fatal(err)
	}
	holder := newKey(t, c, "holder", "*", mine)
	n = start(t, c)
	arn := func(id string) string { return "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/" + id }
	for _, tt := range []struct {
		name      string
		key       credentials
		user      string
		operation string
		in        object
		resource  string // of the refusal; "" for a success
	}{
		{"an operation by its pattern", lister, "lister", "ListUsers", object{"UserPoolId": mine}, ""},
		{"an operation without a pool", lister, "lister", "ListUserPools", object{"MaxResults": 1}, ""},
		{"another operation", lister, "lister", "AdminGetUser", object{"UserPoolId": mine, "Username": "ada"}, arn(mine)},
		{"another operation without a pool", lister, "lister", "CreateUserPool", object{"PoolName": "x"}, "*"},
		{"the pool", holder, "holder", "ListUsers", object{"UserPoolId": mine}, ""},
		{"another pool", holder, "holder", "ListUsers", object{"UserPoolId": others}, arn(others)},
		{"a pool that is not there", holder, "holder", "DescribeUserPool", object{"UserPoolId": "eu-west-1_Nobody"}, arn("eu-west-1_Nobody")},
		{"a list of all pools", holder, "holder", "ListUserPools", object{"MaxResults": 1}, "*"},
		{"a new pool", holder, "holder", "CreateUserPool", object{"PoolName": "x"}, "*"},
		{"the pool by its resource name", holder, "holder", "ListTagsForResource", object{"ResourceArn": arn(mine)}, ""},
		{"another pool by its resource name", holder, "holder", "TagResource", object{"ResourceArn": arn(others), "Tags": object{"a": "b"}}, arn(others)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			status, out := n.as(t, tt.key, tt.operation, tt.in)
			if tt.resource == "" {
				if status != http.StatusOK {
					t.Errorf("got %d %v, want 200", status, out)
				}
				return
			}
			want := "User: arn:aws:iam::123456789012:user/" + tt.user + " is not authorized to perform: cognito-idp:" + tt.operation +
				" on resource: " + tt.resource + " because no identity-based policy allows the cognito-idp:" + tt.operation + " action"
			if status != http.StatusBadRequest || out.at("__type") != "AccessDeniedException" || out.at("message") != want {
				t.Errorf("got %d %v\nwant %s", status, out, want)
			}
		})
	}
}

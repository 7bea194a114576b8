package token

import (
	"encoding/base64"
	"testing"
)

func BenchmarkParse(b *testing.B) {
	text := base64.RawURLEncoding.EncodeToString([]byte(`{"kid":"MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=","alg":"RS256"}`)) + "." +
		base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"74785488-4041-70a4-dcfe-cddfca936be5","iss":"http://127.0.0.1:9229/us-east-1_AbCdEf123","client_id":"3n4b5urk1ft4fl3mg5e62d9ado","origin_jti":"74785488-4041-70a4-dcfe-cddfca936be5","event_id":"74785488-4041-70a4-dcfe-cddfca936be5","token_use":"access","scope":"aws.cognito.signin.user.admin","auth_time":1893553445,"exp":1893557045,"iat":1893553445,"jti":"74785488-4041-70a4-dcfe-cddfca936be5","username":"ada"}`)) + "." +
		base64.RawURLEncoding.EncodeToString(make([]byte, 256))
	for b.Loop() {
		if _, ok := parse(text); !ok {
			b.Fatal("did not parse")
		}
	}
}

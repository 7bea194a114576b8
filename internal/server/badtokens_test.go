package server

import (
	"context"
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/core/token/testkeys"
)

// forged returns token with another header, other claims if change is not nil,
// and the signature that sign makes.
func forged(t *testing.T, token, header string, change func(claims object), sign func([]byte) []byte) string {
	t.Helper()
	payload := strings.Split(token, ".")[1]
	if change != nil {
		text, err := base64.RawURLEncoding.DecodeString(payload)
		if err != nil {
			t.Fatal(err)
		}
		var claims object
		decoder := json.NewDecoder(strings.NewReader(string(text)))
		decoder.UseNumber() // times stay whole numbers
		if err := decoder.Decode(&claims); err != nil {
			t.Fatal(err)
		}
		change(claims)
		if text, err = json.Marshal(claims); err != nil {
			t.Fatal(err)
		}
		payload = base64.RawURLEncoding.EncodeToString(text)
	}
	signed := base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + payload
	return signed + "." + base64.RawURLEncoding.EncodeToString(sign([]byte(signed)))
}

func headerOf(t *testing.T, token string) string {
	t.Helper()
	text, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[0])
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func rs256(key *rsa.PrivateKey) func([]byte) []byte {
	return func(signed []byte) []byte {
		digest := sha256.Sum256(signed)
		signature, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:])
		if err != nil {
			panic(err)
		}
		return signature
	}
}

func hs256(secret []byte) func([]byte) []byte {
	return func(signed []byte) []byte {
		mac := hmac.New(sha256.New, secret)
		mac.Write(signed)
		return mac.Sum(nil)
	}
}

// poolKey is the key that signs the access tokens of a test's first pool.
func poolKey(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	var source testkeys.Source
	_, _ = source.Key(context.Background()) // that of ID tokens
	key, err := source.Key(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// Every operation for people who are signed in, and every token that is none
// of theirs.
func TestAccessTokensThatAreNone(t *testing.T) {
	t.Parallel()
	onEachDatabase(t, testAccessTokensThatAreNone)
}

func testAccessTokensThatAreNone(t *testing.T, c Config) {
	n, a := settled(t, c)
	tokens := n.signIn(t, a, ada, adaPassword)["AuthenticationResult"].(map[string]any)
	access, id, refresh := tokens["AccessToken"].(string), tokens["IdToken"].(string), tokens["RefreshToken"].(string)
	own := poolKey(t)
	der, err := x509.MarshalPKIXPublicKey(&own.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	header := headerOf(t, access)
	algorithm := func(name string) string { return strings.Replace(header, "RS256", name, 1) }
	claim := func(name string, value any) func(object) { return func(claims object) { claims[name] = value } }
	parts := strings.Split(access, ".")
	if r := forged(t, access, header, nil, rs256(own)); r != access {
		t.Fatal("the key is not the pool's: forgeries would prove nothing")
	}
	const (
		invalid   = "Invalid Access Token"
		signature = "Could not verify signature for Access Token"
	)
	for _, tt := range []struct{ name, token, message string }{
		{"the ID token", id, invalid},
		{"the refresh token", refresh, invalid},
		{"a text", "ada", invalid},
		{"without a signature", parts[0] + "." + parts[1], invalid},
		{"an empty signature", parts[0] + "." + parts[1] + ".", signature},
		{"alg none", forged(t, access, algorithm("none"), nil, func([]byte) []byte { return nil }), signature},
		{"alg none and the signature", forged(t, access, algorithm("none"), nil, rs256(own)), signature},
		{"HS256 with the public key", forged(t, access, algorithm("HS256"), nil, hs256(der)), signature},
		{"HS256 with the public key, called RS256", forged(t, access, header, nil, hs256(der)), signature},
		{"a foreign key", forged(t, access, header, nil, rs256(foreign)), signature},
		{"a foreign key that brings itself along", forged(t, access, `{"alg":"RS256","jku":"http://127.0.0.1/","kid":"mine"}`, nil, rs256(foreign)), signature},
		{"another person", forged(t, access, header, claim("sub", "bob"), rs256(foreign)), signature},
		{"another pool", forged(t, access, header, claim("iss", n.url+"/us-east-1_Nobody"), rs256(own)), signature},
		{"another server", forged(t, access, header, claim("iss", "https://evil.example/"+a.poolID), rs256(own)), signature},
		{"of a client that no database can have", forged(t, access, header, claim("client_id", "a\x00"), rs256(foreign)), signature},
		{"of a pool that no database can have", forged(t, access, header, claim("iss", n.url+"/us-east-1_\x00"), rs256(foreign)), signature},
		{"of a user that no database can have", forged(t, access, header, claim("sub", "\x00"), rs256(foreign)), signature},
		{"of the past", forged(t, access, header, claim("exp", 1), rs256(own)), "Access Token has expired"},
		{"of a sign-in that never was", forged(t, access, header, claim("event_id", "made-up"), rs256(own)), "Access Token has been revoked"},
		{"of another scope", forged(t, access, header, claim("scope", "openid"), rs256(own)), "Access Token does not have required scopes"},
	} {
		for _, operation := range []string{"GetUser", "GlobalSignOut"} {
			t.Run(operation+" with "+tt.name, func(t *testing.T) {
				t.Parallel()
				n.wantRefused(t, n.request(t, operation, `{"AccessToken":"`+tt.token+`"}`), refusal{400, "NotAuthorizedException", tt.message})
			})
		}
	}
	t.Run("tokens with blanks never come so far", func(t *testing.T) {
		n.wantRefused(t, n.request(t, "GetUser", `{"AccessToken":"`+access+` "}`), refusal{400, "InvalidParameterException",
			"1 validation error detected: Value at 'accessToken' failed to satisfy constraint: Member must satisfy regular expression pattern: [A-Za-z0-9-_=.]+"})
	})
}

// What one pool or client gave is worth nothing at another.
func TestWhatAnotherPoolGave(t *testing.T) {
	t.Parallel()
	n, a := settled(t, config(t))
	there := n.plainApp(t)
	t.Cleanup(func() { n.call(detached{t}, "DeleteUserPool", object{"UserPoolId": there.poolID}) })
	beside := app{a.poolID, n.call(t, "CreateUserPoolClient", object{"UserPoolId": a.poolID, "ClientName": "beside"}).
		at("UserPoolClient", "ClientId"), ""}
	tokens := n.signIn(t, a, ada, adaPassword)
	refresh := tokens.at("AuthenticationResult", "RefreshToken")
	const bob, temporary = "bob", "Willow-Tempo-3-bob"
	n.call(t, "AdminCreateUser", object{"UserPoolId": there.poolID, "Username": bob, "TemporaryPassword": temporary, "MessageAction": "SUPPRESS"})
	session := n.signIn(t, there, bob, temporary).at("Session")

	for _, other := range []app{there, beside} {
		e := n.challenge(t, a, ada, adaPassword)
		e.reply["ClientId"] = other.clientID
		for _, tt := range []struct {
			operation          string
			in                 object
			exception, message string
		}{
			{"RespondToAuthChallenge", e.reply, "NotAuthorizedException", "Invalid session for the user."},
			{"RespondToAuthChallenge", object{
				"ClientId": a.clientID, "ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": session,
				"ChallengeResponses": object{"USERNAME": bob, "NEW_PASSWORD": adaPassword},
			}, "NotAuthorizedException", "Invalid session for the user."},
			{"GetTokensFromRefreshToken", object{"ClientId": other.clientID, "RefreshToken": refresh}, "NotAuthorizedException", "Invalid Refresh Token"},
			{"InitiateAuth", object{
				"ClientId": other.clientID, "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": object{"REFRESH_TOKEN": refresh},
			}, "NotAuthorizedException", "Invalid Refresh Token"},
			{"RevokeToken", object{"ClientId": other.clientID, "Token": refresh}, "", ""}, // no error, and no effect
			{"RevokeToken", object{"ClientId": a.clientID, "Token": tokens.at("AuthenticationResult", "IdToken")},
				"UnsupportedTokenTypeException", "Unsupported token type"},
		} {
			status := 400
			if tt.exception == "" {
				status = 200
			}
			body, err := json.Marshal(tt.in)
			if err != nil {
				t.Fatal(err)
			}
			n.wantRefused(t, n.request(t, tt.operation, string(body)), refusal{status, tt.exception, tt.message})
		}
	}
	if out := n.call(t, "GetTokensFromRefreshToken", object{"ClientId": a.clientID, "RefreshToken": refresh}); out.at("AuthenticationResult", "AccessToken") == "" {
		t.Error("the refresh token does not serve at home any more")
	}
	n.call(t, "GetUser", object{"AccessToken": tokens.at("AuthenticationResult", "AccessToken")})
}

func TestPoolsAndClientsThatAreNot(t *testing.T) {
	t.Parallel()
	n, a := settled(t, config(t))
	there := n.plainApp(t)
	t.Cleanup(func() { n.call(detached{t}, "DeleteUserPool", object{"UserPoolId": there.poolID}) })
	const (
		gone     = "us-east-1_Nobody000"
		noPool   = "User pool " + gone + " does not exist."
		noClient = "User pool client nobody does not exist."
		missing  = "ResourceNotFoundException"
	)
	for _, tt := range []struct{ operation, body, exception, message string }{
		{"DescribeUserPool", `{"UserPoolId":"` + gone + `"}`, missing, noPool},
		{"ListUsers", `{"UserPoolId":"` + gone + `"}`, missing, noPool},
		{"AdminGetUser", `{"UserPoolId":"` + gone + `","Username":"ada@example.com"}`, missing, noPool},
		{"AdminDeleteUser", `{"UserPoolId":"` + gone + `","Username":"ada@example.com"}`, missing, noPool},
		{"DeleteUserPool", `{"UserPoolId":"` + gone + `"}`, missing, noPool},
		{"DescribeUserPool", `{"UserPoolId":"` + strings.ToUpper(a.poolID) + `"}`, missing, "User pool " + strings.ToUpper(a.poolID) + " does not exist."},
		{"DescribeUserPool", `{"UserPoolId":"` + a.poolID + `' OR 1=1"}`, "InvalidParameterException",
			"1 validation error detected: Value '" + a.poolID + `' OR 1=1' at 'userPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w-]+_[0-9a-zA-Z]+`},
		{"DescribeUserPoolClient", `{"UserPoolId":"` + there.poolID + `","ClientId":"` + a.clientID + `"}`, missing, "User pool client " + a.clientID + " does not exist."},
		{"DeleteUserPoolClient", `{"UserPoolId":"` + there.poolID + `","ClientId":"` + a.clientID + `"}`, missing, "User pool client " + a.clientID + " does not exist."},
		{"AdminGetUser", `{"UserPoolId":"` + there.poolID + `","Username":"ada@example.com"}`, "UserNotFoundException", "User does not exist."},
		{"SignUp", `{"ClientId":"nobody","Username":"ada@example.com","Password":"Orchid-Meadow-7"}`, missing, noClient},
		{"ConfirmSignUp", `{"ClientId":"nobody","Username":"ada@example.com","ConfirmationCode":"123456"}`, missing, noClient},
		{"ResendConfirmationCode", `{"ClientId":"nobody","Username":"ada@example.com"}`, missing, noClient},
		{"InitiateAuth", `{"ClientId":"nobody","AuthFlow":"USER_PASSWORD_AUTH","AuthParameters":{}}`, missing, noClient},
		{"RespondToAuthChallenge", `{"ClientId":"nobody","ChallengeName":"PASSWORD_VERIFIER"}`, missing, noClient},
		{"GetTokensFromRefreshToken", `{"ClientId":"nobody","RefreshToken":"a.b.c.d.e"}`, missing, noClient},
		{"RevokeToken", `{"ClientId":"nobody","Token":"a.b.c.d.e"}`, "UnauthorizedException", noClient},
	} {
		t.Run(tt.operation+" "+tt.exception, func(t *testing.T) {
			t.Parallel()
			n.wantRefused(t, n.request(t, tt.operation, tt.body), refusal{400, tt.exception, tt.message})
		})
	}
}

package pool

import "testing"

func TestCheckClientOAuth(t *testing.T) {
	t.Parallel()
	code := func(urls ...string) ClientSettings {
		return ClientSettings{OAuthFlows: []string{"code"}, OAuthScopes: []string{"openid"}, OAuthClient: true, CallbackURLs: urls}
	}
	withDefault := code("https://a.example/cb")
	withDefault.DefaultRedirectURI = "https://b.example/cb"
	withLogout := code("https://a.example/cb")
	withLogout.LogoutURLs = []string{"http://a.example/bye"}
	for _, tt := range []struct {
		name     string
		settings ClientSettings
		secret   bool
		kind     Kind
		want     string
	}{
		{"a code client", code("https://a.example/cb"), false, 0, ""},
		{"an OAuth client without flows", ClientSettings{OAuthClient: true, OAuthScopes: []string{"openid"}}, false,
			InvalidOAuthFlow, "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows."},
		{"an OAuth client without scopes", ClientSettings{OAuthClient: true, OAuthFlows: []string{"code"}}, false,
			InvalidOAuthFlow, "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows."},
		{"client credentials beside code", ClientSettings{OAuthFlows: []string{"client_credentials", "code"}}, true,
			InvalidOAuthFlow, "client_credentials flow can not be selected along with code flow or implicit flow."},
		{"client credentials without a secret", ClientSettings{OAuthFlows: []string{"client_credentials"}}, false,
			InvalidOAuthFlow, "client_credentials flow can not be selected if client does not have a client secret."},
		{"client credentials with scopes of people", ClientSettings{OAuthFlows: []string{"client_credentials"}, OAuthScopes: []string{"openid", "email"}}, true,
			InvalidOAuthFlow, "email and openid are not supported with client_credentials flow."},
		{"client credentials with one of them", ClientSettings{OAuthFlows: []string{"client_credentials"}, OAuthScopes: []string{"phone"}}, true,
			InvalidOAuthFlow, "phone is not supported with client_credentials flow."},
		{"a scope of no resource server", ClientSettings{OAuthScopes: []string{"openid", "books/read"}}, false,
			ScopeDoesNotExist, "Invalid scope requested: books/read"},
		{"the API's scope", ClientSettings{OAuthScopes: []string{"aws.cognito.signin.user.admin"}}, false, 0, ""},
		{"code without a way back", code(), false,
			InvalidOAuthFlow, "CallbackUrls can not be empty when code flow or implicit flow is selected"},
		{"plain HTTP", code("http://a.example/cb"), false, InvalidParameter, "http://a.example/cb cannot use the HTTP protocol."},
		{"plain HTTP to a name that begins like this machine", code("http://localhost.a.example/cb"), false,
			InvalidParameter, "http://localhost.a.example/cb cannot use the HTTP protocol."},
		{"plain HTTP to this machine", code("http://localhost:3000/", "http://127.0.0.1/", "http://[::1]:8/"), false, 0, ""},
		{"plain HTTP for the way out", withLogout, false, InvalidParameter, "http://a.example/bye cannot use the HTTP protocol."},
		{"an address of an app", code("myapp://home"), false, 0, ""},
		{"a fragment", code("https://a.example/#cb"), false, InvalidParameter, "https://a.example/#cb cannot use fragment"},
		{"an empty fragment", code("https://a.example/#"), false, InvalidParameter, "https://a.example/# cannot use fragment"},
		{"no absolute address", code("/cb"), false, InvalidParameter, "/cb is not an absolute URL."},
		{"a script", code("javascript:alert(1)"), false, InvalidParameter, "javascript:alert(1) cannot use the JAVASCRIPT protocol."},
		{"a script in capitals", code("JavaScript:alert(1)"), false, InvalidParameter, "JavaScript:alert(1) cannot use the JAVASCRIPT protocol."},
		{"a default that is not in the list", withDefault, false,
			InvalidParameter, "The default redirect URI https://b.example/cb is not in the callback URIs list."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.settings.Complete()
			wantError(t, tt.settings.Check(&Pool{Schema: Standard()}, Around{Secret: tt.secret}, Creating), tt.kind, tt.want)
		})
	}
}

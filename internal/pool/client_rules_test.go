package pool

import (
	"testing"
	"time"
)

func TestCheckClient(t *testing.T) {
	t.Parallel()
	const (
		validity = "Invalid range for token validity."
		read     = "Invalid read attributes specified while creating a client"
		write    = "Invalid write attributes specified while creating a client"
		refresh  = "REFRESH_TOKEN_AUTH should always be allowed."
	)
	for _, tt := range []struct {
		name   string
		change func(*ClientSettings)
		kind   Kind
		want   string
	}{
		{"nothing but defaults", func(*ClientSettings) {}, 0, ""},

		{"flows of both generations", func(s *ClientSettings) { s.AuthFlows = []string{"ALLOW_REFRESH_TOKEN_AUTH", "USER_PASSWORD_AUTH"} },
			InvalidParameter, "Auth flow name with prefix 'ALLOW' cannot be used with legacy auth flow names."},
		{"flows without refresh", func(s *ClientSettings) { s.AuthFlows = []string{"ALLOW_USER_SRP_AUTH"} }, InvalidParameter, refresh},
		{"flows without refresh where tokens rotate", func(s *ClientSettings) {
			s.AuthFlows, s.RefreshRotation = []string{"ALLOW_USER_SRP_AUTH"}, true
		}, 0, ""},
		{"tokens for the client itself, of one with a secret", func(s *ClientSettings) { s.AuthFlows = []string{ClientTokenFlow} }, 0, ""},
		{"tokens for the client itself beside those for people", func(s *ClientSettings) { s.AuthFlows = []string{ClientTokenFlow, "ALLOW_REFRESH_TOKEN_AUTH"} },
			InvalidParameter, "ALLOW_CLIENT_TOKEN_AUTH cannot be used with other auth flows."},
		{"flows of the first generation", func(s *ClientSettings) { s.AuthFlows = []string{"ADMIN_NO_SRP_AUTH"} }, 0, ""},

		{"an access token of 4 minutes", func(s *ClientSettings) { s.AccessToken = Validity{4, "minutes"} }, InvalidParameter, validity},
		{"an access token of 5 minutes", func(s *ClientSettings) { s.AccessToken = Validity{300, "seconds"} }, 0, ""},
		{"an access token of a day", func(s *ClientSettings) { s.AccessToken = Validity{24, ""} }, 0, ""},
		{"an access token of more hours than a number holds", func(s *ClientSettings) { s.AccessToken = Validity{3_000_000, "hours"} }, InvalidParameter, validity},
		{"an ID token of more days than a number holds", func(s *ClientSettings) { s.IDToken = Validity{213504, "days"} }, InvalidParameter, validity},
		{"an access token in a unit that is none", func(s *ClientSettings) { s.AccessToken = Validity{1, "weeks"} }, InvalidParameter, validity},
		{"an access token of 25 hours", func(s *ClientSettings) { s.AccessToken = Validity{25, ""} }, InvalidParameter, validity},
		{"an ID token of a day", func(s *ClientSettings) { s.IDToken = Validity{1, "days"} }, 0, ""},
		{"an ID token of 5 minutes", func(s *ClientSettings) { s.IDToken = Validity{5, "minutes"} }, 0, ""},
		{"an ID token of 299 seconds", func(s *ClientSettings) { s.IDToken = Validity{299, "seconds"} }, InvalidParameter, validity},
		{"a refresh token of 59 minutes", func(s *ClientSettings) { s.RefreshToken = Validity{59, "minutes"} }, InvalidParameter, validity},
		{"a refresh token of 10 years", func(s *ClientSettings) { s.RefreshToken = Validity{3650, ""} }, 0, ""},
		{"a refresh token of a day more", func(s *ClientSettings) { s.RefreshToken = Validity{3651, ""} }, InvalidParameter, validity},
		{"a number of days that no clock can hold", func(s *ClientSettings) { s.RefreshToken = Validity{213504, "days"} }, InvalidParameter, validity},
		{"an access token longer than the refresh token", func(s *ClientSettings) { s.RefreshToken, s.AccessToken = Validity{2, "hours"}, Validity{3, "hours"} },
			InvalidParameter, "Access and Id Token expiration times must be less than or equal to refresh token expiration times."},
		{"tokens that all live an hour", func(s *ClientSettings) { s.RefreshToken = Validity{60, "minutes"} }, 0, ""},
		{"units without numbers", func(s *ClientSettings) { s.AccessToken.Unit, s.IDToken.Unit = "minutes", "seconds" }, 0, ""},
		{"a session of 2 minutes", func(s *ClientSettings) { s.AuthSessionMinutes = 2 }, InvalidParameter, "AuthSessionValidity must be from 3 to 15 minutes."},
		{"a session of 15 minutes", func(s *ClientSettings) { s.AuthSessionMinutes = 15 }, 0, ""},
		{"a session of 16 minutes", func(s *ClientSettings) { s.AuthSessionMinutes = 16 }, InvalidParameter, "AuthSessionValidity must be from 3 to 15 minutes."},

		{"reading what the pool lacks", func(s *ClientSettings) { s.ReadAttributes = []string{"email", "custom:rank"} }, InvalidParameter, read},
		{"reading what it has", func(s *ClientSettings) { s.ReadAttributes = []string{"email_verified", "custom:team"} }, 0, ""},
		{"writing what the pool lacks", func(s *ClientSettings) { s.WriteAttributes = []string{"email", "custom:rank"} }, InvalidParameter, write},
		{"writing a verified flag", func(s *ClientSettings) { s.WriteAttributes = []string{"email", "email_verified"} }, InvalidParameter, write},
		{"writing sub", func(s *ClientSettings) { s.WriteAttributes = []string{"email", "sub"} }, InvalidParameter, write},
		{"not writing what is required", func(s *ClientSettings) { s.WriteAttributes = []string{"custom:team"} }, InvalidParameter, write},
		{"writing nothing where something is required", func(s *ClientSettings) { s.WriteAttributes = []string{} }, InvalidParameter, write},
		{"writing what is required and more", func(s *ClientSettings) { s.WriteAttributes = []string{"email", "custom:team"} }, 0, ""},

		{"a provider that is not there", func(s *ClientSettings) { s.IdentityProviders = []string{"COGNITO", "Google"} },
			InvalidParameter, "The provider Google does not exist for User Pool us-east-1_abc."},

		{"analytics by name", func(s *ClientSettings) { s.Analytics = map[string]string{"ApplicationArn": "a"} }, 0, ""},
		{"analytics by ids", func(s *ClientSettings) {
			s.Analytics = map[string]string{"ApplicationId": "a", "RoleArn": "r", "ExternalId": "e"}
		}, 0, ""},
		{"analytics by both ways", func(s *ClientSettings) { s.Analytics = map[string]string{"ApplicationArn": "a", "RoleArn": "r"} },
			InvalidParameter, "Invalid analytics configuration given, either <application arn> or <application id, role arn, external id> are valid"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			schema, err := NewSchema([]AttributeWish{{Name: "email", Required: yes()}, {Name: "team", Type: "String"}})
			if err != nil {
				t.Fatal(err)
			}
			var s ClientSettings
			s.Complete()
			tt.change(&s)
			wantError(t, s.Check(&Pool{ID: "us-east-1_abc", Schema: schema}, Around{Secret: true}, Creating), tt.kind, tt.want)
		})
	}
}

func TestAPublicClientGetsNoTokensForItself(t *testing.T) {
	t.Parallel()
	s := ClientSettings{AuthFlows: []string{ClientTokenFlow}}
	s.Complete()
	wantError(t, s.Check(&Pool{}, Around{}, Creating), InvalidParameter, "ALLOW_CLIENT_TOKEN_AUTH requires a client with a secret.")
}

func TestWhatAClientSaysOfItself(t *testing.T) {
	t.Parallel()
	var plain Client
	if plain.SessionLifetime() != 3*time.Minute || plain.RotationGrace() != 0 || plain.HidesUnknownUsers() || !plain.RevokesTokens() || plain.Confidential() {
		t.Errorf("a client without settings: session %v, grace %v, hides %v, revokes %v, confidential %v",
			plain.SessionLifetime(), plain.RotationGrace(), plain.HidesUnknownUsers(), plain.RevokesTokens(), plain.Confidential())
	}
	c := Client{Secrets: make([]ClientSecret, 1), ClientSettings: ClientSettings{
		AuthSessionMinutes: 15, RefreshRotation: true, RefreshRotationGraceSec: 60, HideUnknownUsers: "ENABLED", RevocationOff: true,
	}}
	if c.SessionLifetime() != 15*time.Minute || c.RotationGrace() != time.Minute || !c.HidesUnknownUsers() || c.RevokesTokens() || !c.Confidential() {
		t.Errorf("a client with them: session %v, grace %v, hides %v, revokes %v, confidential %v",
			c.SessionLifetime(), c.RotationGrace(), c.HidesUnknownUsers(), c.RevokesTokens(), c.Confidential())
	}
	c.RefreshRotation, c.HideUnknownUsers = false, "LEGACY"
	if c.RotationGrace() != 0 || c.HidesUnknownUsers() {
		t.Errorf("without rotation %v of grace; LEGACY hides = %v", c.RotationGrace(), c.HidesUnknownUsers())
	}
}

func TestCheckClientSaysWhatIsDone(t *testing.T) {
	t.Parallel()
	s := ClientSettings{WriteAttributes: []string{"custom:rank"}}
	s.Complete()
	p := &Pool{Schema: Standard()}
	wantError(t, s.Check(p, Around{}, Creating), InvalidParameter, "Invalid write attributes specified while creating a client")
	wantError(t, s.Check(p, Around{}, Updating), InvalidParameter, "Invalid write attributes specified while updating a client")
	s.WriteAttributes, s.ReadAttributes = nil, []string{"custom:rank"}
	wantError(t, s.Check(p, Around{}, Updating), InvalidParameter, "Invalid read attributes specified while updating a client")
}

// A unit without a number says in what the default is told, and nothing of how
// long that is.
func TestUnitsWithoutNumbers(t *testing.T) {
	t.Parallel()
	for unit, want := range map[string]int32{"": 30, "days": 30, "hours": 720, "minutes": 43200, "seconds": 2592000} {
		c := Client{ClientSettings: ClientSettings{
			AccessToken: Validity{Unit: unit}, IDToken: Validity{Unit: unit}, RefreshToken: Validity{Unit: unit},
		}}
		c.Complete()
		if c.RefreshToken != (Validity{want, unit}) || c.RefreshLifetime() != 30*24*time.Hour {
			t.Errorf("%q: a refresh token lives %v, which is %+v; want 30 days", unit, c.RefreshLifetime(), c.RefreshToken)
		}
		if access, id := c.AccessLifetime(), c.IDLifetime(); access != time.Hour || id != time.Hour {
			t.Errorf("%q: an access token lives %v, an ID token %v; want an hour", unit, access, id)
		}
	}
}

func TestCompleteClient(t *testing.T) {
	t.Parallel()
	var s ClientSettings
	s.Complete()
	if s.RefreshToken != (Validity{Value: 30}) || s.AuthSessionMinutes != 3 || s.AccessToken != (Validity{}) {
		t.Errorf("got %+v, want a refresh token of 30, a session of 3 and no more", s)
	}
}

package cenotetest

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cenote-auth/cenote/auth"
)

// App is what an app needs to know of its user pool.
type App struct {
	URL          string // of the server, such as "http://127.0.0.1:41873"
	UserPoolID   string
	ClientID     string
	ClientSecret string // empty for a public client
}

// Config returns the configuration of package auth for the app.
func (a App) Config() auth.Config {
	return auth.Config{UserPoolID: a.UserPoolID, ClientID: a.ClientID, ClientSecret: a.ClientSecret, Endpoint: a.URL}
}

// flows are those of the clients made here, unless a test says otherwise.
var flows = []types.ExplicitAuthFlowsType{
	types.ExplicitAuthFlowsTypeAllowRefreshTokenAuth,
	types.ExplicitAuthFlowsTypeAllowUserPasswordAuth,
	types.ExplicitAuthFlowsTypeAllowUserSrpAuth,
}

// Admin returns an SDK client for every operation of the server, those of
// administrators included: a development server takes any access key.
func (s *Server) Admin() *cip.Client {
	return cip.New(cip.Options{
		BaseEndpoint: &s.URL,
		Region:       "us-east-1",
		HTTPClient:   s.http,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "any"}, nil
		}),
	})
}

// NewPool makes a user pool and a public client of it (CreateUserPool and
// CreateUserPoolClient). A name is given to a pool without one. What in does
// not say is as the service has it, so that people sign in by user names.
func (s *Server) NewPool(t testing.TB, in cip.CreateUserPoolInput) App {
	t.Helper()
	if in.PoolName == nil {
		in.PoolName = new("cenotetest")
	}
	out, err := s.Admin().CreateUserPool(t.Context(), &in)
	if err != nil {
		t.Fatalf("cenotetest: make a pool: %v", err)
	}
	return s.NewClient(t, cip.CreateUserPoolClientInput{UserPoolId: out.UserPool.Id})
}

// NewClient makes an app client (CreateUserPoolClient). Without a UserPoolId
// it is one of the first pool, without a ClientName it is given one, and
// without ExplicitAuthFlows it may sign in by SRP and by password.
func (s *Server) NewClient(t testing.TB, in cip.CreateUserPoolClientInput) App {
	t.Helper()
	if in.UserPoolId == nil {
		in.UserPoolId = &s.UserPoolID
	}
	if in.ClientName == nil {
		in.ClientName = new("cenotetest")
	}
	if in.ExplicitAuthFlows == nil {
		in.ExplicitAuthFlows = flows
	}
	out, err := s.Admin().CreateUserPoolClient(t.Context(), &in)
	if err != nil {
		t.Fatalf("cenotetest: make an app client: %v", err)
	}
	c := out.UserPoolClient
	return App{
		URL: s.URL, UserPoolID: *c.UserPoolId, ClientID: *c.ClientId, ClientSecret: aws.ToString(c.ClientSecret),
	}
}

package cenotetest_test

import (
	"testing"
	"time"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cenote-auth/cenote/auth"
	"github.com/cenote-auth/cenote/cenotetest"
)

// t is the test that each example is a part of.
var t *testing.T

func ExampleStart() {
	s := cenotetest.Start(t)
	s.AddUser(t, cenotetest.User{Email: "ada@example.com", Password: "Tulip-42"})

	client, err := auth.New(s.Config(), nil)
	if err != nil {
		t.Fatal(err)
	}
	flow, err := client.SignIn(t.Context(), auth.SignInInput{Username: "ada@example.com", Password: "Tulip-42"})
	if err != nil || !flow.Done() {
		t.Fatalf("the sign-in stands at %v, %v", flow, err)
	}
}

// A sign-up is confirmed with the code that was mailed.
func ExampleServer_Code() {
	s := cenotetest.Start(t)
	c := s.Admin()
	ada := "ada@example.com"
	if _, err := c.SignUp(t.Context(), &cip.SignUpInput{
		ClientId: &s.ClientID, Username: &ada, Password: new("Tulip-42"),
	}); err != nil {
		t.Fatal(err)
	}
	code := s.Code(t, ada)
	if _, err := c.ConfirmSignUp(t.Context(), &cip.ConfirmSignUpInput{
		ClientId: &s.ClientID, Username: &ada, ConfirmationCode: &code,
	}); err != nil {
		t.Fatal(err)
	}
}

// Access tokens last an hour unless the app client says otherwise. A client that
// reads the server's clock refreshes them when that has gone on.
func ExampleServer_Advance() {
	s := cenotetest.Start(t)
	client, err := auth.New(s.Config(), &auth.Options{Now: s.Now})
	if err != nil {
		t.Fatal(err)
	}
	// ... sign in ...
	s.Advance(t, 61*time.Minute)
	if _, err := client.Session(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
}

// A confidential client of a pool whose people sign in by user names.
func ExampleServer_NewClient() {
	s := cenotetest.Start(t)
	pool := s.NewPool(t, cip.CreateUserPoolInput{PoolName: new("staff")})
	app := s.NewClient(t, cip.CreateUserPoolClientInput{UserPoolId: &pool.UserPoolID, GenerateSecret: true})
	s.AddUser(t, cenotetest.User{UserPoolID: app.UserPoolID, Username: "ada", Password: "Tulip-42"})
}

package auth_test

import (
	"context"
	"fmt"
	"log"
	"net"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/cenote-auth/cenote/auth"
)

// A program at a terminal signs a person in by the hosted pages: it waits for the
// browser at a loopback address.
func ExampleClient_AuthorizeURL() {
	ctx := context.Background()
	const back = "http://localhost:8976/callback" // configured in the app client too
	client, err := auth.New(auth.Config{
		UserPoolID: "eu-west-1_AbCdEf123", ClientID: "1example23456789",
		OAuth: &auth.OAuth{Domain: "login.example.com", Scopes: []string{"openid", "email"}, RedirectSignIn: []string{back}},
	}, nil)
	if err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", "localhost:8976")
	if err != nil {
		log.Fatal(err)
	}
	address, err := client.AuthorizeURL(ctx, auth.RedirectInput{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("Open", address)
	done := make(chan error, 1)
	go http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := client.CompleteRedirect(r.Context(), "http://localhost:8976"+r.URL.RequestURI())
		fmt.Fprintln(w, "You may close this page.")
		done <- err
	}))
	if err := <-done; err != nil {
		log.Fatal(err)
	}
}

// An HTTP client that shows the user's access token to one API, and to nobody
// else.
func ExampleClient_Transport() {
	client, err := auth.New(auth.Config{UserPoolID: "eu-west-1_AbCdEf123", ClientID: "1example23456789"}, nil)
	if err != nil {
		log.Fatal(err)
	}
	transport, err := client.Transport(nil, auth.AccessToken, "https://api.example.com")
	if err != nil {
		log.Fatal(err)
	}
	api := &http.Client{Transport: transport}
	res, err := api.Get("https://api.example.com/orders")
	if err != nil {
		log.Fatal(err) // auth.ErrNotSignedIn, for one
	}
	defer res.Body.Close()
}

// The signed-in user's AWS credentials, for any client of the AWS SDK.
func ExampleClient_Credentials() {
	client, err := auth.New(auth.Config{
		UserPoolID: "eu-west-1_AbCdEf123", ClientID: "1example23456789",
		IdentityPoolID: "eu-west-1:0b1c2d3e-4f5a-6b7c-8d9e-0f1a2b3c4d5e",
	}, nil)
	if err != nil {
		log.Fatal(err)
	}
	useAWS(aws.Config{Region: "eu-west-1", Credentials: client.Credentials()})
}

func useAWS(aws.Config) {}

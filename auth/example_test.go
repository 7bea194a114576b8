package auth_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/cenote-auth/cenote/auth"
	"github.com/cenote-auth/cenote/auth/storage"
	"github.com/cenote-auth/cenote/cenotetest"
)

// cfg is the configuration of a running pool; auth.ReadConfig reads yours.
func cfg() auth.Config { return exampleServer().Config() }

// readCode stands for the mail that a person reads.
func readCode(address string) string { return exampleServer().Code(&examples, address) }

// addUser makes somebody who can sign in.
func addUser(email string) {
	exampleServer().AddUser(&examples, cenotetest.User{Email: email, Password: "Tulip-42"})
}

// signedInClient is a client where somebody has signed in.
func signedInClient(email string) *auth.Client {
	addUser(email)
	client, err := auth.New(cfg(), nil)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := client.SignIn(context.Background(), auth.SignInInput{Username: email, Password: "Tulip-42"}); err != nil {
		log.Fatal(err)
	}
	return client
}

// A program that remembers who signed in keeps the session in a file that only
// its user can read.
func ExampleNew() {
	dir, _ := os.MkdirTemp("", "")
	defer os.RemoveAll(dir)

	file, err := storage.OpenFile(filepath.Join(dir, "session.json"))
	if err != nil {
		log.Fatal(err)
	}
	client, err := auth.New(cfg(), &auth.Options{Storage: file})
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.CurrentUser(context.Background(), nil)
	fmt.Println("nobody is signed in:", errors.Is(err, auth.ErrNotSignedIn))
	// Output: nobody is signed in: true
}

// Sign up, prove the address, and be signed in.
func ExampleClient_SignUp() {
	ctx := context.Background()
	client, err := auth.New(cfg(), nil)
	if err != nil {
		log.Fatal(err)
	}
	flow, err := client.SignUp(ctx, auth.SignUpInput{
		Username:       "grace@example.com",
		Password:       "Tulip-42",
		UserAttributes: map[string]string{"email": "grace@example.com"},
		AutoSignIn:     &auth.AutoSignInOptions{},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(flow.Step())
	if err := flow.Confirm(ctx, readCode("grace@example.com"), nil); err != nil {
		log.Fatal(err) // after ErrCodeMismatch, call Confirm again
	}
	fmt.Println(flow.Step())
	signIn, err := flow.AutoSignIn(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(signIn.Step())
	// Output:
	// CONFIRM_SIGN_UP
	// COMPLETE_AUTO_SIGN_IN
	// DONE
}

// A sign-in asks until it is done. Which steps can come depends on the pool.
func ExampleClient_SignIn() {
	ctx := context.Background()
	exampleServer().AddUser(&examples, cenotetest.User{Email: "joan@example.com", Password: "Tulip-42", Temporary: true})
	client, err := auth.New(cfg(), nil)
	if err != nil {
		log.Fatal(err)
	}

	flow, err := client.SignIn(ctx, auth.SignInInput{Username: "joan@example.com", Password: "Tulip-42"})
	for err == nil && !flow.Done() {
		switch next := flow.Next(); next.Step {
		case auth.SignInNewPassword:
			fmt.Println("a new password, please")
			err = flow.Confirm(ctx, "Crocus-43", nil)
		case auth.SignInSMSCode, auth.SignInEmailCode:
			fmt.Println("the code sent to", next.Delivery.Destination)
			err = flow.Confirm(ctx, "123456", nil)
		case auth.SignInTOTPSetup:
			fmt.Println("scan this:", next.TOTP.URI("Example", ""))
			err = flow.Confirm(ctx, "123456", nil)
		default:
			err = fmt.Errorf("cannot go on: %s", next.Step)
		}
	}
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("signed in as", flow.User().SignInDetails.LoginID)
	// Output:
	// a new password, please
	// signed in as joan@example.com
}

// A wrong answer leaves the flow where it was.
func ExampleSignUpFlow_Confirm() {
	ctx := context.Background()
	client, err := auth.New(cfg(), nil)
	if err != nil {
		log.Fatal(err)
	}
	flow, err := client.SignUp(ctx, auth.SignUpInput{Username: "mary@example.com", Password: "Tulip-42"})
	if err != nil {
		log.Fatal(err)
	}
	for _, code := range []string{"000000", readCode("mary@example.com")} {
		switch err := flow.Confirm(ctx, code, nil); {
		case errors.Is(err, auth.ErrCodeMismatch):
			fmt.Println("that is not the code")
		case err != nil:
			log.Fatal(err)
		}
	}
	fmt.Println(flow.Step())
	// Output:
	// that is not the code
	// DONE
}

// Ask for the session whenever a token is needed: it is refreshed when it must
// be, and only then.
func ExampleClient_Session() {
	client := signedInClient("ada@example.com")

	session, err := client.Session(context.Background(), nil)
	if err != nil {
		log.Fatal(err)
	}
	if !session.SignedIn() {
		log.Fatal("sign in first")
	}
	claims := session.Tokens.AccessToken.Claims()
	fmt.Println(claims["token_use"], claims["scope"])
	// Output: access aws.cognito.signin.user.admin
}

func ExampleClient_CurrentUser() {
	client := signedInClient("dorothy@example.com")

	user, err := client.CurrentUser(context.Background(), &auth.CurrentUserOptions{Verify: true})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(user.SignInDetails.LoginID, user.SignInDetails.Flow)
	// Output: dorothy@example.com USER_SRP_AUTH
}

func ExampleClient_UserAttributes() {
	client := signedInClient("katherine@example.com")

	attributes, err := client.UserAttributes(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(attributes["email"], attributes.Bool("email_verified"))
	// Output: katherine@example.com true
}

// Whatever the service says, the tokens here are gone afterwards.
func ExampleClient_SignOut() {
	ctx := context.Background()
	client := signedInClient("barbara@example.com")

	if err := client.SignOut(ctx, &auth.SignOutOptions{Global: true}); err != nil {
		fmt.Println("other devices may still be signed in:", err)
	}
	session, err := client.Session(ctx, nil)
	fmt.Println(session.SignedIn(), err)
	// Output: false <nil>
}

func ExampleClient_Subscribe() {
	client := signedInClient("frances@example.com")

	events := make(chan string)
	cancel := client.Subscribe(func(e auth.Event) {
		switch e := e.(type) {
		case auth.TokenRefreshed:
			events <- e.Name()
		case auth.SignedOut:
			events <- e.Name()
		}
	})
	defer cancel()

	if _, err := client.Session(context.Background(), &auth.SessionOptions{ForceRefresh: true}); err != nil {
		log.Fatal(err)
	}
	if err := client.SignOut(context.Background(), nil); err != nil {
		log.Fatal(err)
	}
	fmt.Println(<-events, <-events)
	// Output: tokenRefresh signedOut
}

// A web server answers one step a request. Between two of them the flow lies in
// its session store, and another machine may go on with it.
func ExampleClient_ResumeSignIn() {
	ctx := context.Background()
	exampleServer().AddUser(&examples, cenotetest.User{Email: "radia@example.com", Password: "Tulip-42", Temporary: true})
	client, err := auth.New(cfg(), nil)
	if err != nil {
		log.Fatal(err)
	}

	// The first request.
	flow, err := client.SignIn(ctx, auth.SignInInput{Username: "radia@example.com", Password: "Tulip-42"})
	if err != nil {
		log.Fatal(err)
	}
	kept, err := flow.MarshalBinary()
	if err != nil {
		log.Fatal(err)
	}

	// The second.
	flow, err = client.ResumeSignIn(kept)
	if err != nil {
		log.Fatal(err)
	}
	if err := flow.Confirm(ctx, "Crocus-43", nil); err != nil {
		log.Fatal(err)
	}
	fmt.Println(flow.Step())
	// Output: DONE
}

// A server has one client, and a seat of it for each person.
func ExampleClient_WithStorage() {
	ctx := context.Background()
	server := signedInClient("sophie@example.com")

	seat := server.WithStorage(storage.NewMemory())
	for _, client := range []*auth.Client{server, seat} {
		session, err := client.Session(ctx, nil)
		fmt.Println(session.SignedIn(), err)
	}
	// Output:
	// true <nil>
	// false <nil>
}

// Errors are told apart by the names that Amplify and the service use.
func ExampleError() {
	client, err := auth.New(cfg(), nil)
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.SignIn(context.Background(), auth.SignInInput{Username: "nobody@example.com", Password: "Tulip-42"})

	var e *auth.Error
	if errors.As(err, &e) {
		fmt.Println(e.Op, e.Code, e.Message)
	}
	fmt.Println(errors.Is(err, auth.ErrNotAuthorized))
	// Output:
	// SignIn NotAuthorizedException Incorrect username or password.
	// true
}

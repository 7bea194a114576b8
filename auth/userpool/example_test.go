package userpool_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/cenote-auth/cenote/auth/storage"
	"github.com/cenote-auth/cenote/auth/userpool"
)

// A pool of Amazon Cognito needs no options; one of Cenote has an endpoint.
func ExampleNew() {
	pool, err := userpool.New("eu-west-1_AbCdEf123", "1example23456789", nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(pool.Region(), pool.Name())

	_, err = userpool.New("eu-west-1_AbCdEf123", "1example23456789", &userpool.Options{Endpoint: "http://127.0.0.1:9229"})
	fmt.Println(err)
	// Output:
	// eu-west-1 AbCdEf123
	// <nil>
}

// Sign up, confirm the address, sign in.
func ExamplePool_SignUp() {
	server, t := exampleServer()
	defer t.stop()
	ctx := context.Background()
	pool, err := userpool.New(server.UserPoolID, server.ClientID, &userpool.Options{Endpoint: server.URL})
	if err != nil {
		log.Fatal(err)
	}

	out, err := pool.SignUp(ctx, userpool.SignUpInput{Username: "eve@example.com", Password: "Crocus-17"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("a code went to", out.Delivery.Destination)

	eve := pool.User("eve@example.com")
	code := server.Code(t, "eve@example.com") // which Eve reads in her mail
	if err := eve.ConfirmRegistration(ctx, code, false, nil); err != nil {
		log.Fatal(err)
	}
	step, err := eve.Authenticate(ctx, userpool.Credentials{Password: "Crocus-17"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(step.Session.IDToken.Claims()["email"])
	// Output:
	// a code went to e***@e***
	// eve@example.com
}

// A sign-in may lead through challenges. Here there is none.
func ExampleUser_Authenticate() {
	server, t := exampleServer()
	defer t.stop()
	ctx := context.Background()
	pool, err := userpool.New(server.UserPoolID, server.ClientID, &userpool.Options{Endpoint: server.URL})
	if err != nil {
		log.Fatal(err)
	}

	ask := func(question string) string { return "" } // asks the person

	ada := pool.User("ada@example.com")
	step, err := ada.Authenticate(ctx, userpool.Credentials{Password: "Tulip-42"})
	for err == nil && step.Challenge != nil {
		switch step.Challenge.Name {
		case userpool.SMSMFA, userpool.EmailOTP, userpool.SoftwareTokenMFA:
			step, err = ada.SendMFACode(ctx, ask("Code"), nil)
		case userpool.NewPasswordRequired:
			step, err = ada.CompleteNewPassword(ctx, ask("New password"), nil, nil)
		default:
			log.Fatalf("this program cannot answer %s", step.Challenge.Name)
		}
	}
	switch {
	case errors.Is(err, userpool.ErrNotAuthorized):
		log.Fatal("wrong name or password")
	case err != nil:
		log.Fatal(err)
	}
	fmt.Println("good for", step.Session.AccessToken.Expires().Sub(step.Session.AccessToken.IssuedAt()))
	// Output:
	// good for 1h0m0s
}

// A program that starts again finds its user in the storage. The session is
// refreshed when its tokens have expired.
func ExamplePool_CurrentUser() {
	server, t := exampleServer()
	defer t.stop()
	ctx := context.Background()
	folder, err := os.MkdirTemp("", "userpool")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)

	start := func() *userpool.Pool {
		file, err := storage.OpenFile(filepath.Join(folder, "session.json"))
		if err != nil {
			log.Fatal(err)
		}
		pool, err := userpool.New(server.UserPoolID, server.ClientID, &userpool.Options{
			Endpoint: server.URL, Storage: file, Now: server.Now,
		})
		if err != nil {
			log.Fatal(err)
		}
		return pool
	}
	if _, err := start().User("ada@example.com").Authenticate(ctx, userpool.Credentials{Password: "Tulip-42"}); err != nil {
		log.Fatal(err)
	}

	server.Advance(t, 3*time.Hour)
	ada, err := start().CurrentUser(ctx)
	if errors.Is(err, userpool.ErrNoUser) {
		log.Fatal("sign in first")
	}
	if err != nil {
		log.Fatal(err)
	}
	session, err := ada.Session(ctx, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(session.Valid(server.Now(), time.Minute))
	// Output:
	// true
}

// What the service knows of a user, and what the program may keep of it.
func ExampleUser_UserData() {
	server, t := exampleServer()
	defer t.stop()
	ctx := context.Background()
	pool, err := userpool.New(server.UserPoolID, server.ClientID, &userpool.Options{Endpoint: server.URL})
	if err != nil {
		log.Fatal(err)
	}
	ada := pool.User("ada@example.com")
	if _, err := ada.Authenticate(ctx, userpool.Credentials{Password: "Tulip-42"}); err != nil {
		log.Fatal(err)
	}
	data, err := ada.UserData(ctx, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(data.Map()["name"])
	// Output:
	// Ada
}

// To sign out for good is to revoke the tokens and to forget them.
func ExampleUser_SignOut() {
	server, t := exampleServer()
	defer t.stop()
	ctx := context.Background()
	pool, err := userpool.New(server.UserPoolID, server.ClientID, &userpool.Options{Endpoint: server.URL})
	if err != nil {
		log.Fatal(err)
	}
	ada := pool.User("ada@example.com")
	if _, err := ada.Authenticate(ctx, userpool.Credentials{Password: "Tulip-42"}); err != nil {
		log.Fatal(err)
	}

	if err := errors.Join(ada.RevokeTokens(ctx), ada.SignOut(ctx)); err != nil {
		log.Fatal(err)
	}
	_, err = pool.CurrentUser(ctx)
	fmt.Println(errors.Is(err, userpool.ErrNoUser))
	// Output:
	// true
}

// A password that was forgotten is replaced by a code.
func ExampleUser_ForgotPassword() {
	server, t := exampleServer()
	defer t.stop()
	ctx := context.Background()
	pool, err := userpool.New(server.UserPoolID, server.ClientID, &userpool.Options{Endpoint: server.URL})
	if err != nil {
		log.Fatal(err)
	}

	ada := pool.User("ada@example.com")
	to, err := ada.ForgotPassword(ctx, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("a code went to", to.Destination)
	code := server.Code(t, "ada@example.com") // which Ada reads in her mail
	if err := ada.ConfirmPassword(ctx, code, "Crocus-17", nil); err != nil {
		log.Fatal(err)
	}
	step, err := ada.Authenticate(ctx, userpool.Credentials{Password: "Crocus-17"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(step.Session.IDToken.Claims()["name"])
	// Output:
	// a code went to a***@e***
	// Ada
}

// A new address is proved by the code that is sent there.
func ExampleUser_UpdateAttributes() {
	server, t := exampleServer()
	defer t.stop()
	ctx := context.Background()
	pool, err := userpool.New(server.UserPoolID, server.ClientID, &userpool.Options{Endpoint: server.URL})
	if err != nil {
		log.Fatal(err)
	}
	ada := pool.User("ada@example.com")
	if _, err := ada.Authenticate(ctx, userpool.Credentials{Password: "Tulip-42"}); err != nil {
		log.Fatal(err)
	}

	sent, err := ada.UpdateAttributes(ctx, map[string]string{"email": "lovelace@example.com"}, nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, to := range sent {
		code := server.Code(t, "lovelace@example.com") // which Ada reads in her mail
		if err := ada.VerifyAttribute(ctx, to.Attribute, code); err != nil {
			log.Fatal(err)
		}
	}
	data, err := ada.UserData(ctx, &userpool.UserDataOptions{BypassCache: true})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(data.Map()["email"], data.Map()["email_verified"])
	// Output:
	// lovelace@example.com true
}

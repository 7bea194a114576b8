package auth_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/cenote-auth/cenote/auth"
)

// Somebody forgot the password. Who had it reset by an administrator begins with
// the code.
func ExampleClient_ResetPassword() {
	ctx := context.Background()
	addUser("evelyn@example.com")
	client, err := auth.New(cfg(), nil)
	if err != nil {
		log.Fatal(err)
	}

	next, err := client.ResetPassword(ctx, auth.ResetPasswordInput{Username: "evelyn@example.com"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(next.Step, "sent to", next.Delivery.Destination)

	code := readCode("evelyn@example.com")
	for _, password := range []string{"short", "Crocus-43"} {
		err := client.ConfirmResetPassword(ctx, auth.ConfirmResetPasswordInput{
			Username: "evelyn@example.com", Code: code, NewPassword: password,
		})
		switch {
		case errors.Is(err, auth.ErrCodeMismatch), errors.Is(err, auth.ErrInvalidPassword):
			fmt.Println("try again")
		case err != nil:
			log.Fatal(err)
		}
	}
	flow, err := client.SignIn(ctx, auth.SignInInput{Username: "evelyn@example.com", Password: "Crocus-43"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(flow.Step())
	// Output:
	// CONFIRM_RESET_PASSWORD_WITH_CODE sent to e***@e***
	// try again
	// DONE
}

func ExampleClient_UpdatePassword() {
	ctx := context.Background()
	client := signedInClient("beatrix@example.com")
	err := client.UpdatePassword(ctx, auth.UpdatePasswordInput{OldPassword: "Tulip-42", NewPassword: "Crocus-43"})
	fmt.Println(err)
	// Output: <nil>
}

// A new e-mail address is proved by a code that is sent there.
func ExampleClient_UpdateUserAttributes() {
	ctx := context.Background()
	client := signedInClient("hedy@example.com")

	next, err := client.UpdateUserAttributes(ctx, auth.UpdateUserAttributesInput{
		UserAttributes: map[string]string{"name": "Hedy", "email": "lamarr@example.com"},
	})
	if err != nil {
		log.Fatal(err) // nothing has changed
	}
	fmt.Println("name:", next["name"].Step)
	fmt.Println("email:", next["email"].Step)

	code := readCode("lamarr@example.com")
	if err := client.ConfirmUserAttribute(ctx, auth.ConfirmUserAttributeInput{Name: "email", Code: code}); err != nil {
		log.Fatal(err) // after ErrCodeMismatch, try again
	}
	attributes, err := client.UserAttributes(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(attributes["email"], attributes.Bool("email_verified"))
	// Output:
	// name: DONE
	// email: CONFIRM_ATTRIBUTE_WITH_CODE
	// lamarr@example.com true
}

func ExampleClient_DeleteUser() {
	ctx := context.Background()
	client := signedInClient("emilie@example.com")
	if err := client.DeleteUser(ctx); err != nil {
		log.Fatal(err)
	}
	_, err := client.CurrentUser(ctx, nil)
	fmt.Println(errors.Is(err, auth.ErrNotSignedIn))
	// Output: true
}

// A program that followed Amplify v5's Hub gets what it got there.
func ExampleAttributesUpdated_ResultObject() {
	ctx := context.Background()
	client := signedInClient("klara@example.com")
	heard := make(chan auth.AttributesUpdated, 1)
	defer client.Subscribe(func(e auth.Event) {
		if e, ok := e.(auth.AttributesUpdated); ok {
			heard <- e
		}
	})()

	_, err := client.UpdateUserAttribute(ctx, auth.UpdateUserAttributeInput{Name: "email", Value: "klara@example.org"})
	if err != nil {
		log.Fatal(err)
	}
	result := (<-heard).ResultObject()["email"]
	fmt.Println(result.IsUpdated, result.CodeDeliveryDetails.Destination)
	// Output: false k***@e***
}

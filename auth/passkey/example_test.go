package passkey_test

import (
	"context"
	"fmt"
	"log"

	"github.com/cenote-auth/cenote/auth"
	"github.com/cenote-auth/cenote/auth/passkey"
)

// A program at a terminal says where the page is, for where no browser opens.
func Example() {
	browser := &passkey.Browser{Open: func(ctx context.Context, url string) error {
		fmt.Println("If no browser opens, go to", url)
		_ = passkey.OpenURL(ctx, url) // the user was told
		return nil
	}}
	client, err := auth.New(auth.Config{UserPoolID: "us-east-1_AbCdEf123", ClientID: "1example23456789", Endpoint: "http://localhost:9229"},
		&auth.Options{Passkeys: browser})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(client.Config().UserPoolID) // and client.SignIn, client.AssociateWebAuthnCredential
	// Output: us-east-1_AbCdEf123
}

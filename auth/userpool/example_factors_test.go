package userpool_test

import (
	"context"
	"fmt"
	"log"
	"time"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cenote-auth/cenote/auth/userpool"
	"github.com/cenote-auth/cenote/cenotetest"
)

// appServer is a running server with a pool of authenticator apps that remembers
// devices, and ada in it.
func appServer() (*cenotetest.Server, *userpool.Pool, *exampleTest) {
	t := new(exampleTest)
	s := cenotetest.Start(t)
	app := s.NewPool(t, cip.CreateUserPoolInput{DeviceConfiguration: &types.DeviceConfigurationType{ChallengeRequiredOnNewDevice: true}})
	_, err := s.Admin().SetUserPoolMfaConfig(t.Context(), &cip.SetUserPoolMfaConfigInput{
		UserPoolId: &app.UserPoolID, MfaConfiguration: types.UserPoolMfaTypeOptional,
		SoftwareTokenMfaConfiguration: &types.SoftwareTokenMfaConfigType{Enabled: true},
	})
	if err != nil {
		log.Fatal(err)
	}
	s.AddUser(t, cenotetest.User{UserPoolID: app.UserPoolID, Username: "ada", Password: "Tulip-42"})
	pool, err := userpool.New(app.UserPoolID, app.ClientID, &userpool.Options{Endpoint: app.URL})
	if err != nil {
		log.Fatal(err)
	}
	return s, pool, t
}

// An authenticator app is set up, and sign-ins on other devices ask for its code.
func ExampleUser_AssociateSoftwareToken() {
	server, pool, t := appServer()
	defer t.stop()
	ctx := context.Background()
	ada := pool.User("ada")
	if _, err := ada.Authenticate(ctx, userpool.Credentials{Password: "Tulip-42"}); err != nil {
		log.Fatal(err)
	}

	secret, err := ada.AssociateSoftwareToken(ctx)
	if err != nil {
		log.Fatal(err)
	}
	code := server.TOTP(t, secret) // which Ada reads off the app
	if _, err := ada.VerifySoftwareToken(ctx, code, "phone"); err != nil {
		log.Fatal(err)
	}
	err = ada.SetMFAPreference(ctx, userpool.MFAPreferences{SoftwareToken: &userpool.MFAPreference{Enabled: true, Preferred: true}})
	if err != nil {
		log.Fatal(err)
	}

	if err := ada.ClearCachedDevice(ctx); err != nil { // as if on another device
		log.Fatal(err)
	}
	step, err := ada.Authenticate(ctx, userpool.Credentials{Password: "Tulip-42"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(step.Challenge.Name, "of", step.Challenge.Parameters["FRIENDLY_DEVICE_NAME"])
	server.Advance(t, 30*time.Second) // a code is good once
	step, err = ada.SendMFACode(ctx, server.TOTP(t, secret), nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("signed in:", step.Session != nil)
	// Output:
	// SOFTWARE_TOKEN_MFA of phone
	// signed in: true
}

// The device of a sign-in is registered by itself.
func ExampleUser_Devices() {
	_, pool, t := appServer()
	defer t.stop()
	ctx := context.Background()
	ada := pool.User("ada")
	if _, err := ada.Authenticate(ctx, userpool.Credentials{Password: "Tulip-42"}); err != nil {
		log.Fatal(err)
	}
	here, err := ada.CachedDevice(ctx)
	if err != nil {
		log.Fatal(err)
	}
	page, err := ada.Devices(ctx, userpool.ListDevicesInput{Limit: 10})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(page.Devices), "device, this one:", page.Devices[0].Key == here.Key)

	if err := ada.ForgetDevice(ctx); err != nil {
		log.Fatal(err)
	}
	here, err = ada.CachedDevice(ctx)
	fmt.Println(here, err)
	// Output:
	// 1 device, this one: true
	// <nil> <nil>
}

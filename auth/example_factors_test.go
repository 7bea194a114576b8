package auth_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cenote-auth/cenote/auth"
	"github.com/cenote-auth/cenote/cenotetest"
)

// appPool is a pool with authenticator apps that remembers devices, and ada in it.
func appPool() auth.Config {
	s := exampleServer()
	app := s.NewPool(&examples, cip.CreateUserPoolInput{
		DeviceConfiguration: &types.DeviceConfigurationType{ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true},
	})
	_, err := s.Admin().SetUserPoolMfaConfig(context.Background(), &cip.SetUserPoolMfaConfigInput{
		UserPoolId: &app.UserPoolID, MfaConfiguration: types.UserPoolMfaTypeOptional,
		SoftwareTokenMfaConfiguration: &types.SoftwareTokenMfaConfigType{Enabled: true},
	})
	if err != nil {
		log.Fatal(err)
	}
	s.AddUser(&examples, cenotetest.User{UserPoolID: app.UserPoolID, Username: "ada", Password: "Tulip-42"})
	return app.Config()
}

// readApp stands for the person who looks at the authenticator app, half a minute
// after the last time.
func readApp(secret string) string {
	exampleServer().Advance(&examples, 30*time.Second)
	return exampleServer().TOTP(&examples, secret)
}

func signInAda(config auth.Config, opts *auth.Options) *auth.Client {
	client, err := auth.New(config, opts)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := client.SignIn(context.Background(), auth.SignInInput{Username: "ada", Password: "Tulip-42"}); err != nil {
		log.Fatal(err)
	}
	return client
}

// An authenticator app becomes the second factor.
func ExampleClient_SetUpTOTP() {
	ctx := context.Background()
	client := signInAda(appPool(), nil)

	setup, err := client.SetUpTOTP(ctx)
	if err != nil {
		log.Fatal(err)
	}
	uri := setup.URI("Garden", "") // to be shown as a QR code
	fmt.Println(uri[:len("otpauth://totp/Garden:ada")])

	for _, code := range []string{"000000", readApp(setup.Secret)} {
		err := client.VerifyTOTPSetup(ctx, auth.VerifyTOTPSetupInput{Code: code, FriendlyDeviceName: "phone"})
		if errors.Is(err, auth.ErrSoftwareToken) {
			fmt.Println("try again")
		} else if err != nil {
			log.Fatal(err)
		}
	}
	if err := client.UpdateMFAPreference(ctx, auth.UpdateMFAPreferenceInput{TOTP: auth.MFAPreferred}); err != nil {
		log.Fatal(err)
	}
	preference, err := client.MFAPreference(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(preference.Preferred, preference.Enabled)
	// Output:
	// otpauth://totp/Garden:ada
	// try again
	// TOTP [TOTP]
}

// A device that the user has remembered stands for the second factor.
func ExampleClient_RememberDevice() {
	ctx := context.Background()
	client := signInAda(appPool(), nil)
	setup, err := client.SetUpTOTP(ctx)
	if err != nil {
		log.Fatal(err)
	}
	if err := client.VerifyTOTPSetup(ctx, auth.VerifyTOTPSetupInput{Code: readApp(setup.Secret)}); err != nil {
		log.Fatal(err)
	}
	if err := client.UpdateMFAPreference(ctx, auth.UpdateMFAPreferenceInput{TOTP: auth.MFAEnabled}); err != nil {
		log.Fatal(err)
	}
	for range 2 {
		if err := client.SignOut(ctx, nil); err != nil {
			log.Fatal(err)
		}
		flow, err := client.SignIn(ctx, auth.SignInInput{Username: "ada", Password: "Tulip-42"})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(flow.Step())
		if flow.Done() {
			break
		}
		if err := flow.Confirm(ctx, readApp(setup.Secret), nil); err != nil {
			log.Fatal(err)
		}
		if err := client.RememberDevice(ctx); err != nil { // where the user has said yes
			log.Fatal(err)
		}
	}
	// Output:
	// CONFIRM_SIGN_IN_WITH_TOTP_CODE
	// DONE
}

// The user sees the devices, and has all forgotten but this one.
func ExampleClient_Devices() {
	ctx := context.Background()
	config := appPool()
	signInAda(config, &auth.Options{DeviceName: "a phone"})
	client := signInAda(config, nil)

	here, err := client.CurrentDevice(ctx)
	if err != nil {
		log.Fatal(err)
	}
	for device, err := range client.Devices(ctx) {
		if err != nil {
			log.Fatal(err)
		}
		if device.ID == here.ID {
			continue
		}
		fmt.Println("forget", device.Name)
		if err := client.ForgetDevice(ctx, device.ID); err != nil {
			log.Fatal(err)
		}
	}
	// Output: forget a phone
}

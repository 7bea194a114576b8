package auth_test

import (
	"context"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

func (s *service) SetUserMFAPreference(_ context.Context, in *cip.SetUserMFAPreferenceInput, _ ...func(*cip.Options)) (*cip.SetUserMFAPreferenceOutput, error) {
	return play[cip.SetUserMFAPreferenceInput, cip.SetUserMFAPreferenceOutput](s, in)
}

func (s *service) GetDevice(_ context.Context, in *cip.GetDeviceInput, _ ...func(*cip.Options)) (*cip.GetDeviceOutput, error) {
	return play[cip.GetDeviceInput, cip.GetDeviceOutput](s, in)
}

func (s *service) ListDevices(_ context.Context, in *cip.ListDevicesInput, _ ...func(*cip.Options)) (*cip.ListDevicesOutput, error) {
	return play[cip.ListDevicesInput, cip.ListDevicesOutput](s, in)
}

func (s *service) ForgetDevice(_ context.Context, in *cip.ForgetDeviceInput, _ ...func(*cip.Options)) (*cip.ForgetDeviceOutput, error) {
	return play[cip.ForgetDeviceInput, cip.ForgetDeviceOutput](s, in)
}

func (s *service) UpdateDeviceStatus(_ context.Context, in *cip.UpdateDeviceStatusInput, _ ...func(*cip.Options)) (*cip.UpdateDeviceStatusOutput, error) {
	return play[cip.UpdateDeviceStatusInput, cip.UpdateDeviceStatusOutput](s, in)
}

func (s *service) StartWebAuthnRegistration(_ context.Context, in *cip.StartWebAuthnRegistrationInput, _ ...func(*cip.Options)) (*cip.StartWebAuthnRegistrationOutput, error) {
	return play[cip.StartWebAuthnRegistrationInput, cip.StartWebAuthnRegistrationOutput](s, in)
}

func (s *service) CompleteWebAuthnRegistration(_ context.Context, in *cip.CompleteWebAuthnRegistrationInput, _ ...func(*cip.Options)) (*cip.CompleteWebAuthnRegistrationOutput, error) {
	return play[cip.CompleteWebAuthnRegistrationInput, cip.CompleteWebAuthnRegistrationOutput](s, in)
}

func (s *service) ListWebAuthnCredentials(_ context.Context, in *cip.ListWebAuthnCredentialsInput, _ ...func(*cip.Options)) (*cip.ListWebAuthnCredentialsOutput, error) {
	return play[cip.ListWebAuthnCredentialsInput, cip.ListWebAuthnCredentialsOutput](s, in)
}

func (s *service) DeleteWebAuthnCredential(_ context.Context, in *cip.DeleteWebAuthnCredentialInput, _ ...func(*cip.Options)) (*cip.DeleteWebAuthnCredentialOutput, error) {
	return play[cip.DeleteWebAuthnCredentialInput, cip.DeleteWebAuthnCredentialOutput](s, in)
}

package parity

import (
	"context"
	"slices"

	"github.com/cenote-auth/cenote/auth"
	"github.com/cenote-auth/cenote/auth/userpool"
)

// doFactors calls the functions for second factors, devices and passkeys.
func (a *authSeat) doFactors(ctx context.Context, name string, in request) (any, error) {
	switch name {
	case "setUpTOTP":
		setup, err := a.SetUpTOTP(ctx)
		if err != nil {
			return nil, err
		}
		return describedSetup(setup), nil
	case "verifyTOTPSetup":
		return nil, a.VerifyTOTPSetup(ctx, auth.VerifyTOTPSetupInput{Code: in.Code, FriendlyDeviceName: in.Options.FriendlyDeviceName})
	case "fetchMFAPreference":
		p, err := a.MFAPreference(ctx)
		if err != nil {
			return nil, err
		}
		return M{"preferred": orNothing(string(p.Preferred)), "enabled": p.Enabled}, nil
	case "updateMFAPreference":
		return nil, a.UpdateMFAPreference(ctx, auth.UpdateMFAPreferenceInput{SMS: in.SMS, TOTP: in.TOTP, Email: in.Email})
	case "rememberDevice":
		return nil, a.RememberDevice(ctx)
	case "forgetDevice":
		return nil, a.ForgetDevice(ctx, in.Device.ID)
	case "fetchDevices":
		return a.devices(ctx)
	case "authenticator":
		return nil, a.keys.obey(in.Fails, in.Forget)
	case "associateWebAuthnCredential":
		return nil, a.AssociateWebAuthnCredential(ctx)
	case "deleteWebAuthnCredential":
		return nil, a.DeleteWebAuthnCredential(ctx, in.CredentialID)
	case "listWebAuthnCredentials":
		return a.passkeys(ctx, in)
	}
	return a.doAccount(ctx, name, in)
}

// orNothing is nil for an empty text, which JavaScript leaves out.
func orNothing(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func describedSetup(setup *auth.TOTPSetup) M {
	return M{"sharedSecret": setup.Secret, "uri": setup.URI("Cenote", "ada")}
}

func (a *authSeat) devices(ctx context.Context) (any, error) {
	all := []auth.Device{}
	for d, err := range a.Devices(ctx) {
		if err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	slices.SortFunc(all, func(d, e auth.Device) int { return d.Created.Compare(e.Created) })
	list := []M{}
	for _, d := range all {
		d.Attributes["device_name"] = ""
		dates := []string{}
		for _, date := range []struct {
			name string
			is   bool
		}{{"createDate", !d.Created.IsZero()}, {"lastAuthenticatedDate", !d.LastAuthenticated.IsZero()}, {"lastModifiedDate", !d.LastModified.IsZero()}} {
			if date.is {
				dates = append(dates, date.name)
			}
		}
		list = append(list, M{"id": d.ID, "named": d.Name != "", "attributes": d.Attributes, "dates": dates})
	}
	return list, nil
}

func (a *authSeat) passkeys(ctx context.Context, in request) (any, error) {
	page, err := a.WebAuthnCredentials(ctx, &auth.WebAuthnCredentialsOptions{PageSize: in.PageSize, NextToken: in.NextToken})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(page.Credentials, func(c, d auth.WebAuthnCredential) int { return c.Created.Compare(d.Created) })
	list := []M{}
	for _, c := range page.Credentials {
		list = append(list, M{
			"credentialId": c.ID, "friendlyCredentialName": c.Name, "relyingPartyId": c.RelyingPartyID, "created": !c.Created.IsZero(),
			"authenticatorAttachment": orNothing(c.Attachment), "authenticatorTransports": c.Transports,
		})
	}
	return M{"credentials": list, "nextToken": orNothing(page.NextToken)}, nil
}

// doFactors calls the methods for second factors and devices.
func (p *poolSeat) doFactors(ctx context.Context, name string, in order) (any, error) {
	switch name {
	case "sendMFACode":
		return p.came(p.user.SendMFACode(ctx, in.Code, in.ClientMetadata))
	case "sendMFASelectionAnswer":
		return p.came(p.user.SendMFASelectionAnswer(ctx, userpool.ChallengeName(in.Answer)))
	case "associateSoftwareToken":
		secret, err := p.user.AssociateSoftwareToken(ctx)
		return M{"sharedSecret": secret}, err
	case "verifySoftwareToken":
		signedIn := p.user.Challenge() == nil
		step, err := p.user.VerifySoftwareToken(ctx, in.Code, in.Name)
		if err == nil && signedIn {
			return "SUCCESS", nil
		}
		return p.came(step, err)
	case "setUserMfaPreference":
		return "SUCCESS", p.user.SetMFAPreference(ctx, userpool.MFAPreferences{SMS: in.SMS.preference(), SoftwareToken: in.TOTP.preference()})
	case "getMFAOptions":
		options, err := p.user.MFAOptions(ctx)
		return options, err
	case "enableMFA":
		return "SUCCESS", p.user.EnableMFA(ctx)
	case "disableMFA":
		return "SUCCESS", p.user.DisableMFA(ctx)
	case "getDevice":
		device, err := p.user.Device(ctx)
		if err != nil {
			return nil, err
		}
		return describedDevice(device), nil
	case "listDevices":
		page, err := p.user.Devices(ctx, userpool.ListDevicesInput{Limit: in.Limit, PaginationToken: in.PaginationToken})
		if err != nil {
			return nil, err
		}
		list := []M{}
		for _, d := range page.Devices {
			list = append(list, describedDevice(&d))
		}
		return M{"devices": list, "more": page.PaginationToken != ""}, nil
	case "forgetDevice":
		return "SUCCESS", p.user.ForgetDevice(ctx)
	case "forgetSpecificDevice":
		return "SUCCESS", p.user.ForgetSpecificDevice(ctx, in.DeviceKey)
	case "setDeviceStatusRemembered", "setDeviceStatusNotRemembered":
		return "SUCCESS", p.user.SetDeviceRemembered(ctx, name == "setDeviceStatusRemembered")
	}
	return p.doAccount(ctx, name, in)
}

func describedDevice(d *userpool.KnownDevice) M {
	d.Attributes["device_name"] = ""
	return M{"key": d.Key, "attributes": d.Attributes}
}

// choice is a preference as JavaScript has it.
type choice struct{ Enabled, PreferredMfa bool }

func (c *choice) preference() *userpool.MFAPreference {
	if c == nil {
		return nil
	}
	return &userpool.MFAPreference{Enabled: c.Enabled, Preferred: c.PreferredMfa}
}

package parity

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/cenote-auth/cenote/auth/userpool"
)

// poolSeat calls package userpool by the names of amazon-cognito-identity-js's
// methods.
type poolSeat struct {
	pool *userpool.Pool
	user *userpool.User
	seat *goSeat
}

func (s *goSeat) openPool(at place) error {
	pool, err := userpool.New(at.pool.id, at.pool.client, &userpool.Options{
		Endpoint: at.endpoint, HTTPClient: s.road, SDK: hurried, Storage: s.sheet, Now: s.now,
	})
	if err != nil {
		return err
	}
	p := &poolSeat{pool: pool, seat: s}
	s.do = p.do
	return nil
}

// order is the input of any method.
type order struct {
	Username, Password, Code, Answer, UserPoolID, ClientID string
	Flow                                                   userpool.Flow
	Attributes, ValidationData, ClientMetadata             map[string]string
	ForceAliasCreation, BypassCache, Revoke                bool
	DeviceKey, DeviceGroupKey, RandomPassword              string
	Old, Name                                              string
	Names                                                  []string
	SMS, TOTP                                              *choice
	Limit                                                  int
	PaginationToken                                        string
}

func (p *poolSeat) do(ctx context.Context, name string, with []byte) (any, error) {
	var in order
	if err := json.Unmarshal(with, &in); err != nil {
		return nil, err
	}
	switch name {
	case "newPool":
		made, err := userpool.New(in.UserPoolID, in.ClientID, nil)
		if err != nil {
			return nil, err
		}
		return M{"id": made.ID(), "name": made.Name(), "clientId": made.ClientID()}, nil
	case "user":
		p.user = p.pool.User(in.Username)
		switch in.Flow {
		case "":
		case "CUSTOM_AUTH": // has two names here, with and without a password
			p.user.SetFlow(userpool.FlowCustomSRP)
		default:
			p.user.SetFlow(in.Flow)
		}
		return nil, nil
	case "getCurrentUser":
		return p.currentUser(ctx)
	case "signUp":
		return p.signUp(ctx, in)
	}
	return p.doUser(ctx, name, in)
}

// doUser calls the methods of the user.
func (p *poolSeat) doUser(ctx context.Context, name string, in order) (any, error) {
	switch name {
	case "getUsername":
		return p.user.Username(), nil
	case "confirmRegistration":
		return "SUCCESS", p.user.ConfirmRegistration(ctx, in.Code, in.ForceAliasCreation, nil)
	case "resendConfirmationCode":
		sent, err := p.user.ResendConfirmationCode(ctx, nil)
		return delivered(sent), err
	case "authenticateUser":
		return p.came(p.user.Authenticate(ctx, userpool.Credentials{
			Username: in.Username, Password: in.Password, ClientMetadata: metadata(in),
		}))
	case "initiateAuth":
		return p.came(p.user.Authenticate(ctx, userpool.Credentials{Username: in.Username, Flow: userpool.FlowCustom}))
	case "completeNewPasswordChallenge":
		return p.came(p.user.CompleteNewPassword(ctx, in.Password, in.Attributes, nil))
	case "sendCustomChallengeAnswer":
		return p.came(p.user.SendCustomChallengeAnswer(ctx, in.Answer, in.ClientMetadata))
	case "getSession":
		return p.session(p.user.Session(ctx, nil))
	case "refreshSession":
		return p.session(p.user.Refresh(ctx, nil))
	case "getSignInUserSession":
		return p.session(p.user.SignInSession(), nil)
	case "setSignInUserSession":
		session := p.user.SignInSession()
		p.user = p.pool.User(p.user.Username())
		return nil, p.user.SetSession(ctx, session)
	case "getUserData":
		data, err := p.user.UserData(ctx, &userpool.UserDataOptions{BypassCache: in.BypassCache})
		if err != nil {
			return nil, err
		}
		return M{
			"username": data.Username, "attributes": data.Map(),
			"mfa": data.UserMFASettingList, "preferredMfa": orNothing(data.PreferredMFASetting),
		}, nil
	case "getUserAttributes":
		list, err := p.user.Attributes(ctx)
		return mapOf(list), err
	}
	return p.leaveUser(ctx, name, in)
}

// leaveUser calls the methods that end a session, and those of devices.
func (p *poolSeat) leaveUser(ctx context.Context, name string, in order) (any, error) {
	switch name {
	case "signOut":
		if in.Revoke { // as the JavaScript does with a callback
			if _, err := p.user.Session(ctx, nil); err != nil {
				return nil, err
			}
			return nil, errors.Join(p.user.RevokeTokens(ctx), p.user.SignOut(ctx))
		}
		return nil, p.user.SignOut(ctx)
	case "revokeTokens":
		return nil, p.user.RevokeTokens(ctx)
	case "globalSignOut":
		return "SUCCESS", p.user.GlobalSignOut(ctx)
	case "getCachedDeviceKeyAndPassword":
		device, err := p.user.CachedDevice(ctx)
		if device == nil {
			return M{}, err
		}
		return M{"deviceKey": device.Key, "deviceGroupKey": device.GroupKey, "randomPassword": device.Password}, err
	case "cacheDeviceKeyAndPassword":
		return nil, p.user.CacheDevice(ctx, userpool.Device{Key: in.DeviceKey, GroupKey: in.DeviceGroupKey, Password: in.RandomPassword})
	case "clearCachedDeviceKeyAndPassword":
		return nil, p.user.ClearCachedDevice(ctx)
	}
	return p.doFactors(ctx, name, in)
}

// metadata is what goes to the functions: identity-js sends validation data in
// the place of metadata.
func metadata(in order) map[string]string {
	if len(in.ValidationData) > 0 {
		return in.ValidationData
	}
	return in.ClientMetadata
}

func (p *poolSeat) currentUser(ctx context.Context) (any, error) {
	user, err := p.pool.CurrentUser(ctx)
	if errors.Is(err, userpool.ErrNoUser) {
		return nil, nil // JavaScript returns null
	}
	if err != nil {
		return nil, err
	}
	p.user = user
	return M{"username": user.Username()}, nil
}

func (p *poolSeat) signUp(ctx context.Context, in order) (any, error) {
	up, err := p.pool.SignUp(ctx, userpool.SignUpInput{
		Username: in.Username, Password: in.Password, Attributes: in.Attributes,
		ValidationData: in.ValidationData, ClientMetadata: in.ClientMetadata,
	})
	if err != nil {
		return nil, err
	}
	return M{"userSub": up.UserSub, "userConfirmed": up.Confirmed, "codeDeliveryDetails": delivered(up.Delivery)}, nil
}

// came is what an answer led to, as the callbacks tell it.
func (p *poolSeat) came(step *userpool.Step, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	if ch := step.Challenge; ch != nil {
		switch ch.Name {
		case userpool.NewPasswordRequired:
			current, required := ch.NewPassword()
			return M{"challenge": ch.Name, "userAttributes": current, "requiredAttributes": required}, nil
		case userpool.CustomChallenge:
			return M{"challenge": ch.Name, "given": []any{ch.Parameters}}, nil
		}
		return M{"challenge": ch.Name, "given": []any{ch.Name, ch.Parameters}}, nil
	}
	session, err := p.session(step.Session, nil)
	came := M{"session": session}
	if step.ConfirmDevice {
		came["confirmDevice"] = true
	}
	return came, err
}

func (p *poolSeat) session(s *userpool.Session, err error) (any, error) {
	if err != nil || s == nil {
		return nil, err
	}
	return M{
		"idToken": s.IDToken.Raw(), "accessToken": s.AccessToken.Raw(), "refreshToken": s.RefreshToken,
		"valid": s.Valid(p.seat.now(), 0),
	}, nil
}

func delivered(d *userpool.CodeDelivery) any {
	if d == nil {
		return nil
	}
	return M{"Destination": d.Destination, "DeliveryMedium": d.Medium, "AttributeName": d.Attribute}
}

func mapOf(list []userpool.Attribute) M {
	m := M{}
	for _, a := range list {
		m[a.Name] = a.Value
	}
	return m
}

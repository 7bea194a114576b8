package parity

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/cenote-auth/cenote/auth"
	"github.com/cenote-auth/cenote/auth/storage"
	"github.com/cenote-auth/cenote/auth/userpool"
)

// authSeat calls package auth by the names of Amplify's functions.
type authSeat struct {
	*auth.Client
	signingUp *auth.SignUpFlow
	signingIn *auth.SignInFlow
	keys      *authenticator // nil unless the scenario has passkeys
}

func (s *goSeat) openAuth(at place) error {
	cfg := auth.Config{UserPoolID: at.pool.id, ClientID: at.pool.client, Endpoint: at.endpoint}
	if given, ok := at.config["passwordless"].(M); ok {
		cfg.Passwordless = &auth.Passwordless{}
		cfg.Passwordless.EmailOTP, _ = given["emailOtpEnabled"].(bool)
		cfg.Passwordless.SMSOTP, _ = given["smsOtpEnabled"].(bool)
		cfg.Passwordless.PreferredChallenge, _ = given["preferredChallenge"].(string)
	}
	if at.config["signUpVerificationMethod"] == "link" {
		cfg.SignUpVerification = auth.VerifyByLink
	}
	opts := auth.Options{Storage: s.sheet, HTTPClient: s.road, SDK: hurried, Now: s.now}
	a := &authSeat{}
	if at.config["passkeys"] == true {
		a.keys = &authenticator{}
		opts.Passkeys = a.keys
	}
	client, err := auth.New(cfg, &opts)
	if err != nil {
		return err
	}
	marked := make(chan struct{}, 1)
	s.leaveNow = client.Subscribe(func(e auth.Event) {
		if e, ok := e.(auth.SignInFailed); ok && e.Username == lastWord {
			marked <- struct{}{}
			return
		}
		s.hear(e)
	})
	s.mark = func(ctx context.Context) {
		// Without a password nobody is asked.
		_, _ = client.WithStorage(storage.NewMemory()).SignIn(ctx, auth.SignInInput{Username: lastWord})
		select {
		case <-marked:
		case <-ctx.Done():
		}
	}
	a.Client = client
	s.do = a.do
	return nil
}

// lastWord is the name of nobody, who fails to sign in after each call.
const lastWord = "mark"

// hear notes an event that Amplify v6 has, as its Hub tells it.
func (s *goSeat) hear(e auth.Event) {
	if e.Name() == "" {
		return
	}
	told := M{"event": e.Name()}
	switch e := e.(type) {
	case auth.SignedIn:
		told["data"] = describedUser(&e.User)
	case auth.TokenRefreshFailed:
		told["data"] = M{"error": failureOf(e.Err)}
	}
	event, err := plain(told)
	if err != nil {
		event = err.Error()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = append(s.events, event)
}

// request is the input of any function.
type request struct {
	Username, Password, ConfirmationCode, ChallengeResponse string
	OldPassword, NewPassword, UserAttributeKey              string
	UserAttributeKeys                                       []string
	UserAttributes                                          map[string]string
	UserAttribute                                           struct{ AttributeKey, Value string }
	ForceRefresh, Global                                    bool
	Code, CredentialID, NextToken                           string
	SMS, TOTP, Email                                        auth.MFAPreference
	Device                                                  struct{ ID string }
	PageSize                                                int
	Fails                                                   string
	Forget                                                  bool
	ClientMetadata                                          map[string]string

	Options struct {
		UserAttributes, ValidationData, ClientMetadata map[string]string
		ForceAliasCreation                             bool
		AuthFlowType                                   auth.Flow
		PreferredChallenge                             auth.Factor
		AutoSignIn                                     json.RawMessage // true, or how
		FriendlyDeviceName                             string
	}
}

func (a *authSeat) do(ctx context.Context, name string, with []byte) (any, error) {
	var in request
	if err := json.Unmarshal(with, &in); err != nil {
		return nil, err
	}
	switch name {
	case "signUp":
		return a.signUp(ctx, in)
	case "confirmSignUp":
		return a.confirmSignUp(ctx, in)
	case "resendSignUpCode":
		sent, err := a.ResendSignUpCode(ctx, auth.ResendSignUpCodeInput{Username: in.Username, ClientMetadata: in.Options.ClientMetadata})
		return delivery(sent), err
	case "autoSignIn":
		if a.signingUp == nil {
			return nil, errors.New("autoSignIn without a sign-up")
		}
		flow, err := a.signingUp.AutoSignIn(ctx)
		if err != nil {
			return nil, err
		}
		a.signingIn = flow
		return describedSignIn(flow)
	case "signIn":
		return a.signIn(ctx, in)
	case "confirmSignIn":
		return a.confirmSignIn(ctx, in)
	case "signOut":
		return nil, a.SignOut(ctx, &auth.SignOutOptions{Global: in.Global})
	case "getCurrentUser":
		user, err := a.CurrentUser(ctx, nil)
		return describedUser(user), err
	case "fetchAuthSession":
		session, err := a.Session(ctx, &auth.SessionOptions{ForceRefresh: in.ForceRefresh, ClientMetadata: in.ClientMetadata})
		return describedSession(session), err
	}
	return a.doFactors(ctx, name, in)
}

func (a *authSeat) signUp(ctx context.Context, in request) (any, error) {
	up := auth.SignUpInput{
		Username: in.Username, Password: in.Password,
		UserAttributes: in.Options.UserAttributes, ValidationData: in.Options.ValidationData, ClientMetadata: in.Options.ClientMetadata,
	}
	if how := in.Options.AutoSignIn; how != nil {
		up.AutoSignIn = &auth.AutoSignInOptions{}
		var given struct{ AuthFlowType auth.Flow }
		if json.Unmarshal(how, &given) == nil {
			up.AutoSignIn.Flow = given.AuthFlowType
		}
	}
	flow, err := a.SignUp(ctx, up)
	if err != nil {
		return nil, err
	}
	a.signingUp = flow
	next := M{"signUpStep": flow.Step()}
	if d := flow.Next().Delivery; d != nil {
		next["codeDeliveryDetails"] = delivery(d)
	}
	return M{"isSignUpComplete": flow.Done(), "nextStep": next, "userId": flow.UserID()}, nil
}

// confirmSignUp goes on with the sign-up under way, if it is that user's.
func (a *authSeat) confirmSignUp(ctx context.Context, in request) (any, error) {
	options := auth.ConfirmSignUpOptions{ForceAliasCreation: in.Options.ForceAliasCreation, ClientMetadata: in.Options.ClientMetadata}
	flow, err := a.signingUp, error(nil)
	if flow != nil && flow.Username() == in.Username {
		err = flow.Confirm(ctx, in.ConfirmationCode, &options)
	} else {
		flow, err = a.ConfirmSignUp(ctx, auth.ConfirmSignUpInput{Username: in.Username, Code: in.ConfirmationCode, ConfirmSignUpOptions: options})
	}
	if err != nil {
		return nil, err
	}
	return M{"isSignUpComplete": true, "nextStep": M{"signUpStep": flow.Step()}}, nil
}

func (a *authSeat) signIn(ctx context.Context, in request) (any, error) {
	flow, err := a.SignIn(ctx, auth.SignInInput{
		Username: in.Username, Password: in.Password,
		Flow: in.Options.AuthFlowType, PreferredChallenge: in.Options.PreferredChallenge, ClientMetadata: in.Options.ClientMetadata,
	})
	a.signingIn = flow
	if err != nil {
		return nil, err
	}
	return describedSignIn(flow)
}

func (a *authSeat) confirmSignIn(ctx context.Context, in request) (any, error) {
	if a.signingIn == nil { // what is left of no flow cannot be resumed
		flow, err := a.ResumeSignIn(nil)
		if err != nil {
			return nil, err
		}
		a.signingIn = flow
	}
	err := a.signingIn.Confirm(ctx, in.ChallengeResponse, &auth.ConfirmOptions{
		UserAttributes: in.Options.UserAttributes, ClientMetadata: in.Options.ClientMetadata, FriendlyDeviceName: in.Options.FriendlyDeviceName,
	})
	if err != nil {
		return nil, err
	}
	return describedSignIn(a.signingIn)
}

// describedSignIn is where a sign-in stands. That the provider had no passkey is
// an error for Amplify.
func describedSignIn(flow *auth.SignInFlow) (any, error) {
	next := flow.Next()
	if next.PasskeyError != nil {
		return nil, next.PasskeyError
	}
	step := M{"signInStep": next.Step}
	if next.Delivery != nil {
		step["codeDeliveryDetails"] = delivery(next.Delivery)
	}
	if next.Available != nil {
		step["availableChallenges"] = next.Available
	}
	if next.AllowedMFA != nil {
		step["allowedMFATypes"] = next.AllowedMFA
	}
	if next.MissingAttributes != nil {
		step["missingAttributes"] = next.MissingAttributes
	}
	if next.Parameters != nil {
		step["additionalInfo"] = next.Parameters
	}
	if next.TOTP != nil {
		step["totpSetupDetails"] = describedSetup(next.TOTP)
	}
	return M{"isSignedIn": flow.Done(), "nextStep": step}, nil
}

func describedUser(u *auth.User) any {
	if u == nil {
		return nil
	}
	described := M{"username": u.Username, "userId": u.UserID}
	if d := u.SignInDetails; d != (auth.SignInDetails{}) {
		described["signInDetails"] = M{"loginId": d.LoginID, "authFlowType": d.Flow}
	}
	return described
}

func describedSession(s *auth.AuthSession) any {
	if s == nil || s.Tokens == nil {
		return M{}
	}
	tokens := M{"accessToken": s.Tokens.AccessToken.Raw()}
	if !s.Tokens.IDToken.IsZero() {
		tokens["idToken"] = s.Tokens.IDToken.Raw()
	}
	return M{"tokens": tokens, "userSub": s.Tokens.AccessToken.Subject()}
}

func delivery(d *userpool.CodeDelivery) any {
	if d == nil {
		return nil
	}
	return M{"destination": d.Destination, "deliveryMedium": d.Medium, "attributeName": d.Attribute}
}

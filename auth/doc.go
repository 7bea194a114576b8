// Package auth signs people up and in, keeps their session and refreshes it:
// Amplify Auth for Go, against Amazon Cognito user pools and against Cenote.
//
//	client, err := auth.New(auth.Config{UserPoolID: pool, ClientID: id}, nil)
//	…
//	flow, err := client.SignIn(ctx, auth.SignInInput{Username: "ada", Password: password})
//	for err == nil && !flow.Done() {
//		answer := ask(flow.Next()) // a code, a new password, a choice: see SignInStep
//		err = flow.Confirm(ctx, answer, nil)
//	}
//	…
//	session, err := client.Session(ctx, nil) // fresh tokens, now and a year from now
//
// A Client is one person's seat at one app client of a user pool; what it
// remembers is in its Storage. A server has one Client and calls WithStorage for
// each request (see package web). There are no globals, no background
// goroutines, and every value is safe for concurrent use.
//
// # Sign-in
//
//	SignIn → SignInFlow ─ Step ─→ Confirm(answer) ─→ … ─→ SignInDone
//	                        └──→ SignInConfirmSignUp, SignInResetPassword: elsewhere
//
// The flow is a value that holds all a sign-in needs to go on: several may be
// under way at once, a wrong code can be tried again, and MarshalBinary and
// ResumeSignIn carry one to another machine.
//
// # Passwords and attributes
//
// A password that was forgotten, or that an administrator reset, is replaced by a
// code: ResetPassword, ConfirmResetPassword. Who is signed in changes it by
// UpdatePassword, and attributes by UpdateUserAttributes, which says what waits
// for a code: ConfirmUserAttribute takes it. DeleteUser ends it all.
//
// # Second factors, devices and passkeys
//
// Who is signed in sets up an authenticator app by SetUpTOTP and VerifyTOTPSetup,
// and says by UpdateMFAPreference what sign-ins shall ask for. Where the pool
// insists on a second factor, setting one up is a step of the sign-in.
//
// In a pool that remembers devices a sign-in registers this one by itself, and
// later proves it where the pool takes that for a second factor. RememberDevice,
// ForgetDevice and Devices are for the user to say so, and to see.
//
// A passkey needs somebody who holds its ceremony with the user: Options.Passkeys,
// for AssociateWebAuthnCredential and for sign-ins. Package passkey has one that
// opens a browser. Without any, the step SignInPasskey and
// StartWebAuthnRegistration leave the ceremony to the caller.
//
// # Errors
//
// Every error is an *Error (SignOut can join two), whose Code has the name that
// Amplify and the service give it. A Code is itself an error, for errors.Is:
//
//	if errors.Is(err, auth.ErrCodeMismatch) { … }
//
// No error holds a password, a code or a token.
//
// Package userpool is the layer underneath: requests, challenges and tokens
// without an opinion on what a person is asked.
package auth

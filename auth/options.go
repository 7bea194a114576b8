package auth

import (
	"context"
	"log/slog"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cenote-auth/cenote/auth/storage"
	"github.com/cenote-auth/cenote/auth/userpool"
)

// Options are the parts of a Client that have a default.
type Options struct {
	// Storage keeps sessions and remembered devices: in memory if nil, so that
	// they end with the program. See package storage for files and keyrings.
	Storage storage.Storage

	HTTPClient aws.HTTPClient       // the SDK's if nil; an *http.Client serves
	SDK        []func(*cip.Options) // further options of the SDK's client
	API        userpool.API         // in place of the SDK's client; Endpoint, HTTPClient and SDK are then not used

	// ContextData says what the pool's threat protection shall know of the
	// caller, such as a server's client's IP address. Nothing if nil.
	ContextData func(ctx context.Context, username string) *types.UserContextDataType

	// ClientMetadata is what the pool's triggers get of calls that bring none of
	// their own. Nothing if nil.
	ClientMetadata func(ctx context.Context) map[string]string

	// IdentityLogins are tokens of other providers that the identity pool trusts,
	// by the names it has for them, such as "accounts.google.com". They count
	// beside the user pool's, and without one make nobody a guest. None if nil.
	IdentityLogins func(ctx context.Context) (map[string]string, error)

	// Passkeys holds the ceremonies of passkeys, when the service asks for one and
	// for AssociateWebAuthnCredential. If nil, a sign-in that needs one stands at
	// SignInPasskey.
	Passkeys PasskeyProvider

	// DeviceName is how this device shows in the user's list of devices, where
	// the pool remembers devices.
	DeviceName string

	// RefreshLeeway is how long before their end tokens are refreshed, at most
	// half their life; 30 seconds if zero.
	RefreshLeeway time.Duration

	// ReplaceSession lets SignIn succeed while somebody is signed in, whose
	// session it then replaces. Otherwise SignIn returns ErrAlreadySignedIn.
	ReplaceSession bool

	// Log gets what happened behind a call: tokens refreshed or not, sessions
	// that the service ended, devices that could not be registered. No secrets.
	// Nothing if nil.
	Log *slog.Logger

	Now func() time.Time // time.Now if nil
}

// defaultLeeway is more than a slow request takes, and less than the shortest
// token lives (five minutes).
const defaultLeeway = 30 * time.Second

func (o *Options) withDefaults() Options {
	var out Options
	if o != nil {
		out = *o
	}
	if out.Storage == nil {
		out.Storage = storage.NewMemory()
	}
	if out.RefreshLeeway == 0 {
		out.RefreshLeeway = defaultLeeway
	}
	if out.Log == nil {
		out.Log = slog.New(slog.DiscardHandler)
	}
	if out.Now == nil {
		out.Now = time.Now
	}
	return out
}

package operation

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/core/limit"
)

// Admit returns a function that counts each request by rates, and refuses it
// when there were too many. A request without pool and client is counted for
// the client that its access token says it is of: whether that is true, the
// operation finds out. One with the session of a second factor that is being set
// up is counted for the client that setUp returns.
func Admit(rates *limit.Rates, setUp func(session string) (clientID string)) func(context.Context, *api.Operation, api.Input) error {
	return func(ctx context.Context, op *api.Operation, in api.Input) error {
		token := api.AccessToken(in)
		q := limit.Request{
			Operation: op.Name, PoolID: api.UserPoolID(in), ClientID: api.ClientID(in),
			User: cmp.Or(api.Username(in), token),
		}
		if q.PoolID == "" && q.ClientID == "" {
			q.ClientID = clientOf(token)
		}
		switch v := in.(type) {
		case *api.AssociateSoftwareTokenRequest:
			q.ClientID = cmp.Or(q.ClientID, setUp(value(v.Session)))
		case *api.VerifySoftwareTokenRequest:
			q.ClientID = cmp.Or(q.ClientID, setUp(value(v.Session)))
		case *api.RespondToAuthChallengeRequest:
			q.NewPassword = v.ChallengeName == api.ChallengeNameTypeNewPasswordRequired
		case *api.AdminRespondToAuthChallengeRequest:
			q.NewPassword = v.ChallengeName == api.ChallengeNameTypeNewPasswordRequired
		}
		return rates.Admit(ctx, q)
	}
}

// clientOf returns the app client that a token claims to be of, "" for none.
func clientOf(token string) string {
	_, rest, _ := strings.Cut(token, ".")
	payload, _, _ := strings.Cut(rest, ".")
	text, err := base64.RawURLEncoding.DecodeString(payload)
	if err != nil {
		return ""
	}
	var claims struct {
		ClientID string `json:"client_id"`
	}
	if json.Unmarshal(text, &claims) != nil {
		return ""
	}
	return claims.ClientID
}

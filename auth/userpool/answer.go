package userpool

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// Answer replies to a challenge (RespondToAuthChallenge) and goes on to what a
// person must answer next, or to the end. Answer.Text is
//
//	SMS_MFA, SOFTWARE_TOKEN_MFA, SMS_OTP, EMAIL_OTP   the code
//	NEW_PASSWORD_REQUIRED   the new password; with UserAttributes, of which empty ones are not sent
//	CUSTOM_CHALLENGE        the answer
//	SELECT_MFA_TYPE         SMS_MFA, SOFTWARE_TOKEN_MFA or EMAIL_OTP
//	SELECT_CHALLENGE        one of ch.Available; PASSWORD and PASSWORD_SRP with Password
//	PASSWORD, PASSWORD_SRP  the password
//	WEB_AUTHN               the credential as JSON; or another factor, as for SELECT_CHALLENGE
//	MFA_SETUP               a code of the token that AssociateSoftwareToken gave
//	                        (VerifySoftwareToken comes first); or an e-mail address
//
// ch is not changed: after an error it can be answered again, until its session
// is over. A wrong code is ErrCodeMismatch, a session that is over
// ErrNotAuthorized or ErrCodeExpired. ErrSignIn is a challenge, or an answer to
// it, that nobody knows.
func (p *Pool) Answer(ctx context.Context, ch *Challenge, a Answer) (*Step, error) {
	if ch == nil {
		return nil, fault(ErrSignIn, "there is no challenge to answer", nil)
	}
	name := ch.Name
	if name == WebAuthn && !strings.HasPrefix(strings.TrimSpace(a.Text), "{") {
		name = SelectChallenge
	}
	if answers[name].automatic {
		return nil, fault(ErrSignIn, "the challenge "+string(name)+" is not for a person to answer", nil)
	}
	s := &signIn{
		pool: p, flow: ch.Flow, loginID: ch.LoginID, username: ch.Username,
		session: ch.Session, available: ch.Available, metadata: a.ClientMetadata,
	}
	r, err := s.respond(ctx, name, ch, a)
	if err != nil {
		return nil, err
	}
	if name == WebAuthn && r.challenge == WebAuthn {
		return nil, fault(ErrSignIn, "the service asks for a passkey again", nil)
	}
	return s.follow(ctx, r)
}

// AssociateSoftwareToken begins to set up a software token for ch, an MFA_SETUP
// challenge. It returns the token's secret, to be shown to the person, and the
// challenge to answer with the first code.
func (p *Pool) AssociateSoftwareToken(ctx context.Context, ch *Challenge) (secret string, next *Challenge, err error) {
	if ch == nil {
		return "", nil, fault(ErrSignIn, "there is no challenge to set up", nil)
	}
	out, err := p.api.AssociateSoftwareToken(ctx, &cip.AssociateSoftwareTokenInput{Session: optional(ch.Session)})
	if err != nil {
		return "", nil, serviceError(err)
	}
	copied := *ch
	if session := aws.ToString(out.Session); session != "" {
		copied.Session = session
	}
	return aws.ToString(out.SecretCode), &copied, nil
}

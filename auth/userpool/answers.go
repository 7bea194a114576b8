package userpool

import (
	"context"
	"encoding/base64"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cenote-auth/cenote/internal/srp"
)

// answers says what each challenge is answered with, beside USERNAME and, for
// confidential clients, SECRET_HASH.
//
// Source: the documentation of RespondToAuthChallenge, and what Amplify sends.
var answers = map[ChallengeName]row{
	PasswordVerifier:       {fill: provePassword, device: true, context: true, automatic: true},
	DeviceSRPAuth:          {fill: presentDevice, automatic: true},
	DevicePasswordVerifier: {fill: proveDevice, context: true, automatic: true},

	SMSMFA:              {fill: text("SMS_MFA_CODE"), device: true, context: true},
	SoftwareTokenMFA:    {fill: text("SOFTWARE_TOKEN_MFA_CODE"), device: true, context: true},
	EmailOTP:            {fill: text("EMAIL_OTP_CODE"), device: true, context: true},
	SMSOTP:              {fill: text("SMS_OTP_CODE"), device: true, context: true},
	CustomChallenge:     {fill: text("ANSWER"), device: true, context: true},
	SelectMFAType:       {fill: text("ANSWER"), context: true},
	NewPasswordRequired: {fill: newPassword, context: true},
	MFASetup:            {fill: setUpMFA},
	SelectChallenge:     {fill: chooseFactor},
	PasswordFactor:      {fill: sendPassword, context: true},
	PasswordSRPFactor:   {fill: presentPassword, context: true},
	WebAuthn:            {fill: text("CREDENTIAL")},
}

// row is how a challenge is answered.
type row struct {
	fill      func(ctx context.Context, s *signIn, q *question) error // adds to q.responses
	device    bool                                                    // with the key of a remembered device
	context   bool                                                    // with the context data of threat protection, as any password is
	automatic bool                                                    // without a person
}

// question is a challenge, and the answer to it while it is being put together.
type question struct {
	*Challenge
	answer    Answer
	session   string // to send
	responses map[string]string
}

// text puts the answer's text under a name.
func text(name string) func(context.Context, *signIn, *question) error {
	return func(_ context.Context, _ *signIn, q *question) error {
		q.responses[name] = q.answer.Text
		return nil
	}
}

func provePassword(_ context.Context, s *signIn, q *question) error {
	user := q.Parameters["USER_ID_FOR_SRP"]
	if user == "" {
		return fault(ErrEmptyUserIDForSRP, "the service did not say whose password to prove", nil)
	}
	if s.exchange == nil {
		return fault(ErrSignIn, "the service asks to prove a password that was not given", nil)
	}
	q.responses["USERNAME"] = user
	return s.prove(s.exchange, s.pool.name, user, s.password, q)
}

func presentDevice(ctx context.Context, s *signIn, q *question) error {
	device, err := s.pool.remembered(ctx, s.names()...)
	if err != nil {
		return err
	}
	if device == nil {
		return fault(ErrDeviceMetadataNotFound, "the service asks to prove a device that is not remembered here", nil)
	}
	s.device, s.proof = device, srp.NewClient()
	q.responses["SRP_A"] = s.proof.A()
	q.responses["DEVICE_KEY"] = device.Key
	return nil
}

func proveDevice(_ context.Context, s *signIn, q *question) error {
	if s.device == nil {
		return fault(ErrSignIn, "the service asks to prove a device that was not presented", nil)
	}
	q.responses["DEVICE_KEY"] = s.device.Key
	return s.prove(s.proof, s.device.GroupKey, s.device.Key, s.device.Password, q)
}

// prove signs the secret block with what password leads to.
func (s *signIn) prove(exchange *srp.Client, pool, user, password string, q *question) error {
	encoded := q.Parameters["SECRET_BLOCK"]
	block, err := decodeBlock(encoded)
	if err != nil {
		return fault(ErrSignIn, "the service's secret block is not base64", err)
	}
	key, err := exchange.Key(pool, user, password, q.Parameters["SALT"], q.Parameters["SRP_B"])
	if err != nil {
		return fault(ErrSignIn, "the service's SRP challenge cannot be answered safely", err)
	}
	timestamp := srp.FormatTimestamp(time.Now()) // a service judges it by the time on the wall, whatever Options.Now says
	signature := srp.Signature(key, pool, user, block, timestamp)
	q.responses["PASSWORD_CLAIM_SECRET_BLOCK"] = encoded // as it came
	q.responses["PASSWORD_CLAIM_SIGNATURE"] = base64.StdEncoding.EncodeToString(signature)
	q.responses["TIMESTAMP"] = timestamp
	return nil
}

// decodeBlock reads base64 of either alphabet, padded or not.
func decodeBlock(s string) ([]byte, error) {
	s = strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(s, "="))
	return base64.RawStdEncoding.DecodeString(s)
}

func newPassword(_ context.Context, _ *signIn, q *question) error {
	q.responses["NEW_PASSWORD"] = q.answer.Text
	for name, value := range q.answer.UserAttributes {
		if value != "" {
			q.responses["userAttributes."+strings.TrimPrefix(name, "userAttributes.")] = value
		}
	}
	return nil
}

// setUpMFA takes the code of a new software token, all digits, or an address
// that codes are to be mailed to.
func setUpMFA(ctx context.Context, s *signIn, q *question) error {
	switch given := q.answer.Text; {
	case given != "" && strings.Trim(given, "0123456789") == "":
		next, err := s.pool.verifySoftwareToken(ctx, &cip.VerifySoftwareTokenInput{
			UserCode: aws.String(given), Session: optional(q.session),
			FriendlyDeviceName: optional(q.answer.FriendlyDeviceName),
		})
		if err != nil {
			return err
		}
		if next != "" {
			q.session, s.session = next, next
		}
	case strings.Contains(given, "@"):
		q.responses["EMAIL"] = given
	default:
		return fault(ErrSignIn, "MFA is set up by a code of digits or an e-mail address", nil)
	}
	return nil
}

// chooseFactor names a first factor, with what it begins with.
func chooseFactor(ctx context.Context, s *signIn, q *question) error {
	q.responses["ANSWER"] = q.answer.Text
	switch ChallengeName(q.answer.Text) {
	case PasswordFactor:
		return sendPassword(ctx, s, q)
	case PasswordSRPFactor:
		return presentPassword(ctx, s, q)
	}
	return nil
}

func sendPassword(_ context.Context, s *signIn, q *question) error {
	q.responses["PASSWORD"] = q.password()
	return nil
}

func presentPassword(_ context.Context, s *signIn, q *question) error {
	s.password = q.password()
	q.responses["SRP_A"] = s.startSRP()
	return nil
}

// password is the answer's Password; its Text where that is no choice.
func (q *question) password() string {
	if q.answer.Password == "" && q.Name != SelectChallenge && q.Name != WebAuthn {
		return q.answer.Text
	}
	return q.answer.Password
}

package signin

import (
	"context"
	"fmt"
	"slices"
)

// tokens is the end of every sign-in, in the lists of where a step may lead.
const tokens = "tokens"

// An opening is an AuthFlow: which method takes the first step, where that may
// lead, and what a client hears that does not allow the flow.
type opening struct {
	take    func(*Service, context.Context, Request) (Step, error)
	next    []string
	refusal string
	admins  bool // only an administrator may begin by it
}

// A challenge is a state of a sign-in: the purpose of the session that it
// travels in, the responses that it awaits beside USERNAME, which method takes
// them, and where they may lead. instead are the challenges that it may be given
// as an answer to: who has no passkey at hand turns to another factor, and who may
// choose a password gives it.
type challenge struct {
	purpose string
	awaits  []string
	instead []string
	take    func(*Service, context.Context, Reply) (Step, error)
	next    []string
}

// The purposes of sessions: what the SECRET_BLOCK of SRP carries, and the
// Session of a challenge.
const (
	inBlock   = "srp"
	inSession = "challenge"
)

// Where a sign-in may stand when something is proved. The functions of a pool
// may ask their own question after each thing that they asked for.
var (
	afterSecond = []string{"DEVICE_SRP_AUTH", tokens}
	afterFirst  = append([]string{"SELECT_MFA_TYPE", "SMS_MFA", "EMAIL_OTP", "SOFTWARE_TOKEN_MFA", "MFA_SETUP"}, afterSecond...)
	// a password may be one that has to be replaced.
	afterPassword = append([]string{"NEW_PASSWORD_REQUIRED"}, afterFirst...)
	inTalk        = append([]string{"PASSWORD_VERIFIER", "SMS_MFA", "EMAIL_OTP", "SOFTWARE_TOKEN_MFA", customChallenge}, afterSecond...)
	firsts        = []string{"PASSWORD_SRP", "PASSWORD", "PASSWORD_VERIFIER", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"}
)

// openings are the ways to begin. They and challenges are the whole machine: what is
// not in them cannot happen (golden: testdata/machine.txt).
var openings map[string]opening

// challenges are the states between the beginning and the end.
var challenges map[string]challenge

func init() { // the methods refer to the tables
	openings = map[string]opening{
		"USER_SRP_AUTH": {
			take: (*Service).startSRP, next: []string{"PASSWORD_VERIFIER"},
			refusal: "USER_SRP_AUTH is not enabled for the client.",
		},
		"USER_PASSWORD_AUTH": {
			take: (*Service).startPassword, next: afterPassword,
			refusal: "USER_PASSWORD_AUTH flow not enabled for this client",
		},
		"ADMIN_USER_PASSWORD_AUTH": {
			take: (*Service).startPassword, next: afterPassword, admins: true,
			refusal: "Auth flow not enabled for this client",
		},
		"ADMIN_NO_SRP_AUTH": {
			take: (*Service).startPassword, next: afterPassword, admins: true,
			refusal: "Auth flow not enabled for this client",
		},
		"REFRESH_TOKEN_AUTH": {
			take: (*Service).startRefresh, next: []string{tokens}, refusal: "Auth flow not enabled for this client",
		},
		"REFRESH_TOKEN": {
			take: (*Service).startRefresh, next: []string{tokens}, refusal: "Auth flow not enabled for this client",
		},
		"CUSTOM_AUTH": {
			take: (*Service).startCustom, next: inTalk,
			refusal: "CUSTOM_AUTH is not enabled for the client.",
		},
		"USER_AUTH": {
			take: (*Service).startChoice, next: slices.Concat([]string{"SELECT_CHALLENGE"}, firsts, afterPassword),
			refusal: "USER_AUTH flow not enabled for this client",
		},
	}
	challenges = map[string]challenge{
		"PASSWORD_VERIFIER": {
			purpose: inBlock, awaits: []string{"PASSWORD_CLAIM_SECRET_BLOCK", "PASSWORD_CLAIM_SIGNATURE", "TIMESTAMP"},
			take: (*Service).answerPasswordVerifier, next: append([]string{customChallenge}, afterPassword...),
		},
		"SELECT_CHALLENGE": {
			purpose: inSession, awaits: []string{"ANSWER"}, instead: []string{"WEB_AUTHN"},
			take: (*Service).answerSelectChallenge, next: slices.Concat(firsts, afterPassword),
		},
		"PASSWORD": {
			purpose: inSession, awaits: []string{"PASSWORD"}, instead: []string{"SELECT_CHALLENGE"},
			take: (*Service).answerPassword, next: afterPassword,
		},
		"PASSWORD_SRP": {
			purpose: inSession, awaits: []string{"SRP_A"}, instead: []string{"SELECT_CHALLENGE"},
			take: (*Service).answerPasswordSRP, next: []string{"PASSWORD_VERIFIER"},
		},
		"CUSTOM_CHALLENGE": {
			purpose: inSession, awaits: []string{"ANSWER"},
			take: (*Service).answerCustomChallenge, next: append([]string{"NEW_PASSWORD_REQUIRED"}, inTalk...),
		},
		"DEVICE_SRP_AUTH": {
			purpose: inSession, awaits: []string{"DEVICE_KEY", "SRP_A"},
			take: (*Service).answerDeviceSRPAuth, next: []string{"DEVICE_PASSWORD_VERIFIER"},
		},
		"DEVICE_PASSWORD_VERIFIER": {
			purpose: inBlock,
			awaits:  []string{"DEVICE_KEY", "PASSWORD_CLAIM_SECRET_BLOCK", "PASSWORD_CLAIM_SIGNATURE", "TIMESTAMP"},
			take:    (*Service).answerDevicePasswordVerifier, next: []string{"NEW_PASSWORD_REQUIRED", customChallenge, tokens},
		},
		"SMS_MFA": {
			purpose: inSession, awaits: []string{"SMS_MFA_CODE"}, take: (*Service).answerSMSMFA, next: append([]string{customChallenge}, afterSecond...),
		},
		"EMAIL_OTP": {
			purpose: inSession, awaits: []string{"EMAIL_OTP_CODE"}, take: (*Service).answerEmailOTP, next: append([]string{customChallenge}, afterSecond...),
		},
		"SMS_OTP": {
			purpose: inSession, awaits: []string{"SMS_OTP_CODE"}, take: (*Service).answerSMSOTP, next: afterSecond,
		},
		"WEB_AUTHN": {
			purpose: inSession, awaits: []string{"CREDENTIAL"}, take: (*Service).answerWebAuthn, next: afterFirst,
		},
		"SOFTWARE_TOKEN_MFA": {
			purpose: inSession, awaits: []string{"SOFTWARE_TOKEN_MFA_CODE"},
			take: (*Service).answerSoftwareTokenMFA, next: append([]string{customChallenge}, afterSecond...),
		},
		"SELECT_MFA_TYPE": {
			purpose: inSession, awaits: []string{"ANSWER"}, take: (*Service).answerSelectMFAType,
			next: []string{"SMS_MFA", "EMAIL_OTP", "SOFTWARE_TOKEN_MFA"},
		},
		"MFA_SETUP": {
			purpose: inSession, take: (*Service).answerMFASetup,
			next: append([]string{"EMAIL_OTP", "SMS_MFA"}, afterSecond...),
		},
		"NEW_PASSWORD_REQUIRED": {
			purpose: inSession, awaits: []string{"NEW_PASSWORD"}, take: (*Service).answerNewPasswordRequired, next: afterFirst,
		},
	}
}

// led returns step, which the state by name led to, or an error if the machine
// has no such edge: then nothing of the step leaves the server.
func led(name string, next []string, step Step, err error) (Step, error) {
	if err != nil {
		return Step{}, err
	}
	to := step.Challenge
	if step.Tokens != nil {
		to = tokens
	}
	if (to == tokens) != (step.Challenge == "") || !slices.Contains(next, to) {
		return Step{}, fmt.Errorf("a sign-in cannot go from %s to %q", name, to)
	}
	return step, nil
}

package parity

import (
	"context"
	"fmt"
	"maps"
)

// kind is a pool to be made, its client, and what SetUserPoolMfaConfig is then
// told, if anything.
type kind struct{ pool, client, mfa M }

// Every flow a client can be allowed.
var allFlows = []string{
	"ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_AUTH", "ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH",
}

// kinds are the pools of the scenarios by name. What a kind leaves out is as in
// the first one: mail proves addresses, case does not count, the client has
// every flow and hides who exists.
var kinds = map[string]kind{
	"names":   {},
	"telling": {client: M{"PreventUserExistenceErrors": "LEGACY"}},
	"emails":  {pool: M{"UsernameAttributes": []string{"email"}}},
	"emailsTelling": {
		pool:   M{"UsernameAttributes": []string{"email"}},
		client: M{"PreventUserExistenceErrors": "LEGACY"},
	},
	"phones": {pool: M{
		"UsernameAttributes":     []string{"phone_number"},
		"AutoVerifiedAttributes": []string{"phone_number"},
		"SmsConfiguration":       M{"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "sms"},
	}},
	"aliases": {
		pool:   M{"AliasAttributes": []string{"email", "phone_number", "preferred_username"}},
		client: M{"PreventUserExistenceErrors": "LEGACY"},
	},
	"required": {pool: M{"Schema": []M{
		{"Name": "name", "Required": true, "Mutable": true},
		{"Name": "nickname", "Required": true, "Mutable": true},
		{"Name": "team", "AttributeDataType": "String", "Mutable": true},
	}}},
	"srpOnly":      {client: M{"ExplicitAuthFlows": []string{"ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}}},
	"passwordOnly": {client: M{"ExplicitAuthFlows": []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}}},
	"choiceOnly":   {client: M{"ExplicitAuthFlows": []string{"ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}}},
	"secret":       {client: M{"GenerateSecret": true}},
	"short":        {client: shortly},
	"irrevocable":  {client: M{"EnableTokenRevocation": false}},
	"invited":      {pool: M{"AdminCreateUserConfig": M{"AllowAdminCreateUserOnly": true}}},
	"readOnly":     {client: M{"ReadAttributes": []string{"email"}, "WriteAttributes": []string{"email"}}},
	"confirming":   {pool: M{"LambdaConfig": M{"PreSignUp": arn("confirm")}}},
	"refusing":     {pool: M{"LambdaConfig": M{"PreSignUp": arn("refuse"), "PreAuthentication": arn("refuse")}}},

	// For codes and what they prove.
	"careful":        {pool: careful},
	"carefulEmails":  {pool: merge(M{"UsernameAttributes": []string{"email"}}, careful)},
	"carefulAliases": {pool: merge(M{"AliasAttributes": []string{"email"}}, careful)},
	"texting": {pool: merge(M{
		"AutoVerifiedAttributes": []string{"email", "phone_number"},
	}, texts)},
	"mailFirst": {pool: merge(recovery("verified_email", "verified_phone_number"), texts)},
	"phoneOnly": {
		pool:   merge(recovery("verified_phone_number"), texts),
		client: M{"PreventUserExistenceErrors": "LEGACY"},
	},
	"adminOnly":   {pool: recovery("admin_only")},
	"remembering": {pool: M{"Policies": M{"PasswordPolicy": M{"MinimumLength": 8, "PasswordHistorySize": 2}}}},
	"fixed":       {pool: M{"Schema": []M{{"Name": "born", "AttributeDataType": "String", "Mutable": false}}}},
	"grudging":    {pool: M{"LambdaConfig": M{"PostConfirmation": arn("refuse")}}},

	// For second factors.
	"apps":       {mfa: factors("OPTIONAL", "app")},
	"shortApps":  {client: shortly, mfa: factors("OPTIONAL", "app")},
	"appsAlways": {mfa: factors("ON", "app")},
	"factors":    {pool: merge(M{"AutoVerifiedAttributes": []string{}}, posts()), mfa: factors("OPTIONAL", "app", "text", "mail")},
	"either":     {pool: merge(M{"AutoVerifiedAttributes": []string{}}, posts()), mfa: factors("ON", "app", "mail")},
	"mailAlways": {pool: merge(M{"AutoVerifiedAttributes": []string{}}, posts()), mfa: factors("ON", "mail")},
	"textAlways": {pool: merge(M{"AutoVerifiedAttributes": []string{}}, texts), mfa: factors("ON", "text")},
	"requiredApps": {pool: M{"Schema": []M{
		{"Name": "nickname", "Required": true, "Mutable": true},
	}}, mfa: factors("ON", "app")},

	// For first factors.
	"codes":       {pool: merge(firstFactors("PASSWORD", "EMAIL_OTP", "SMS_OTP"), posts(), texts)},
	"mailedCodes": {pool: merge(firstFactors("PASSWORD", "EMAIL_OTP"), posts()), client: M{"PreventUserExistenceErrors": "LEGACY"}},
	"passkeys":    {pool: firstFactors("PASSWORD", "WEB_AUTHN"), mfa: M{"WebAuthnConfiguration": M{"RelyingPartyId": "localhost"}}},
	"appFirst":    {pool: firstFactors("PASSWORD", "SOFTWARE_TOKEN"), mfa: factors("OPTIONAL", "app")},

	// For custom challenges.
	"riddles":     {pool: riddles("define")},
	"manyRiddles": {pool: riddles("define-three")},
	"riddleApps":  {pool: riddles("define-then-app"), mfa: factors("OPTIONAL", "app")},

	// For devices.
	"devices":       {pool: devices(true, false), mfa: factors("OPTIONAL", "app")},
	"askedDevices":  {pool: devices(true, true), mfa: factors("OPTIONAL", "app")},
	"trackedOnly":   {pool: devices(false, false)},
	"riddleDevices": {pool: merge(riddles("define"), devices(false, false))},

	// For the rotation of refresh tokens.
	"rotating":        {client: rotating(0)},
	"rotatingSlowly":  {client: rotating(60)},
	"rotatingShortly": {client: merge(rotating(0), shortly)},
	"rotatingAnyhow":  {client: merge(rotating(0), M{"ExplicitAuthFlows": allFlows})},
}

// shortly are the lives of tokens that are over soon.
var shortly = M{
	"AccessTokenValidity": 10, "IdTokenValidity": 20, "RefreshTokenValidity": 60,
	"TokenValidityUnits": M{"AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "minutes"},
}

// rotating clients give a new refresh token at each refresh. The old one is good
// for some seconds more.
func rotating(grace int) M {
	return M{
		"RefreshTokenRotation": M{"Feature": "ENABLED", "RetryGracePeriodSeconds": grace},
		"ExplicitAuthFlows":    []string{"ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_AUTH"},
	}
}

// factors are the second factors of a pool.
func factors(when string, names ...string) M {
	all := M{"MfaConfiguration": when}
	for _, name := range names {
		switch name {
		case "app":
			all["SoftwareTokenMfaConfiguration"] = M{"Enabled": true}
		case "text":
			all["SmsMfaConfiguration"] = texts
		case "mail":
			all["EmailMfaConfiguration"] = M{"Message": "{####}", "Subject": "a code"}
		}
	}
	return all
}

// firstFactors are what a sign-in may begin with.
func firstFactors(names ...string) M {
	return M{"Policies": M{"SignInPolicy": M{"AllowedFirstAuthFactors": names}}}
}

// posts sends mail of its own, as codes for a sign-in want it.
func posts() M {
	return M{"EmailConfiguration": M{
		"EmailSendingAccount": "DEVELOPER", "From": "cenote@example.com",
		"SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/cenote@example.com",
	}}
}

// riddles asks by functions.
func riddles(define string) M {
	return M{"LambdaConfig": M{
		"DefineAuthChallenge": arn(define), "CreateAuthChallenge": arn("riddle-create"), "VerifyAuthChallengeResponse": arn("riddle-verify"),
	}}
}

// devices remembers them: challenged says whether only new ones need a second
// factor, asked whether the user says which are remembered.
func devices(challenged, asked bool) M {
	return M{"DeviceConfiguration": M{"ChallengeRequiredOnNewDevice": challenged, "DeviceOnlyRememberedOnUserPrompt": asked}}
}

// careful pools keep an address until the new one is proved.
var careful = M{"UserAttributeUpdateSettings": M{"AttributesRequireVerificationBeforeUpdate": []string{"email"}}}

// texts need a role to be sent by.
var texts = M{"SmsConfiguration": M{"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "sms"}}

// recovery is where a code for a forgotten password goes, the first choice first.
func recovery(names ...string) M {
	mechanisms := []M{}
	for i, name := range names {
		mechanisms = append(mechanisms, M{"Name": name, "Priority": i + 1})
	}
	return M{"AccountRecoverySetting": M{"RecoveryMechanisms": mechanisms}}
}

func arn(function string) string {
	return "arn:aws:lambda:us-east-1:123456789012:function:" + function
}

// pool is where one side's clients are.
type pool struct{ id, client string }

// newPool makes a pool of a kind.
func (s *service) newPool(ctx context.Context, name string) (pool, error) {
	k, ok := kinds[name]
	if !ok {
		return pool{}, fmt.Errorf("no kind of pool is called %q", name)
	}
	var made struct{ UserPool struct{ Id string } }
	err := s.call(ctx, "CreateUserPool", merge(M{
		"PoolName":               name,
		"AutoVerifiedAttributes": []string{"email"},
		"UsernameConfiguration":  M{"CaseSensitive": false},
	}, k.pool), &made)
	if err != nil {
		return pool{}, err
	}
	if k.mfa != nil {
		if err := s.call(ctx, "SetUserPoolMfaConfig", merge(M{"UserPoolId": made.UserPool.Id}, k.mfa), nil); err != nil {
			return pool{}, err
		}
	}
	var client struct{ UserPoolClient struct{ ClientId string } }
	err = s.call(ctx, "CreateUserPoolClient", merge(M{
		"UserPoolId":                 made.UserPool.Id,
		"ClientName":                 "app",
		"ExplicitAuthFlows":          allFlows,
		"PreventUserExistenceErrors": "ENABLED",
	}, k.client), &client)
	return pool{made.UserPool.Id, client.UserPoolClient.ClientId}, err
}

func merge(into M, from ...M) M {
	for _, m := range from {
		maps.Copy(into, m)
	}
	return into
}

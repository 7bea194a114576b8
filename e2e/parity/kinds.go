package parity

import (
	"context"
	"fmt"
)

// kind is a pool to be made, and its client.
type kind struct{ pool, client M }

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
	"short": {client: M{
		"AccessTokenValidity": 10, "IdTokenValidity": 20, "RefreshTokenValidity": 60,
		"TokenValidityUnits": M{"AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "minutes"},
	}},
	"irrevocable": {client: M{"EnableTokenRevocation": false}},
	"invited":     {pool: M{"AdminCreateUserConfig": M{"AllowAdminCreateUserOnly": true}}},
	"readOnly":    {client: M{"ReadAttributes": []string{"email"}, "WriteAttributes": []string{"email"}}},
	"confirming":  {pool: M{"LambdaConfig": M{"PreSignUp": arn("confirm")}}},
	"refusing":    {pool: M{"LambdaConfig": M{"PreSignUp": arn("refuse"), "PreAuthentication": arn("refuse")}}},

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
	var client struct{ UserPoolClient struct{ ClientId string } }
	err = s.call(ctx, "CreateUserPoolClient", merge(M{
		"UserPoolId":                 made.UserPool.Id,
		"ClientName":                 "app",
		"ExplicitAuthFlows":          allFlows,
		"PreventUserExistenceErrors": "ENABLED",
	}, k.client), &client)
	return pool{made.UserPool.Id, client.UserPoolClient.ClientId}, err
}

func merge(into, from M) M {
	for k, v := range from {
		into[k] = v
	}
	return into
}

package operation

import (
	"cmp"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/pool"
)

// plainTriggers are the members of a LambdaConfig that hold nothing but an ARN.
var plainTriggers = []struct {
	name  string
	field func(*api.LambdaConfigType) **string
}{
	{"PreSignUp", func(c *api.LambdaConfigType) **string { return &c.PreSignUp }},
	{"CustomMessage", func(c *api.LambdaConfigType) **string { return &c.CustomMessage }},
	{"PostConfirmation", func(c *api.LambdaConfigType) **string { return &c.PostConfirmation }},
	{"PreAuthentication", func(c *api.LambdaConfigType) **string { return &c.PreAuthentication }},
	{"PostAuthentication", func(c *api.LambdaConfigType) **string { return &c.PostAuthentication }},
	{"DefineAuthChallenge", func(c *api.LambdaConfigType) **string { return &c.DefineAuthChallenge }},
	{"CreateAuthChallenge", func(c *api.LambdaConfigType) **string { return &c.CreateAuthChallenge }},
	{"VerifyAuthChallengeResponse", func(c *api.LambdaConfigType) **string { return &c.VerifyAuthChallengeResponse }},
	{"PreTokenGeneration", func(c *api.LambdaConfigType) **string { return &c.PreTokenGeneration }},
	{"UserMigration", func(c *api.LambdaConfigType) **string { return &c.UserMigration }},
}

// triggers reads a LambdaConfig. PreTokenGenerationConfig is the trigger
// PreTokenGeneration with a version.
func triggers(in *api.LambdaConfigType) pool.Triggers {
	t := pool.Triggers{}
	if in == nil {
		return t
	}
	set := func(name, arn, version string) {
		if t.ARN == nil {
			t.ARN, t.Versions = map[string]string{}, map[string]string{}
		}
		t.ARN[name] = arn
		if version != "" {
			t.Versions[name] = version
		}
	}
	for _, p := range plainTriggers {
		if arn := *p.field(in); arn != nil {
			set(p.name, *arn, "")
		}
	}
	if c := in.PreTokenGenerationConfig; c != nil {
		if plain := in.PreTokenGeneration; plain != nil && *plain != c.LambdaArn {
			set(pool.TokenTriggerAgain, c.LambdaArn, "") // which the pool refuses
		} else {
			set(pool.TokenTrigger, c.LambdaArn, string(c.LambdaVersion))
		}
	}
	if c := in.CustomSMSSender; c != nil {
		set("CustomSMSSender", c.LambdaArn, string(c.LambdaVersion))
	}
	if c := in.CustomEmailSender; c != nil {
		set("CustomEmailSender", c.LambdaArn, string(c.LambdaVersion))
	}
	if c := in.InboundFederation; c != nil {
		set("InboundFederation", c.LambdaArn, string(c.LambdaVersion))
	}
	t.KMSKeyID = str(in.KMSKeyID)
	return t
}

// lambdaConfig shows triggers; none is an empty structure.
func lambdaConfig(t pool.Triggers) *api.LambdaConfigType {
	out := &api.LambdaConfigType{KMSKeyID: ptr[string](t.KMSKeyID)}
	for _, p := range plainTriggers {
		*p.field(out) = ptr[string](t.ARN[p.name])
	}
	if arn := t.ARN["PreTokenGeneration"]; arn != "" {
		version := cmp.Or(t.Versions["PreTokenGeneration"], "V1_0")
		out.PreTokenGenerationConfig = &api.PreTokenGenerationVersionConfigType{
			LambdaArn: arn, LambdaVersion: api.PreTokenGenerationLambdaVersionType(version),
		}
	}
	if arn := t.ARN["CustomSMSSender"]; arn != "" {
		out.CustomSMSSender = &api.CustomSMSLambdaVersionConfigType{
			LambdaArn: arn, LambdaVersion: api.CustomSMSSenderLambdaVersionType(t.Versions["CustomSMSSender"]),
		}
	}
	if arn := t.ARN["CustomEmailSender"]; arn != "" {
		out.CustomEmailSender = &api.CustomEmailLambdaVersionConfigType{
			LambdaArn: arn, LambdaVersion: api.CustomEmailSenderLambdaVersionType(t.Versions["CustomEmailSender"]),
		}
	}
	if arn := t.ARN["InboundFederation"]; arn != "" {
		out.InboundFederation = &api.InboundFederationLambdaType{
			LambdaArn: arn, LambdaVersion: api.InboundFederationLambdaVersionType(t.Versions["InboundFederation"]),
		}
	}
	return out
}

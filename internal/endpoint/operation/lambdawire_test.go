package operation

import (
	"reflect"
	"testing"

	"github.com/cenote-auth/cenote/internal/api"
)

func TestEveryTriggerIsReadAndShown(t *testing.T) {
	t.Parallel()
	in := &api.LambdaConfigType{KMSKeyID: new("key")}
	for _, p := range plainTriggers {
		*p.field(in) = new("arn of " + p.name)
	}
	in.PreTokenGenerationConfig = &api.PreTokenGenerationVersionConfigType{LambdaVersion: "V2_0", LambdaArn: *in.PreTokenGeneration}
	in.CustomSMSSender = &api.CustomSMSLambdaVersionConfigType{LambdaVersion: "V1_0", LambdaArn: "sms"}
	in.CustomEmailSender = &api.CustomEmailLambdaVersionConfigType{LambdaVersion: "V1_0", LambdaArn: "mail"}
	in.InboundFederation = &api.InboundFederationLambdaType{LambdaVersion: "V1_0", LambdaArn: "in"}
	for i := range reflect.TypeFor[api.LambdaConfigType]().NumField() {
		if f := reflect.ValueOf(*in).Field(i); f.IsNil() {
			t.Errorf("%s is not in this test", reflect.TypeFor[api.LambdaConfigType]().Field(i).Name)
		}
	}
	got := lambdaConfig(triggers(in)).AppendJSON(nil)
	if want := in.AppendJSON(nil); string(got) != string(want) {
		t.Errorf("shown as %s\nsent as %s", got, want)
	}
}

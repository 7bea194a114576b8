package auth

import (
	"errors"
	"testing"
)

func TestConfigValidate(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		cfg  Config
		want error
	}{
		{"both ids", Config{UserPoolID: "eu-west-1_abc", ClientID: "client"}, nil},
		{"an identity pool too", Config{UserPoolID: "eu-west-1_abc", ClientID: "client", IdentityPoolID: "eu-west-1:0b1c"}, nil},
		{"nothing", Config{}, ErrConfig},
		{"no client", Config{UserPoolID: "eu-west-1_abc"}, ErrConfig},
		{"no user pool", Config{ClientID: "client"}, ErrConfig},
		{"an identity pool alone", Config{IdentityPoolID: "eu-west-1:0b1c"}, ErrConfig},
		{"an identity pool without a region", Config{UserPoolID: "eu-west-1_abc", ClientID: "client", IdentityPoolID: "0b1c"},
			Code("InvalidIdentityPoolIdException")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if err := tt.cfg.validate(); !errors.Is(err, tt.want) {
				t.Errorf("validate() = %v, want %v", err, tt.want)
			}
		})
	}
}

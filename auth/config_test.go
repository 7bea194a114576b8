package auth_test

import (
	"errors"
	"testing"

	"github.com/cenote-auth/cenote/auth"
	"github.com/cenote-auth/cenote/auth/userpool"
)

func TestNewLooksAtItsConfiguration(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		cfg  auth.Config
		want error
	}{
		{"both ids", auth.Config{UserPoolID: "eu-west-1_abc", ClientID: "client"}, nil},
		{"an identity pool too", auth.Config{UserPoolID: "eu-west-1_abc", ClientID: "client", IdentityPoolID: "eu-west-1:0b1c"}, nil},
		{"nothing", auth.Config{}, auth.ErrConfig},
		{"no client", auth.Config{UserPoolID: "eu-west-1_abc"}, auth.ErrConfig},
		{"no user pool", auth.Config{ClientID: "client"}, auth.ErrConfig},
		{"an identity pool alone", auth.Config{IdentityPoolID: "eu-west-1:0b1c"}, auth.ErrConfig},
		{"a user pool that can be none", auth.Config{UserPoolID: "eu-west-1", ClientID: "client"}, userpool.ErrInvalidUserPoolID},
		{"an identity pool without a region", auth.Config{UserPoolID: "eu-west-1_abc", ClientID: "client", IdentityPoolID: "0b1c"}, auth.ErrNoIdentityPool},
		{"an endpoint that is no URL", auth.Config{UserPoolID: "eu-west-1_abc", ClientID: "client", Endpoint: "127.0.0.1:9229"}, auth.ErrInvalidParameter},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if _, err := auth.New(tt.cfg, nil); !errors.Is(err, tt.want) {
				t.Errorf("New: %v, want %v", err, tt.want)
			}
		})
	}
}

package auth_test

import (
	"fmt"
	"strings"

	"github.com/cenote-auth/cenote/auth"
)

// An app that was configured for Amplify needs no other file; go:embed puts it
// into the program.
func ExampleReadConfig() {
	outputs := `{"version": "1.4", "auth": {
		"aws_region": "eu-west-1",
		"user_pool_id": "eu-west-1_AbCdEf123",
		"user_pool_client_id": "5h57cf4n3u6k8q2m1v0x7z9b4d"
	}}`
	cfg, err := auth.ReadConfig(strings.NewReader(outputs))
	fmt.Println(cfg.UserPoolID, cfg.ClientID, err)
	// Output: eu-west-1_AbCdEf123 5h57cf4n3u6k8q2m1v0x7z9b4d <nil>
}

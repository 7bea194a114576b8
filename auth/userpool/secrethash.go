package userpool

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// secretHash is what a confidential client proves its secret by, for the user
// name of the same request; nil for a public client.
//
// Source: "Computing secret hash values" in the service's guide.
func (p *Pool) secretHash(username string) *string {
	if p.secret == "" {
		return nil
	}
	mac := hmac.New(sha256.New, []byte(p.secret))
	mac.Write([]byte(username))
	mac.Write([]byte(p.clientID))
	return aws.String(base64.StdEncoding.EncodeToString(mac.Sum(nil)))
}

// sign adds SECRET_HASH to the parameters of a request that names username.
func (p *Pool) sign(parameters map[string]string, username string) {
	if hash := p.secretHash(username); hash != nil {
		parameters["SECRET_HASH"] = *hash
	}
}

// optional is nil for an empty text, which the service would refuse.
func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

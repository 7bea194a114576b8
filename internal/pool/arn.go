package pool

import "strings"

// ARN is the resource name of the pool in an account, which policies and tags
// know it by.
func (p *Pool) ARN(account string) string {
	return "arn:aws:cognito-idp:" + p.Region() + ":" + account + ":userpool/" + p.ID
}

// IDInARN returns the id in the resource name of a pool, or InvalidParameter
// for a name of another shape. Whether the region and the account are those of
// the pool, only its own ARN says.
func IDInARN(arn string) (string, error) {
	wrong := E(InvalidParameter, "Invalid ARN of a user pool: "+arn)
	parts := strings.Split(arn, ":")
	if len(parts) != 6 || parts[0] != "arn" || parts[2] != "cognito-idp" {
		return "", wrong
	}
	id, found := strings.CutPrefix(parts[5], "userpool/")
	if !found || CheckID(id) != nil {
		return "", wrong
	}
	return id, nil
}

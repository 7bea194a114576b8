package cenotetest

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// User is somebody to add to a pool. Email or Username, and Password, are
// required.
type User struct {
	UserPoolID string // the first pool if empty
	Username   string // Email if empty
	Email      string // counts as verified
	Password   string
	Temporary  bool // the password has to be changed at the first sign-in

	Attributes map[string]string // beside those above, such as "name"
}

// AddUser adds a confirmed user, who can sign in at once, and returns the sub.
// Nothing is sent to anybody. (AdminCreateUser and AdminSetUserPassword.)
func (s *Server) AddUser(t testing.TB, u User) (sub string) {
	t.Helper()
	if u.UserPoolID == "" {
		u.UserPoolID = s.UserPoolID
	}
	if u.Username == "" {
		u.Username = u.Email
	}
	admin := s.Admin()
	out, err := admin.AdminCreateUser(t.Context(), &cip.AdminCreateUserInput{
		UserPoolId: &u.UserPoolID, Username: &u.Username, UserAttributes: u.attributes(),
		TemporaryPassword: &u.Password, MessageAction: types.MessageActionTypeSuppress,
	})
	if err != nil {
		t.Fatalf("cenotetest: add user %s: %v", u.Username, err)
	}
	if !u.Temporary {
		_, err := admin.AdminSetUserPassword(t.Context(), &cip.AdminSetUserPasswordInput{
			UserPoolId: &u.UserPoolID, Username: &u.Username, Password: &u.Password, Permanent: true,
		})
		if err != nil {
			t.Fatalf("cenotetest: set the password of user %s: %v", u.Username, err)
		}
	}
	for _, a := range out.User.Attributes {
		if aws.ToString(a.Name) == "sub" {
			return aws.ToString(a.Value)
		}
	}
	t.Fatalf("cenotetest: user %s has no sub", u.Username)
	return ""
}

func (u User) attributes() []types.AttributeType {
	var list []types.AttributeType
	add := func(name, value string) { list = append(list, types.AttributeType{Name: &name, Value: &value}) }
	if u.Email != "" {
		add("email", u.Email)
		add("email_verified", "true")
	}
	for name, value := range u.Attributes {
		add(name, value)
	}
	return list
}

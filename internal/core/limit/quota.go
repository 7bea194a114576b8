package limit

import "strings"

// MaxRate is the most requests a second that a category can be given. Beyond
// it nobody is counted.
const MaxRate = 1_000_000

// Quota is a category of operations whose requests are counted together.
type Quota struct {
	Name      string
	PerSecond int64 // requests for one pool, until another number is set

	// of says what is counted for the one user whom a request names, too.
	of sort

	// each is how many of those one operation may have; 0: all of them. It
	// goes when another number is set.
	each       int64
	operations string
}

// quotas are the categories, with the numbers of the service. What the service
// has not placed stands beside its likes. Source: its page of quotas.
var quotas = [...]Quota{
	userAuthentication: {"UserAuthentication", 120, neither, 0, `
		AdminInitiateAuth AdminRespondToAuthChallenge GetTokensFromRefreshToken InitiateAuth RespondToAuthChallenge`},
	userAccountRecovery: {"UserAccountRecovery", 30, write, 0, `
		AdminResetUserPassword AdminSetUserPassword ChangePassword ConfirmForgotPassword ForgotPassword`},
	{"UserCreation", 50, write, 0, `AdminConfirmSignUp AdminCreateUser ConfirmSignUp SignUp`},
	{"UserFederation", 25, neither, 0, ``}, // no operation, but sign-ins at providers
	{"UserRead", 120, read, 0, `AdminGetUser AdminGetUserAuthFactors GetUser GetUserAuthFactors`},
	{"UserUpdate", 25, write, 0, `
		AdminAddUserToGroup AdminDeleteUser AdminDeleteUserAttributes AdminDisableProviderForUser AdminDisableUser
		AdminEnableUser AdminLinkProviderForUser AdminRemoveUserFromGroup AdminUpdateUserAttributes AdminUserGlobalSignOut
		DeleteUser DeleteUserAttributes GlobalSignOut UpdateUserAttributes VerifyUserAttribute`},
	{"UserToken", 120, neither, 0, `RevokeToken`},
	{"UserResourceRead", 50, read, 0, `
		AdminGetDevice AdminListDevices AdminListGroupsForUser AdminListUserAuthEvents AdminListUserSessions GetDevice
		GetUserAttributeVerificationCode ListDevices ListUserSessions ListWebAuthnCredentials ResendConfirmationCode`},
	{"UserResourceUpdate", 25, write, 0, `
		AdminDeleteSoftwareToken AdminForgetDevice AdminRevokeUserSession AdminSetUserMFAPreference AdminSetUserSettings
		AdminUpdateAuthEventFeedback AdminUpdateDeviceStatus AssociateSoftwareToken CompleteWebAuthnRegistration ConfirmDevice
		DeleteWebAuthnCredential ForgetDevice RevokeUserSession SetUserMFAPreference SetUserSettings StartWebAuthnRegistration
		UpdateAuthEventFeedback UpdateDeviceStatus VerifySoftwareToken`},
	{"UserList", 30, neither, 0, `ListUsers ListUsersInGroup`},
	{"UserPoolRead", 15, neither, 0, `DescribeUserPool ListUserPoolReplicas ListUserPools`},
	{"UserPoolUpdate", 15, neither, 0, `
		CreateUserPool CreateUserPoolReplica DeleteUserPool DeleteUserPoolReplica UpdateUserPool UpdateUserPoolReplica`},
	{"UserPoolResourceRead", 20, neither, 5, `
		DescribeIdentityProvider DescribeManagedLoginBranding DescribeManagedLoginBrandingByClient DescribeResourceServer
		DescribeRiskConfiguration DescribeTerms DescribeTermsByClient DescribeUserImportJob DescribeUserPoolDomain GetCSVHeader
		GetGroup GetIdentityProviderByIdentifier GetLogDeliveryConfiguration GetSigningCertificate GetUICustomization
		GetUserPoolMfaConfig GetUserPoolSessionConfiguration ListGroups ListIdentityProviders ListResourceServers
		ListTagsForResource ListTerms ListUserImportJobs`},
	{"UserPoolResourceUpdate", 15, neither, 5, `
		AddCustomAttributes CreateGroup CreateIdentityProvider CreateManagedLoginBranding CreateResourceServer CreateTerms
		CreateUserImportJob CreateUserPoolDomain DeleteGroup DeleteIdentityProvider DeleteManagedLoginBranding
		DeleteResourceServer DeleteTerms DeleteUserPoolDomain SetLogDeliveryConfiguration SetRiskConfiguration
		SetUICustomization SetUserPoolMfaConfig SetUserPoolSessionConfiguration StartUserImportJob StopUserImportJob
		TagResource UntagResource UpdateGroup UpdateIdentityProvider UpdateManagedLoginBranding UpdateResourceServer
		UpdateTerms UpdateUserPoolDomain`},
	{"UserPoolClientRead", 15, neither, 5, `
		DescribeUserPoolClient GetUserPoolClientSessionConfiguration ListUserPoolClientSecrets ListUserPoolClients`},
	{"UserPoolClientUpdate", 15, neither, 5, `
		AddUserPoolClientSecret CreateUserPoolClient DeleteUserPoolClient DeleteUserPoolClientSecret
		SetUserPoolClientSessionConfiguration UpdateUserPoolClient`},
	{"ClientAuthentication", 150, neither, 0, `GetClientToken`},
	{"LimitManagement", 1, neither, 0, `GetProvisionedLimit UpdateProvisionedLimit`},
}

// The places of categories that rules speak of.
const (
	userAuthentication = iota
	userAccountRecovery
)

// Answers to challenges have three times the rate of sign-ins to themselves;
// those beyond count as sign-ins.
const answersPerSignIn = 3

// The slots of what is counted for a pool: a category each, the answers to
// challenges, and each operation with a bound of its own.
const (
	answers = len(quotas)
	slots   = answers + 1 + 96
)

// A rule is what an operation counts as.
type rule struct {
	quota  int
	own    int // its own slot; 0: none
	answer bool
}

var rules = func() map[string]rule {
	all, own := map[string]rule{}, answers
	for i, q := range quotas {
		for _, name := range strings.Fields(q.operations) {
			r := rule{quota: i, answer: strings.HasSuffix(name, "RespondToAuthChallenge")}
			if q.each > 0 {
				own++
				r.own = own
			}
			all[name] = r
		}
	}
	return all
}()

// FindQuota returns the category of a name.
func FindQuota(name string) (Quota, bool) {
	i := quotaIndex(name)
	if i < 0 {
		return Quota{}, false
	}
	return quotas[i], true
}

// QuotaOf returns the category that an operation counts in.
func QuotaOf(operation string) (Quota, bool) {
	r, ok := rules[operation]
	return quotas[r.quota], ok
}

func quotaIndex(name string) int {
	for i := range quotas {
		if quotas[i].Name == name {
			return i
		}
	}
	return -1
}

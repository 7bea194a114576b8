package operation

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

const (
	google = `, "ProviderName": "Google", "ProviderType": "Google", "ProviderDetails": {"client_id": "g", "client_secret": "s3cret-of-google", "authorize_scopes": "email openid"}`
	okta   = `, "ProviderName": "Okta", "ProviderType": "OIDC", "ProviderDetails": {"client_id": "o", "client_secret": "s3cret-of-okta",
		"authorize_scopes": "openid", "attributes_request_method": "GET", "oidc_issuer": "https://okta.example.com"},
		"AttributeMapping": {"email": "mail"}, "IdpIdentifiers": ["okta.example.com", "Okta 2"]`
)

func TestIdentityProvidersOnTheWire(t *testing.T) {
	onEach(t, func(t *testing.T, o *Operations, st store.Store) {
		const (
			made      = `"LastModifiedDate":1893553445.678,"CreationDate":1893553445.678`
			googleOut = `{"UserPoolId":"us-east-1_Staff","ProviderName":"Google","ProviderType":"Google","ProviderDetails":{` +
				`"attributes_url":"https://people.googleapis.com/v1/people/me?personFields=","attributes_url_add_attributes":"true","authorize_scopes":"email openid",` +
				`"authorize_url":"https://accounts.google.com/o/oauth2/v2/auth","client_id":"g","client_secret":"s3cret-of-google",` +
				`"oidc_issuer":"https://accounts.google.com","token_request_method":"POST","token_url":"https://www.googleapis.com/oauth2/v4/token"},` +
				`"AttributeMapping":{"username":"sub"},` + made + `}`
			oktaOut = `{"UserPoolId":"us-east-1_Staff","ProviderName":"Okta","ProviderType":"OIDC","ProviderDetails":{` +
				`"attributes_request_method":"GET","attributes_url_add_attributes":"false","authorize_scopes":"openid","client_id":"o","client_secret":"s3cret-of-okta",` +
				`"oidc_issuer":"https://okta.example.com"},"AttributeMapping":{"email":"mail","username":"sub"},` +
				`"IdpIdentifiers":["okta.example.com","Okta 2"],` + made + `}`
			client = `, "ClientName": "web", "SupportedIdentityProviders": ["COGNITO", "Google"]`
		)
		changed := strings.NewReplacer(`"client_id":"o"`, `"client_id":"new"`, `"client_secret":"s3cret-of-okta",`, ``, `["okta.example.com","Okta 2"]`, `["Okta 3"]`).Replace(oktaOut)
		walk(t, o, []step{
			{"CreateUserPoolClient", client, "InvalidParameterException: The provider Google does not exist for User Pool us-east-1_Staff."},
			{"CreateIdentityProvider", google, `{"IdentityProvider":` + googleOut + `}`},
			{"CreateIdentityProvider", okta, `{"IdentityProvider":` + oktaOut + `}`},
			{"DescribeIdentityProvider", `, "ProviderName": "Okta"`, `{"IdentityProvider":` + oktaOut + `}`},
			{"GetIdentityProviderByIdentifier", `, "IdpIdentifier": "Okta 2"`, `{"IdentityProvider":` + oktaOut + `}`},
			{"ListIdentityProviders", ``, `{"Providers":[{"ProviderName":"Google","ProviderType":"Google",` + made + `},{"ProviderName":"Okta","ProviderType":"OIDC",` + made + `}]}`},
			{"UpdateIdentityProvider", `, "ProviderName": "Okta", "IdpIdentifiers": ["Okta 3"], "ProviderDetails": {"client_id": "new",
				"authorize_scopes": "openid", "attributes_request_method": "GET", "oidc_issuer": "https://okta.example.com"}`, `{"IdentityProvider":` + changed + `}`},
			{"GetIdentityProviderByIdentifier", `, "IdpIdentifier": "Okta 2"`, "ResourceNotFoundException: Identity provider with the identifier Okta 2 does not exist."},
			{"GetIdentityProviderByIdentifier", `, "IdpIdentifier": "Okta 3"`, `{"IdentityProvider":` + changed + `}`},
			{"DeleteIdentityProvider", `, "ProviderName": "Okta"`, ``},
			{"DescribeIdentityProvider", `, "ProviderName": "Okta"`, "ResourceNotFoundException: Identity provider Okta does not exist."},
		})
		if made := mustCall(t, o, "CreateUserPoolClient", in(client)); !strings.Contains(made, `"SupportedIdentityProviders":["COGNITO","Google"]`) {
			t.Errorf("the client: %s", made)
		}
		sealed(t, st, "identity-provider", "Google", "s3cret-of-google")
	})
}

// sealed fails the test if a setting of the pool us-east-1_Staff shows a secret.
func sealed(t *testing.T, st store.Store, kind, id, secret string) {
	t.Helper()
	err := st.View(t.Context(), func(snap store.Snapshot) error {
		p, err := snap.Pool(t.Context(), "us-east-1_Staff")
		if err != nil {
			return err
		}
		row, err := snap.Setting(t.Context(), p.Key, kind, id)
		if strings.Contains(row.Body+string(row.Sealed), secret) || row.Sealed == nil {
			t.Errorf("the row of %s shows its secret", id)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func identityOf(provider, attribute, value string) string {
	return fmt.Sprintf(`{"ProviderName": %q, "ProviderAttributeName": %q, "ProviderAttributeValue": %q}`, provider, attribute, value)
}

func linkTo(user, source string) string {
	return `, "DestinationUser": {"ProviderName": "Cognito", "ProviderAttributeValue": "` + user + `"}, "SourceUser": ` + source
}

func TestLinkedIdentitiesOnTheWire(t *testing.T) {
	onEach(t, func(t *testing.T, o *Operations, st store.Store) {
		mustCall(t, o, "CreateIdentityProvider", in(google))
		mustCall(t, o, "CreateIdentityProvider", in(okta))
		subject, mapped := identityOf("Google", "Cognito_Subject", "117"), identityOf("Okta", "email", "ada@okta.example.com")
		const twice = "InvalidParameterException: SourceUser is already linked to DestinationUser"
		walk(t, o, []step{
			{"AdminLinkProviderForUser", linkTo("ada", subject), `{}`},
			{"AdminLinkProviderForUser", linkTo("ada", mapped), `{}`},
			{"AdminLinkProviderForUser", linkTo("ada", subject), twice},
			{"AdminLinkProviderForUser", linkTo("bob", subject), twice},
			{"AdminLinkProviderForUser", linkTo("bob", identityOf("Okta", "Cognito_Subject", "117")), `{}`},
		})
		want := `[{"userId":"117","providerName":"Google","providerType":"Google","issuer":null,"primary":false,"dateCreated":1893553445678},` +
			`{"userId":"ada@okta.example.com","providerName":"Okta","providerType":"OIDC","issuer":null,"primary":false,"dateCreated":1893553445678,"attributeName":"email"}]`
		if got := attributeOf(t, st, "ada", "identities"); got != want {
			t.Errorf("identities\n got %s\nwant %s", got, want)
		}
		gone := "UserNotFoundException: User does not exist."
		walk(t, o, []step{
			{"AdminDisableProviderForUser", `, "User": ` + mapped, `{}`},
			{"AdminDisableProviderForUser", `, "User": ` + mapped, gone},
			{"AdminDisableProviderForUser", `, "User": ` + subject, `{}`},
			{"AdminLinkProviderForUser", linkTo("bob", subject), `{}`},
		})
		if got := attributeOf(t, st, "ada", "identities"); got != "" {
			t.Errorf("identities that were unlinked: %s", got)
		}
	})
}

func TestDisablingTheNativeProviderTakesThePassword(t *testing.T) {
	onEach(t, func(t *testing.T, o *Operations, st store.Store) {
		user := func() (u *pool.User) {
			changeUser(t, st, "ada", func(found *pool.User) { u = found })
			return u
		}
		changeUser(t, st, "ada", func(u *pool.User) { u.SealedPassword = []byte{1} })
		before := user()
		mustCall(t, o, "AdminDisableProviderForUser", in(`, "User": {"ProviderName": "Cognito", "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": "ada"}`))
		after := user()
		if after.SealedPassword != nil || after.SessionGeneration <= before.SessionGeneration || !after.Enabled {
			t.Errorf("the user afterwards: %+v", after)
		}
		if after.Status != pool.ExternalProvider { // of whom no code and no token makes a password again
			t.Errorf("status %s", after.Status)
		}
	})
}

// changeUser changes a user of the pool us-east-1_Staff behind everybody's back.
func changeUser(t *testing.T, st store.Store, name string, do func(*pool.User)) {
	t.Helper()
	err := st.Update(t.Context(), func(tx store.Tx) error {
		p, err := tx.Pool(t.Context(), "us-east-1_Staff")
		if err != nil {
			return err
		}
		u, err := tx.UserByName(t.Context(), p.Key, name)
		if err != nil {
			return err
		}
		do(u)
		return tx.UpdateUser(t.Context(), u, store.Names{Username: name, Aliases: p.Aliases(u)})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func attributeOf(t *testing.T, st store.Store, name, attribute string) (text string) {
	t.Helper()
	changeUser(t, st, name, func(u *pool.User) { text = u.Attributes[attribute] })
	return text
}

func TestDeclaredErrorsOfIdentityProviders(t *testing.T) {
	t.Parallel()
	d := newDesks(t)
	mustCall(t, d.usual, "CreateIdentityProvider", in(google))
	mustCall(t, d.usual, "CreateIdentityProvider", in(okta))
	for i := range pool.MaxLinks {
		mustCall(t, d.usual, "AdminLinkProviderForUser", in(linkTo("bob", identityOf("Google", "Cognito_Subject", fmt.Sprint(i)))))
	}
	full, known := deskOn(t, fullOfProviders{d.store}), deskOn(t, withGoogler{d.store})
	other := strings.Replace(okta, `"Okta"`, `"Other"`, 1)
	free := strings.NewReplacer("okta.example.com\", \"Okta 2", "free", `"Okta"`, `"Free"`).Replace(okta)
	const (
		one     = `, "ProviderName": "Google"`
		noIdP   = "Identity provider Nobody does not exist."
		dupName = "A provider with the name Google already exists in the User Pool."
		dupID   = "An identifier is already used by another identity provider of the user pool."
		acr     = "AcrMapping is not supported yet: this member is newer than what this server knows."
		mapped  = "Invalid attribute mapping: the attribute custom:a cannot be mapped."
		nobody  = "User does not exist."
		source  = "ProviderAttributeName of SourceUser must be Cognito_Subject or an attribute that an OIDC or SAML provider maps."
		wordy   = "The identity of SourceUser is too long: name and value have 256 characters at most."
	)
	subject := identityOf("Google", "Cognito_Subject", "117")
	missing := []refusedCall{
		{"one that is not there", notFound, noIdP, in(`, "ProviderName": "Nobody"`), nil},
		{"a name that is too long", invalidArg, violated + "'" + strings.Repeat("x", 33) + "' at 'providerName' failed to satisfy constraint: " +
			"Member must have length less than or equal to 32", in(`, "ProviderName": "` + strings.Repeat("x", 33) + `"`), nil},
	}
	never := map[string]string{"UnsupportedIdentityProviderException": "every type in the model is supported"}
	for _, one := range []declared{
		{"CreateIdentityProvider", d.cases(free,
			refusedCall{"a name that is taken", "DuplicateProviderException", dupName, in(google), nil},
			refusedCall{"an identifier that is taken", invalidArg, dupID, in(other), nil},
			refusedCall{"a secret that is missing", invalidArg, "Missing client_secret in provider details.",
				in(`, "ProviderName": "Facebook", "ProviderType": "Facebook", "ProviderDetails": {"client_id": "a"}`), nil},
			refusedCall{"an attribute that the pool lacks", invalidArg, mapped, in(google + `, "AttributeMapping": {"custom:a": "a"}`), nil},
			refusedCall{"one too many", aFull, "The maximum number of identity providers of this user pool has been reached.", in(free), full},
			refusedCall{"what cannot be obeyed yet", NotImplemented, acr, in(free + `, "AcrMapping": {"a": "b"}`), nil}), cannot(nil)},
		{"DescribeIdentityProvider", d.cases(one, missing...), cannot(nil)},
		{"UpdateIdentityProvider", d.cases(one, append(missing,
			refusedCall{"an identifier that is taken", invalidArg, dupID, in(one + `, "IdpIdentifiers": ["Okta 2"]`), nil},
			refusedCall{"a secret that is missing", invalidArg, "Missing client_id in provider details.", in(one + `, "ProviderDetails": {}`), nil},
			refusedCall{"an attribute that the pool lacks", invalidArg, mapped, in(one + `, "AttributeMapping": {"custom:a": "a"}`), nil},
			refusedCall{"others who are always faster", changing, tooLate, in(one), d.late},
			refusedCall{"what cannot be obeyed yet", NotImplemented, acr, in(one + `, "AcrMapping": {"a": "b"}`), nil})...), cannot(never)},
		{"DeleteIdentityProvider", d.cases(one, missing...),
			cannot(never, map[string]string{changing: "a provider is deleted or it is not"})},
		{"ListIdentityProviders", d.cases("",
			refusedCall{"a token of nobody's", invalidArg, "Invalid pagination token", in(`, "NextToken": "made-up"`), nil}), cannot(nil)},
		{"GetIdentityProviderByIdentifier", d.cases(`, "IdpIdentifier": "Okta 2"`,
			refusedCall{"one that is not there", notFound, "Identity provider with the identifier Google does not exist.", in(`, "IdpIdentifier": "Google"`), nil}), cannot(nil)},
		{"AdminLinkProviderForUser", d.cases(linkTo("ada", subject),
			refusedCall{"a provider that is not there", notFound, noIdP, in(linkTo("ada", identityOf("Nobody", "Cognito_Subject", "1"))), nil},
			refusedCall{"a user who is not there", "UserNotFoundException", nobody, in(linkTo("eve", subject)), nil},
			refusedCall{"a federated user who is not there", "UserNotFoundException", nobody,
				in(`, "DestinationUser": {"ProviderName": "Google", "ProviderAttributeValue": "9"}, "SourceUser": ` + subject), nil},
			refusedCall{"a destination without a name", invalidArg, "A user must have a ProviderName and a ProviderAttributeValue.",
				in(`, "DestinationUser": {"ProviderName": "Cognito"}, "SourceUser": ` + subject), nil},
			refusedCall{"a source without a value", invalidArg, "SourceUser must have a ProviderName, a ProviderAttributeName and a ProviderAttributeValue.",
				in(linkTo("ada", identityOf("Google", "Cognito_Subject", ""))), nil},
			refusedCall{"a native source", invalidArg, "SourceUser must be a user of an external identity provider.",
				in(linkTo("ada", identityOf("Cognito", "Cognito_Subject", "bob"))), nil},
			refusedCall{"a social source by another attribute", invalidArg, source, in(linkTo("ada", identityOf("Google", "username", "1"))), nil},
			refusedCall{"an attribute that is not mapped", invalidArg, source, in(linkTo("ada", identityOf("Okta", "name", "1"))), nil},
			refusedCall{"a source that is too long", invalidArg, wordy, in(linkTo("ada", identityOf("Okta", "email", strings.Repeat("x", 600)))), nil},
			refusedCall{"a source who has signed in", invalidArg,
				"Merging is not currently supported, provide a SourceUser that has not been signed up in order to link", in(linkTo("ada", subject)), known},
			refusedCall{"a sixth identity", aFull, "The maximum number of identities linked to this user has been reached.", in(linkTo("bob", subject)), nil}),
			cannot(map[string]string{"AliasExistsException": "an identity that is linked already is InvalidParameterException"})},
		{"AdminDisableProviderForUser", d.cases(`, "User": `+subject,
			refusedCall{"a provider that is not there", notFound, noIdP, in(`, "User": ` + identityOf("Nobody", "Cognito_Subject", "1")), nil},
			refusedCall{"an identity that is nobody's", "UserNotFoundException", nobody, in(`, "User": ` + subject), nil},
			refusedCall{"a native user who is not there", "UserNotFoundException", nobody, in(`, "User": ` + identityOf("Cognito", "", "eve")), nil},
			refusedCall{"no value", invalidArg, "A user must have a ProviderName and a ProviderAttributeValue.", in(`, "User": {"ProviderName": "Cognito"}`), nil}),
			cannot(map[string]string{"AliasExistsException": "nothing is given a name"})},
	} {
		t.Run(one.operation, func(t *testing.T) { one.check(t, d.usual) })
	}
}

// An immutable attribute that a user has could not follow the provider.
func TestLinkNeedsMutableAttributes(t *testing.T) {
	t.Parallel()
	d := newDesks(t)
	mustCall(t, d.usual, "CreateIdentityProvider", in(google))
	mustCall(t, d.usual, "AddCustomAttributes", in(`, "CustomAttributes": [{"Name": "badge", "AttributeDataType": "String", "Mutable": false}]`))
	changeUser(t, d.store, "ada", func(u *pool.User) { u.Attributes["custom:badge"] = "7" })
	walk(t, d.usual, []step{{"AdminLinkProviderForUser", linkTo("ada", identityOf("Google", "Cognito_Subject", "1")),
		"InvalidParameterException: user.custom:badge: Attribute cannot be updated."}})
}

// fullOfProviders is a store whose pools have as many settings of each kind as
// there may be identity providers.
type fullOfProviders struct{ store.Store }

func (s fullOfProviders) Update(ctx context.Context, fn func(store.Tx) error) error {
	return s.Store.Update(ctx, func(tx store.Tx) error { return fn(fullOfProvidersTx{tx}) })
}

type fullOfProvidersTx struct{ store.Tx }

func (tx fullOfProvidersTx) AddSetting(ctx context.Context, s store.Setting, names ...string) (int64, error) {
	n, err := tx.Tx.AddSetting(ctx, s, names...)
	return n + pool.MaxProviders, err
}

// withGoogler is a store in which somebody signed up with Google as 117.
type withGoogler struct{ store.Store }

func (s withGoogler) Update(ctx context.Context, fn func(store.Tx) error) error {
	return s.Store.Update(ctx, func(tx store.Tx) error { return fn(withGooglerTx{tx}) })
}

type withGooglerTx struct{ store.Tx }

func (tx withGooglerTx) UserByName(ctx context.Context, poolKey int64, folded string) (*pool.User, error) {
	if folded == "Google_117" {
		return &pool.User{}, nil
	}
	return tx.Tx.UserByName(ctx, poolKey, folded)
}

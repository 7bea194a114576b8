package operation

import (
	"context"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/store"
)

func TestClientSecretsOnTheWire(t *testing.T) {
	onEach(t, func(t *testing.T, o *Operations, _ store.Store) {
		made := mustCall(t, o, "CreateUserPoolClient", in(`, "ClientName": "web", "GenerateSecret": true`))
		id, first := member(t, made, "UserPoolClient", "ClientId"), member(t, made, "UserPoolClient", "ClientSecret")
		client := `, "ClientId": "` + id + `"`
		shown := func() string {
			return member(t, mustCall(t, o, "DescribeUserPoolClient", in(client)), "UserPoolClient", "ClientSecret")
		}
		one, two := `{"ClientSecretId":"`+id+`--1893553445678","ClientSecretCreateDate":1893553445.678}`, `{"ClientSecretId":"`+id+`--1893553445679","ClientSecretCreateDate":1893553445.679}`
		const own = "a_secret_of_the_callers_own"
		walk(t, o, []step{
			{"ListUserPoolClientSecrets", client, `{"ClientSecrets":[` + one + `]}`},
			{"DeleteUserPoolClientSecret", client + `, "ClientSecretId": "` + id + `--1893553445678"`,
				"InvalidParameterException: The last secret of a user pool client cannot be deleted."},
			{"AddUserPoolClientSecret", client + `, "ClientSecret": "` + own + `"`, `{"ClientSecretDescriptor":` + two + `}`},
			{"ListUserPoolClientSecrets", client, `{"ClientSecrets":[` + one + `,` + two + `]}`},
			{"AddUserPoolClientSecret", client, "LimitExceededException: A user pool client can have up to 2 secrets. Delete one before adding another."},
		})
		if got := shown(); got != first {
			t.Errorf("the client shows %q, want the older secret", got)
		}
		walk(t, o, []step{
			{"DeleteUserPoolClientSecret", client + `, "ClientSecretId": "` + id + `--1893553445678"`, `{}`},
			{"ListUserPoolClientSecrets", client, `{"ClientSecrets":[` + two + `]}`},
		})
		if got := shown(); got != own {
			t.Errorf("the client shows %q, want the secret that is left", got)
		}
		added := mustCall(t, o, "AddUserPoolClientSecret", in(client))
		if got := member(t, added, "ClientSecretDescriptor", "ClientSecretValue"); len(got) != 51 || strings.Contains(got, first) {
			t.Errorf("the secret that was made: %q", got)
		}
	})
}

func TestDeclaredErrorsOfClientSecrets(t *testing.T) {
	t.Parallel()
	d := newDesks(t)
	made := mustCall(t, d.usual, "CreateUserPoolClient", in(`, "ClientName": "web", "GenerateSecret": true`))
	id := member(t, made, "UserPoolClient", "ClientId")
	full := member(t, mustCall(t, d.usual, "CreateUserPoolClient", in(`, "ClientName": "api", "GenerateSecret": true`)), "UserPoolClient", "ClientId")
	mustCall(t, d.usual, "AddUserPoolClientSecret", in(`, "ClientId": "`+full+`"`))
	client := `, "ClientId": "` + id + `"`
	last := client + `, "ClientSecretId": "` + id + `--1893553445678"`
	const noClient = "User pool client none does not exist."
	// Faults of ours have one name for all operations.
	excuses := func(more map[string]string) map[string]string {
		all := cannot(more, map[string]string{"InternalServerException": "the front door answers InternalErrorException for every operation"})
		delete(all, "NotAuthorizedException")
		return all
	}
	known := func(cases []refusedCall) []refusedCall { // without the fault of ours
		return append(cases[:2:2], cases[3:]...)
	}
	for _, one := range []declared{
		{"AddUserPoolClientSecret", known(d.cases(client,
			refusedCall{"a client that is not there", notFound, noClient, in(`, "ClientId": "none"`), nil},
			refusedCall{"a public client", invalidArg, "User pool client " + d.web + " is a public client and cannot have a secret.", in(`, "ClientId": "` + d.web + `"`), nil},
			refusedCall{"a third secret", aFull, "A user pool client can have up to 2 secrets. Delete one before adding another.", in(`, "ClientId": "` + full + `"`), nil})),
			excuses(map[string]string{"AccessDeniedException": operatorCannot["NotAuthorizedException"]})},
		{"ListUserPoolClientSecrets", known(d.cases(client,
			refusedCall{"a client that is not there", notFound, noClient, in(`, "ClientId": "none"`), nil},
			refusedCall{"a second page", invalidArg, "Invalid pagination token", in(client + `, "NextToken": "made-up"`), nil})),
			excuses(map[string]string{aFull: "a list adds nothing"})},
		{"DeleteUserPoolClientSecret", known(d.cases(last,
			refusedCall{"a client that is not there", notFound, noClient, in(`, "ClientId": "none", "ClientSecretId": "x"`), nil},
			refusedCall{"a secret that is not there", notFound, "Client secret x does not exist.", in(client + `, "ClientSecretId": "x"`), nil},
			refusedCall{"the last secret", invalidArg, "The last secret of a user pool client cannot be deleted.", in(last), nil})),
			excuses(map[string]string{aFull: "a deletion adds nothing"})},
	} {
		t.Run(one.operation, func(t *testing.T) { one.check(t, d.usual) })
	}
	if _, err := call(t, context.Background(), d.down, "AddUserPoolClientSecret", in(client)); err == nil {
		t.Error("a secret was added without a database")
	}
}

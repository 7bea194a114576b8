package operation

import (
	"context"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

// allImported is a store in which a pool has had all the imports that it can have.
type allImported struct{ store.Store }

func (s allImported) Update(ctx context.Context, fn func(store.Tx) error) error {
	return s.Store.Update(ctx, func(tx store.Tx) error { return fn(allImportedTx{tx}) })
}

type allImportedTx struct{ store.Tx }

func (allImportedTx) CountImports(context.Context, int64) (int64, error) {
	return pool.MaxImports + 1, nil
}

func TestDeclaredErrorsOfImports(t *testing.T) {
	t.Parallel()
	st, dead := storetest.Open(t), storetest.Open(t)
	usual, full, down := deskOn(t, st), deskOn(t, allImported{st}), deskOn(t, dead)
	if err := dead.Close(); err != nil {
		t.Fatal(err)
	}
	mustCall(t, usual, "CreateUserPool", `{"PoolName": "p", "AutoVerifiedAttributes": ["email"], "UserPoolTags": {"_custom_id_": "us-east-1_Staff"}}`)
	const (
		unmet   = "PreconditionNotMetException"
		noJob   = "User import job import-none does not exist."
		badID   = violated + "'none' at 'jobId' failed to satisfy constraint: Member must satisfy regular expression pattern: import-[0-9a-zA-Z-]+"
		badPool = violated + "'Staff' at 'userPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w-]+_[0-9a-zA-Z]+"
	)
	staff := func(members string) string { return `{"UserPoolId": "us-east-1_Staff"` + members + `}` }
	gone := func(body string) string { return strings.Replace(body, "us-east-1_Staff", "us-east-1_Gone", 1) }
	made := `, "JobName": "j", "CloudWatchLogsRoleArn": "arn:aws:iam::123456789012:role/a"`
	none := staff(`, "JobId": "import-none"`)
	created := member(t, mustCall(t, usual, "CreateUserImportJob", staff(made)), "UserImportJob", "JobId")
	job := staff(`, "JobId": "` + created + `"`)

	for _, d := range []declared{
		{"CreateUserImportJob", []refusedCall{
			{"a pool that is not there", notFound, noPool, gone(staff(made)), nil},
			{"a constraint of the model", invalidArg, badPool, `{"UserPoolId": "Staff"` + made + `}`, nil},
			{"a job too many", "LimitExceededException", "The maximum number of import jobs of this user pool has been reached.", staff(made), full},
			{"a database that is gone", internal, "", staff(made), down},
		}, cannot(map[string]string{unmet: "what a pool must have is asked for when the job starts"})},
		{"DescribeUserImportJob", []refusedCall{
			{"a pool that is not there", notFound, noPool, gone(none), nil},
			{"a job that is not there", notFound, noJob, none, nil},
			{"a constraint of the model", invalidArg, badID, staff(`, "JobId": "none"`), nil},
			{"a database that is gone", internal, "", none, down},
		}, cannot()},
		{"ListUserImportJobs", []refusedCall{
			{"a pool that is not there", notFound, noPool, gone(staff(`, "MaxResults": 1`)), nil},
			{"a token of nobody's", invalidArg, "Invalid pagination token", staff(`, "MaxResults": 1, "PaginationToken": "made-up"`), nil},
			{"a database that is gone", internal, "", staff(`, "MaxResults": 1`), down},
		}, cannot()},
		{"StartUserImportJob", []refusedCall{
			{"a pool that is not there", notFound, noPool, gone(none), nil},
			{"a job that is not there", notFound, noJob, none, nil},
			{"a constraint of the model", invalidArg, badID, staff(`, "JobId": "none"`), nil},
			{"a job without a file", unmet, "The CSV file of the user import job has not been uploaded.", job, nil},
			{"a database that is gone", internal, "", none, down},
		}, cannot()},
		{"StopUserImportJob", []refusedCall{
			{"a pool that is not there", notFound, noPool, gone(none), nil},
			{"a job that is not there", notFound, noJob, none, nil},
			{"a constraint of the model", invalidArg, badID, staff(`, "JobId": "none"`), nil},
			{"a job that does not run", unmet, "The user import job is not running. Its status is Created.", job, nil},
			{"a database that is gone", internal, "", none, down},
		}, cannot()},
		{"GetCSVHeader", []refusedCall{
			{"a pool that is not there", notFound, noPool, gone(staff("")), nil},
			{"a constraint of the model", invalidArg, badPool, `{"UserPoolId": "Staff"}`, nil},
			{"a database that is gone", internal, "", staff(""), down},
		}, cannot()},
	} {
		t.Run(d.operation, func(t *testing.T) { d.check(t, usual) })
	}
}

// While users are imported, what they are imported by stays as it is.
func TestAPoolStaysAsItIsWhileUsersAreImported(t *testing.T) {
	t.Parallel()
	st := storetest.Open(t)
	o := deskOn(t, st)
	mustCall(t, o, "CreateUserPool", `{"PoolName": "p", "AutoVerifiedAttributes": ["email"], "UserPoolTags": {"_custom_id_": "us-east-1_Staff"}}`)
	importing(t, st, "us-east-1_Staff")
	for _, tt := range []struct{ operation, body string }{
		{"UpdateUserPool", `{"UserPoolId": "us-east-1_Staff"}`},
		{"AddCustomAttributes", `{"UserPoolId": "us-east-1_Staff", "CustomAttributes": [{"Name": "a", "AttributeDataType": "String"}]}`},
		{"DeleteUserPool", `{"UserPoolId": "us-east-1_Staff"}`},
	} {
		_, err := call(t, t.Context(), o, tt.operation, tt.body)
		if name, message, _ := Exception(err); name != "UserImportInProgressException" || message != importInProgress {
			t.Errorf("%s: %s %q", tt.operation, name, message)
		}
	}
	mustCall(t, o, "TagResource", `{"ResourceArn": "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_Staff", "Tags": {"a": "b"}}`)
}

const importInProgress = "A user import job is in progress in this user pool."

// importing has users imported into a pool, as far as others can tell.
func importing(t *testing.T, st store.Store, poolID string) {
	t.Helper()
	err := st.Update(t.Context(), func(tx store.Tx) error {
		p, err := tx.Pool(t.Context(), poolID)
		if err != nil {
			return err
		}
		i := &pool.Import{PoolKey: p.Key, ID: "import-1", Status: pool.ImportCreated}
		if err := tx.CreateImport(t.Context(), i); err != nil {
			return err
		}
		i.Version, i.Status = 1, pool.ImportInProgress
		return tx.StartImport(t.Context(), i)
	})
	if err != nil {
		t.Fatal(err)
	}
}

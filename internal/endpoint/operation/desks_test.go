package operation

import (
	"context"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

// What many answers say.
const (
	notFound = "ResourceNotFoundException"
	internal = "InternalErrorException"
	changing = "ConcurrentModificationException"
	noPool   = "User pool us-east-1_Gone does not exist."
	tooLate  = "Other requests are modifying the same resource. Please try again."
	aFull    = "LimitExceededException"
	noTier   = "FeatureUnavailableInTierException"
)

// desks are operations on one store, with the pools us-east-1_Staff (ada, bob
// and the client web) and us-east-1_Lite, which is of that tier.
type desks struct {
	usual *Operations
	late  *Operations // where others are faster at every change
	down  *Operations // where the database is gone
	store store.Store
	web   string // the id of the client
}

func newDesks(t *testing.T) desks {
	t.Helper()
	st, dead := storetest.Open(t), storetest.Open(t)
	usual, _ := staffed(t, st)
	d := desks{usual: usual, late: deskOn(t, late{st}), down: deskOn(t, dead), store: st}
	if err := dead.Close(); err != nil {
		t.Fatal(err)
	}
	mustCall(t, usual, "CreateUserPool", `{"PoolName": "p", "UserPoolTier": "LITE", "UserPoolTags": {"_custom_id_": "us-east-1_Lite"}}`)
	d.web = member(t, mustCall(t, usual, "CreateUserPoolClient", in(`, "ClientName": "web"`)), "UserPoolClient", "ClientId")
	return d
}

// in returns a request in the pool us-east-1_Staff.
func in(members string) string { return staffPool + members + `}` }

// cases returns what every operation on a pool answers to a request with
// members where there is no pool or no database, and more.
func (d desks) cases(members string, more ...refusedCall) []refusedCall {
	return append([]refusedCall{
		{"a pool that is not there", notFound, noPool, strings.Replace(in(members), "us-east-1_Staff", "us-east-1_Gone", 1), nil},
		{"no pool", invalidArg, violated + "null at 'userPoolId' " + nullMember, `{` + strings.TrimPrefix(members, ",") + `}`, nil},
		{"a database that is gone", internal, "", in(members), d.down},
	}, more...)
}

// late is a store in which somebody else is faster at every change of a
// setting or a domain.
type late struct{ store.Store }

func (s late) Update(ctx context.Context, fn func(store.Tx) error) error {
	return s.Store.Update(ctx, func(tx store.Tx) error { return fn(lateTx{beatenTx{tx}}) })
}

type lateTx struct{ beatenTx }

func (lateTx) AddSetting(context.Context, store.Setting, ...string) (int64, error) {
	return 0, store.ErrNotFound
}
func (lateTx) UpdateSetting(context.Context, store.Setting, ...string) error {
	return store.ErrConflict
}
func (lateTx) AddDomain(context.Context, pool.Domain) error    { return store.ErrNotFound }
func (lateTx) UpdateDomain(context.Context, pool.Domain) error { return store.ErrConflict }

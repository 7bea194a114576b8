package signin_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/session"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/golden"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

const temporary = "temp0rary"

// link gives u an identity at a provider.
func link(u *pool.User) {
	if err := u.SetLinks([]pool.Link{{UserID: "ada", Provider: "Example", Type: "SAML"}}); err != nil {
		panic(err) // it is text
	}
}

// invited is a pool where everybody has a name and a nickname, and eve, whom
// an administrator added.
func (w *world) invited(t *testing.T, change func(*pool.Client)) (*pool.Pool, *pool.Client, *pool.User) {
	t.Helper()
	p := w.Pool(t, func(p *pool.Pool) {
		p.Schema = append(p.Schema,
			pool.Attribute{Name: "custom:team", Type: "String", Mutable: true},
			pool.Attribute{Name: "dev:custom:rank", Type: "String", Mutable: true})
		for i, a := range p.Schema {
			p.Schema[i].Required = a.Required || slices.Contains([]string{"name", "nickname", "email"}, a.Name)
		}
	})
	eve := w.Person(t, p, "eve", temporary, func(u *pool.User) {
		verified("eve@example.com")(u)
		u.Attributes["custom:team"], u.Attributes["dev:custom:rank"] = "red", "7"
		u.Status = pool.ForceChangePassword
	})
	return p, w.Client(t, p, change), eve
}

// challenge signs eve in as far as NEW_PASSWORD_REQUIRED.
func (w *world) challenge(t *testing.T, c *pool.Client) string {
	t.Helper()
	step, err := w.byPassword(t, c, "eve", temporary)
	if err != nil || step.Challenge != "NEW_PASSWORD_REQUIRED" || step.Session == "" || step.Tokens != nil {
		t.Fatalf("step = %+v, %v; want NEW_PASSWORD_REQUIRED", step, err)
	}
	return step.Session
}

func (w *world) newPassword(t *testing.T, c *pool.Client, session, password string, pairs ...string) (signin.Step, error) {
	t.Helper()
	return w.answer(t, c, "NEW_PASSWORD_REQUIRED", session, with(parameters("USERNAME", "eve", "NEW_PASSWORD", password), pairs...))
}

// names are the attributes that eve lacks.
var names = []string{"userAttributes.name", "Eve", "userAttributes.nickname", "E"}

func TestNewPasswordRequiredParameters(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, c, _ := w.invited(t, nil)
		byPassword, err := w.byPassword(t, c, "eve", temporary)
		if err != nil {
			t.Fatal(err)
		}
		bySRP, err := w.bySRP(t, p, c, "eve", temporary)
		if err != nil {
			t.Fatal(err)
		}
		for _, step := range []signin.Step{byPassword, bySRP} {
			golden.Equal(t, "new_password_required.json", step.Parameters)
		}
		few := w.Client(t, p, func(c *pool.Client) { c.ReadAttributes = []string{"email"} })
		step, err := w.byPassword(t, few, "eve", temporary)
		if got, want := step.Parameters["userAttributes"], `{"email":"eve@example.com"}`; err != nil || got != want {
			t.Errorf("userAttributes = %s, %v; want what the client may read, %s", got, err, want)
		}
	})
}

// What somebody has beside attributes that can be given stands in nobody's way.
func TestNewPasswordOfWhoIsLinked(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, c, eve := w.invited(t, nil)
		w.Change(t, p, "eve", link)
		step, err := w.newPassword(t, c, w.challenge(t, c), "new horse", names...)
		w.wantTokens(t, step, err, eve)
		if now := w.Again(t, eve); len(now.Links()) != 1 || now.Attributes["name"] != "Eve" {
			t.Errorf("user = %+v", now)
		}
	})
}

func TestNewPassword(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, c, eve := w.invited(t, nil)
		open := w.begin(t, p, c, "USERNAME", "eve").proof(t, temporary)
		session := w.challenge(t, c)
		step, err := w.newPassword(t, c, session, "new horse", append(names, "userAttributes.custom:team", "red")...)
		w.wantTokens(t, step, err, eve)
		if got := claims(t, step.Tokens.ID); got["name"] != "Eve" || got["nickname"] != "E" || got["email_verified"] != true {
			t.Errorf("ID token = %v", got)
		}
		now := w.Again(t, eve)
		if now.Status != pool.Confirmed || now.Attributes["name"] != "Eve" || now.Attributes["dev:custom:rank"] != "7" {
			t.Errorf("user = %+v", now)
		}
		if now.SessionGeneration == eve.SessionGeneration || now.TokenGeneration != eve.TokenGeneration {
			t.Errorf("generations = %d, %d", now.SessionGeneration, now.TokenGeneration)
		}
		_, err = w.newPassword(t, c, session, "third horse", names...)
		flowtest.Want(t, err, pool.NotAuthorized, sessionSpent)
		_, err = w.prove(t, c, open)
		flowtest.Want(t, err, pool.NotAuthorized, sessionInvalid)
		_, err = w.byPassword(t, c, "eve", temporary)
		flowtest.Want(t, err, pool.NotAuthorized, wrongPassword)
		step, err = w.bySRP(t, p, c, "eve", "new horse")
		w.wantTokens(t, step, err, eve)
	})
}

// A refusal leaves the session usable.
func TestNewPasswordRefusals(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, c, eve := w.invited(t, func(c *pool.Client) {
			c.WriteAttributes = []string{"email", "name", "nickname", "birthdate", "custom:none"}
		})
		session := w.challenge(t, c)
		for _, tt := range []struct {
			name     string
			password string
			pairs    []string
			kind     pool.Kind
			message  string
		}{
			{"short password", "horse", names, pool.InvalidPassword, "Password did not conform with policy: Password not long enough"},
			{"required attributes missing", "new horse", nil, pool.InvalidParameter,
				"Invalid attributes given, name is missing"},
			{"one of them missing", "new horse", names[:2], pool.InvalidParameter,
				"Invalid attributes given, nickname is missing"},
			{"one of them empty", "new horse", []string{"userAttributes.name", "Eve", "userAttributes.nickname", ""}, pool.InvalidParameter,
				"Invalid attributes given, nickname is missing"},
			{"an attribute that is there", "new horse", append(names, "userAttributes.email", "eva@example.com"), pool.NotAuthorized,
				"Cannot modify an already provided email"},
			{"the verified flag", "new horse", append(names, "userAttributes.email_verified", "true"), pool.InvalidParameter,
				"Cannot modify the non-mutable attribute email_verified"},
			{"a flag that is not there", "new horse", append(names, "userAttributes.phone_number_verified", "true"), pool.InvalidParameter,
				"Cannot modify the non-mutable attribute phone_number_verified"},
			{"the sub", "new horse", append(names, "userAttributes.sub", eve.Sub), pool.InvalidParameter,
				"Cannot modify the non-mutable attribute sub"},
			{"an attribute that the client may not write", "new horse", append(names, "userAttributes.gender", "f"), pool.NotAuthorized,
				"A client attempted to write unauthorized attribute"},
			{"an attribute for developers", "new horse", append(names, "userAttributes.dev:custom:rank", "7"), pool.NotAuthorized,
				"A client attempted to write unauthorized attribute"},
			{"an attribute that is not in the schema", "new horse", append(names, "userAttributes.custom:none", "x"), pool.InvalidParameter,
				"Attributes did not conform to the schema: custom:none: Attribute does not exist in the schema.\n"},
			{"a value that does not fit", "new horse", append(names, "userAttributes.birthdate", "1815"), pool.InvalidParameter,
				"Attributes did not conform to the schema: birthdate: String must be no shorter than 10 characters\n"},
		} {
			_, err := w.newPassword(t, c, session, tt.password, tt.pairs...)
			t.Run(tt.name, func(t *testing.T) { flowtest.Want(t, err, tt.kind, tt.message) })
		}
		if now := w.Again(t, eve); now.Version != eve.Version {
			t.Errorf("a refusal wrote %+v", now)
		}
		step, err := w.newPassword(t, c, session, "new horse", append(names, "userAttributes.email", "eve@example.com", "userAttributes.birthdate", "")...)
		w.wantTokens(t, step, err, eve)
	})
}

// A password of the past is refused before it is replaced, the temporary one
// among them; the session stays usable.
func TestNewPasswordThatIsAFormerOne(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.Pool(t, func(p *pool.Pool) { p.PasswordPolicy.HistorySize = 2 })
		eve := w.Person(t, p, "eve", "former horse", nil)
		c := w.Client(t, p, nil)
		sealed, err := w.Passwords.Make(t.Context(), p, eve, temporary)
		if err != nil {
			t.Fatal(err)
		}
		w.Tx(t, func(ctx context.Context, tx store.Tx) error {
			u, err := tx.User(ctx, p.Key, eve.Sub)
			if err != nil {
				return err
			}
			if err := directory.SetPassword(ctx, tx, p, u, sealed, pool.ForceChangePassword, w.Clock.Now()); err != nil {
				return err
			}
			return directory.Save(ctx, tx, p, u, w.Clock.Now(), false)
		})
		session := w.challenge(t, c)
		for _, password := range []string{temporary, "former horse"} {
			_, err := w.newPassword(t, c, session, password)
			flowtest.Want(t, err, pool.PasswordHistory, "Password has previously been used")
		}
		step, err := w.newPassword(t, c, session, "new horse")
		w.wantTokens(t, step, err, eve)
	})
}

func TestNewPasswordSessionsThatAreRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, c, eve := w.invited(t, nil)
		sibling := w.Client(t, p, nil)
		otherStep := w.Sessions.Seal(session.State{
			Purpose: "challenge", PoolKey: p.Key, ClientID: c.ID, Sub: eve.Sub, Generation: eve.SessionGeneration,
			Step: "SMS_MFA", SignInID: "x", Expires: w.Clock.Now().Add(time.Minute),
		})
		session := w.challenge(t, c)
		_, err := w.newPassword(t, sibling, session, "new horse", names...)
		flowtest.Want(t, err, pool.NotAuthorized, sessionInvalid)
		_, err = w.newPassword(t, c, session[:len(session)-8]+"AAAAAAA=", "new horse", names...)
		flowtest.Want(t, err, pool.NotAuthorized, sessionInvalid)
		_, err = w.newPassword(t, c, otherStep, "new horse", names...)
		flowtest.Want(t, err, pool.NotAuthorized, sessionInvalid)
		_, err = w.newPassword(t, c, "", "new horse", names...)
		flowtest.Want(t, err, pool.InvalidParameter, "Missing required parameter Session")
		_, err = w.newPassword(t, c, session, "new horse", append(names, "USERNAME", "nobody")...)
		flowtest.Want(t, err, pool.NotAuthorized, sessionInvalid)

		w.Change(t, p, "eve", func(u *pool.User) { u.SessionGeneration++ }) // another temporary password
		_, err = w.newPassword(t, c, session, "new horse", names...)
		flowtest.Want(t, err, pool.NotAuthorized, sessionInvalid)
		session = w.challenge(t, c)
		w.Clock.Advance(3 * time.Minute)
		_, err = w.newPassword(t, c, session, "new horse", names...)
		flowtest.Want(t, err, pool.NotAuthorized, sessionExpired)
	})
}

func TestNewPasswordIsSetOnceHoweverManyBringOne(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, c, _ := w.invited(t, nil)
		session := w.challenge(t, c)
		var won atomic.Int64
		var all sync.WaitGroup
		for range 10 {
			all.Go(func() {
				_, err := w.newPassword(t, c, session, "new horse", names...)
				if err == nil {
					won.Add(1)
				} else if !errors.Is(err, pool.E(pool.NotAuthorized, sessionSpent)) {
					t.Errorf("a later one: %v", err)
				}
			})
		}
		all.Wait()
		if won.Load() != 1 {
			t.Errorf("%d new passwords, want 1", won.Load())
		}
	})
}

// An attribute that somebody else changes at the same time is kept.
func TestNewPasswordBesideAnotherChange(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, c, eve := w.invited(t, nil)
		session := w.challenge(t, c)
		w.Env.Store = &meddler{Store: w.Env.Store, meddle: func(st store.Store) {
			err := st.Update(t.Context(), func(tx store.Tx) error {
				u, err := tx.User(t.Context(), p.Key, eve.Sub)
				if err != nil {
					return err
				}
				u.Attributes["custom:team"] = "blue"
				return tx.UpdateUser(t.Context(), u, store.Names{Username: "eve"})
			})
			if err != nil {
				t.Error(err)
			}
		}}
		w.service = service(w.Env, w.Limits)
		step, err := w.newPassword(t, c, session, "new horse", names...)
		w.wantTokens(t, step, err, eve)
		if now := w.Again(t, eve); now.Attributes["custom:team"] != "blue" || now.Attributes["name"] != "Eve" {
			t.Errorf("attributes = %v", now.Attributes)
		}
	})
}

// Nor is it replaced: an address that an administrator vouches for meanwhile
// would lend its proof to one that the person brings.
func TestNewPasswordDoesNotReplaceWhatWasGivenMeanwhile(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.Pool(t, nil)
		eve := w.Person(t, p, "eve", temporary, func(u *pool.User) { u.Status = pool.ForceChangePassword })
		c := w.Client(t, p, nil)
		session := w.challenge(t, c)
		env := *w.Env
		env.Store = &meddler{Store: w.Store, meddle: func(store.Store) {
			w.Change(t, p, "eve", func(u *pool.User) { verified("eve@example.com")(u) })
		}}
		w.service = service(&env, w.Limits)
		_, err := w.newPassword(t, c, session, "new horse", "userAttributes.email", "ada@example.com")
		flowtest.Want(t, err, pool.NotAuthorized, "Cannot modify an already provided email")
		if now := w.Again(t, eve); now.Attributes["email"] != "eve@example.com" {
			t.Errorf("attributes = %v", now.Attributes)
		}
		step, err := w.newPassword(t, c, session, "new horse", "userAttributes.email", "eve@example.com")
		w.wantTokens(t, step, err, eve)
	})
}

// meddler does something to the store before the first Update.
type meddler struct {
	store.Store
	once   sync.Once
	meddle func(store.Store)
}

func (m *meddler) Update(ctx context.Context, fn func(store.Tx) error) error {
	m.once.Do(func() { m.meddle(m.Store) })
	return m.Store.Update(ctx, fn)
}

func TestTemporaryPasswordExpires(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const expired = "Temporary password has expired and must be reset by an administrator."
		_, seven, _ := w.invited(t, nil)
		p := w.Pool(t, func(p *pool.Pool) { p.PasswordPolicy.TemporaryDays = 1 })
		one := w.Client(t, p, nil)
		w.Person(t, p, "eve", temporary, func(u *pool.User) { u.Status = pool.ForceChangePassword })
		w.challenge(t, one)
		w.Clock.Advance(24 * time.Hour)
		_, err := w.byPassword(t, one, "eve", temporary)
		flowtest.Want(t, err, pool.NotAuthorized, expired)
		for range 6 { // it is right, and locks nobody out
			_, err = w.byPassword(t, one, "eve", temporary)
			flowtest.Want(t, err, pool.NotAuthorized, expired)
		}
		_, err = w.bySRP(t, p, one, "eve", temporary)
		flowtest.Want(t, err, pool.NotAuthorized, expired)
		_, err = w.byPassword(t, one, "eve", "wrong horse")
		flowtest.Want(t, err, pool.NotAuthorized, wrongPassword)
		w.Clock.Advance(5 * 24 * time.Hour)
		w.challenge(t, seven)
		w.Clock.Advance(24 * time.Hour)
		_, err = w.byPassword(t, seven, "eve", temporary)
		flowtest.Want(t, err, pool.NotAuthorized, expired)
	})
}

func TestNewPasswordWithAnAddressThatIsTaken(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.Pool(t, func(p *pool.Pool) { p.UsernameAttributes = []string{"email", "phone_number"} })
		c := w.Client(t, p, nil)
		w.Person(t, p, "ada@example.com", password, nil)
		eve := w.Person(t, p, "+15551234567", temporary, func(u *pool.User) { u.Status = pool.ForceChangePassword })
		step, err := w.byPassword(t, c, "+15551234567", temporary)
		if err != nil {
			t.Fatal(err)
		}
		var attributes map[string]string
		if err := json.Unmarshal([]byte(step.Parameters["userAttributes"]), &attributes); err != nil || attributes["phone_number"] != "+15551234567" {
			t.Errorf("userAttributes = %v, %v", attributes, err)
		}
		reply := parameters("USERNAME", eve.Username, "NEW_PASSWORD", "new horse", "userAttributes.email", "Ada@example.com")
		_, err = w.answer(t, c, "NEW_PASSWORD_REQUIRED", step.Session, reply)
		flowtest.Want(t, err, pool.AliasExists, "An account with the given email already exists.")
		step, err = w.answer(t, c, "NEW_PASSWORD_REQUIRED", step.Session, with(reply, "userAttributes.email", "eve@example.com"))
		w.wantTokens(t, step, err, eve)
		step, err = w.byPassword(t, c, "eve@example.com", "new horse")
		w.wantTokens(t, step, err, eve)
	})
}

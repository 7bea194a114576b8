package setting

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/keyring/keyringtest"
	"github.com/cenote-auth/cenote/internal/golden"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

// The members of this file are on people's disks. A difference that is not an
// addition needs a migration, or a tag with the old name.
func TestStoredForms(t *testing.T) {
	t.Parallel()
	mail := &pool.RiskMail{Subject: "s", HTML: "h", Text: "t"}
	action := &pool.RiskAction{Action: "NO_ACTION", Notify: true}
	forms := map[string]any{}
	keep := func(kind string, value any) { forms[kind] = value }
	keep(string(ResourceServers), pool.ResourceServer{Name: "n", Scopes: []pool.Scope{{Name: "read", Description: "d"}}})
	keep(string(Providers), pool.IdentityProvider{
		Type: "OIDC", Details: map[string]string{"client_secret": "never here"}, Mapping: map[string]string{"email": "mail"}, Identifiers: []string{"i"},
	})
	keep(string(Pages), pool.PageLook{CSS: "c", Logo: []byte{1}})
	keep(string(Brandings), pool.Branding{
		Defaults: true, Settings: json.RawMessage(`{"a":1}`),
		Assets: []pool.Asset{{Category: "c", ColorMode: "m", Extension: "PNG", Bytes: []byte{1}, ResourceID: "r"}},
	})
	keep(string(Terms), pool.Terms{Name: "n", Source: "LINK", Enforcement: "NONE", Links: map[string]string{"cognito:default": "l"}})
	keep(string(LogDelivery), []pool.LogDelivery{{Source: "s", Level: "l", LogGroup: "g", Bucket: "b", Stream: "f"}})
	keep(string(Risks), pool.RiskRules{
		Compromised: &pool.CompromisedRules{Events: []string{"SIGN_IN"}, Action: "NO_ACTION"},
		Takeover: &pool.TakeoverRules{
			Low: action, Medium: action, High: action,
			Notify: &pool.RiskNotice{From: "f", ReplyTo: "r", SourceARN: "a", Block: mail, NoAction: mail, SecondFactor: mail},
		},
		Exceptions: &pool.RiskExceptions{Blocked: []string{"b"}, Skipped: []string{"s"}},
	})
	keep(string(PageSessions), int32(7))
	keep(string(Certificates), pool.Certificate{DER: []byte{1}, Expires: time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)})
	golden.Equal(t, "settings.json", forms)
}

func TestASettingComesBackWithItsValue(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st store.Store) {
		ctx := t.Context()
		var key int64
		want := pool.Terms{Name: "terms-of-use", Links: map[string]string{"cognito:default": "https://example.com"}}
		err := st.Update(ctx, func(tx store.Tx) (err error) {
			if key, err = tx.CreatePool(ctx, &pool.Pool{ID: "us-east-1_abc"}); err != nil {
				return err
			}
			_, err = Terms.New(key, "1", want).Add(ctx, tx, "web/terms-of-use")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		err = st.View(ctx, func(snap store.Snapshot) error {
			byID, err := Terms.Get(ctx, snap, key, "1")
			byName, nameErr := Terms.Named(ctx, snap, key, "web/terms-of-use")
			all, listErr := Terms.List(ctx, snap, key, store.Page{Limit: 9})
			if len(all) != 1 {
				t.Fatalf("List = %v, %v", all, listErr)
			}
			for _, got := range []Row[pool.Terms]{byID, byName, all[0]} {
				if got.ID != "1" || got.Value.Name != want.Name || got.Value.Links["cognito:default"] != "https://example.com" {
					t.Errorf("got %+v", got)
				}
			}
			_, other := Brandings.Get(ctx, snap, key, "1")
			if !errors.Is(other, store.ErrNotFound) {
				t.Errorf("the same ID of another kind: %v, want ErrNotFound", other)
			}
			return errors.Join(err, nameErr, listErr)
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestASecretIsBoundToItsSetting(t *testing.T) {
	t.Parallel()
	keys := keyringtest.Open(t)
	own := store.Setting{PoolKey: 1, Kind: "identity-provider", ID: "Okta"}
	Seal(keys, &own, []byte("s3cret"))
	if secret, err := Open(keys, own); err != nil || string(secret) != "s3cret" {
		t.Errorf("Open = %q, %v", secret, err)
	}
	for name, change := range map[string]func(*store.Setting){
		"another pool": func(s *store.Setting) { s.PoolKey = 2 },
		"another kind": func(s *store.Setting) { s.Kind = "certificate" },
		"another ID":   func(s *store.Setting) { s.ID = "Google" },
		"nothing":      func(s *store.Setting) { s.Sealed = nil },
	} {
		moved := own
		change(&moved)
		if _, err := Open(keys, moved); err == nil {
			t.Errorf("the secret opened for %s", name)
		}
	}
}

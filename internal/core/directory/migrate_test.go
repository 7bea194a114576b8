package directory_test

import (
	"testing"

	"github.com/cenote-auth/cenote/internal/core/credential"
	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/keyring/keyringtest"
	"github.com/cenote-auth/cenote/internal/core/trigger"
)

// Who comes from another system asks for codes by text message only where they
// can go somewhere.
func TestMigrateSwitchesTextMessagesOn(t *testing.T) {
	const phone = "+15551234567"
	for _, tt := range []struct {
		name  string
		phone string
		asks  bool
		want  bool
	}{
		{"asked for, with a phone", phone, true, true},
		{"asked for, without one", "", true, false},
		{"not asked for", phone, false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			each(t, nil, func(t *testing.T, h hall) {
				m := trigger.Migrated{Attributes: map[string]string{"phone_number": tt.phone, "name": "Ada"}, SMSFactor: tt.asks}
				passwords := credential.NewPasswords(keyringtest.Open(t))
				u, err := directory.Migrate(t.Context(), h.store, passwords, h.pool, "ada", m, "", noon)
				if err != nil || u.Factors.SMS != tt.want || u.Attributes["name"] != "Ada" || u.SealedPassword != nil {
					t.Errorf("%+v, %v; want text messages = %v", u, err, tt.want)
				}
			})
		})
	}
}

package trigger

import (
	"context"
	"slices"

	"github.com/cenote-auth/cenote/internal/pool"
)

type migrationRequest struct {
	Password       string            `json:"password,omitempty"` // not when it was forgotten
	ValidationData map[string]string `json:"validationData"`     // null if nobody sent any
	ClientMetadata map[string]string `json:"clientMetadata,omitempty"`
}

// Migrated is a user whom another system knows. The media of a welcome and
// whether there is one are read and checked, and no welcome is sent: the
// service would put the password into it.
type Migrated struct {
	Attributes map[string]string // username may be among them
	Status     pool.Status       // Confirmed or ResetRequired; "" if the function said nothing
	ForceAlias bool
	SMSFactor  bool // codes by text message are a second factor
}

// HasUserMigration reports whether another system is asked about people whom p
// does not know.
func HasUserMigration(p *pool.Pool) bool { return has(p, userMigration) }

// MigrateBySignIn asks another system for the user of s.Name who has a
// password. Nobody is a Migrated without attributes.
func (t *Triggers) MigrateBySignIn(ctx context.Context, s Subject, password string, validation, metadata map[string]string) (Migrated, error) {
	return t.migrate(ctx, s, "UserMigration_Authentication", migrationRequest{password, validation, metadata})
}

// MigrateByForgotPassword is MigrateBySignIn for somebody who forgot the
// password.
func (t *Triggers) MigrateByForgotPassword(ctx context.Context, s Subject, metadata map[string]string) (Migrated, error) {
	return t.migrate(ctx, s, "UserMigration_ForgotPassword", migrationRequest{ClientMetadata: metadata})
}

func (t *Triggers) migrate(ctx context.Context, s Subject, source string, request migrationRequest) (Migrated, error) {
	e := newEvent(s, source)
	e.Request = request
	e.Response = map[string]any{
		"userAttributes": nil, "forceAliasCreation": nil, "enableSMSMFA": nil,
		"finalUserStatus": nil, "messageAction": nil, "desiredDeliveryMediums": nil,
	}
	var m Migrated
	err := t.invoke(ctx, call{userMigration, s.Pool.Triggers.ARN[userMigration], e, m.read})
	return m, err
}

func (m *Migrated) read(response members) (err error) {
	var read Migrated
	if read.Attributes, _, err = response.texts("userAttributes"); err != nil {
		return err
	}
	if read.ForceAlias, err = response.flag("forceAliasCreation"); err != nil {
		return err
	}
	if read.SMSFactor, err = response.flag("enableSMSMFA"); err != nil {
		return err
	}
	status, err := response.text("finalUserStatus")
	if err != nil {
		return err
	}
	read.Status = pool.Status(status)
	action, err := response.text("messageAction")
	if err != nil {
		return err
	}
	media, err := response.list("desiredDeliveryMediums")
	if err != nil {
		return err
	}
	known := slices.Contains([]pool.Status{"", pool.Confirmed, pool.ResetRequired}, read.Status)
	strange := slices.ContainsFunc(media, func(m string) bool { return m != "EMAIL" && m != "SMS" })
	if !known || strange || action != "" && action != "SUPPRESS" && action != "RESEND" {
		return errUnrecognizable
	}
	*m = read
	return nil
}

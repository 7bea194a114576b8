package message

import (
	"cmp"
	"slices"
	"strings"

	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/pool"
)

// The media that a message goes by.
const (
	Email = "EMAIL"
	SMS   = "SMS"
)

// Delivery is where a message goes.
type Delivery struct {
	Medium      string // EMAIL or SMS
	Destination string // an e-mail address or a phone number
	Attribute   string // the user's attribute that holds it: email or phone_number
}

var (
	byEmail = Delivery{Medium: Email, Attribute: "email"}
	bySMS   = Delivery{Medium: SMS, Attribute: "phone_number"}
)

func (d Delivery) to(destination string) Delivery {
	d.Destination = destination
	return d
}

// Choose returns where the code of a sign-up goes: to the phone if there is
// one and the pool verifies phones by itself, else to the e-mail address
// likewise. It is false when neither is so, and then nothing is sent.
func Choose(p *pool.Pool, u *pool.User) (Delivery, bool) {
	for _, d := range []Delivery{bySMS, byEmail} {
		if v := u.Attribute(d.Attribute); v != "" && p.AutoVerifies(d.Attribute) {
			return d.to(v), true
		}
	}
	return Delivery{}, false
}

// To returns the delivery to the address that u has in an attribute, email or
// phone_number; false if it has none.
func To(u *pool.User, attribute string) (Delivery, bool) {
	d := byEmail
	if attribute == bySMS.Attribute {
		d = bySMS
	}
	v := u.Attribute(attribute)
	return d.to(v), v != ""
}

// The reasons why nobody is sent a code that allows a new password.
var (
	errAdminOnly = pool.E(pool.NotAuthorized, "Contact administrator to reset password.")
	errNoContact = pool.E(pool.InvalidParameter, "Cannot reset password for the user as there is no registered/verified email or phone_number")
)

// legacy is how the password is recovered in a pool that never said.
var legacy = []pool.RecoveryOption{{Name: "verified_phone_number", Priority: 1}, {Name: "verified_email", Priority: 2}}

// Recovery returns where the code that allows a new password goes: to the
// first proved address in the order of the pool. NotAuthorized where the pool
// leaves it to an administrator, InvalidParameter if u has no such address.
func Recovery(p *pool.Pool, u *pool.User) (Delivery, error) {
	options := p.Recovery
	if len(options) == 0 {
		options = legacy
	}
	for _, o := range slices.SortedFunc(slices.Values(options), byPriority) {
		if o.Name == "admin_only" {
			return Delivery{}, errAdminOnly
		}
		attribute := strings.TrimPrefix(o.Name, "verified_")
		if d, ok := To(u, attribute); ok && u.Verified(attribute) {
			return d, nil
		}
	}
	return Delivery{}, errNoContact
}

func byPriority(a, b pool.RecoveryOption) int { return cmp.Compare(a.Priority, b.Priority) }

// Invitations returns where an invitation goes: by each of the wanted media
// (SMS if there are none) for which the user has an address.
func Invitations(u *pool.User, wanted []string) []Delivery {
	if len(wanted) == 0 {
		wanted = []string{SMS}
	}
	var list []Delivery
	for _, d := range []Delivery{byEmail, bySMS} {
		if v := u.Attribute(d.Attribute); v != "" && slices.Contains(wanted, d.Medium) {
			list = append(list, d.to(v))
		}
	}
	return list
}

// Masked returns the destination as strangers may see it: j***@e*** or
// +*******1234.
func (d Delivery) Masked() string {
	if d.Medium == SMS {
		return "+*******" + d.Destination[max(0, len(d.Destination)-4):]
	}
	local, domain := d.Destination, ""
	if at := strings.LastIndexByte(d.Destination, '@'); at >= 0 {
		local, domain = local[:at], local[at+1:]
	}
	return first(local) + "***@" + first(domain) + "***"
}

// first returns the first character of s, or "".
func first(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}

// Initials of invented e-mail addresses, common ones more often.
const (
	localInitials  = "aaabbccddeeffgghijjjkkllmmmnnoprrssstttvw"
	domainInitials = "ggggggghhhiiooyy"
)

// Invented returns the delivery of a code to somebody who does not exist, so
// that the answer does not tell: a name that is itself an address of a kind
// the pool verifies is the destination; other names get one that is made up,
// always the same. It is false when the pool sends no codes to anybody.
func (m *Messages) Invented(p *pool.Pool, name string) (Delivery, bool) {
	email, phone := p.AutoVerifies("email"), p.AutoVerifies("phone_number")
	switch {
	case email && strings.Contains(name, "@"):
		return byEmail.to(name), true
	case phone && strings.HasPrefix(name, "+"):
		return bySMS.to(name), true
	case !email && !phone:
		return Delivery{}, false
	}
	mac := m.keys.MAC(keyring.Unknown, []byte("delivery"), []byte(p.ID), []byte(p.Fold(name)))
	if !email {
		digits := make([]byte, 4)
		for i := range digits {
			digits[i] = '0' + mac[i]%10
		}
		return bySMS.to("+1555555" + string(digits)), true
	}
	local := localInitials[int(mac[0])%len(localInitials)]
	domain := domainInitials[int(mac[1])%len(domainInitials)]
	return byEmail.to(string(local) + "@" + string(domain)), true
}

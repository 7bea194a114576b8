package message

import (
	"slices"
	"strings"

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

// Invitations returns where an invitation goes: by each of the wanted media for
// which the user has an address. If none is wanted, it goes to the phone, and to
// the e-mail address of who has none.
func Invitations(u *pool.User, wanted []string) []Delivery {
	if len(wanted) == 0 {
		wanted = []string{SMS}
		if _, ok := To(u, bySMS.Attribute); !ok {
			wanted = []string{Email}
		}
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

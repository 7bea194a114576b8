package message

import (
	"strings"

	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/pool"
)

// Initials of invented e-mail addresses, common ones more often and no letter never:
// one that nobody's address has would tell of somebody.
const (
	localInitials  = "aaabbccddeeffgghijjjkkllmmmnnopqrrssstttuvwxyz"
	domainInitials = "abcdeffggggggggggghhhhijklmmnoooopqrstuvwxyyyz"
)

// Invented returns the delivery of a code to somebody who does not exist, so
// that the answer does not tell: a name that is itself an address of a kind
// the pool verifies is the destination; other names get one that is made up,
// always the same. It is false when the pool sends no codes to anybody.
func (m *Messages) Invented(p *pool.Pool, name string) (Delivery, bool) {
	email, phone := p.AutoVerifies("email"), p.AutoVerifies("phone_number")
	switch {
	case email && byEmail.fits(name):
		return byEmail.to(p.Fold(name)), true
	case phone && bySMS.fits(name):
		return bySMS.to(p.Fold(name)), true
	case email && phone:
		return m.invent(p, name, m.either(p, name, byEmail, bySMS)), true
	case email:
		return m.invent(p, name, byEmail), true
	case phone:
		return m.invent(p, name, bySMS), true
	}
	return Delivery{}, false
}

// either returns one of several media for name, always the same.
func (m *Messages) either(p *pool.Pool, name string, media ...Delivery) Delivery {
	mac := m.keys.MAC(keyring.Unknown, []byte("medium"), []byte(p.ID), []byte(p.Fold(name)))
	return media[int(mac[0])%len(media)]
}

// InventedTo is Invented for a code to attribute email or phone_number.
func (m *Messages) InventedTo(p *pool.Pool, name, attribute string) Delivery {
	d := byEmail
	if attribute == bySMS.Attribute {
		d = bySMS
	}
	if d.fits(name) {
		return d.to(p.Fold(name))
	}
	return m.invent(p, name, d)
}

// fits reports whether name has the form of an address of d's medium.
func (d Delivery) fits(name string) bool {
	if d.Medium == SMS {
		return strings.HasPrefix(name, "+")
	}
	return strings.Contains(name, "@")
}

// invent makes up an address of d's medium for name.
func (m *Messages) invent(p *pool.Pool, name string, d Delivery) Delivery {
	mac := m.keys.MAC(keyring.Unknown, []byte("delivery"), []byte(p.ID), []byte(p.Fold(name)))
	if d.Medium == SMS {
		digits := make([]byte, 4)
		for i := range digits {
			digits[i] = '0' + mac[i]%10
		}
		return d.to("+1555555" + string(digits))
	}
	local := localInitials[int(mac[0])%len(localInitials)]
	domain := domainInitials[int(mac[1])%len(domainInitials)]
	return d.to(string(local) + "@" + string(domain))
}

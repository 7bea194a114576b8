package message

import (
	"cmp"
	"slices"

	"github.com/cenote-auth/cenote/internal/pool"
)

// The reasons why nobody is sent a code that allows a new password.
var (
	errAdminOnly = pool.E(pool.NotAuthorized, "Contact administrator to reset password.")
	errNoContact = pool.E(pool.InvalidParameter, "Cannot reset password for the user as there is no registered/verified email or phone_number")
)

// Recovery returns where the code that allows a new password goes: to the
// first proved address in the order of the pool, but not to one that a second
// factor of u goes to, or one code would be both factors; unless the pool
// never said how passwords are recovered. NotAuthorized where the pool leaves
// it to an administrator, InvalidParameter if u has no such address.
func Recovery(p *pool.Pool, u *pool.User) (Delivery, error) {
	ways, err := recoveries(p)
	if err != nil {
		return Delivery{}, err
	}
	for _, way := range ways {
		if d, ok := To(u, way.Attribute); ok && leads(p, u, way) {
			return d, nil
		}
	}
	return Delivery{}, errNoContact
}

// Recovers reports whether a code that went to the address of u in an attribute
// may still give a new password: the address is proved, and Recovery could lead
// there now.
func Recovers(p *pool.Pool, u *pool.User, attribute string) bool {
	ways, err := recoveries(p)
	return err == nil && slices.ContainsFunc(ways, func(way Delivery) bool {
		return way.Attribute == attribute && leads(p, u, way)
	})
}

// leads reports whether a way is open to u.
func leads(p *pool.Pool, u *pool.User, way Delivery) bool {
	if len(p.Recovery) > 0 && p.FactorAt(u, way.Attribute) {
		return false
	}
	return u.Verified(way.Attribute)
}

// recoveries are the ways by which p recovers passwords, the first one first:
// by phone and then by e-mail where it never said.
func recoveries(p *pool.Pool) ([]Delivery, error) {
	if len(p.Recovery) == 0 {
		return []Delivery{bySMS, byEmail}, nil
	}
	var ways []Delivery
	for _, o := range slices.SortedFunc(slices.Values(p.Recovery), byPriority) {
		switch o.Name {
		case "verified_email":
			ways = append(ways, byEmail)
		case "verified_phone_number":
			ways = append(ways, bySMS)
		default: // admin_only, which stands alone
			return nil, errAdminOnly
		}
	}
	return ways, nil
}

func byPriority(a, b pool.RecoveryOption) int { return cmp.Compare(a.Priority, b.Priority) }

// InventedRecovery is Recovery for a name that nobody has, in the manner of
// Invented: to the name where that is an address, else by one of the ways that
// people of the pool have. NotAuthorized where the pool leaves it to an
// administrator.
func (m *Messages) InventedRecovery(p *pool.Pool, name string) (Delivery, error) {
	ways, err := recoveries(p)
	if err != nil {
		return Delivery{}, err
	}
	var likely []Delivery
	for _, way := range ways {
		if way.fits(name) {
			return way.to(p.Fold(name)), nil
		}
		if a := way.Attribute; p.AutoVerifies(a) || p.HasUsernameAttribute(a) || p.HasAlias(a) {
			likely = append(likely, way)
		}
	}
	if len(likely) == 0 {
		likely = ways[:1]
	}
	return m.invent(p, name, m.either(p, name, likely...)), nil
}

package operation

import (
	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/core/message"
	"github.com/cenote-auth/cenote/internal/flow/account"
	"github.com/cenote-auth/cenote/internal/flow/admin"
	"github.com/cenote-auth/cenote/internal/flow/imports"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/flow/signup"
	"github.com/cenote-auth/cenote/internal/pool"
)

// Options are the flows that the operations lead to. All are required.
type Options struct {
	Pools    *admin.Pools
	Clients  *admin.Clients
	Users    *admin.Users
	Groups   *admin.Groups
	Settings *admin.Settings
	SignUp   *signup.Service
	SignIn   *signin.Service
	Account  *account.Service
	Imports  *imports.Service
	Sessions *admin.Sessions
	Events   *admin.Events
}

// Operations are the operations of the API. It is safe for concurrent use.
type Operations struct {
	unbuilt
	pools    *admin.Pools
	clients  *admin.Clients
	users    *admin.Users
	groups   *admin.Groups
	settings *admin.Settings
	signup   *signup.Service
	signin   *signin.Service
	account  *account.Service
	imports  *imports.Service
	sessions *admin.Sessions
	events   *admin.Events
}

var _ api.Handler = (*Operations)(nil)

// New returns Operations on the flows of o.
func New(o Options) *Operations {
	return &Operations{
		pools: o.Pools, clients: o.Clients, users: o.Users, groups: o.Groups, settings: o.Settings, signup: o.SignUp,
		signin: o.SignIn, account: o.Account, imports: o.Imports, sessions: o.Sessions, events: o.Events,
	}
}

// value returns what p points to, or the zero value.
func value[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

// byName returns the values of a list by name; of two with a name the last one
// counts.
func byName(list []api.AttributeType) map[string]string {
	m := make(map[string]string, len(list))
	for _, a := range list {
		m[a.Name] = value(a.Value)
	}
	return m
}

// attributeMap is byName for attributes of a user. InvalidParameter for one
// without a value; an empty text is a value.
func attributeMap(list []api.AttributeType) (map[string]string, error) {
	for _, a := range list {
		if a.Value == nil {
			return nil, pool.E(pool.InvalidParameter, "Attribute value for "+a.Name+" must not be null")
		}
	}
	return byName(list), nil
}

// validationData is byName, but nil where nothing was sent: functions are told
// so.
func validationData(list []api.AttributeType) map[string]string {
	if list == nil {
		return nil
	}
	return byName(list)
}

// attributeList returns attributes as lists on the wire carry them.
func attributeList(list []pool.AttributeValue) []api.AttributeType {
	out := make([]api.AttributeType, len(list))
	for i := range list {
		out[i] = api.AttributeType{Name: list[i].Name, Value: &list[i].Value}
	}
	return out
}

// deliveryDetails says where a code went, masked; nil for no delivery.
func deliveryDetails(d *message.Delivery) *api.CodeDeliveryDetailsType {
	if d == nil {
		return nil
	}
	return &api.CodeDeliveryDetailsType{
		Destination:    new(d.Masked()),
		DeliveryMedium: new(api.DeliveryMediumType(d.Medium)),
		AttributeName:  new(d.Attribute),
	}
}

package device

import (
	"time"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// The two states of a device, as clients and administrators call them.
const (
	Remembered    = "remembered"
	NotRemembered = "not_remembered"
)

// A Shown device is what is told about one.
type Shown struct {
	Key                              string
	Created, Modified, Authenticated time.Time
	Attributes                       []pool.AttributeValue
}

// Show returns what a user is told about a device.
func Show(d store.Device) Shown {
	return Shown{d.Key, d.Created, d.Modified, d.Authenticated, attributes(d)}
}

// ShowAll returns what administrators are told about a device of u.
func (s *Devices) ShowAll(p *pool.Pool, u *pool.User, d store.Device) Shown {
	shown := Show(d)
	status := NotRemembered
	if d.Remembered {
		status = Remembered
	}
	owner := u.Username + "." + p.ID
	arn := "arn:aws:cognito-idp:" + p.Region() + ":" + s.account + ":owner/" + owner + "/device/" + d.Key
	shown.Attributes = append(shown.Attributes,
		pool.AttributeValue{Name: "dev:device_arn", Value: arn},
		pool.AttributeValue{Name: "dev:device_owner", Value: owner},
		pool.AttributeValue{Name: "dev:device_remembered_status", Value: status})
	return shown
}

func attributes(d store.Device) []pool.AttributeValue {
	list := []pool.AttributeValue{{Name: "device_status", Value: "valid"}}
	if d.Name != "" {
		list = append(list, pool.AttributeValue{Name: "device_name", Value: d.Name})
	}
	if d.Address != "" {
		list = append(list, pool.AttributeValue{Name: "last_ip_used", Value: d.Address})
	}
	return list
}

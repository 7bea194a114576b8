package userpool

import (
	"context"
	"encoding/base64"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cenote-auth/cenote/internal/srp"
)

// devices is where device records are kept; their form is the same for both
// ways to write a clock's drift.
func (p *Pool) devices() *SessionStore {
	return NewSessionStore(p.storage, p.clientID, DriftMillis)
}

// remembered returns the device filed in the first of these names that has one,
// or nil.
func (p *Pool) remembered(ctx context.Context, names ...string) (*Device, error) {
	for _, name := range names {
		if d, err := p.devices().Device(ctx, name); d != nil || err != nil {
			return d, err
		}
	}
	return nil, nil
}

// names are those a device may be filed in: a user who types an alias has
// several.
func (s *signIn) names(first ...string) []string {
	var names []string
	for _, name := range slices.Concat(first, []string{s.username}, s.heard, []string{s.loginID}) {
		if name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

func withDeviceKey(parameters map[string]string, d *Device) map[string]string {
	if d == nil {
		return parameters
	}
	parameters = maps.Clone(parameters)
	parameters["DEVICE_KEY"] = d.Key
	return parameters
}

// askWithDevice makes a request that names the device, if one is remembered. If
// the service does not know it any more, the device is forgotten and the request
// made once more. So it is, later, if the service finds that out only when the
// device proves itself.
func (s *signIn) askWithDevice(ctx context.Context, ask func(*Device) (*reply, error)) (*reply, error) {
	d, err := s.pool.remembered(ctx, s.names()...)
	if err != nil {
		return nil, err
	}
	r, err := ask(d)
	if d == nil {
		return r, err
	}
	s.again = func() (*reply, error) { return ask(nil) }
	if isStaleDevice(err) {
		return s.withoutDevice(ctx)
	}
	return r, err
}

// withoutDevice forgets the device and repeats the request that named it.
func (s *signIn) withoutDevice(ctx context.Context) (*reply, error) {
	again := s.again
	s.again, s.device = nil, nil
	if err := s.pool.devices().ClearDevice(ctx, s.names()...); err != nil {
		return nil, err
	}
	return again()
}

// isStaleDevice reports whether the service does not know the device that a
// request named.
func isStaleDevice(err error) bool {
	e, ok := err.(*Error)
	return ok && e.Code == ErrResourceNotFound && strings.Contains(strings.ToLower(e.Message), "device")
}

// confirmDevice registers a new device (ConfirmDevice) and files its keys in
// each of the user's names. It returns whether the person should be asked to
// have it remembered.
func (s *signIn) confirmDevice(ctx context.Context, session *Session, m *types.NewDeviceMetadataType) (ask bool, err error) {
	key, group := aws.ToString(m.DeviceKey), aws.ToString(m.DeviceGroupKey)
	if key == "" || group == "" {
		return false, fault(ErrDeviceMetadataNotFound, "the service named no new device", nil)
	}
	d := srp.NewDevice(group, key)
	out, err := s.pool.api.ConfirmDevice(ctx, &cip.ConfirmDeviceInput{
		AccessToken: aws.String(session.AccessToken.Raw()),
		DeviceKey:   aws.String(key),
		DeviceName:  aws.String(s.pool.deviceName),
		DeviceSecretVerifierConfig: &types.DeviceSecretVerifierConfigType{
			Salt:             aws.String(base64.StdEncoding.EncodeToString(d.Salt)),
			PasswordVerifier: aws.String(base64.StdEncoding.EncodeToString(d.Verifier)),
		},
	})
	if err != nil {
		return false, serviceError(err)
	}
	for _, name := range s.names(session.AccessToken.Username()) {
		if err := s.pool.devices().SaveDevice(ctx, name, Device{Key: key, GroupKey: group, Password: d.Password}); err != nil {
			return false, err
		}
	}
	return out.UserConfirmationNecessary, nil
}

package userpool_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"testing"

	"github.com/cenote-auth/cenote/auth/storage"
	"github.com/cenote-auth/cenote/auth/userpool"
	"github.com/cenote-auth/cenote/internal/srp"
)

// provesDevice is how a device proves itself at the end of a chain.
func provesDevice(t *testing.T, session string, then any) []exchange {
	v := newVerifier(t, laptop.GroupKey, laptop.Key, laptop.Password)
	key := request{"ChallengeResponses.DEVICE_KEY": laptop.Key}
	return []exchange{
		{"RespondToAuthChallenge", sent("DEVICE_SRP_AUTH", session, request{"SRP_A": "*", "DEVICE_KEY": laptop.Key}),
			v.challenge("DEVICE_PASSWORD_VERIFIER", "d1", object{"USERNAME": "ada", "DEVICE_KEY": laptop.Key})},
		{"RespondToAuthChallenge", proof("DEVICE_PASSWORD_VERIFIER", "ada", "d1", key), v.check(then)},
	}
}

// A device may be asked for after any answer, and after the first request.
func TestDevicesProveThemselvesAnywhere(t *testing.T) {
	t.Parallel()
	asksDevice := asks("DEVICE_SRP_AUTH", "s2", object{"USERNAME": "ada"})
	for _, tt := range answered {
		t.Run("after "+tt.name, func(t *testing.T) {
			t.Parallel()
			as := tt.as
			if as == "" {
				as = string(tt.challenge)
			}
			want := sent(as, "s1", tt.want)
			if tt.device {
				want["ChallengeResponses.DEVICE_KEY"] = laptop.Key
			}
			script := append([]exchange{{"RespondToAuthChallenge", want, asksDevice}}, provesDevice(t, "s2", tokens())...)
			p, _ := newStub(t, &userpool.Options{Now: clock, ClientSecret: "client secret", Storage: remembering(t, "ada")}, script...)
			step, err := p.Answer(t.Context(), &userpool.Challenge{Name: tt.challenge, Username: "ada", Session: "s1"}, tt.with)
			signedIn(t, step, err)
		})
	}
	for flow, want := range map[userpool.Flow]request{
		userpool.FlowPassword: opens("USER_PASSWORD_AUTH", request{"AuthParameters.PASSWORD": "", "AuthParameters.DEVICE_KEY": laptop.Key}),
		userpool.FlowCustom:   opens("CUSTOM_AUTH", request{"AuthParameters.DEVICE_KEY": laptop.Key}),
		userpool.FlowUserAuth: opens("USER_AUTH", nil),
	} {
		t.Run("at the beginning of "+string(flow), func(t *testing.T) {
			t.Parallel()
			script := append([]exchange{{"InitiateAuth", want, asksDevice}}, provesDevice(t, "s2", tokens())...)
			p, _ := newStub(t, &userpool.Options{Now: clock, Storage: remembering(t, "ada@example.com")}, script...)
			step, err := p.Begin(t.Context(), userpool.Credentials{Username: "ada@example.com", Flow: flow})
			signedIn(t, step, err)
		})
	}
}

// The longest chain: the password by SRP, then the device by SRP, then MFA after
// all.
func TestThePasswordThenTheDevice(t *testing.T) {
	t.Parallel()
	ada := newVerifier(t, poolName, "ada", "password")
	key := request{"ChallengeResponses.DEVICE_KEY": laptop.Key}
	script := append([]exchange{
		{"InitiateAuth", opens("USER_SRP_AUTH", request{"AuthParameters.SRP_A": "*"}), ada.challenge("PASSWORD_VERIFIER", "", object{"USER_ID_FOR_SRP": "ada"})},
		{"RespondToAuthChallenge", proof("PASSWORD_VERIFIER", "ada", "", key), ada.check(asks("DEVICE_SRP_AUTH", "s2", nil))},
	}, provesDevice(t, "s2", asks("SOFTWARE_TOKEN_MFA", "s3", nil))...)
	p, _ := newStub(t, &userpool.Options{Now: clock, Storage: remembering(t, "ada")}, script...)
	step, err := p.Begin(t.Context(), userpool.Credentials{Username: "ada@example.com", Password: "password"})
	if ch := asked(t, step, err, userpool.SoftwareTokenMFA); ch.Session != "s3" || ch.Username != "ada" {
		t.Errorf("challenge = %+v", *ch)
	}
}

var staleDevice = failure{code: "ResourceNotFoundException", message: "Device does not exist."}

// The service has forgotten the device: it is forgotten here, under every name,
// and the request is made again without it.
func TestStaleDevices(t *testing.T) {
	t.Parallel()
	named := func(r request, prefix string) request {
		with := request{prefix + ".DEVICE_KEY": laptop.Key}
		for name, value := range r {
			with[name] = value
		}
		return with
	}
	forgotten := func(t *testing.T, s storage.Storage) {
		t.Helper()
		for _, name := range []string{"ada", "ada-id", "ada@example.com"} {
			if d, err := store(s).Device(t.Context(), name); d != nil || err != nil {
				t.Errorf("%s still has %v, %v", name, d, err)
			}
		}
	}
	byPassword := opens("USER_PASSWORD_AUTH", request{"AuthParameters.PASSWORD": "password"})
	credentials := userpool.Credentials{Username: "ada@example.com", Password: "password", Flow: userpool.FlowPassword}

	t.Run("at the beginning", func(t *testing.T) {
		t.Parallel()
		s := remembering(t, "ada@example.com")
		p, _ := newStub(t, &userpool.Options{Now: clock, Storage: s},
			exchange{"InitiateAuth", named(byPassword, "AuthParameters"), staleDevice},
			exchange{"InitiateAuth", byPassword, tokens()})
		step, err := p.Begin(t.Context(), credentials)
		signedIn(t, step, err)
		forgotten(t, s)
	})
	t.Run("when the password is proved", func(t *testing.T) {
		t.Parallel()
		s := remembering(t, "ada-id", "ada@example.com")
		ada := newVerifier(t, poolName, "ada-id", "password")
		proves := proof("PASSWORD_VERIFIER", "ada-id", "", nil)
		p, _ := newStub(t, &userpool.Options{Now: clock, Storage: s},
			exchange{"InitiateAuth", opens("USER_SRP_AUTH", request{"AuthParameters.SRP_A": "*"}), ada.challenge("PASSWORD_VERIFIER", "", object{"USERNAME": "ada", "USER_ID_FOR_SRP": "ada-id"})},
			exchange{"RespondToAuthChallenge", named(proves, "ChallengeResponses"), staleDevice},
			exchange{"RespondToAuthChallenge", proves, ada.check(tokens())})
		step, err := p.Begin(t.Context(), userpool.Credentials{Username: "ada@example.com", Password: "password"})
		signedIn(t, step, err)
		forgotten(t, s)
	})
	t.Run("when it proves itself", func(t *testing.T) {
		t.Parallel()
		s := remembering(t, "ada@example.com")
		p, _ := newStub(t, &userpool.Options{Now: clock, Storage: s},
			exchange{"InitiateAuth", named(byPassword, "AuthParameters"), asks("DEVICE_SRP_AUTH", "s1", object{"USERNAME": "ada"})},
			exchange{"RespondToAuthChallenge", sent("DEVICE_SRP_AUTH", "s1", request{"SRP_A": "*", "DEVICE_KEY": laptop.Key}), staleDevice},
			exchange{"InitiateAuth", byPassword, tokens()})
		step, err := p.Begin(t.Context(), credentials)
		signedIn(t, step, err)
		forgotten(t, s)
	})
	for _, tt := range answered {
		if !tt.device {
			continue
		}
		t.Run("with "+tt.name, func(t *testing.T) {
			t.Parallel()
			s := remembering(t, "ada", "ada@example.com")
			want := sent(string(tt.challenge), "s1", tt.want)
			p, _ := newStub(t, &userpool.Options{Now: clock, Storage: s},
				exchange{"RespondToAuthChallenge", named(want, "ChallengeResponses"), staleDevice},
				exchange{"RespondToAuthChallenge", want, tokens()})
			ch := &userpool.Challenge{Name: tt.challenge, Username: "ada", Session: "s1", LoginID: "ada@example.com"}
			step, err := p.Answer(t.Context(), ch, tt.with)
			signedIn(t, step, err)
			forgotten(t, s)
		})
	}
	t.Run("and the service asks on", func(t *testing.T) {
		t.Parallel()
		p, _ := newStub(t, &userpool.Options{Now: clock, Storage: remembering(t, "ada@example.com")},
			exchange{"InitiateAuth", named(byPassword, "AuthParameters"), asks("DEVICE_SRP_AUTH", "s1", object{"USERNAME": "ada"})},
			exchange{"RespondToAuthChallenge", sent("DEVICE_SRP_AUTH", "s1", request{"SRP_A": "*", "DEVICE_KEY": laptop.Key}), staleDevice},
			exchange{"InitiateAuth", byPassword, asks("DEVICE_PASSWORD_VERIFIER", "s2", nil)})
		_, err := p.Begin(t.Context(), credentials)
		wantCode(t, err, userpool.ErrSignIn)
	})
	t.Run("once only", func(t *testing.T) {
		t.Parallel()
		p, _ := newStub(t, &userpool.Options{Now: clock, Storage: remembering(t, "ada@example.com")},
			exchange{"InitiateAuth", named(byPassword, "AuthParameters"), staleDevice},
			exchange{"InitiateAuth", byPassword, staleDevice})
		_, err := p.Begin(t.Context(), credentials)
		wantCode(t, err, userpool.ErrResourceNotFound)
	})
	t.Run("another resource is not a device", func(t *testing.T) {
		t.Parallel()
		s := remembering(t, "ada@example.com")
		p, _ := newStub(t, &userpool.Options{Now: clock, Storage: s},
			exchange{"InitiateAuth", named(byPassword, "AuthParameters"), failure{code: "ResourceNotFoundException", message: "User pool client client does not exist."}})
		_, err := p.Begin(t.Context(), credentials)
		wantCode(t, err, userpool.ErrResourceNotFound)
		if d, err := store(s).Device(t.Context(), "ada@example.com"); d == nil || err != nil {
			t.Errorf("the device is forgotten: %v", err)
		}
	})
}

func TestADeviceThatIsNotRememberedHere(t *testing.T) {
	t.Parallel()
	p, _ := newStub(t, nil, exchange{"InitiateAuth", opens("CUSTOM_AUTH", nil), asks("DEVICE_SRP_AUTH", "s1", nil)})
	_, err := p.Begin(t.Context(), userpool.Credentials{Username: "ada@example.com", Flow: userpool.FlowCustom})
	wantCode(t, err, userpool.ErrDeviceMetadataNotFound)
}

var newDevice = object{"NewDeviceMetadata": object{"DeviceKey": "key", "DeviceGroupKey": "group"}}

// confirms is the request that registers a new device.
func confirms() request {
	return request{"AccessToken": "*", "DeviceKey": "key", "DeviceName": "laptop", "DeviceSecretVerifierConfig.Salt": "*", "DeviceSecretVerifierConfig.PasswordVerifier": "*"}
}

func TestNewDevices(t *testing.T) {
	t.Parallel()
	var registered request
	s := storage.NewMemory()
	p, _ := newStub(t, &userpool.Options{Now: clock, Storage: s, DeviceName: "laptop"},
		exchange{"RespondToAuthChallenge", sent("SMS_MFA", "s1", request{"SMS_MFA_CODE": "123456"}), tokens(newDevice)},
		exchange{"ConfirmDevice", confirms(), func(r request) any {
			registered = r
			return object{"UserConfirmationNecessary": true}
		}})
	ch := &userpool.Challenge{Name: userpool.SMSMFA, Username: "ada", Session: "s1", LoginID: "ada@example.com"}
	step, err := p.Answer(t.Context(), ch, userpool.Answer{Text: "123456"})
	signedIn(t, step, err)
	if !step.ConfirmDevice || step.DeviceError != nil {
		t.Errorf("step = %+v, %v", step, step.DeviceError)
	}
	for _, name := range []string{"ada", "ada@example.com"} {
		d, err := store(s).Device(t.Context(), name)
		if err != nil || d == nil || d.Key != "key" || d.GroupKey != "group" {
			t.Fatalf("%s: device = %v, %v", name, d, err)
		}
		salt := unbase64(t, registered["DeviceSecretVerifierConfig.Salt"])
		v := unbase64(t, registered["DeviceSecretVerifierConfig.PasswordVerifier"])
		want := srp.Verifier("group", "key", d.Password, salt)
		if !bytes.Equal(bytes.TrimLeft(v, "\x00"), bytes.TrimLeft(want, "\x00")) {
			t.Errorf("%s: the password kept is not the one registered", name)
		}
		if len(unbase64(t, d.Password)) != 40 {
			t.Errorf("a password of %d bytes, want 40", len(unbase64(t, d.Password)))
		}
	}
}

func unbase64(t *testing.T, s string) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The sign-in stands when its device could not be registered.
// With the password sent no challenge tells the user's name; the token does.
func TestANewDeviceIsFiledInTheTokensName(t *testing.T) {
	t.Parallel()
	s := storage.NewMemory()
	p, _ := newStub(t, &userpool.Options{Now: clock, Storage: s, DeviceName: "laptop"},
		exchange{"InitiateAuth", opens("USER_PASSWORD_AUTH", request{"AuthParameters.PASSWORD": "password"}), tokens(newDevice)},
		exchange{"ConfirmDevice", confirms(), object{}})
	step, err := p.Begin(t.Context(), userpool.Credentials{Username: "ada@example.com", Password: "password", Flow: userpool.FlowPassword})
	signedIn(t, step, err)
	for _, name := range []string{"ada", "ada@example.com"} {
		if d, err := store(s).Device(t.Context(), name); err != nil || d == nil {
			t.Errorf("%s: device = %v, %v", name, d, err)
		}
	}
}

func TestNewDevicesThatFail(t *testing.T) {
	t.Parallel()
	begin := func(t *testing.T, s storage.Storage, script ...exchange) *userpool.Step {
		p, _ := newStub(t, &userpool.Options{Now: clock, Storage: s, DeviceName: "laptop"}, script...)
		step, err := p.Begin(t.Context(), userpool.Credentials{Username: "ada@example.com", Flow: userpool.FlowUserAuth})
		signedIn(t, step, err)
		if d, err := store(s).Device(t.Context(), "ada"); d != nil {
			t.Errorf("kept %v, %v", d, err)
		}
		return step
	}
	t.Run("at the service", func(t *testing.T) {
		t.Parallel()
		step := begin(t, storage.NewMemory(), exchange{"InitiateAuth", opens("USER_AUTH", nil), tokens(newDevice)},
			exchange{"ConfirmDevice", confirms(), failure{code: "InvalidParameterException", message: "no"}})
		wantCode(t, step.DeviceError, userpool.ErrInvalidParameter)
	})
	t.Run("without a name", func(t *testing.T) {
		t.Parallel()
		step := begin(t, storage.NewMemory(), exchange{"InitiateAuth", opens("USER_AUTH", nil), tokens(object{"NewDeviceMetadata": object{}})})
		wantCode(t, step.DeviceError, userpool.ErrDeviceMetadataNotFound)
	})
	t.Run("in the storage", func(t *testing.T) {
		t.Parallel()
		s := &watched{Memory: storage.NewMemory(), failing: fmt.Errorf("%w: disk full", storage.ErrUnavailable)}
		step := begin(t, s, exchange{"InitiateAuth", opens("USER_AUTH", nil), tokens(newDevice)}, exchange{"ConfirmDevice", confirms(), nil})
		if !errors.Is(step.DeviceError, storage.ErrUnavailable) {
			t.Errorf("error = %v", step.DeviceError)
		}
	})
}

func TestAStorageThatFailsIsNoMissingDevice(t *testing.T) {
	t.Parallel()
	s := &watched{Memory: storage.NewMemory(), failing: fmt.Errorf("%w: disk full", storage.ErrUnavailable)}
	p, _ := newStub(t, &userpool.Options{Storage: s})
	_, err := p.Answer(t.Context(), &userpool.Challenge{Name: userpool.SMSMFA, Username: "ada"}, userpool.Answer{Text: "1"})
	if !errors.Is(err, storage.ErrUnavailable) {
		t.Errorf("error = %v", err)
	}
}

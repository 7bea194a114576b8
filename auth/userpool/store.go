package userpool

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync"

	"github.com/cenote-auth/cenote/auth/storage"
)

// ErrNoUser is the code of errors for want of a sign-in: nothing is stored, or
// nothing that could be used. A storage that fails is another error, which
// wraps storage.ErrUnavailable.
const ErrNoUser Code = "UserUnAuthenticatedException"

// Stored is a session as a storage keeps it.
type Stored struct {
	Username      string // in whose name the session is filed
	Session       *Session
	SignInDetails string // JSON, see Keys.SignInDetails; empty if unknown
	OAuth         bool   // the sign-in was by redirect
}

// clone returns a copy for a caller to do with what it likes.
func (s *Stored) clone() *Stored {
	if s == nil {
		return nil
	}
	c := *s
	c.Session = s.Session.clone()
	return &c
}

// String describes s without showing a token.
func (s Stored) String() string {
	return fmt.Sprintf("Stored{Username: %q, Session: %v}", s.Username, s.Session)
}

// Format prints String for every verb.
func (s Stored) Format(f fmt.State, _ rune) { io.WriteString(f, s.String()) }

// LogValue is String.
func (s Stored) LogValue() slog.Value { return slog.StringValue(s.String()) }

// SessionStore keeps sessions and device records of one app client in a
// storage, under the keys and in the form the JavaScript libraries use. Each
// change is one Save of the storage, so a reader, or a program that starts after
// this one was killed, finds the old or the new session and never a mixture.
type SessionStore struct {
	storage storage.Storage
	keys    Keys
	drift   DriftFormat
	turn    chan struct{} // holds something while a storage that is no Locker is locked
}

// NewSessionStore returns a store for the app client in s.
func NewSessionStore(s storage.Storage, clientID string, drift DriftFormat) *SessionStore {
	return &SessionStore{storage: s, keys: Keys{clientID}, drift: drift, turn: make(chan struct{}, 1)}
}

// Storage returns the storage the sessions are in.
func (s *SessionStore) Storage() storage.Storage { return s.storage }

// Keys returns the names the store uses.
func (s *SessionStore) Keys() Keys { return s.keys }

// Load returns the session of the user who signed in last. The error has the
// code ErrNoUser if there is none.
func (s *SessionStore) Load(ctx context.Context) (*Stored, error) {
	last := s.keys.LastAuthUser()
	found, err := s.load(ctx, last)
	if err != nil {
		return nil, err
	}
	for range 8 { // until LastAuthUser and the tokens come from the same moment
		username := found[last]
		if username == "" {
			return nil, noUser()
		}
		if found, err = s.load(ctx, append(s.keys.session(username), last)...); err != nil {
			return nil, err
		}
		if found[last] == username {
			return s.read(username, found)
		}
	}
	return nil, fmt.Errorf("load session: %w: another user signs in at every read", storage.ErrUnavailable)
}

// LoadUser returns that user's session, whoever signed in last. The error has
// the code ErrNoUser if there is none.
func (s *SessionStore) LoadUser(ctx context.Context, username string) (*Stored, error) {
	found, err := s.load(ctx, s.keys.session(username)...)
	if err != nil {
		return nil, err
	}
	return s.read(username, found)
}

// LastUser returns the name of the user who signed in last, or "".
func (s *SessionStore) LastUser(ctx context.Context) (string, error) {
	last := s.keys.LastAuthUser()
	found, err := s.load(ctx, last)
	return found[last], err
}

// Lock waits until nobody else changes the session, or until ctx ends; the caller
// calls unlock. It keeps out those of other programs too if the storage is a
// storage.Locker, and else all who have this very store.
func (s *SessionStore) Lock(ctx context.Context) (unlock func(), err error) {
	if l, ok := s.storage.(storage.Locker); ok {
		if unlock, err = l.Lock(ctx); err != nil {
			return nil, fmt.Errorf("lock session: %w", err)
		}
		return unlock, nil
	}
	err = ctx.Err()
	if err == nil {
		select {
		case s.turn <- struct{}{}:
			return sync.OnceFunc(func() { <-s.turn }), nil
		case <-ctx.Done():
			err = ctx.Err()
		}
	}
	return nil, fmt.Errorf("lock session: %w: %w", storage.ErrUnavailable, err)
}

func (s *SessionStore) load(ctx context.Context, keys ...string) (map[string]string, error) {
	found, err := s.storage.Load(ctx, keys...)
	if err != nil {
		return nil, fmt.Errorf("load session: %w", err)
	}
	return found, nil
}

// read makes a session of what was found. What the JavaScript libraries take
// for signed out, as a text that is no token, is ErrNoUser here too: signing in
// again mends it.
func (s *SessionStore) read(username string, found map[string]string) (*Stored, error) {
	access, err := ParseToken(found[s.keys.AccessToken(username)])
	if err != nil {
		return nil, noUser()
	}
	session := &Session{
		AccessToken:  access,
		RefreshToken: found[s.keys.RefreshToken(username)],
		ClockDrift:   s.drift.parse(found[s.keys.ClockDrift(username)]),
	}
	if raw := found[s.keys.IDToken(username)]; raw != "" {
		if session.IDToken, err = ParseToken(raw); err != nil {
			return nil, noUser()
		}
	}
	return &Stored{
		Username:      username,
		Session:       session,
		SignInDetails: found[s.keys.SignInDetails(username)],
		OAuth:         isOAuth(found[s.keys.OAuthMetadata(username)]),
	}, nil
}

func noUser() error {
	return &Error{Code: ErrNoUser, Message: "User is not authenticated", Hint: "Sign in first."}
}

// Save files the session in its user's name and makes that user the last one.
func (s *SessionStore) Save(ctx context.Context, in *Stored) error {
	return s.save(ctx, in)
}

// Replace is Save, and removes another user's session in the same step.
func (s *SessionStore) Replace(ctx context.Context, in *Stored, username string) error {
	return s.save(ctx, in, append(s.keys.session(username), s.keys.UserData(username))...)
}

// save is Save; also removes further keys in the same step.
func (s *SessionStore) save(ctx context.Context, in *Stored, also ...string) error {
	w := s.write(in)
	w.set[s.keys.LastAuthUser()] = in.Username
	w.remove = append(w.remove, also...)
	return s.commit(ctx, w)
}

// renew is Save of a refreshed session: who signed in last stays that, and is
// written again only with the rest, so that in cookies it lives as long.
func (s *SessionStore) renew(ctx context.Context, in *Stored) error {
	last, err := s.LastUser(ctx)
	if err != nil {
		return err
	}
	if last == in.Username {
		return s.save(ctx, in)
	}
	return s.commit(ctx, s.write(in))
}

// write puts together what is kept of a session.
func (s *SessionStore) write(in *Stored) *write {
	w := &write{set: make(map[string]string)}
	w.set[s.keys.AccessToken(in.Username)] = in.Session.AccessToken.Raw()
	w.set[s.keys.ClockDrift(in.Username)] = s.drift.format(in.Session.ClockDrift)
	idToken, refresh := s.keys.IDToken(in.Username), s.keys.RefreshToken(in.Username)
	details, oauth := s.keys.SignInDetails(in.Username), s.keys.OAuthMetadata(in.Username)
	if s.drift == DriftSeconds {
		w.set[idToken], w.set[refresh] = in.Session.IDToken.Raw(), in.Session.RefreshToken
	} else {
		w.put(idToken, in.Session.IDToken.Raw())
		w.put(refresh, in.Session.RefreshToken)
		w.put(details, in.SignInDetails)
		w.put(oauth, oauthMetadata(in.OAuth))
	}
	return w
}

func (s *SessionStore) commit(ctx context.Context, w *write) error {
	if err := s.storage.Save(ctx, w.set, w.remove...); err != nil {
		return fmt.Errorf("save session: %w", err)
	}
	return nil
}

// Clear removes the user's session and cached data, and forgets that the user
// signed in last. The device record stays, as it does in JavaScript: a device is
// remembered across sign-outs.
func (s *SessionStore) Clear(ctx context.Context, username string) error {
	last, err := s.LastUser(ctx)
	if err != nil {
		return err
	}
	remove := append(s.keys.session(username), s.keys.UserData(username))
	if last == username {
		remove = append(remove, s.keys.LastAuthUser())
	}
	if err := s.storage.Save(ctx, nil, remove...); err != nil {
		return fmt.Errorf("clear session: %w", err)
	}
	return nil
}

// Device returns the device record filed in the user's name, nil if there is
// none or a part of it is missing.
func (s *SessionStore) Device(ctx context.Context, username string) (*Device, error) {
	found, err := s.storage.Load(ctx, s.keys.device(username)...)
	if err != nil {
		return nil, fmt.Errorf("load device: %w", err)
	}
	d := &Device{
		Key:      found[s.keys.DeviceKey(username)],
		GroupKey: found[s.keys.DeviceGroupKey(username)],
		Password: found[s.keys.RandomPasswordKey(username)],
	}
	if d.Key == "" || d.GroupKey == "" || d.Password == "" {
		return nil, nil
	}
	return d, nil
}

// SaveDevice files the device record in the user's name.
func (s *SessionStore) SaveDevice(ctx context.Context, username string, d Device) error {
	err := s.storage.Save(ctx, map[string]string{
		s.keys.DeviceKey(username):         d.Key,
		s.keys.DeviceGroupKey(username):    d.GroupKey,
		s.keys.RandomPasswordKey(username): d.Password,
	})
	if err != nil {
		return fmt.Errorf("save device: %w", err)
	}
	return nil
}

// ClearDevice removes the device records filed in these names.
func (s *SessionStore) ClearDevice(ctx context.Context, usernames ...string) error {
	var remove []string
	for _, name := range usernames {
		remove = append(remove, s.keys.device(name)...)
	}
	if err := s.storage.Save(ctx, nil, remove...); err != nil {
		return fmt.Errorf("clear device: %w", err)
	}
	return nil
}

// write is one Save being put together.
type write struct {
	set    map[string]string
	remove []string
}

// put sets key, or removes it if value is empty.
func (w *write) put(key, value string) {
	if value == "" {
		w.remove = append(w.remove, key)
		return
	}
	w.set[key] = value
}

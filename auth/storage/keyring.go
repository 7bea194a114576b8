package storage

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"sync"
)

// Ring is the operating system's keyring: Keychain, Credential Manager, Secret
// Service. github.com/zalando/go-keyring has these three functions; an adapter
// only translates its ErrNotFound. A Ring is safe for concurrent use.
type Ring interface {
	// Get returns a secret. Its error wraps fs.ErrNotExist if there is none,
	// and only then.
	Get(service, user string) (string, error)
	// Set adds or replaces a secret.
	Set(service, user, password string) error
	// Delete removes a secret. Its error wraps fs.ErrNotExist if there is none.
	Delete(service, user string) error
}

// OpenKeyring returns the File at path, with its items sealed by AES-256-GCM
// under a random key that ring holds. A session does not fit into the keyrings
// themselves (Windows takes 2,560 bytes a secret, macOS about 3,000, three
// tokens may need 10,000), nor could several secrets be changed in one step.
// So ring keeps 44 characters per file, under service and a name found in the
// file, and all else is as with OpenFile.
//
// What this guards against: a copy of the file, in a backup, on a stolen disk
// or in a synchronised folder, tells nothing. What it does not: a program that
// runs as the same user can mostly ask the keyring too.
//
// The key is asked for when the file is read first, made at the first Save, and
// kept in memory. Those calls cannot be cancelled, and may wait for a person to
// unlock the keyring. If the keyring fails, so does the call, with its error.
// If the key is gone while the file is there, the error is ErrCorrupt too. A
// file that OpenFile made is refused, and the other way round.
func OpenKeyring(path string, ring Ring, service string) (*File, error) {
	if ring == nil || service == "" {
		return nil, unavailable(errors.New("a keyring and the name of a service are needed"))
	}
	return openFile(path, &sealed{ring: ring, service: service})
}

// sealed is the form of a file whose items only the keyring's key opens.
type sealed struct {
	ring    Ring
	service string

	mu   sync.Mutex
	name string      // the key last used, as the ring and the file call it
	box  cipher.AEAD // with that key
}

func (s *sealed) open(d document) (map[string]string, error) {
	if d.Format != sealedFormat || !isKeyName(d.Key) {
		return nil, ErrCorrupt
	}
	box, err := s.boxOf(d.Key)
	if err != nil {
		return nil, err
	}
	text, err := box.Open(nil, nil, d.Sealed, []byte(d.Format+" "+d.Key))
	if err != nil {
		return nil, ErrCorrupt
	}
	var items map[string]string
	if json.Unmarshal(text, &items) != nil || items == nil {
		return nil, ErrCorrupt
	}
	return items, nil
}

// seal uses the key of the file that is there, and a new one for a new file.
func (s *sealed) seal(items map[string]string, old document) (document, error) {
	d := document{Format: sealedFormat, Key: old.Key}
	box, err := s.boxFor(&d.Key)
	if err != nil {
		return document{}, err
	}
	text, err := json.Marshal(items)
	if err != nil {
		return document{}, err
	}
	d.Sealed = box.Seal(nil, nil, text, []byte(d.Format+" "+d.Key))
	return d, nil
}

func (s *sealed) forget(old document) error {
	if !isKeyName(old.Key) {
		return nil
	}
	err := s.ring.Delete(s.service, old.Key)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("delete the file's key from the keyring: %w", err)
	}
	return nil
}

func (s *sealed) boxFor(name *string) (cipher.AEAD, error) {
	if *name != "" {
		return s.boxOf(*name)
	}
	return s.makeKey(name)
}

// boxOf asks the keyring unless the key is the one used last.
func (s *sealed) boxOf(name string) (cipher.AEAD, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.name == name {
		return s.box, nil
	}
	secret, err := s.ring.Get(s.service, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: its key is not in the keyring", ErrCorrupt)
	}
	if err != nil {
		return nil, fmt.Errorf("get the file's key from the keyring: %w", err)
	}
	key, err := base64.StdEncoding.DecodeString(secret)
	if err != nil || len(key) != 32 {
		return nil, fmt.Errorf("%w: its key in the keyring is none", ErrCorrupt)
	}
	return s.use(name, key)
}

// makeKey puts a new key into the ring and writes what it is called to name.
func (s *sealed) makeKey(name *string) (cipher.AEAD, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id, key := make([]byte, 16), make([]byte, 32)
	rand.Read(id)
	rand.Read(key)
	*name = hex.EncodeToString(id)
	if err := s.ring.Set(s.service, *name, base64.StdEncoding.EncodeToString(key)); err != nil {
		return nil, fmt.Errorf("put the file's key into the keyring: %w", err)
	}
	return s.use(*name, key)
}

func (s *sealed) use(name string, key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	box, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, err
	}
	s.name, s.box = name, box
	return box, nil
}

// isKeyName reports whether name is one that makeKey gives, so that a file
// cannot make us ask the keyring for anything else.
func isKeyName(name string) bool {
	id, err := hex.DecodeString(name)
	return err == nil && len(id) == 16 && hex.EncodeToString(id) == name
}

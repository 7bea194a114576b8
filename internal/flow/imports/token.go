package imports

import (
	"encoding/base64"
	"encoding/json"
	"time"

	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/pool"
)

// target is what the address of an upload says, sealed: whoever has it may send
// the file of one job, until it ends.
type target struct {
	Pool   int64
	Import string
	Until  int64 // in microseconds UTC
}

var errToken = pool.E(pool.NotAuthorized, "The address is wrong or has expired.")

// token returns the last part of the address of an upload.
func (s *Service) token(i *pool.Import) string {
	text, err := json.Marshal(target{i.PoolKey, i.ID, i.Created.Add(pool.ImportUploadTime).UnixMicro()})
	if err != nil {
		panic(err) // numbers and a string
	}
	return base64.RawURLEncoding.EncodeToString(s.Keyring.Seal(keyring.Import, text, "upload"))
}

// open reads a token of ours. NotAuthorized for another one, and when its time
// is up.
func (s *Service) open(token string) (t target, err error) {
	blob, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return target{}, errToken
	}
	text, err := s.Keyring.Open(keyring.Import, blob, "upload")
	if err != nil || json.Unmarshal(text, &t) != nil {
		return target{}, errToken
	}
	if !s.Now().Before(time.UnixMicro(t.Until)) {
		return target{}, errToken
	}
	return t, nil
}

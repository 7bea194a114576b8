package storage_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/auth/storage"
	"github.com/cenote-auth/cenote/auth/storage/storagetest"
)

func TestMemory(t *testing.T) {
	t.Parallel()
	storagetest.Run(t, func(*testing.T) storage.Storage { return storage.NewMemory() })
	t.Run("the zero value", func(t *testing.T) {
		storagetest.Run(t, func(*testing.T) storage.Storage { return new(storage.Memory) })
	})
}

func TestFormattingShowsNoSecrets(t *testing.T) {
	t.Parallel()
	for _, s := range []storage.Storage{
		storage.NewMemory(),
		openFile(t, filepath.Join(t.TempDir(), "session")),
		openKeyring(t, filepath.Join(t.TempDir(), "session"), newRing()),
		newKeyValue(newTexts()),
	} {
		save(t, s, map[string]string{"CIP.c.ada.refreshToken": "secret-token"})
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x"} {
			got := fmt.Sprintf(verb, s)
			if strings.Contains(got, "secret-token") || !strings.HasPrefix(got, "storage.") {
				t.Errorf("%T as %s: %s", s, verb, got)
			}
		}
	}
}

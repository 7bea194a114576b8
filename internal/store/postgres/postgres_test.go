package postgres_test

import (
	"testing"

	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store { return storetest.OpenPostgres(t) })
}

func TestTwoNodes(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store {
		url := storetest.Postgres(t)
		return storetest.Together(storetest.OpenURL(t, url), storetest.OpenURL(t, url))
	})
}

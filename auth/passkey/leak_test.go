package passkey_test

import (
	"testing"

	"github.com/cenote-auth/cenote/auth/internal/leaktest"
)

func TestMain(m *testing.M) { leaktest.Main(m) }

package token

import (
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/store"
)

func TestReused(t *testing.T) {
	t.Parallel()
	noon := time.Date(2030, 1, 2, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name    string
		rotated time.Time
		grace   time.Duration
		now     time.Time
		want    bool
	}{
		{"the newest", time.Time{}, 0, noon, false},
		{"the newest, with a grace", time.Time{}, time.Minute, noon, false},
		{"replaced within the grace", noon, time.Minute, noon.Add(time.Minute - 1), false},
		{"replaced when the grace ends", noon, time.Minute, noon.Add(time.Minute), true},
		{"replaced without a grace", noon, 0, noon, true},
		{"replaced without a grace, by a clock that is ahead", noon, 0, noon.Add(-time.Millisecond), true},
		{"replaced with a grace, by a clock that is ahead", noon, time.Minute, noon.Add(-time.Millisecond), false},
	} {
		if got := reused(store.RefreshToken{Rotated: tt.rotated}, tt.grace, tt.now); got != tt.want {
			t.Errorf("%s: reused = %v, want %v", tt.name, got, tt.want)
		}
	}
}

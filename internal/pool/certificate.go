package pool

import "time"

// Certificate says whose a key is that signs for a pool. The key itself lies
// sealed beside it.
type Certificate struct {
	DER     []byte // X.509
	Expires time.Time
}

package limit

import (
	"sync/atomic"
	"time"
)

// A bucket admits so many requests a second, and as many at once after a
// second without any. It keeps when it will be full again, in nanoseconds
// since an epoch that its callers agree on. The zero bucket is full.
type bucket struct{ full atomic.Int64 }

// take takes one of perSecond from b, or returns false if there is none.
func (b *bucket) take(now, perSecond int64) bool {
	one := int64(time.Second) / perSecond
	for {
		was := b.full.Load()
		full := max(was, now)
		if full-now > int64(time.Second)-one {
			return false
		}
		if b.full.CompareAndSwap(was, full+one) {
			return true
		}
	}
}

package limit

import (
	"hash/maphash"
	"strings"
)

// perUser is how many reads, and how many writes, of one user a second admits.
// Source: the service's page of quotas.
const perUser = 10

// shelf is how many buckets there are for reads, and as many for writes.
const shelf = 1 << 16

// maxName is how many bytes of a name are looked at. Source: UsernameType in
// model/, of which the shortest characters take one.
const maxName = 128

// A sort says what the operations of a category do with a user.
type sort int

const (
	neither sort = iota
	read
	write
)

// people are the buckets of all users of all pools. Which is whose is drawn
// anew with each start: now and then two share one, nobody can choose with
// whom, and what is kept does not grow with the number of names.
type people struct {
	seed    maphash.Seed
	buckets [2][shelf]bucket
}

func newPeople() *people { return &people{seed: maphash.MakeSeed()} }

// admit takes one from the bucket of a user of l's pool, or returns false if
// there is none. Whom nobody named, or a pool that does not exist, is admitted.
func (p *people) admit(now int64, l *ledger, s sort, user string) bool {
	if p == nil || s == neither || user == "" || l.pool == 0 {
		return true
	}
	if len(user) > maxName { // a token: the end of its signature will do
		user = user[len(user)-maxName:]
	}
	var h maphash.Hash
	h.SetSeed(p.seed)
	maphash.WriteComparable(&h, l.pool)
	h.WriteString(strings.ToLower(user))
	return p.buckets[s-read][h.Sum64()%shelf].take(now, perUser)
}

package store

import (
	"context"
	"errors"
)

// The errors that the contract names. Others are faults of the database and
// are wrapped with what was being done.
var (
	// ErrNotFound: there is no such row.
	ErrNotFound = errors.New("store: not found")
	// ErrExists: a unique key is taken. It comes wrapped in *ExistsError
	// where the caller may have to know which.
	ErrExists = errors.New("store: exists already")
	// ErrConflict: other transactions kept winning; fn was run MaxTries times.
	ErrConflict = errors.New("store: too many conflicts")
	// ErrUnknown: the connection was lost while committing, so what fn wrote
	// may be there or not. It is never run again without the caller.
	ErrUnknown = errors.New("store: outcome of commit unknown")
	// ErrSchema: the database is of a release that this one does not know.
	ErrSchema = errors.New("store: unknown schema version")
)

// MaxTries is how often Update runs a function that keeps meeting ErrConflict.
const MaxTries = 8

// ExistsError is ErrExists with the key that was taken.
type ExistsError struct {
	Key string // pool, client, username, email, phone_number, preferred_username, sign-in, ...
}

func (e *ExistsError) Error() string { return ErrExists.Error() + ": " + e.Key }

func (e *ExistsError) Unwrap() error { return ErrExists }

// Store is a database of pools. It is safe for concurrent use.
type Store interface {
	// View runs fn on one read-only snapshot. A ctx that ends makes the next
	// read fail.
	View(ctx context.Context, fn func(Snapshot) error) error

	// Update runs fn in one transaction and makes it durable before it
	// returns. When another transaction wins the same row, fn is run again
	// from the start, up to MaxTries times: so fn reads and writes tx and does
	// nothing else, and what it assigns outside it assigns anew each time.
	// An error or a panic of fn rolls all back; the panic goes on in the caller,
	// and package crash tells where it began. A ctx that ends before fn has begun
	// gives its error; after that the transaction is finished, so that one
	// caller's hurry does not undo another's work. fn may run on another
	// goroutine, and must not call Update.
	Update(ctx context.Context, fn func(Tx) error) error

	// Ping answers nil when the database can be read.
	Ping(ctx context.Context) error

	// Close waits for what is running and closes the database.
	Close() error
}

// Snapshot is what can be read, all of one moment.
type Snapshot interface {
	MetaReader
	KeyReader
	PoolReader
	ClientReader
	SettingReader
	DomainReader
	RateReader
	UserReader
	GroupReader
	CodeReader
	TokenReader
	SoftwareTokenReader
	PasskeyReader
	DeviceReader
	ConversationReader
	EventReader
	OutboxReader
	JobReader
	ImportReader
	BacklogReader
	AccessKeyReader
}

// Tx is a transaction: it reads what it wrote.
type Tx interface {
	Snapshot
	MetaWriter
	KeyWriter
	PoolWriter
	ClientWriter
	SettingWriter
	DomainWriter
	RateWriter
	UserWriter
	GroupWriter
	CodeWriter
	TokenWriter
	SoftwareTokenWriter
	PasskeyWriter
	DeviceWriter
	ConversationWriter
	EventWriter
	AttemptWriter
	OutboxWriter
	JobWriter
	ImportWriter
	AccessKeyWriter
	Sweeper
}

// Page asks for at most Limit rows after the row whose key is After ("" from
// the start). Limit is at least 1.
type Page struct {
	After string
	Limit int
}

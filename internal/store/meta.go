package store

import "context"

// MetaReader reads facts about the database itself, such as whether it
// belongs to dev or to serve.
type MetaReader interface {
	// Meta returns the value kept under name, or ErrNotFound.
	Meta(ctx context.Context, name string) (string, error)
}

// MetaWriter writes facts about the database itself.
type MetaWriter interface {
	// SetMetaOnce keeps value under name unless there is one, and returns the
	// one that is there now. So of two nodes that start together one decides.
	SetMetaOnce(ctx context.Context, name, value string) (string, error)
}

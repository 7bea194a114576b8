package store

import (
	"context"
	"time"
)

// Conversation is a sign-in by custom challenges between two of its rounds:
// what the functions of the pool have said so far, which must not travel
// through the client.
type Conversation struct {
	PoolKey  int64
	SignInID string
	Sub      string // of a user, or made up for a name that nobody has
	Round    int64  // grows by one with each answer
	Expires  time.Time
	Sealed   []byte // history and private parameters, under the key "conversation"
}

// ConversationReader reads conversations.
type ConversationReader interface {
	// Conversation returns the conversation of a sign-in, or ErrNotFound.
	Conversation(ctx context.Context, poolKey int64, signInID string) (Conversation, error)
}

// ConversationWriter keeps conversations.
type ConversationWriter interface {
	// AddConversation adds c, or returns ErrExists.
	AddConversation(ctx context.Context, c Conversation) error
	// TakeTurn makes before, the round of the session that was answered, the one
	// after it, and returns ErrNotFound if the conversation is at another round or
	// gone: so each session of it is good for one answer.
	TakeTurn(ctx context.Context, poolKey int64, signInID string, before int64) error
	// SaveConversation writes Sealed and Expires of a conversation that is at
	// c.Round, or returns ErrNotFound.
	SaveConversation(ctx context.Context, c Conversation) error
	// DeleteConversation removes a conversation, if it is there.
	DeleteConversation(ctx context.Context, poolKey int64, signInID string) error
}

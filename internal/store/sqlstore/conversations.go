package sqlstore

import (
	"context"

	"github.com/cenote-auth/cenote/internal/store"
)

// Conversation returns the conversation of a sign-in.
func (t *Tx) Conversation(ctx context.Context, poolKey int64, signInID string) (store.Conversation, error) {
	c := store.Conversation{PoolKey: poolKey, SignInID: signInID}
	err := t.one(ctx, "read conversation", func(r Row) error {
		c.Sub, c.Round, c.Expires, c.Sealed = r.Text(0), r.Int(1), moment(r.Int(2)), r.Bytes(3)
		return nil
	}, `SELECT sub, round, expires, sealed FROM conversation WHERE pool_key = $1 AND sign_in_id = $2`, poolKey, signInID)
	if err != nil {
		return store.Conversation{}, err
	}
	return c, nil
}

// AddConversation adds c.
func (t *Tx) AddConversation(ctx context.Context, c store.Conversation) error {
	return t.must(ctx, "add conversation", &store.ExistsError{Key: "conversation"},
		`INSERT INTO conversation (pool_key, sign_in_id, sub, round, expires, sealed) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (pool_key, sign_in_id) DO NOTHING`,
		c.PoolKey, c.SignInID, c.Sub, c.Round, micros(c.Expires), blob(c.Sealed))
}

// TakeTurn makes before, the round of the session that was answered, the one after it.
func (t *Tx) TakeTurn(ctx context.Context, poolKey int64, signInID string, before int64) error {
	return t.must(ctx, "take turn", store.ErrNotFound,
		`UPDATE conversation SET round = round + 1 WHERE pool_key = $1 AND sign_in_id = $2 AND round = $3`,
		poolKey, signInID, before)
}

// SaveConversation writes Sealed and Expires of a conversation that is at c.Round.
func (t *Tx) SaveConversation(ctx context.Context, c store.Conversation) error {
	return t.must(ctx, "save conversation", store.ErrNotFound,
		`UPDATE conversation SET expires = $4, sealed = $5 WHERE pool_key = $1 AND sign_in_id = $2 AND round = $3`,
		c.PoolKey, c.SignInID, c.Round, micros(c.Expires), blob(c.Sealed))
}

// DeleteConversation removes a conversation, if it is there.
func (t *Tx) DeleteConversation(ctx context.Context, poolKey int64, signInID string) error {
	return t.exec(ctx, "delete conversation",
		`DELETE FROM conversation WHERE pool_key = $1 AND sign_in_id = $2`, poolKey, signInID)
}

package session

import (
	"fmt"

	"github.com/cenote-auth/cenote/internal/core/keyring"
)

// SealConversation returns text as it is kept for the sign-in of an id in a
// pool: what functions say in it travels through no client.
func (s *Sessions) SealConversation(text []byte, poolKey int64, signInID string) []byte {
	return s.keys.Seal(keyring.Conversation, text, poolKey, signInID)
}

// OpenConversation returns what SealConversation was given.
func (s *Sessions) OpenConversation(sealed []byte, poolKey int64, signInID string) ([]byte, error) {
	text, err := s.keys.Open(keyring.Conversation, sealed, poolKey, signInID)
	if err != nil {
		return nil, fmt.Errorf("open conversation: %w", err)
	}
	return text, nil
}

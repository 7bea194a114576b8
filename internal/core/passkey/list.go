package passkey

import (
	"context"
	"fmt"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// List returns a page of the passkeys of a user of p in the order of their ids,
// and the token of the page after it, "" if there is none. A limit of 0 is the
// greatest, MaxPerUser. InvalidParameter for a token that is none of this user's
// lists.
func (s *Passkeys) List(
	ctx context.Context, snap store.PasskeyReader, p *pool.Pool, sub string, limit int, page string,
) (list []Description, next string, err error) {
	place := []any{"passkeys", p.Key, sub}
	after, err := s.keys.OpenPage(page, place...)
	if err != nil {
		return nil, "", err
	}
	if limit <= 0 || limit > MaxPerUser {
		limit = MaxPerUser
	}
	keys, err := snap.Passkeys(ctx, p.Key, sub, store.Page{After: after, Limit: limit + 1})
	if err != nil {
		return nil, "", fmt.Errorf("list passkeys: %w", err)
	}
	if len(keys) > limit {
		keys = keys[:limit]
		next = s.keys.SealPage(keys[limit-1].ID, place...)
	}
	for _, k := range keys {
		b, err := bodyOf(k)
		if err != nil {
			return nil, "", err
		}
		list = append(list, Description{k.ID, b.Name, b.Party, b.Attachment, b.Transports, k.Created})
	}
	return list, next, nil
}

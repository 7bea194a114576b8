package contact

import (
	"context"
	"slices"

	"github.com/cenote-auth/cenote/internal/core/code"
	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/message"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Contacts makes the codes that prove addresses. Both parts are required.
type Contacts struct {
	Codes    *code.Codes
	Messages *message.Messages
}

// Letter is a code and the message that carries it.
type Letter struct {
	To      message.Delivery
	code    store.Code
	message store.Message
}

// Letter makes a code for u that goes to to.
func (c Contacts) Letter(p *pool.Pool, u *pool.User, purpose code.Purpose, to message.Delivery) Letter {
	text, row := c.Codes.Make(p.Key, u.Sub, purpose, to.Attribute, to.Destination)
	return Letter{to, row, c.Messages.Compose(p, u, message.VerifyAddress, to, text)}
}

// Put keeps the code, in place of an older one of its purpose, and sends the
// message.
func (l Letter) Put(ctx context.Context, tx store.Tx) error {
	if err := tx.PutCode(ctx, l.code); err != nil {
		return err
	}
	return tx.AddMessage(ctx, l.message)
}

// Change is a change of a user's attributes and the codes that it may have to
// send, made before the transaction.
type Change struct {
	pool    *pool.Pool
	changes map[string]string
	letters map[string]Letter // by attribute
}

// Change prepares changes, as Schema.CheckChange returns them, of a user of p.
// There is a code for each new address that the pool proves by itself and that
// the changes do not vouch for.
func (c Contacts) Change(p *pool.Pool, u *pool.User, changes map[string]string) Change {
	letters := map[string]Letter{}
	for _, attribute := range p.AutoVerifiedAttributes {
		to, ok := message.To(&pool.User{Attributes: changes}, attribute)
		if !ok || changes[attribute+"_verified"] == "true" {
			continue
		}
		purpose := code.Verify(attribute)
		if slices.Contains(p.VerifyBeforeUpdate, attribute) {
			purpose = code.Change(attribute)
		}
		letters[attribute] = c.Letter(p, u, purpose, to)
	}
	return Change{p, changes, letters}
}

// Make changes u, whom the caller then saves, and returns where codes went. An
// address that moved voids the codes that went to the former one and a change
// that waited; one that waits leaves u and the other codes as they are; one
// that u has already ends the wait for another. AliasExists if an address that
// would wait is somebody else's already, where people sign in by it.
func (c Change) Make(ctx context.Context, tx store.Tx, u *pool.User) (sent []message.Delivery, err error) {
	now, waiting := c.pool.Postpone(u, c.changes)
	moved := u.Change(now)
	for _, attribute := range pool.Contacts {
		value, named := c.changes[attribute]
		if !named {
			continue
		}
		waits, moves := slices.Contains(waiting, attribute), slices.Contains(moved, attribute)
		switch {
		case waits:
			err = directory.CheckAddress(ctx, tx, c.pool, u, attribute, value)
		case moves:
			err = tx.VoidCodes(ctx, c.pool.Key, u.Sub, attribute)
		default:
			err = tx.VoidCode(ctx, c.pool.Key, u.Sub, string(code.Change(attribute)))
		}
		if err != nil {
			return nil, err
		}
		letter, ok := c.letters[attribute]
		if !ok || !waits && !moves {
			continue
		}
		if err := letter.Put(ctx, tx); err != nil {
			return nil, err
		}
		sent = append(sent, letter.To)
	}
	return sent, nil
}

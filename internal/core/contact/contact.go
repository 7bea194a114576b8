package contact

import (
	"context"
	"errors"
	"slices"

	"github.com/cenote-auth/cenote/internal/core/code"
	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/message"
	"github.com/cenote-auth/cenote/internal/core/notice"
	"github.com/cenote-auth/cenote/internal/core/trigger"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Contacts makes the codes that prove addresses. Both parts are required.
type Contacts struct {
	Codes   *code.Codes
	Notices notice.Notices
}

// Letter is a code and the message that carries it.
type Letter struct {
	To      message.Delivery
	code    store.Code
	message store.Message
}

// Letter makes a code for the user of who that goes to to, in a message of a
// kind. metadata is for functions, whose errors are returned.
func (c Contacts) Letter(
	ctx context.Context, who trigger.Subject, kind message.Kind, purpose code.Purpose, to message.Delivery, metadata map[string]string,
) (Letter, error) {
	text, row := c.Codes.Make(who.Pool.Key, who.User.Sub, purpose, to.Attribute, to.Destination)
	m, err := c.Notices.Compose(ctx, who, kind, to, text, metadata)
	return Letter{to, row, m}, err
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

// Change prepares changes, as Schema.CheckChange returns them, of the user of
// who. There is a code for each new address that the pool proves by itself and
// that the changes do not vouch for. metadata is for functions, whose errors are
// returned.
func (c Contacts) Change(ctx context.Context, who trigger.Subject, changes, metadata map[string]string) (Change, error) {
	p, letters := who.Pool, map[string]Letter{}
	for _, to := range due(who, changes) {
		purpose := code.Verify(to.Attribute)
		if slices.Contains(p.VerifyBeforeUpdate, to.Attribute) {
			purpose = code.Change(to.Attribute)
		}
		letter, err := c.Letter(ctx, who, message.UpdateAddress, purpose, to, metadata)
		if err != nil {
			return Change{}, err
		}
		letters[to.Attribute] = letter
	}
	return Change{p, changes, letters}, nil
}

// due returns where codes of changes go. A function is not asked for what is
// most likely not sent.
func due(who trigger.Subject, changes map[string]string) (list []message.Delivery) {
	for _, attribute := range who.Pool.AutoVerifiedAttributes {
		to, ok := message.To(&pool.User{Attributes: changes}, attribute)
		same := changes[attribute] == who.User.Attributes[attribute]
		if !ok || changes[attribute+"_verified"] == "true" || same && trigger.HasCustomMessage(who.Pool) {
			continue
		}
		list = append(list, to)
	}
	return list
}

// Asks reports whether Contacts.Change asks a function for words.
func Asks(who trigger.Subject, changes map[string]string) bool {
	return trigger.HasCustomMessage(who.Pool) && len(due(who, changes)) > 0
}

// Make changes u, whom the caller then saves, and returns where codes went. An
// address that moved voids the codes that went to the former one and a change
// that waited; one that waits leaves u and the other codes as they are; one
// that u has already ends the wait for another. A proof that is taken back takes
// the use of a reset code along. AliasExists if an address that would wait is
// somebody else's already, where people sign in by it.
func (c Change) Make(ctx context.Context, tx store.Tx, u *pool.User) (sent []message.Delivery, err error) {
	now, waiting := c.pool.Postpone(u, c.changes)
	proved := provedOf(u)
	moved := u.Change(now)
	for _, attribute := range pool.Contacts {
		value, named := c.changes[attribute]
		if proved[attribute] && !u.Verified(attribute) && !slices.Contains(moved, attribute) {
			if err := spoil(ctx, tx, u, attribute); err != nil {
				return nil, err
			}
		}
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

// provedOf returns which addresses of u are proved.
func provedOf(u *pool.User) map[string]bool {
	proved := make(map[string]bool, len(pool.Contacts))
	for _, attribute := range pool.Contacts {
		proved[attribute] = u.Verified(attribute)
	}
	return proved
}

// spoil makes the reset code that went to an address of u fit nothing. It is
// not removed: a stranger is told of a code that is none, and names that nobody
// has keep theirs.
func spoil(ctx context.Context, tx store.Tx, u *pool.User, attribute string) error {
	row, err := tx.Code(ctx, u.PoolKey, u.Sub, string(code.ForgotPassword))
	if errors.Is(err, store.ErrNotFound) || err == nil && row.Attribute != attribute {
		return nil
	}
	if err != nil {
		return err
	}
	row.MAC = make([]byte, len(row.MAC))
	return tx.PutCode(ctx, row)
}

package notice

import (
	"context"
	"maps"

	"github.com/cenote-auth/cenote/internal/core/message"
	"github.com/cenote-auth/cenote/internal/core/trigger"
	"github.com/cenote-auth/cenote/internal/store"
)

// Notices composes messages. Both parts are required.
type Notices struct {
	Messages *message.Messages
	Triggers *trigger.Triggers
}

// occasions says on which occasion a function hears of a kind of message; of
// all others it is a sign-in.
var occasions = map[message.Kind]string{
	message.SignUp:         trigger.MessageSignUp,
	message.ResendCode:     trigger.MessageResend,
	message.Invite:         trigger.MessageInvite,
	message.ForgotPassword: trigger.MessageForgot,
	message.VerifyAddress:  trigger.MessageVerify,
	message.UpdateAddress:  trigger.MessageUpdate,
}

func occasion(kind message.Kind) string {
	if o, ok := occasions[kind]; ok {
		return o
	}
	return trigger.MessageSignIn
}

// Compose returns the message of a kind to the user of who, for the outbox.
// code is the code or, in an invitation, the temporary password; metadata is
// what the caller sent for functions. Where a custom sender takes the message
// CustomMessage is not asked. Errors: those of a function.
func (n Notices) Compose(ctx context.Context, who trigger.Subject, kind message.Kind, to message.Delivery, code string, metadata map[string]string) (store.Message, error) {
	who = at(who, to)
	byEmail := to.Medium == message.Email
	if letter := n.Triggers.Letter(who, occasion(kind), byEmail, metadata); letter != nil {
		return n.Messages.Hand(letter, who.Pool, to, code), nil
	}
	words, err := n.Triggers.CustomMessage(ctx, who, occasion(kind), byEmail, metadata)
	if err != nil {
		return store.Message{}, err
	}
	return n.Messages.ComposeIn(message.Words(words), who.Pool, who.User, kind, to, code), nil
}

// Nobody is Compose for a name that nobody has: at the same cost to us, a
// message that is thrown away. No function hears of it.
func (n Notices) Nobody(who trigger.Subject, kind message.Kind, to message.Delivery, code string) store.Message {
	var out store.Message
	if letter := n.Triggers.Letter(who, occasion(kind), to.Medium == message.Email, nil); letter != nil {
		out = n.Messages.Hand(letter, who.Pool, to, code)
	} else {
		out = n.Messages.Compose(who.Pool, who.User, kind, to, code)
	}
	out.Destination = message.Nobody
	return out
}

// at returns who with the address that a message goes to: one that the user
// does not have yet is not in the attributes, by which functions send.
func at(who trigger.Subject, to message.Delivery) trigger.Subject {
	if who.User.Attributes[to.Attribute] == to.Destination {
		return who
	}
	u := *who.User
	u.Attributes = maps.Clone(u.Attributes)
	if u.Attributes == nil {
		u.Attributes = map[string]string{}
	}
	u.Attributes[to.Attribute] = to.Destination
	u.Attributes[to.Attribute+"_verified"] = "false"
	who.User = &u
	return who
}

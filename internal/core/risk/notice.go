package risk

import (
	"encoding/base64"
	"maps"
	"net/url"
	"strings"
	"time"

	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/core/message"
	"github.com/cenote-auth/cenote/internal/core/trigger"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// mail is what a verdict has its user told, at an address that is proved to be
// the user's; by the pool's own sender, if it has one.
func (r *Risk) mail(s Step, v Verdict, e store.AuthEvent) []store.Message {
	p, u := s.SignIn.Pool, s.SignIn.User
	if v.notice == nil || u.Attribute("email_verified") != "true" {
		return nil
	}
	to, ok := message.To(u, "email")
	if !ok {
		return nil
	}
	seen := shown(e)
	token := r.feedbackToken(u, e.ID)
	valid, invalid := r.link(p, token, "valid"), r.link(p, token, "invalid")
	when := e.Created.UTC().Format(time.RFC1123)

	told := *u
	told.Attributes = maps.Clone(u.Attributes)
	maps.Copy(told.Attributes, map[string]string{
		"EVENT_ID": e.ID, "LOGIN_TIME": when, "IP_ADDRESS": seen.Address, "DEVICE_NAME": seen.Device, "CITY": seen.City, "COUNTRY": seen.Country,
		"ONE_CLICK_LINK_VALID": valid, "ONE_CLICK_LINK_INVALID": invalid, "FEEDBACK_TOKEN": token,
	})
	who := trigger.Subject{Pool: p, Client: s.SignIn.Client, User: &told}
	if letter := r.o.Triggers.Letter(who, trigger.MessageTakenOver, true, nil); letter != nil {
		return []store.Message{r.o.Messages.Hand(letter, p, to, "")}
	}
	return []store.Message{r.o.Messages.Notice(p, to, v.text(), []string{
		"{username}", u.Username,
		"{login-time}", when,
		"{ip-address}", seen.Address,
		"{device-name}", seen.Device,
		"{city}", seen.City,
		"{country}", seen.Country,
		"{one-click-link-valid}", valid,
		"{one-click-link-invalid}", invalid,
		"{event-id}", e.ID,
		"{feedback-token}", token,
	})}
}

// text is the one of the notice that says what was done.
func (v Verdict) text() *pool.RiskMail {
	wanted, _ := v.Wants()
	switch {
	case v.Blocked():
		return v.notice.Block
	case wanted:
		return v.notice.SecondFactor
	}
	return v.notice.NoAction
}

// feedbackPath is what stands after a pool's id in the path of the links, which
// package feedback serves.
const feedbackPath = "/feedback"

func (r *Risk) link(p *pool.Pool, token, value string) string {
	return r.o.PublicURL + "/" + p.ID + feedbackPath + "?" + url.Values{"token": {token}, "value": {value}}.Encode()
}

// feedbackToken lets whoever reads the mail about an event judge it.
func (r *Risk) feedbackToken(u *pool.User, event string) string {
	return base64.RawURLEncoding.EncodeToString(r.o.Keyring.Seal(keyring.Feedback, []byte(u.Sub+" "+event), u.PoolKey))
}

// OpenFeedback returns the sub and the event that a token of a pool is about,
// or NotAuthorized.
func (r *Risk) OpenFeedback(p *pool.Pool, token string) (sub, event string, err error) {
	blob, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return "", "", ErrFeedback
	}
	plain, err := r.o.Keyring.Open(keyring.Feedback, blob, p.Key)
	if err != nil {
		return "", "", ErrFeedback
	}
	sub, event, _ = strings.Cut(string(plain), " ")
	return sub, event, nil
}

// ErrFeedback is the error of a token that serves no event.
var ErrFeedback = pool.E(pool.NotAuthorized, "Invalid feedback token.")

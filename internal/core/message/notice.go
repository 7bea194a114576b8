package message

import (
	"html"
	"strings"
	"time"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// The texts of a notice about a sign-in where the pool has none.
const (
	defaultNoticeSubject = "A sign-in to your account"
	defaultNotice        = `<p>Somebody has signed in to your account, or tried to, in a way that we have not seen before:</p>
<p>Time: {login-time}<br>Device: {device-name}<br>Address: {ip-address}<br>Place: {city} {country}</p>
<p>If it was you, <a href="{one-click-link-valid}">let us know</a>. If it was not, ` +
		`<a href="{one-click-link-invalid}">tell us so</a> and change your password.</p>`
)

// Notice returns the mail that tells u of a sign-in, for the outbox, in the
// words of text or, where it has none, in the standard ones. values are pairs
// of placeholder and value.
func (m *Messages) Notice(p *pool.Pool, d Delivery, text *pool.RiskMail, values []string) store.Message {
	out := m.envelope(p, Email, d.Destination)
	if m.held {
		out.Due = time.Time{}
	}
	if text == nil {
		text = &pool.RiskMail{}
	}
	body := text.HTML
	if body == "" && text.Text != "" {
		body = strings.ReplaceAll(html.EscapeString(text.Text), "\n", "<br>\n")
	}
	out.Sealed = m.seal(out, content{
		Subject: header(fill(text.Subject, defaultNoticeSubject, maxSubject, values)),
		Body:    fill(body, defaultNotice, maxEmail, escaped(values)),
	})
	return out
}

package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cenote-auth/cenote/auth/storage"
)

// Cookies is the storage.Storage of one request: it reads the cookies that came,
// and writes those of the answer. What Amplify's server side wrote it reads, and
// the reverse. It is safe for concurrent use.
//
// A text too long for one cookie lies in several, which Amplify does not read.
type Cookies struct {
	template http.Cookie

	mu      sync.Mutex
	gone    func(refreshToken string) // hears of refresh tokens that are removed; may be nil
	hidden  bool                      // the tokens that came are not shown
	came    map[string]string         // texts by decoded names
	raw     map[string][]string       // the names in the request, by decoded names
	now     map[string]*string        // what changed: texts by key, nil for those removed
	written bool
}

// NewCookies returns the storage of r. Of template are used Path ("/" if empty),
// Domain, Secure, SameSite (Lax if zero), Partitioned, and MaxAge in seconds (30
// days if zero), which the texts of a redirect under way do not get: they live 15
// minutes. All cookies are HttpOnly.
func NewCookies(r *http.Request, template http.Cookie) *Cookies {
	c := &Cookies{
		template: http.Cookie{
			Path: template.Path, Domain: template.Domain, MaxAge: template.MaxAge, Secure: template.Secure,
			SameSite: template.SameSite, Partitioned: template.Partitioned, HttpOnly: true,
		},
		came: make(map[string]string), raw: make(map[string][]string), now: make(map[string]*string),
	}
	if c.template.Path == "" {
		c.template.Path = "/"
	}
	if c.template.SameSite == 0 || c.template.SameSite == http.SameSiteDefaultMode {
		c.template.SameSite = http.SameSiteLaxMode
	}
	if c.template.MaxAge == 0 {
		c.template.MaxAge = int(cookieLife / time.Second)
	}
	for _, cookie := range r.Cookies() {
		key := decode(cookie.Name)
		if _, seen := c.came[key]; !seen { // as browsers' scripts do, the first counts
			c.came[key] = cookie.Value
		}
		if !slices.Contains(c.raw[key], cookie.Name) {
			c.raw[key] = append(c.raw[key], cookie.Name)
		}
	}
	return c
}

const (
	cookieLife   = 30 * 24 * time.Hour // as long as refresh tokens live, unless the app client says otherwise
	redirectLife = 15 * time.Minute
)

var errWritten = errors.New("the answer has begun, and cookies cannot follow it")

// Load implements storage.Storage. It fails only if ctx has ended.
func (c *Cookies) Load(ctx context.Context, keys ...string) (map[string]string, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("%w: %w", storage.ErrUnavailable, err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	found := make(map[string]string, len(keys))
	for _, key := range keys {
		if text, ok := c.text(key); ok {
			found[key] = text
		}
	}
	return found, nil
}

// Save implements storage.Storage. What it saves can be loaded at once, and
// reaches the browser with the answer. A session that is saved makes those of
// other users of the app client go. It fails if ctx has ended, if the answer has
// begun, or if a text is longer than 30,000 bytes.
func (c *Cookies) Save(ctx context.Context, set map[string]string, remove ...string) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%w: %w", storage.ErrUnavailable, err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.written && len(set)+len(remove) > 0 {
		return fmt.Errorf("%w: %w", storage.ErrUnavailable, errWritten)
	}
	for key, text := range set {
		if _, ok := split(key, text); !ok {
			return fmt.Errorf("%w: too long for cookies: %s", storage.ErrUnavailable, key)
		}
	}
	for _, key := range remove {
		c.remove(key)
	}
	for key, text := range set {
		c.now[key] = &text
		if prefix, ok := strings.CutSuffix(key, ".LastAuthUser"); ok {
			c.purge(prefix+".", text)
		}
	}
	return nil
}

// remove is for Save. The caller holds mu.
func (c *Cookies) remove(key string) {
	if c.gone != nil && strings.HasSuffix(key, ".refreshToken") {
		if token, _ := c.text(key); token != "" {
			c.gone(token)
		}
	}
	c.now[key] = nil
}

// text returns what is stored now. The caller holds mu.
func (c *Cookies) text(key string) (string, bool) {
	if text, changed := c.now[key]; changed {
		if text == nil {
			return "", false
		}
		return *text, true
	}
	if c.hidden && (strings.HasSuffix(key, ".accessToken") || strings.HasSuffix(key, ".idToken")) {
		return "", false
	}
	return join(key, c.came)
}

// hide makes the tokens that came look as if they had not, or ends that. They
// stay in the browser all the same.
func (c *Cookies) hide(hidden bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hidden = hidden
}

// tell has gone hear of the refresh tokens that are removed from now on.
func (c *Cookies) tell(gone func(refreshToken string)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gone = gone
}

// sessionTexts end the keys of a session. Device keys outlive it.
var sessionTexts = []string{"accessToken", "idToken", "refreshToken", "clockDrift", "signInDetails", "oauthMetadata", "userData"}

// purge removes the sessions of all other users of an app client, lest cookies
// pile up until no server takes the request. The caller holds mu.
func (c *Cookies) purge(prefix, username string) {
	for key := range c.raw {
		rest, ours := strings.CutPrefix(key, prefix)
		dot := strings.LastIndexByte(rest, '.')
		if !ours || dot < 0 || rest[:dot] == username || !slices.Contains(sessionTexts, rest[dot+1:]) {
			continue
		}
		if _, changed := c.now[key]; !changed {
			c.now[key] = nil
		}
	}
}

// Commit adds the changed cookies to the header of an answer, and forbids caches
// to keep it. Call it once, before the header is written: Save fails afterwards.
func (c *Cookies) Commit(h http.Header) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.written {
		return
	}
	c.written = true
	before := len(h["Set-Cookie"])
	for _, key := range slices.Sorted(maps.Keys(c.now)) {
		c.commit(h, key)
	}
	if len(h["Set-Cookie"]) > before {
		h.Set("Cache-Control", "no-store")
	}
}

// commit makes the browser's cookies of one key what they should be.
func (c *Cookies) commit(h http.Header, key string) {
	wanted := make(map[string]string)
	if text := c.now[key]; text != nil {
		wanted, _ = split(key, *text)
	}
	for name := range c.namesOf(key) {
		if _, ok := wanted[name]; !ok {
			h.Add("Set-Cookie", c.cookie(key, name, "", -1))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		h.Add("Set-Cookie", c.cookie(key, name, wanted[name], c.template.MaxAge))
	}
}

// namesOf yields the names under which the request has cookies of key.
func (c *Cookies) namesOf(key string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for i := -1; i < maxChunks; i++ {
			for _, name := range c.raw[chunkName(key, i)] {
				if !yield(name) {
					return
				}
			}
		}
	}
}

func (c *Cookies) cookie(key, name, value string, maxAge int) string {
	out := c.template
	out.Name, out.Value, out.MaxAge = name, value, maxAge
	if isRedirect(key) {
		out.SameSite = http.SameSiteLaxMode // the way back begins at another site
		if maxAge > 0 {
			out.MaxAge = int(redirectLife / time.Second)
		}
	}
	return out.String()
}

// isRedirect reports whether key is of a redirect under way.
func isRedirect(key string) bool {
	last := key[strings.LastIndexByte(key, '.')+1:]
	return strings.HasPrefix(last, "oauthState") || strings.HasPrefix(last, "inflightOAuth") || last == "oauthPKCE"
}

// Format prints the type alone: what cookies hold is secret.
func (c *Cookies) Format(s fmt.State, _ rune) { io.WriteString(s, "web.Cookies") }

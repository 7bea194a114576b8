package parity

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// transcript is what one telling came to, by paths such as
// "03 signIn/storage/….clockDrift", with what must differ between tellings
// replaced: names by their braces, ids and secrets by the order in which they
// first came up, times by how far they are from the beginning.
type transcript map[string]string

// writer makes a transcript of one telling.
type writer struct {
	library     string
	began       time.Time
	serverAhead time.Duration
	names       *strings.Replacer
	seen        map[string]string // stand-ins by what they stand for
	count       map[string]int    // of stand-ins by kind
	out         transcript
}

func (r *run) transcript() transcript {
	w := &writer{
		library: r.place.library, began: r.began, serverAhead: r.serverAhead,
		seen: map[string]string{}, count: map[string]int{}, out: transcript{},
	}
	var pairs []string
	values := slices.SortedFunc(maps.Keys(r.names), func(a, b string) int { return len(r.names[b]) - len(r.names[a]) })
	for _, name := range values {
		if name != "code" && name != "wrong" {
			pairs = append(pairs, r.names[name], "{"+name+"}")
		}
	}
	pairs = append(pairs, r.subs()...)
	pairs = append(pairs, r.secrets()...)
	w.names = strings.NewReplacer(append(pairs, r.on.endpoint, "{endpoint}")...)
	for i, l := range r.lines {
		w.line(fmt.Sprintf("%02d %s", i+1, l.step.Do), l.outcome)
	}
	return w.out
}

// subs are the users that the storage's tokens are for, and what stands for each.
func (r *run) subs() []string {
	var pairs []string
	for _, l := range r.lines {
		for _, key := range slices.Sorted(maps.Keys(l.outcome.Storage)) {
			claims, _ := claimsOf(l.outcome.Storage[key])
			if sub, _ := claims["sub"].(string); sub != "" && !slices.Contains(pairs, sub) {
				pairs = append(pairs, sub, fmt.Sprintf("{sub%d}", len(pairs)/2+1))
			}
		}
	}
	return pairs
}

// line writes what a step came to.
func (w *writer) line(at string, o outcome) {
	w.value(at+"/storage", w.storage(o.Storage))
	if o.Error != nil {
		w.out[at+"/error/name"] = o.Error.Name
		w.out[at+"/error/message"] = w.text(o.Error.Message)
		w.out[at+"/error/status"] = strconv.Itoa(o.Error.Status)
	} else {
		w.value(at+"/result", o.Result)
	}
	for i, event := range o.Events {
		w.value(fmt.Sprintf("%s/events/%d", at, i+1), event)
	}
	w.out[at+"/calls"] = strings.Join(o.Calls, ", ")
}

// storage is what is kept, by key. The name of the user who signed in last is a
// word in the keys, so that the name alone tells under which one a session is.
func (w *writer) storage(items map[string]string) M {
	last := ""
	for key, value := range items {
		if strings.HasSuffix(key, ".LastAuthUser") {
			last = value
		}
	}
	kept := M{}
	for key, value := range items {
		name := key
		if last != "" {
			name = strings.Replace(key, "."+last+".", ".(last user).", 1)
		}
		kept[name] = w.stored(key, value)
	}
	return kept
}

// stored is a value of the storage, which is text, as what it means.
func (w *writer) stored(key, value string) any {
	kind := key[strings.LastIndexByte(key, '.')+1:]
	switch kind {
	case "refreshToken", "deviceKey", "deviceGroupKey", "randomPasswordKey":
		return w.standIn(kind, value)
	case "clockDrift":
		n, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return value
		}
		if w.library == "amplify" {
			return shift(time.Duration(n)*time.Millisecond-w.serverAhead, time.Minute)
		}
		return shift(time.Duration(n)*time.Second+w.serverAhead, time.Minute)
	case "signInDetails", "userData", "oauthMetadata":
		var object any
		if json.Unmarshal([]byte(value), &object) == nil {
			return object
		}
	}
	return value
}

var (
	tokenShape = regexp.MustCompile(`^[\w-]+\.([\w-]+)\.[\w-]+$`)
	maskShape  = regexp.MustCompile(`\+\*+\d{4}|\w\*\*\*@\w\*\*\*`)
	uuidShape  = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
)

// value writes whatever is in v, at a path.
func (w *writer) value(at string, v any) {
	switch v := v.(type) {
	case nil:
	case M:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			w.value(at+"/"+w.text(key), w.special(key, v[key]))
		}
	case []any:
		for i, item := range v {
			w.value(fmt.Sprintf("%s/%d", at, i+1), item)
		}
	case string:
		if claims, ok := claimsOf(v); ok {
			w.value(at, claims)
			return
		}
		w.out[at] = w.text(v)
	default:
		text, err := json.Marshal(v)
		if err != nil {
			text = []byte(err.Error())
		}
		w.out[at] = string(text)
	}
}

// special replaces members of an object that are known by their names.
func (w *writer) special(key string, v any) any {
	switch v := v.(type) {
	case float64:
		if key == "iat" || key == "exp" || key == "auth_time" {
			return shift(time.Unix(int64(v), 0).Sub(w.began), 5*time.Minute)
		}
	case string:
		switch key {
		case "refreshToken", "jti", "origin_jti", "event_id", "credentialId", "nextToken", "deviceGroupKey", "randomPassword":
			return w.standIn(key, v)
		}
	}
	return v
}

// text replaces names and ids in a text.
func (w *writer) text(s string) string {
	s = maskShape.ReplaceAllString(s, "(masked)")
	return uuidShape.ReplaceAllStringFunc(w.names.Replace(s), func(id string) string { return w.standIn("id", id) })
}

// standIn is the same for the same text, and says how many came before.
func (w *writer) standIn(kind, s string) string {
	if s == "" {
		return ""
	}
	if _, ok := w.seen[kind+s]; !ok {
		w.count[kind]++
		w.seen[kind+s] = fmt.Sprintf("%s #%d", kind, w.count[kind])
	}
	return w.seen[kind+s]
}

// claimsOf decodes a JWT.
func claimsOf(s string) (M, bool) {
	found := tokenShape.FindStringSubmatch(s)
	if found == nil {
		return nil, false
	}
	text, err := base64.RawURLEncoding.DecodeString(found[1])
	if err != nil {
		return nil, false
	}
	var claims M
	return claims, json.Unmarshal(text, &claims) == nil
}

// shift is a duration to the nearest unit, with its sign: "+1h0m0s".
func shift(d, unit time.Duration) string {
	d = d.Round(unit)
	if d < 0 {
		return d.String()
	}
	return "+" + d.String()
}

package parity

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// side is one library's clients, and the pools that are its own.
type side struct {
	name string // JavaScript or Go
	sit  sitDown
}

// line is one step of a transcript.
type line struct {
	by      string // whose client it was
	step    Step
	outcome outcome
}

// wanted is what the table says the step comes to.
func (l line) wanted() string {
	if l.by == "Go" && l.step.Go != "" {
		return l.step.Go
	}
	return l.step.Want
}

// run is one telling of a scenario.
type run struct {
	on       *service
	scenario Scenario
	sides    [2]side // who begins, and who goes on where the storage is handed over
	strict   bool    // to end where a step comes to something else than the table says
	id       string  // of this telling, in names and addresses

	seat        seat
	place       place
	storage     map[string]string // as the last call left it
	turn        int               // index into sides
	names       map[string]string // for the braces
	began       time.Time         // by the server's clock
	serverAhead time.Duration     // at the beginning
	lines       []line
}

// tell plays the scenario and returns its transcript.
func (r *run) tell(ctx context.Context) ([]line, error) {
	ahead, err := r.on.ahead(ctx)
	if err != nil {
		return nil, err
	}
	// Pools belong to who begins: who goes on finds the other's session there.
	p, err := r.on.poolFor(ctx, r.sides[0].name, r.scenario.Pool)
	if err != nil {
		return nil, err
	}
	r.place = place{library: r.scenario.Library, pool: p, endpoint: r.on.endpoint, config: r.scenario.Config}
	r.began, r.serverAhead = time.Now().Add(ahead), ahead
	r.names = namesOf(r.id, p)
	if err := r.sitDown(ctx); err != nil {
		return nil, err
	}
	defer func() { r.seat.leave() }()

	for i, s := range r.scenario.Steps {
		if err := r.step(ctx, s); err != nil {
			return nil, fmt.Errorf("step %d, %s: %w", i+1, s.Do, err)
		}
	}
	return r.lines, nil
}

// namesOf are what stands in braces in the steps: names of one telling.
func namesOf(id string, p pool) map[string]string {
	user, email := "ada-"+id, "ada."+id+"@example.com"
	return map[string]string{
		"user": user, "USER": strings.ToUpper(user), "otherUser": "eve-" + id, "nick": "countess-" + id,
		"email": email, "EMAIL": strings.ToUpper(email), "otherEmail": "eve." + id + "@example.com",
		"phone": "+1555" + digits(id), "otherPhone": "+1556" + digits(id),
		"pool": p.id, "client": p.client,
	}
}

// digits turns an id such as 12b into a number of seven digits of its own.
func digits(id string) string {
	return fmt.Sprintf("%05s%02d", id[:len(id)-1], id[len(id)-1]-'a')
}

func (r *run) sitDown(ctx context.Context) error {
	seat, err := r.sides[r.turn].sit(ctx, r.place, r.storage)
	if err == nil {
		r.seat = seat
	}
	return err
}

func (r *run) step(ctx context.Context, s Step) error {
	with, err := r.filled(s.With)
	if err != nil {
		return err
	}
	switch s.Do {
	case admin:
		op, _ := with["op"].(string)
		in, _ := with["in"].(M)
		return r.on.call(ctx, op, merge(M{"UserPoolId": r.place.pool.id}, in), nil)
	case codeStep:
		return r.awaitCode(ctx, with)
	case appStep:
		return r.lookAtApp(ctx, with)
	case wholeRun, serverRun, clientRun:
		return r.moveClock(ctx, s.Do, with)
	case reload, handOver:
		if s.Do == handOver {
			r.turn = 1 - r.turn
		}
		r.seat.leave()
		return r.sitDown(ctx)
	case remember:
		key, _ := with["key"].(string)
		name, _ := with["name"].(string)
		r.names[name] = r.storage[key]
		return nil
	case edit:
		return r.edit(ctx, with)
	case offline:
		return r.seat.setOffline(ctx, with["is"] == true)
	}
	o := r.seat.call(ctx, s.Do, with)
	r.storage = o.Storage
	if id := passkeyIn(o); id != "" {
		r.names["passkey"] = id
	}
	l := line{r.sides[r.turn].name, s, o}
	r.lines = append(r.lines, l)
	if r.strict && o.comesTo() != l.wanted() {
		return fmt.Errorf("got %s, want %s", o.comesTo(), l.wanted())
	}
	return nil
}

// filled puts names in for the braces.
func (r *run) filled(with M) (M, error) {
	text, err := json.Marshal(with)
	if err != nil {
		return nil, err
	}
	var pairs []string
	for name, value := range r.names {
		pairs = append(pairs, "{"+name+"}", value)
	}
	var out M
	err = json.Unmarshal([]byte(strings.NewReplacer(pairs...).Replace(string(text))), &out)
	return out, err
}

func (r *run) awaitCode(ctx context.Context, with M) error {
	to, _ := with["to"].(string)
	count, _ := with["count"].(float64)
	code, err := r.on.code(ctx, to, int(count))
	r.nameCode(code)
	return err
}

func (r *run) nameCode(code string) {
	r.names["code"], r.names["wrong"] = code, "123321"
	if code == r.names["wrong"] {
		r.names["wrong"] = "321123"
	}
}

// passkeyIn is the id of the first passkey in a list.
func passkeyIn(o outcome) string {
	result, _ := o.Result.(M)
	list, _ := result["credentials"].([]any)
	if len(list) == 0 {
		return ""
	}
	first, _ := list[0].(M)
	id, _ := first["credentialId"].(string)
	return id
}

func (r *run) moveClock(ctx context.Context, which string, with M) error {
	text, _ := with["by"].(string)
	by, err := time.ParseDuration(text)
	if err != nil {
		return err
	}
	if which != clientRun {
		if err := r.on.advance(ctx, text); err != nil {
			return err
		}
	}
	if which == serverRun {
		return nil
	}
	r.place.ahead += by
	return r.seat.setAhead(ctx, r.place.ahead)
}

func (r *run) edit(ctx context.Context, with M) error {
	set, remove := map[string]string{}, []string{}
	if given, ok := with["set"].(M); ok {
		for k, v := range given {
			set[k], _ = v.(string)
		}
	}
	if given, ok := with["remove"].([]any); ok {
		for _, k := range given {
			text, _ := k.(string)
			remove = append(remove, text)
		}
	}
	if err := r.seat.edit(ctx, set, remove); err != nil {
		return err
	}
	if r.storage == nil {
		r.storage = map[string]string{}
	}
	for k, v := range set {
		r.storage[k] = v
	}
	for _, k := range remove {
		delete(r.storage, k)
	}
	return nil
}

package token

import (
	"encoding/json"
	"time"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Agent is what is known of whoever uses the tokens of a family: whence the
// last sign-in or refresh came. It is kept for pools that track sessions.
type Agent struct {
	Address string    `json:"address,omitempty"`
	Agent   string    `json:"agent,omitempty"`
	Used    time.Time `json:"used"`
}

// agent returns the agent of a grant as a row has it; "" where it is not kept.
func (g Grant) agent(now time.Time) string {
	if !g.Pool.Sessions.Tracked {
		return ""
	}
	return NewAgent(g.Origin, now)
}

// NewAgent returns an agent as a row has it.
func NewAgent(o pool.Origin, now time.Time) string {
	b, err := json.Marshal(Agent{o.Address, o.Agent, now.UTC()})
	if err != nil {
		panic(err) // two texts and a time
	}
	return string(b)
}

// AgentOf returns who used a row last. Where nothing is known it is who got it.
func AgentOf(row store.RefreshToken) Agent {
	a := Agent{Used: row.Issued}
	if row.Agent != "" {
		_ = json.Unmarshal([]byte(row.Agent), &a) // what does not fit is not known
	}
	return a
}

// Device says what the agent is, for people.
func (a Agent) Device() string { return pool.DeviceName(a.Agent) }

package operation

import (
	"slices"
	"testing"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/pool"
)

// An administrator says whence somebody came, in as many headers as are looked at.
func TestAdminOrigin(t *testing.T) {
	t.Parallel()
	header := func(name, value string) api.HttpHeader { return api.HttpHeader{HeaderName: &name, HeaderValue: &value} }
	agent, other := header("user-AGENT", "curl/8"), header("Accept", "*/*")
	many := func(n int) []api.HttpHeader { return slices.Repeat([]api.HttpHeader{other}, n) }
	for _, tt := range []struct {
		name    string
		address string
		headers []api.HttpHeader
		want    pool.Origin
	}{
		{"an address", "203.0.113.9", nil, pool.Origin{Address: "203.0.113.9"}},
		{"an address that is none", "home", nil, pool.Origin{}},
		{"a program", "203.0.113.9", []api.HttpHeader{other, agent}, pool.Origin{Address: "203.0.113.9", Agent: "curl/8"}},
		{"a header without a value", "203.0.113.9", []api.HttpHeader{{HeaderName: agent.HeaderName}}, pool.Origin{Address: "203.0.113.9"}},
		{"the last header that counts", "", append(many(maxHeaders-1), agent), pool.Origin{Agent: "curl/8"}},
		{"the first that does not", "", append(many(maxHeaders), agent), pool.Origin{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := adminOrigin(&api.ContextDataType{IpAddress: tt.address, HttpHeaders: tt.headers}); got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
	if got := adminOrigin(nil); got != (pool.Origin{}) {
		t.Errorf("of nothing said: %+v", got)
	}
}

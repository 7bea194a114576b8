package risk

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

const (
	chrome  = "Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537"
	updated = "Mozilla/5.0 (Windows NT 10.0) Chrome/127.0 Safari/537"
	phone   = "Mozilla/5.0 (iPhone) Version/17.2 Safari/604"
)

func TestLevels(t *testing.T) {
	t.Parallel()
	now := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	berlin, sydney, potsdam := Place{Latitude: 52.52, Longitude: 13.4}, Place{Latitude: -33.87, Longitude: 151.2}, Place{Latitude: 52.4, Longitude: 13.06}
	visited := func(address, agent string, place *Place, ago time.Duration) visit {
		return visit{Address: address, Kind: pool.DeviceKind(agent), Place: place, at: now.Add(-ago)}
	}
	home := visited("192.0.2.7", chrome, &berlin, time.Hour)
	for _, tt := range []struct {
		name  string
		past  []visit
		from  pool.Origin
		known bool
		place *Place
		want  string
	}{
		{"the first sign-in", nil, pool.Origin{Address: "203.0.113.1", Agent: phone}, false, nil, ""},
		{"as ever", []visit{home}, pool.Origin{Address: "192.0.2.7", Agent: chrome}, false, nil, ""},
		{"a neighbour's address, an update of the browser", []visit{home}, pool.Origin{Address: "192.0.2.200", Agent: updated}, false, nil, ""},
		{"another device", []visit{home}, pool.Origin{Address: "192.0.2.7", Agent: phone}, false, nil, Low},
		{"another network", []visit{home}, pool.Origin{Address: "203.0.113.1", Agent: chrome}, false, nil, Low},
		{"both", []visit{home}, pool.Origin{Address: "203.0.113.1", Agent: phone}, false, nil, Medium},
		{"both, of a device that is remembered", []visit{home}, pool.Origin{Address: "203.0.113.1", Agent: phone}, true, nil, Low},
		{"both known, though not together", []visit{home, visited("203.0.113.1", phone, nil, 2*time.Hour)},
			pool.Origin{Address: "203.0.113.2", Agent: chrome}, false, nil, ""},
		{"nothing is known of the origin but the address", []visit{home}, pool.Origin{Address: "203.0.113.1"}, false, nil, Medium},
		{"nothing is known of it but the device", []visit{home}, pool.Origin{Agent: phone}, false, nil, Low},
		{"another place, too soon", []visit{home}, pool.Origin{Address: "192.0.2.7", Agent: chrome}, false, &sydney, High},
		{"another place, in time", []visit{visited("192.0.2.7", chrome, &berlin, 20*time.Hour)}, pool.Origin{Address: "192.0.2.7", Agent: chrome}, false, &sydney, ""},
		{"a place nearby", []visit{visited("192.0.2.7", chrome, &berlin, time.Second)}, pool.Origin{Address: "192.0.2.7", Agent: chrome}, false, &potsdam, ""},
		{"the same moment", []visit{visited("192.0.2.7", chrome, &berlin, 0)}, pool.Origin{Address: "192.0.2.7", Agent: chrome}, false, &sydney, High},
		{"the last place counts", []visit{visited("192.0.2.7", chrome, &sydney, time.Hour), home}, pool.Origin{Address: "192.0.2.7", Agent: chrome}, false, &sydney, ""},
		{"the first of which anything is known", []visit{visited("", "", nil, time.Hour)}, pool.Origin{Address: "203.0.113.1", Agent: phone}, false, nil, ""},
		{"a device that nothing is known of", []visit{home}, pool.Origin{Address: "192.0.2.7", Agent: "?"}, false, nil, Low},
		{"a device that nothing was known of before either", []visit{home, visited("192.0.2.7", "?", nil, time.Hour)},
			pool.Origin{Address: "192.0.2.7"}, false, nil, ""},
		{"IPv6 of one household", []visit{visited("2001:db8:1:1::1", chrome, nil, time.Hour)}, pool.Origin{Address: "2001:db8:1:2::9", Agent: chrome}, false, nil, ""},
		{"IPv6 of another", []visit{visited("2001:db8:1:1::1", chrome, nil, time.Hour)}, pool.Origin{Address: "2001:db8:2::9", Agent: chrome}, false, nil, Low},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var v Verdict
			if tt.place != nil {
				v.place, v.placed = *tt.place, true
			}
			if got := level(tt.past, SignIn{Origin: tt.from, KnownDevice: tt.known}, v, now); got != tt.want {
				t.Errorf("level = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestHistoryIsOfWhatCanBeRead(t *testing.T) {
	t.Parallel()
	got := history([]store.AuthEvent{{Context: `{"address":"192.0.2.1","kind":"Chrome"}`, Created: time.Unix(1, 0)}, {Context: "junk"}})
	if len(got) != 1 || got[0].Address != "192.0.2.1" || got[0].Kind != "Chrome" || !got[0].at.Equal(time.Unix(1, 0)) {
		t.Errorf("history = %+v", got)
	}
}

func TestManyAnswersAreCut(t *testing.T) {
	t.Parallel()
	known := ""
	for range 30 {
		known = challenges(known, []Challenge{{Password, false}})
	}
	var list []Challenge
	if err := json.Unmarshal([]byte(known), &list); err != nil || len(list) != mostChallenges {
		t.Errorf("%d answers are kept (%v), want %d", len(list), err, mostChallenges)
	}
	if got := challenges("junk", nil); got != "[]" {
		t.Errorf("of junk came %s", got)
	}
}

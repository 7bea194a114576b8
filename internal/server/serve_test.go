package server

import (
	"context"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/core/token/testkeys"
	"github.com/cenote-auth/cenote/internal/seal"
	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

// onEachServeDatabase runs test on SQLite and on PostgreSQL.
func onEachServeDatabase(t *testing.T, test func(t *testing.T, c Config)) {
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		test(t, serveConfig(t))
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		c := serveConfig(t)
		c.DatabaseURL = withFewConns(t, storetest.Postgres(t))
		c.MasterKey = seal.NewKey().Encode()
		test(t, c)
	})
}

func TestAnOperatorWithAKey(t *testing.T) {
	t.Parallel()
	onEachServeDatabase(t, func(t *testing.T, c Config) {
		key := newKey(t, c, "deploy", "*", "*")
		n := start(t, c)
		poolID := n.mustAs(t, key, "CreateUserPool", object{"PoolName": "garden"}).at("UserPool", "Id")
		if !strings.HasPrefix(poolID, "eu-west-1_") {
			t.Errorf("pool %q, want one of the region that was signed", poolID)
		}
		n.mustAs(t, key, "AdminCreateUser", object{"UserPoolId": poolID, "Username": "ada"})
		if got := n.mustAs(t, key, "AdminGetUser", object{"UserPoolId": poolID, "Username": "ada"}).at("Username"); got != "ada" {
			t.Errorf("user name = %q, want ada", got)
		}
		if found := (secrets{"secret of the access key": []byte(key.secret)}).foundIn(raw(t, c)); len(found) > 0 {
			t.Errorf("readable in the database: %v", found)
		}
	})
}

func TestNothingOfADevelopmentServerIsThere(t *testing.T) {
	t.Parallel()
	n := start(t, serveConfig(t))
	for _, path := range []string{"/_cenote/inbox", "/_cenote/clock", "/_cenote/metrics"} {
		if status, _ := n.get(t, path); status != http.StatusNotFound {
			t.Errorf("GET %s: got %d, want 404", path, status)
		}
	}
	for _, path := range []string{"/_cenote/health", "/_cenote/ready"} {
		if status, _ := n.get(t, path); status != http.StatusOK {
			t.Errorf("GET %s: got %d, want 200", path, status)
		}
	}
	if status, out := n.try(t, "ListUserPools", object{"MaxResults": 1}); status != http.StatusBadRequest || out.at("__type") != "UnrecognizedClientException" {
		t.Errorf("any access key: got %d %v, want an UnrecognizedClientException", status, out)
	}
	list, _, err := n.pools.List(t.Context(), "", 1)
	if err != nil || len(list) != 0 {
		t.Errorf("pools = %v, %v; want none", list, err)
	}
}

func TestDevelopmentAndServiceDoNotMix(t *testing.T) {
	t.Parallel()
	onEachServeDatabase(t, func(t *testing.T, c Config) {
		c.Dev = true
		n := start(t, c)
		if err := n.stop(); err != nil {
			t.Fatal(err)
		}
		c.Dev = false
		const want = "the database belongs to cenote dev: cenote serve does not open it"
		refused(t, c, want)
		if _, err := OpenKeys(t.Context(), c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("OpenKeys = %v, want %q", err, want)
		}
	})
	onEachServeDatabase(t, func(t *testing.T, c Config) {
		newKey(t, c, "first", "*", "*") // even before a server has run
		c.Dev = true
		refused(t, c, "the database belongs to cenote serve: cenote dev does not open it")
	})
}

func TestOnPostgreSQLTheMasterKeyIsNotMadeUp(t *testing.T) {
	t.Parallel()
	c := serveConfig(t)
	c.DatabaseURL = withFewConns(t, storetest.Postgres(t))
	refused(t, c, "there is no master key: set CENOTE_MASTER_KEY")
	if left, err := os.ReadDir(c.DataDir); err != nil || len(left) != 0 {
		t.Errorf("left in the data folder: %v, %v", left, err)
	}
}

// Messages wait for a sender that may come, and are not shown to anybody.
func TestMessagesWait(t *testing.T) {
	t.Parallel()
	c := serveConfig(t)
	log := jsonLog(&c)
	key := newKey(t, c, "deploy", "*", "*")
	n := start(t, c)
	poolID := n.mustAs(t, key, "CreateUserPool", object{"PoolName": "garden"}).at("UserPool", "Id")
	n.mustAs(t, key, "AdminCreateUser", object{
		"UserPoolId": poolID, "Username": "ada", "DesiredDeliveryMediums": []string{"EMAIL"},
		"UserAttributes": []object{{"Name": "email", "Value": ada}},
	})
	err := n.store.View(t.Context(), func(snap store.Snapshot) error {
		list, err := snap.Messages(t.Context(), ada, 10)
		if len(list) != 1 || list[0].Due.IsZero() {
			t.Errorf("messages = %v, want one that is due", list)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	warned := 0
	for line := range strings.Lines(log.String()) {
		if strings.Contains(line, "no sender of mail") && strings.Contains(line, `"level":"WARN"`) {
			warned++
		}
	}
	if warned != 1 {
		t.Errorf("%d warnings that nothing is delivered, want 1:\n%s", warned, log)
	}
}

func TestAccessKeysWhileAServerRuns(t *testing.T) {
	t.Parallel()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		c := serveConfig(t)
		start(t, c)
		_, err := OpenKeys(t.Context(), c)
		if err == nil || !strings.Contains(err.Error(), "in use by another process") || !strings.Contains(err.Error(), "stop it") {
			t.Errorf("OpenKeys = %v, want to be told to stop the server", err)
		}
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		c := serveConfig(t)
		c.DatabaseURL = withFewConns(t, storetest.Postgres(t))
		c.MasterKey = seal.NewKey().Encode()
		n := start(t, c)
		key := newKey(t, c, "", "List*", "*")
		n.mustAs(t, key, "ListUserPools", object{"MaxResults": 1})
		all, err := OpenKeys(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		defer all.Close()
		if err := all.Delete(t.Context(), key.id); err != nil {
			t.Fatal(err)
		}
		if err := all.Delete(context.Background(), key.id); err == nil || !strings.Contains(err.Error(), "there is no access key") {
			t.Errorf("deleting it again: %v", err)
		}
		if list, err := all.List(t.Context()); err != nil || len(list) != 0 {
			t.Errorf("List = %v, %v; want none", list, err)
		}
	})
}

func TestServeConfigThatIsRefused(t *testing.T) {
	t.Parallel()
	good := Config{DataDir: "data", PublicURL: "https://auth.example.com"}
	if _, err := good.complete(); err != nil {
		t.Fatalf("a good configuration: %v", err)
	}
	for _, tt := range []struct {
		name   string
		change func(*Config)
		want   string // "" where it is good after all
	}{
		{"plain on loopback", func(c *Config) { c.PublicURL = "http://localhost:9229" }, ""},
		{"plain on an address of loopback", func(c *Config) { c.PublicURL = "http://[::1]:9229" }, ""},
		{"no public URL", func(c *Config) { c.PublicURL = "" }, "public URL"},
		{"a plain public URL", func(c *Config) { c.PublicURL = "http://auth.example.com" }, "must begin with https://"},
		{"a plain public URL of an address", func(c *Config) { c.PublicURL = "http://192.0.2.1" }, "must begin with https://"},
		{"a name that looks like loopback", func(c *Config) { c.PublicURL = "http://127.0.0.1.example.com" }, "must begin with https://"},
		{"a path", func(c *Config) { c.PublicURL = "https://auth.example.com/id" }, "no path"},
		{"a fixed code", func(c *Config) { c.FixedCode = "123456" }, "cenote dev"},
		{"keys made ahead", func(c *Config) { c.Keys = &testkeys.Source{} }, "cenote dev"},
		{"exposed", func(c *Config) { c.Expose = true }, "cenote dev"},
		{"a certificate without a key", func(c *Config) { c.TLSCert = "cert.pem" }, "belong together"},
		{"a key without a certificate", func(c *Config) { c.TLSKey = "key.pem" }, "belong together"},
		{"a certificate for a plain URL", func(c *Config) { c.PublicURL, c.TLSCert, c.TLSKey = "http://localhost", "c", "k" }, "has a certificate"},
		{"proxies", func(c *Config) { c.TrustedProxies = []string{"10.0.0.0/8", "192.0.2.1", "2001:db8::/32"} }, ""},
		{"a proxy's name", func(c *Config) { c.TrustedProxies = []string{"proxy.example.com"} }, `trusted proxy "proxy.example.com"`},
		{"everybody a proxy", func(c *Config) { c.TrustedProxies = []string{"0.0.0.0/0"} }, "that is everybody"},
		{"everybody on IPv6", func(c *Config) { c.TrustedProxies = []string{"::/0"} }, "that is everybody"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := good
			tt.change(&c)
			_, err := c.complete()
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestWhereServeListens(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		config Config
		want   string // in the error
	}{
		{"loopback", Config{Listen: "127.0.0.1:0"}, ""},
		{"everywhere in plain", Config{Listen: "0.0.0.0:0"}, "--tls-cert"},
		{"everywhere by TLS", Config{Listen: "0.0.0.0:0", TLSCert: "c", TLSKey: "k"}, ""},
		{"everywhere behind a proxy", Config{Listen: ":0", TrustedProxies: []string{"10.0.0.1"}}, ""},
		{"everywhere, with a proxy that need not end TLS",
			Config{Listen: ":0", TrustedProxies: []string{"10.0.0.1"}, PublicURL: "HTTP://localhost:9229"}, "--tls-cert"},
	} {
		ln, err := Listen(tt.config)
		if err == nil {
			ln.Close()
		}
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
		}
	}
}

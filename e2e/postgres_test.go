package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// postgres is a PostgreSQL server that a test may stop and start.
type postgres struct {
	bin, data string
	as        []string // who runs it: the server refuses to be root's
	port      string
}

// ownPostgres makes a PostgreSQL server that keeps what it acknowledges, and
// starts it. It is removed with the test.
func ownPostgres(t *testing.T) *postgres {
	t.Helper()
	bin, err := exec.Command("../scripts/postgres-bin").Output()
	if err != nil {
		t.Fatal("PostgreSQL server programs not found; scripts/need installs them")
	}
	dir, err := os.MkdirTemp("", "cenote-e2e-postgres")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	_, port, _ := strings.Cut(freeAddress(t), ":")
	p := &postgres{bin: strings.TrimSpace(string(bin)), data: filepath.Join(dir, "data"), port: port}
	if os.Getuid() == 0 {
		owner := "nobody"
		if exec.Command("id", "postgres").Run() == nil {
			owner = "postgres"
		}
		p.as = []string{"runuser", "-u", owner, "--"}
		if out, err := exec.Command("chown", owner, dir).CombinedOutput(); err != nil {
			t.Fatalf("chown: %v\n%s", err, out)
		}
	}
	p.run(t, "initdb", "-D", p.data, "-U", "cenote", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	t.Cleanup(func() { p.command("pg_ctl", "-D", p.data, "-m", "immediate", "-w", "stop").Run() })
	p.start(t)
	return p
}

func (p *postgres) command(program string, args ...string) *exec.Cmd {
	all := append(p.as, append([]string{filepath.Join(p.bin, program)}, args...)...)
	cmd := exec.Command(all[0], all[1:]...)
	cmd.Dir = filepath.Dir(p.data) // ours may be closed to the owner
	return cmd
}

func (p *postgres) run(t *testing.T, program string, args ...string) {
	t.Helper()
	// Output goes to a file: a server would keep a pipe open.
	log, err := os.CreateTemp("", "cenote-e2e-postgres-log")
	if err != nil {
		t.Fatal(err)
	}
	defer os.Remove(log.Name())
	defer log.Close()
	cmd := p.command(program, args...)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Run(); err != nil {
		text, _ := os.ReadFile(log.Name())
		t.Fatalf("%s: %v\n%s", program, err, text)
	}
}

func (p *postgres) start(t *testing.T) {
	t.Helper()
	p.run(t, "pg_ctl", "-D", p.data, "-l", filepath.Join(p.data, "server.log"), "-w", "-t", "60", "start", "-o",
		fmt.Sprintf("-p %s -c listen_addresses=127.0.0.1 -c unix_socket_directories=", p.port))
}

// crash ends the server as a loss of power would: it recovers at its next start.
func (p *postgres) crash(t *testing.T) {
	t.Helper()
	p.run(t, "pg_ctl", "-D", p.data, "-m", "immediate", "-w", "stop")
}

func (p *postgres) url() string {
	return "postgres://cenote@127.0.0.1:" + p.port + "/postgres?sslmode=disable"
}

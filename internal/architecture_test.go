// Package internal_test holds the house together: which package may import
// which, and who may read flags and the environment. Rooms are described in
// ARCHITECTURE.md.
package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/cenote-auth/cenote/"

// floors are the house from the ground up. A package imports what is on lower
// floors only; so those on one floor, such as the flows, do not import each
// other. A package that is named by no pattern fails the test.
var floors = [][]string{
	{"internal/api", "internal/crash", "internal/esdk", "internal/golden", "internal/pool", "internal/seal", "internal/sigv4", "internal/srp"},
	{"internal/store"},
	{"internal/store/sqlstore"},
	{"internal/store/metered", "internal/store/postgres", "internal/store/sqlite"},
	{"internal/core/clock"},
	{"internal/core/keyring"},
	{"internal/core/accesskey", "internal/core/code", "internal/core/job", "internal/core/limit", "internal/core/message",
		"internal/core/passkey", "internal/core/session", "internal/core/token", "internal/core/totp", "internal/core/trigger"},
	{"internal/core/credential", "internal/core/notice", "internal/core/setting"},
	{"internal/core/device", "internal/core/directory", "internal/core/risk"},
	{"internal/core/contact"},
	{"internal/flow/account", "internal/flow/admin", "internal/flow/imports", "internal/flow/signin", "internal/flow/signup"},
	{"internal/endpoint/awsjson", "internal/endpoint/devclock", "internal/endpoint/feedback", "internal/endpoint/guard", "internal/endpoint/health",
		"internal/endpoint/inbox", "internal/endpoint/metrics", "internal/endpoint/upload", "internal/endpoint/watch", "internal/endpoint/wellknown"},
	{"internal/endpoint/operation"},
	{"internal/server"},
	{"auth/internal/loopback", "auth/storage"},
	{"auth/userpool"},
	{"auth/verify"},
	{"auth"},
	{"auth/passkey", "auth/web"},
	{"cmd/*", "internal/modelgen", "internal/srp/kernelgen", "bench", "bench/*"}, // programs
}

// forTests are packages that help tests. No program contains them.
var forTests = []string{"auth/internal/leaktest", "auth/internal/oauthtest", "auth/storage/storagetest", "cenotetest",
	"internal/golden", "internal/logtest", "internal/core/keyring/keyringtest", "internal/core/passkey/testkey",
	"internal/core/token/testkeys", "internal/flow/flowtest", "internal/store/storetest"}

// public are the packages that other modules import, and what of internal each
// may know.
var public = []struct{ packages, may []string }{
	{[]string{"auth", "auth/*", "auth/*/*"}, []string{"internal/srp"}}, // a client of any server
	{[]string{"cenotetest"}, []string{"internal/server", "internal/core/token/testkeys"}},
}

// reserved are packages that only some may import, however high they stand.
var reserved = []struct {
	packages []string
	by       []string
	why      string
}{
	{[]string{"internal/api"}, []string{"internal/endpoint/awsjson", "internal/endpoint/operation"},
		"wire types stop at endpoint/operation, since other endpoints use the same flows"},
	{[]string{"internal/store"}, []string{"internal/store/*", "internal/core/*", "internal/flow/*", "internal/server"},
		"endpoints ask the flows"},
	{[]string{"internal/store/*"}, []string{"internal/store/*", "internal/server"},
		"a backend is chosen in one place"},
	{[]string{"internal/endpoint/*"}, []string{"internal/server"},
		"endpoints do not know each other"},
	{[]string{"internal/flow/*"}, []string{"internal/endpoint/operation", "internal/server"},
		"the other endpoints of today need no flow"},
	{[]string{"internal/core/*"}, []string{"internal/core/*", "internal/flow/*", "internal/endpoint/operation", "internal/server"},
		"endpoints ask the flows"},
}

// excepted reports whether an import is allowed in spite of reserved.
func excepted(from, to string) bool {
	return from == "internal/endpoint/operation" && to == "internal/endpoint/awsjson" || // it asks who signed a request
		from == "bench" // it measures the parts alone too
}

func TestImportsGoDownOnly(t *testing.T) {
	t.Parallel()
	packages := list(t, "{{.ImportPath}} {{join .Imports \" \"}}", "./...")
	if len(packages) < 20 {
		t.Fatalf("go list found %d packages", len(packages))
	}
	for _, line := range packages {
		fields := strings.Fields(line)
		from := strings.TrimPrefix(fields[0], module)
		checkPublic(t, from, fields[1:])
		if matches(forTests, from) || from == "internal" {
			continue
		}
		if floorOf(from) < 0 {
			t.Errorf("%s stands on no floor: give it one in floors", from)
			continue
		}
		for _, to := range fields[1:] {
			if to, ours := strings.CutPrefix(to, module); ours {
				checkImport(t, from, to)
			}
		}
	}
}

func checkPublic(t *testing.T, from string, imports []string) {
	t.Helper()
	for _, p := range public {
		for _, to := range imports {
			to, ours := strings.CutPrefix(to, module)
			if ours && matches(p.packages, from) && strings.HasPrefix(to, "internal/") && !matches(p.may, to) {
				t.Errorf("%s imports %s: it may know %v", from, to, p.may)
			}
		}
	}
}

func checkImport(t *testing.T, from, to string) {
	t.Helper()
	if matches(forTests, to) {
		t.Errorf("%s imports %s, which is for tests", from, to)
		return
	}
	if floorOf(to) >= floorOf(from) {
		t.Errorf("%s imports %s, which is not below it", from, to)
	}
	for _, r := range reserved {
		if matches(r.packages, to) && !matches(r.by, from) && !excepted(from, to) {
			t.Errorf("%s imports %s: %s", from, to, r.why)
		}
	}
}

func TestTheProgramContainsNothingForTests(t *testing.T) {
	t.Parallel()
	for _, dep := range list(t, "{{.ImportPath}}", "-deps", "./cmd/...") {
		if dep == "testing" || matches(forTests, strings.TrimPrefix(dep, module)) {
			t.Errorf("cmd contains %s", dep)
		}
	}
}

// floorOf returns the number of the floor that a package stands on, or -1.
func floorOf(pkg string) int {
	return slices.IndexFunc(floors, func(floor []string) bool { return matches(floor, pkg) })
}

func matches(patterns []string, pkg string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		ok, err := path.Match(pattern, pkg)
		return ok && err == nil
	})
}

// list returns the lines of go list in the module's root.
func list(t *testing.T, format string, args ...string) []string {
	t.Helper()
	readFolders(t)
	cmd := exec.Command("go", append([]string{"list", "-f", format}, args...)...)
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

// readFolders looks at what go list will read, so that the test cache knows
// that this result depends on it.
func readFolders(t *testing.T) {
	t.Helper()
	for _, dir := range []string{"../auth", "../bench", "../cenotetest", "../cmd", "."} {
		if err := filepath.WalkDir(dir, func(_ string, _ fs.DirEntry, err error) error { return err }); err != nil {
			t.Fatal(err)
		}
	}
}

func TestOnlyTheProgramAndTheServerReadFlagsAndEnvironment(t *testing.T) {
	t.Parallel()
	for _, line := range list(t, "{{.ImportPath}}{{range .GoFiles}} {{$.Dir}}/{{.}}{{end}}", "./internal/...", "./auth/...") {
		fields := strings.Fields(line)
		pkg := strings.TrimPrefix(fields[0], module)
		if pkg == "internal/server" || matches(forTests, pkg) || floorOf(pkg) == len(floors)-1 {
			continue
		}
		for _, file := range fields[1:] {
			for _, what := range readsOutside(t, file) {
				t.Errorf("%s uses %s", filepath.Base(file), what)
			}
		}
	}
}

// readsOutside names what a file uses of flags and the environment.
func readsOutside(t *testing.T, file string) (found []string) {
	t.Helper()
	if strings.HasSuffix(file, "_gen.go") {
		return nil
	}
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range parsed.Imports {
		if i.Path.Value == `"flag"` {
			found = append(found, "package flag")
		}
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		s, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := s.X.(*ast.Ident); ok && x.Name == "os" &&
			slices.Contains([]string{"Getenv", "LookupEnv", "Environ", "ExpandEnv", "Args"}, s.Sel.Name) {
			found = append(found, "os."+s.Sel.Name)
		}
		return true
	})
	return found
}

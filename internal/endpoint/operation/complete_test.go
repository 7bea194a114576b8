package operation

import (
	"flag"
	"fmt"
	"os"
	"reflect"
	"sync"
	"testing"

	"github.com/cenote-auth/cenote/internal/api"
)

// checked are the operations whose declared errors were all looked for.
var checked sync.Map

// TestMain fails, where all tests ran, unless they reached or excused each error
// that the model declares for each operation that is built.
func TestMain(m *testing.M) {
	code := m.Run()
	if code == 0 && allRan() {
		for _, name := range built() {
			if _, ok := checked.Load(name); !ok {
				fmt.Printf("FAIL: no test looks for the errors that %s declares\n", name)
				code = 1
			}
		}
	}
	os.Exit(code)
}

// allRan reports whether no flag chose among the tests.
func allRan() bool {
	for _, name := range []string{"test.run", "test.skip", "test.list", "test.fuzz"} {
		if f := flag.Lookup(name); f != nil && f.Value.String() != "" {
			return false
		}
	}
	return true
}

// built are the operations that are not in unbuilt.go.
func built() (names []string) {
	rest := reflect.TypeFor[unbuilt]()
	for op := range api.Operations() {
		if _, ok := rest.MethodByName(op.Name); !ok {
			names = append(names, op.Name)
		}
	}
	return names
}

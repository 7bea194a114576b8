package trigger

import (
	"net"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/pool"
)

// An endpoint that takes connections and never says a word holds none of them
// longer than an attempt lasts.
func TestAnEndpointThatNeverSpeaksIsLetGo(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	gone := make(chan error, attempts)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				_ = c.SetReadDeadline(time.Now().Add(20 * time.Second))
				for {
					if _, err := c.Read(make([]byte, 1<<10)); err != nil {
						gone <- err
						return
					}
				}
			}()
		}
	}()
	tr, _ := quick("https://" + l.Addr().String())
	tr.client = newClient(tr.patience)
	_, err = tr.PreSignUp(t.Context(), ada(), SignUp, nil, nil)
	want(t, err, pool.UnexpectedLambda, "PreSignUp invocation failed due to error Socket timeout while invoking Lambda function.")
	for range attempts {
		if err := <-gone; err.Error() != "EOF" {
			t.Errorf("a connection ended by %v, want by the caller", err)
		}
	}
}

package trigger

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/pool"
)

// An endpoint that takes connections and never says a word holds none of them
// much longer than an attempt lasts.
func TestAnEndpointThatNeverSpeaksIsLetGo(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var mute sync.WaitGroup
	mute.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			mute.Go(func() {
				defer c.Close()
				_ = c.SetReadDeadline(time.Now().Add(20 * time.Second))
				if _, err := io.Copy(io.Discard, c); errors.Is(err, os.ErrDeadlineExceeded) {
					t.Error("a connection was kept")
				}
			})
		}
	})
	tr, _ := quick("https://" + l.Addr().String())
	tr.client = newClient(tr.patience)
	_, err = tr.PreSignUp(t.Context(), ada(), SignUp, nil, nil)
	want(t, err, pool.UnexpectedLambda, "PreSignUp invocation failed due to error Socket timeout while invoking Lambda function.")
	l.Close()
	mute.Wait()
}

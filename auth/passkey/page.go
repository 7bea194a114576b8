package passkey

import (
	"bytes"
	"context"
	"crypto/rand"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cenote-auth/cenote/auth"
)

//go:embed page.html
var pageText string

var page = template.Must(template.New("page").Parse(pageText))

// server serves the page of one ceremony, to whoever knows its path.
type server struct {
	url     string
	answers chan answer // the first one counts

	host     string // with the port, as browsers send it
	ceremony ceremony
	opened   atomic.Bool
	http     *http.Server
	serving  sync.WaitGroup
}

// answer is what came of the ceremony.
type answer struct {
	credential json.RawMessage
	err        error
}

// serve listens on this machine alone; host is the name that browsers shall call
// it by.
func serve(host string, c ceremony) (*server, error) {
	listeners, err := listen()
	if err != nil {
		return nil, err
	}
	s := &server{answers: make(chan answer, 1), ceremony: c}
	s.host = fmt.Sprintf("%s:%d", host, listeners[0].Addr().(*net.TCPAddr).Port)
	path := "/" + rand.Text()
	s.url = "http://" + s.host + path
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+path, s.show)
	mux.HandleFunc("POST "+path, s.take)
	s.http = &http.Server{
		Handler:           http.MaxBytesHandler(s.guarded(mux), maxCredential),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      10 * time.Second,
		MaxHeaderBytes:    1 << 14,
		ErrorLog:          log.New(io.Discard, "", 0),
	}
	for _, ln := range listeners {
		s.serving.Go(func() { _ = s.http.Serve(ln) }) // until close
	}
	return s, nil
}

// listen takes a port of this machine, at both its addresses if it has two:
// browsers may look for localhost at either, where somebody else could listen.
func listen() ([]net.Listener, error) {
	var failed error
	for range 10 { // the port may be taken at the other address
		six, err := net.Listen("tcp6", "[::1]:0")
		if err != nil {
			four, err := net.Listen("tcp4", "127.0.0.1:0")
			return []net.Listener{four}, err
		}
		four, err := net.Listen("tcp4", fmt.Sprintf("127.0.0.1:%d", six.Addr().(*net.TCPAddr).Port))
		if err == nil {
			return []net.Listener{four, six}, nil
		}
		six.Close()
		failed = err
	}
	return nil, failed
}

// maxCredential is the longest answer of a browser that is read, in bytes.
const maxCredential = 64 << 10

// close lets the last answer get to the browser.
func (s *server) close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if s.http.Shutdown(ctx) != nil {
		_ = s.http.Close()
	}
	s.serving.Wait()
}

// guarded refuses requests that some other site had the browser make: those by
// another name of this machine, and those that another page sends.
func (s *server) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		origin := r.Header.Get("Origin")
		if r.Host != s.host || origin != "" && origin != "http://"+s.host || r.Method == http.MethodPost && origin == "" {
			http.Error(w, "not from here", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// show sends the page, once. Who opens it a second time may not be the user, nor
// who opened it first.
func (s *server) show(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet {
		http.Error(w, "GET the page", http.StatusMethodNotAllowed)
		return
	}
	if s.opened.Swap(true) {
		s.say(answer{err: fmt.Errorf("the page was opened twice: %w", auth.ErrPasskeyOperationAborted)})
		http.Error(w, "This page was opened before. Begin again.", http.StatusGone)
		return
	}
	nonce := base64.StdEncoding.EncodeToString([]byte(rand.Text()))
	var text bytes.Buffer
	err := page.Execute(&text, map[string]any{"Nonce": nonce, "Kind": s.ceremony.kind, "Options": s.ceremony.options})
	if err != nil {
		s.say(answer{err: fmt.Errorf("write the page for a passkey: %w", err)})
		http.Error(w, "no page", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; connect-src 'self'; script-src 'nonce-"+nonce+"'; style-src 'nonce-"+nonce+
		"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(text.Bytes())
}

// take reads what the page sends.
func (s *server) take(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Credential json.RawMessage
		Error      string // the name of a DOMException
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil || len(in.Credential) == 0 && in.Error == "" {
		http.Error(w, "not an answer", http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusNoContent)
	if in.Error != "" {
		s.say(answer{err: s.ceremony.failed(in.Error)})
		return
	}
	s.say(answer{credential: in.Credential})
}

// say takes the first answer and drops all others.
func (s *server) say(a answer) {
	select {
	case s.answers <- a:
	default:
	}
}

// failed is the error that a browser means.
//
// Source: https://www.w3.org/TR/webauthn-3/ sections 5.1.3 and 5.1.4, and what
// Amplify makes of them.
func (c ceremony) failed(name string) error {
	codes := map[string]auth.Code{
		"NotAllowedError":   auth.ErrPasskeyAuthenticationCanceled,
		"SecurityError":     auth.ErrRelyingPartyMismatch,
		"AbortError":        auth.ErrPasskeyOperationAborted,
		"NotSupportedError": auth.ErrPasskeyNotSupported,
	}
	fallback := auth.ErrPasskeyRetrievalFailed
	if c.kind == "create" {
		codes["NotAllowedError"] = auth.ErrPasskeyRegistrationCanceled
		codes["InvalidStateError"] = auth.ErrPasskeyAlreadyExists
		fallback = auth.ErrPasskeyRegistrationFailed
	}
	if code, ok := codes[name]; ok {
		return fmt.Errorf("the browser: %w", code)
	}
	return fmt.Errorf("the browser: %w", fallback)
}

package upload_test

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/endpoint/upload"
	"github.com/cenote-auth/cenote/internal/pool"
)

func TestUpload(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, method, path string
		err                error
		status             int
		code               string
	}{
		{"a file", "PUT", "/_cenote/import/token-1", nil, 200, ""},
		{"a token of nobody's", "PUT", "/_cenote/import/token-1", pool.E(pool.NotAuthorized, "expired"), 403, "AccessDenied"},
		{"a file that is there", "PUT", "/_cenote/import/token-1", pool.E(pool.PreconditionNotMet, "is there"), 409, "OperationAborted"},
		{"a file that is too large", "PUT", "/_cenote/import/token-1", pool.E(pool.LimitExceeded, "large"), 413, "EntityTooLarge"},
		{"a database that is gone", "PUT", "/_cenote/import/token-1", errors.New("secret words"), 500, "InternalError"},
		{"another method", "POST", "/_cenote/import/token-1", nil, 405, ""},
		{"no token", "PUT", "/_cenote/import/", nil, 404, ""},
		{"more than a token", "PUT", "/_cenote/import/a/b", nil, 404, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mux, log := http.NewServeMux(), new(bytes.Buffer)
			var token, text string
			upload.Register(mux, func(_ context.Context, to string, file io.Reader) error {
				b, err := io.ReadAll(file)
				token, text = to, string(b)
				return errors.Join(err, tt.err)
			}, slog.New(slog.NewTextHandler(log, nil)))
			w := httptest.NewRecorder()
			mux.ServeHTTP(w, httptest.NewRequest(tt.method, tt.path, strings.NewReader("a,b\n")))
			if w.Code != tt.status {
				t.Fatalf("status = %d, want %d", w.Code, tt.status)
			}
			if tt.code == "" {
				if tt.status == 200 && (token != "token-1" || text != "a,b\n" || w.Body.Len() != 0) {
					t.Errorf("kept %q for %q, answered %q", text, token, w.Body)
				}
				return
			}
			var failure struct {
				XMLName       xml.Name `xml:"Error"`
				Code, Message string
			}
			if err := xml.Unmarshal(w.Body.Bytes(), &failure); err != nil || failure.Code != tt.code || failure.Message == "" {
				t.Errorf("answer = %s (%v), want %s", w.Body, err, tt.code)
			}
			if strings.Contains(w.Body.String(), "secret words") || strings.Contains(log.String(), "token-1") {
				t.Errorf("answer %s, log %s", w.Body, log)
			}
		})
	}
}

// cut is a body whose client goes away.
type cut struct{}

func (cut) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestAFileThatIsCutShort(t *testing.T) {
	t.Parallel()
	mux, log := http.NewServeMux(), new(bytes.Buffer)
	upload.Register(mux, func(_ context.Context, _ string, file io.Reader) error {
		_, err := io.ReadAll(file)
		return err
	}, slog.New(slog.NewTextHandler(log, nil)))
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest("PUT", "/_cenote/import/a", cut{}))
	if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "IncompleteBody") || log.Len() != 0 {
		t.Errorf("answer %d %s, log %s", w.Code, w.Body, log)
	}
}

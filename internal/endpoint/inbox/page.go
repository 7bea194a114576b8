package inbox

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"net/http"
)

var (
	//go:embed page.html
	pageText string
	//go:embed page.css
	pageStyle string

	pageTemplate = template.Must(template.New("inbox").Parse(pageText))

	// pagePolicy allows the one style sheet inside the page and nothing else:
	// what a message says can neither run, load nor send.
	pagePolicy = "default-src 'none'; style-src 'sha256-" + digest(pageStyle) + "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

type page struct {
	Style       template.CSS
	Destination string
	Messages    []Message
}

func writePage(w http.ResponseWriter, destination string, found []Message) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", pagePolicy)
	h.Set("Referrer-Policy", "no-referrer")
	_ = pageTemplate.Execute(w, page{template.CSS(pageStyle), destination, found}) // fails only when the client went away
}

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return base64.StdEncoding.EncodeToString(sum[:])
}

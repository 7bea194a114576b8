package awsjson

import "net/http"

// Header values that every response shares. Nobody changes them.
var (
	anyOrigin = []string{"*"}
	exposed   = []string{"x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date"}
	jsonType  = []string{"application/x-amz-json-1.1"}
)

// allowedHeaders are what the service allows by name. The star adds headers
// that an application sends of its own accord; it does not cover authorization.
const allowedHeaders = "content-type,x-amz-target,x-amz-user-agent,cache-control,authorization,x-amz-date," +
	"x-amz-security-token,x-amz-content-sha256,amz-sdk-invocation-id,amz-sdk-request,x-amzn-trace-id,*"

// allowEveryOrigin lets the page that called read the response, an error too.
func allowEveryOrigin(h http.Header) {
	h["Access-Control-Allow-Origin"] = anyOrigin
	h["Access-Control-Expose-Headers"] = exposed
}

// preflight answers a browser that asks before it calls.
func preflight(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Access-Control-Allow-Methods", "POST")
	h.Set("Access-Control-Allow-Headers", allowedHeaders)
	h.Set("Access-Control-Max-Age", "7200") // seconds; the most that Chromium keeps
	h.Set("Content-Length", "0")
	w.WriteHeader(http.StatusOK)
}

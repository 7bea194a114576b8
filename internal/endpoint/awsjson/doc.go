// Package awsjson is the front door of the API: AWS JSON 1.1 over POST /. Each
// request goes through
//
//	route by target → credentials → body, bounded → signature → decode → validate → scope → rate → api.Handler → encode
//
// and what fails on the way is answered in the service's error envelope. It
// hands requests to an api.Handler, who has sent them to CallerFrom, and knows
// HTTP, api and sigv4; how an error of the handler is named on the wire it is
// told by Options.Exception.
//
// A fault of ours is HTTP 500 without a word, and trouble for Options.Done, or
// else one log line with the request id that the client got.
package awsjson

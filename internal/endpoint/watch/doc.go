// Package watch sees every request from outside: it writes one log line for
// each, tells metrics of it, and turns a panic that no endpoint caught into a
// 500. An endpoint that knows more of a request than its path, as the API
// does, adds that by Note; what others log goes into the line by Logger.
//
// Nothing it writes down comes from what people are called or prove themselves
// with: routes, ids of pools, clients and access keys, names of exceptions,
// sizes and times. It knows HTTP and nothing else.
package watch

// Package metrics counts what the server does, and shows it at
// /_cenote/metrics in the text format of Prometheus.
//
// What is counted comes in by its methods: requests from package watch,
// sign-ins from the API, transactions from the store, steps from the jobs.
// Their labels are words of fixed sets (operations, routes, exceptions, kinds),
// never text that a client sent, so there is a bounded number of series and
// nothing secret in them. The backlog is asked for when somebody looks.
//
// It knows HTTP and the Prometheus client.
package metrics

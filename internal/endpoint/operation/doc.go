// Package operation translates between the API's operations and the flows: a
// method an operation, a file a family. A method decides nothing. What a flow's
// error is called on the wire stands in errors.go alone; what is not built yet
// in unbuilt.go.
//
// It may know api, awsjson, the flows, what of core the flows take and return,
// and pool.
package operation

// Package api is the wire of the service: every operation's input and output
// as Go types, JSON both ways, the checks the model asks for, and Handler, an
// interface with a method an operation. Nearly all of it is generated from
// model/cognito-idp.json; what is written by hand is the small runtime under
// the generated code.
//
//	Lookup → Operation.Decode → Input.Validate → Operation.Invoke → Output.AppendJSON
//
// Members the model requires are plain values, optional scalars and
// structures are pointers, and nil lists, maps, blobs and documents are
// absent. The package knows no HTTP and nothing of the rest of the module.
package api

//go:generate go run github.com/cenote-auth/cenote/internal/modelgen

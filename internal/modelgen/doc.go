// Command modelgen turns the service model into Go. It reads
// model/cognito-idp.json and writes
//
//	internal/api/*_gen.go   types, JSON both ways, validators, Handler
//	docs/operations.md      which operations are built
//
// It is run by go generate from any folder of the module. What the model says
// wrongly is corrected in overrides.go and nowhere else. The same input gives
// the same bytes, and its test fails when a checked-in file is out of date.
package main

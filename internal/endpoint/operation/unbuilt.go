package operation

import (
	"context"

	"github.com/cenote-auth/cenote/internal/api"
)

// A NotImplementedError is the answer of an operation that is not built yet.
// On the wire it is a NotImplementedException with HTTP 501.
type NotImplementedError struct{ Operation string }

func (e *NotImplementedError) Error() string {
	return "the operation " + e.Operation + " is not implemented yet"
}

func notBuilt(operation string) error { return &NotImplementedError{Operation: operation} }

// unbuilt answers the operations nobody has written. To build one, take its
// method out here and give it to Operations; docs/operations.md counts what
// is left in this file.
type unbuilt struct{}

func (unbuilt) CreateUserPoolReplica(context.Context, *api.CreateUserPoolReplicaRequest) (*api.CreateUserPoolReplicaResponse, error) {
	return nil, notBuilt("CreateUserPoolReplica")
}
func (unbuilt) DeleteUserPoolReplica(context.Context, *api.DeleteUserPoolReplicaRequest) (*api.DeleteUserPoolReplicaResponse, error) {
	return nil, notBuilt("DeleteUserPoolReplica")
}
func (unbuilt) ListUserPoolReplicas(context.Context, *api.ListUserPoolReplicasRequest) (*api.ListUserPoolReplicasResponse, error) {
	return nil, notBuilt("ListUserPoolReplicas")
}
func (unbuilt) UpdateUserPoolReplica(context.Context, *api.UpdateUserPoolReplicaRequest) (*api.UpdateUserPoolReplicaResponse, error) {
	return nil, notBuilt("UpdateUserPoolReplica")
}

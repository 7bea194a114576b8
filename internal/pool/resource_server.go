package pool

// ResourceServer is an API that tokens are for. A token carries its scopes as
// identifier/name.
type ResourceServer struct {
	Name   string
	Scopes []Scope
}

// Scope is something that a token lets its bearer do with a resource server.
type Scope struct {
	Name        string
	Description string
}

// Check returns InvalidParameter for scopes that cannot be told apart.
func (r *ResourceServer) Check() error {
	seen := map[string]bool{}
	for _, s := range r.Scopes {
		if seen[s.Name] {
			return E(InvalidParameter, "The scope "+s.Name+" is given more than once.")
		}
		seen[s.Name] = true
	}
	return nil
}

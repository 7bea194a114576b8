package signin

import "context"

// startPassword is USER_PASSWORD_AUTH, and ADMIN_USER_PASSWORD_AUTH under its two
// names: name and password in one request.
func (s *Service) startPassword(ctx context.Context, r Request) (Step, error) {
	who, err := s.enter(ctx, r, "USERNAME", "PASSWORD")
	if err != nil {
		return Step{}, err
	}
	return s.provePassword(ctx, who, "", r.Parameters["PASSWORD"])
}

// provePassword goes on if password is that of who.
func (s *Service) provePassword(ctx context.Context, who person, id, password string) (Step, error) {
	if err := s.debit(ctx, who.pool.Key, who.sub); err != nil {
		return Step{}, err
	}
	right, err := s.Passwords.Matches(ctx, who.pool, who.username, who.verifier, password)
	if err != nil {
		return Step{}, err
	}
	if !right || who.user == nil {
		return Step{}, errPassword
	}
	return s.proven(ctx, who, id)
}

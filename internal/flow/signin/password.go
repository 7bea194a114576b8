package signin

import "context"

// startPassword is USER_PASSWORD_AUTH: name and password in one request.
func (s *Service) startPassword(ctx context.Context, r Request) (Step, error) {
	who, err := s.enter(ctx, r, "USERNAME", "PASSWORD")
	if err != nil {
		return Step{}, err
	}
	if err := s.debit(ctx, who.pool.Key, who.sub); err != nil {
		return Step{}, err
	}
	right, err := s.Passwords.Matches(ctx, who.pool, who.username, who.verifier, r.Parameters["PASSWORD"])
	if err != nil {
		return Step{}, err
	}
	if !right || who.user == nil {
		return Step{}, errPassword
	}
	return s.proven(ctx, who, "")
}

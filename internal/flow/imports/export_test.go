package imports

// LimitUsers lets files have n users at the most.
func (s *Service) LimitUsers(n int64) { s.maxUsers = n }

package imports

// LimitRows lets files have n rows at the most.
func (s *Service) LimitRows(n int64) { s.maxRows = n }

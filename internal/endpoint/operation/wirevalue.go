package operation

// On the wire what is absent is nil; inside it is the zero value. These turn
// one into the other, as value does.

// str returns the text of an optional member, "" if it is absent.
func str[T ~string](p *T) string {
	if p == nil {
		return ""
	}
	return string(*p)
}

// ptr returns s as an optional member of type T, absent if it is "".
func ptr[T ~string](s string) *T {
	if s == "" {
		return nil
	}
	return new(T(s))
}

// ptrNum returns n as an optional member, absent if it is 0.
func ptrNum(n int32) *int32 {
	if n == 0 {
		return nil
	}
	return &n
}

// convert turns a list of enum values into one of texts or back; nil stays nil.
func convert[To, From ~string](list []From) []To {
	if list == nil {
		return nil
	}
	out := make([]To, len(list))
	for i, v := range list {
		out[i] = To(v)
	}
	return out
}

package watch

import "log/slog"

func (v *Visit) message() string {
	if v.details.Trouble != "" {
		return v.details.Trouble
	}
	return "request"
}

// attributes are what the line of a request says.
func (v *Visit) attributes() []slog.Attr {
	list := make([]slog.Attr, 0, 16)
	text := func(key, value string) {
		if value != "" {
			list = append(list, slog.String(key, value))
		}
	}
	text("request_id", v.requestID)
	text("operation", v.Operation)
	text("pool", v.details.PoolID)
	text("client", v.details.ClientID)
	text("access_key", v.details.AccessKey)
	list = append(list, slog.Int("status", v.Status))
	text("exception", v.Exception)
	list = append(list, slog.Float64("ms", float64(v.Took.Microseconds())/1000),
		slog.Int64("in", v.in), slog.Int64("out", v.out))
	text("remote", v.remote)
	for args := v.details.Args; len(args) > 1; args = args[2:] {
		if key, ok := args[0].(string); ok {
			list = append(list, slog.Any(key, args[1]))
		}
	}
	return list
}

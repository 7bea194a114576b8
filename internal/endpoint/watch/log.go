package watch

import (
	"context"
	"log/slog"
	"slices"
)

type visitKey struct{}

// Logger returns a log for endpoints. What is said there with the context of a
// watched request becomes trouble in the line of that request, so that a fault
// has one line, with its id. Anything else goes to log.
func Logger(log *slog.Logger) *slog.Logger { return slog.New(noting{log.Handler(), nil}) }

// noting is a handler that notes in a visit what belongs to it, without groups:
// a line has none.
type noting struct {
	slog.Handler
	with []any // names and values that each record has
}

func (h noting) Handle(ctx context.Context, r slog.Record) error {
	v, ok := ctx.Value(visitKey{}).(*Visit)
	if !ok {
		return h.Handler.Handle(ctx, r)
	}
	d := Details{Trouble: r.Message, Level: r.Level, Args: slices.Clone(h.with)}
	r.Attrs(func(a slog.Attr) bool {
		d.Args = append(d.Args, a.Key, a.Value.Any())
		return true
	})
	v.details = d
	return nil
}

func (h noting) WithAttrs(attrs []slog.Attr) slog.Handler {
	with := slices.Clone(h.with)
	for _, a := range attrs {
		with = append(with, a.Key, a.Value.Any())
	}
	return noting{h.Handler.WithAttrs(attrs), with}
}

func (h noting) WithGroup(name string) slog.Handler { return noting{h.Handler.WithGroup(name), h.with} }

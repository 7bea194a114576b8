package metrics

import (
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// lookTime bounds one look at the database.
const lookTime = 2 * time.Second

// Backlog is the work that waits in the database.
type Backlog struct {
	Messages int64         // to be sent
	Oldest   time.Duration // age of the one that waits longest
	Jobs     int64         // due
	Failing  int64         // jobs whose last step failed
}

// WatchBacklog has look asked whenever the metrics are. It gets 2 seconds;
// when it fails the database counts as down, and there are no numbers.
func (m *Metrics) WatchBacklog(look func(context.Context) (Backlog, error), log *slog.Logger) {
	m.registry.MustRegister(&backlog{look, log})
}

type backlog struct {
	look func(context.Context) (Backlog, error)
	log  *slog.Logger
}

var (
	descUp       = prometheus.NewDesc("cenote_database_up", "1 when the database answers, else 0.", nil, nil)
	descMessages = prometheus.NewDesc("cenote_outbox_messages", "Messages that wait to be sent; at most 10,000 are counted.", nil, nil)
	descOldest   = prometheus.NewDesc("cenote_outbox_oldest_seconds", "Age of the message that waits longest to be sent.", nil, nil)
	descJobs     = prometheus.NewDesc("cenote_jobs_due", "Jobs that are due; at most 10,000 are counted.", nil, nil)
	descFailing  = prometheus.NewDesc("cenote_jobs_failing", "Jobs whose last step failed; at most 10,000 are counted.", nil, nil)
)

func (b *backlog) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{descUp, descMessages, descOldest, descJobs, descFailing} {
		out <- d
	}
}

func (b *backlog) Collect(out chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v float64) { out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v) }
	ctx, cancel := context.WithTimeout(context.Background(), lookTime)
	defer cancel()
	now, err := b.look(ctx)
	if err != nil {
		b.log.Warn("backlog not counted", "error", err)
		gauge(descUp, 0)
		return
	}
	gauge(descUp, 1)
	gauge(descMessages, float64(now.Messages))
	gauge(descOldest, now.Oldest.Seconds())
	gauge(descJobs, float64(now.Jobs))
	gauge(descFailing, float64(now.Failing))
}

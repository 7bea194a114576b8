package metrics

import (
	"net/http"
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Path is where the metrics are.
const Path = "/_cenote/metrics"

// The upper bounds of the histograms.
var (
	seconds = []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 15}
	sizes   = []float64{1, 2, 4, 8, 16, 32, 64, 128, 256}
)

// Metrics are the numbers of one server. It is safe for concurrent use.
type Metrics struct {
	registry *prometheus.Registry

	inFlight     prometheus.Gauge
	requests     *prometheus.HistogramVec
	errors       *prometheus.CounterVec
	refusals     *prometheus.CounterVec
	signIns      *prometheus.CounterVec
	transactions *prometheus.HistogramVec
	retries      prometheus.Counter
	groupSizes   prometheus.Histogram
	groupSeconds prometheus.Histogram
	steps        *prometheus.HistogramVec
	triggers     *prometheus.HistogramVec
}

// New returns metrics that start at zero. version is that of the program.
func New(version string) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "cenote_requests_in_flight", Help: "Requests that are being answered.",
		}),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "cenote_request_seconds", Help: "Time to answer requests, by operation of the API or route.", Buckets: seconds,
		}, []string{"operation"}),
		errors: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "cenote_request_errors_total", Help: "Requests that were answered with an error, by its name.",
		}, []string{"operation", "exception"}),
		refusals: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "cenote_rate_refusals_total", Help: "Requests that were one too many in a second, by category.",
		}, []string{"category"}),
		signIns: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "cenote_sign_ins_total", Help: "Steps of sign-ins: what was tried, and what came of it (tokens, another challenge or an error).",
		}, []string{"step", "result"}),
		transactions: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "cenote_transaction_seconds", Help: "Time of transactions of the database, waiting included.", Buckets: seconds,
		}, []string{"kind", "outcome"}),
		retries: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "cenote_transaction_retries_total", Help: "Times that a transaction ran again.",
		}),
		groupSizes: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "cenote_commit_group_size", Help: "Transactions that shared one commit (SQLite).", Buckets: sizes,
		}),
		groupSeconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "cenote_commit_group_seconds", Help: "Time of a group of transactions with its commit (SQLite).", Buckets: seconds,
		}),
		steps: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "cenote_job_step_seconds", Help: "Time of the steps of jobs, by kind of job.", Buckets: seconds,
		}, []string{"kind", "outcome"}),
		triggers: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "cenote_trigger_seconds", Help: "Time of calls of pools' functions, all attempts included, by trigger and how they ended.", Buckets: seconds,
		}, []string{"trigger", "outcome"}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "cenote_build_info", Help: "1, with the version of the program.",
		ConstLabels: prometheus.Labels{"version": version, "go": runtime.Version()},
	})
	build.Set(1)
	m.registry.MustRegister(m.inFlight, m.requests, m.errors, m.refusals, m.signIns, m.transactions, m.retries,
		m.groupSizes, m.groupSeconds, m.steps, m.triggers, build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Register adds the path to mux.
func (m *Metrics) Register(mux *http.ServeMux) {
	mux.Handle("GET "+Path, promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{
		MaxRequestsInFlight: 4, DisableCompression: true,
	}))
}

// Began counts a request that came in. Done must follow.
func (m *Metrics) Began() { m.inFlight.Inc() }

// Done counts a request that was answered; exception is "" for a success.
func (m *Metrics) Done(operation, exception string, took time.Duration) {
	m.inFlight.Dec()
	m.requests.WithLabelValues(operation).Observe(took.Seconds())
	if exception != "" {
		m.errors.WithLabelValues(operation, exception).Inc()
	}
}

// Refused counts a request that was one too many in its category.
func (m *Metrics) Refused(category string) { m.refusals.WithLabelValues(category).Inc() }

// SignIn counts a step of a sign-in.
func (m *Metrics) SignIn(step, result string) { m.signIns.WithLabelValues(step, result).Inc() }

// Transaction counts a transaction whose function ran a number of times.
func (m *Metrics) Transaction(kind, outcome string, runs int, took time.Duration) {
	m.transactions.WithLabelValues(kind, outcome).Observe(took.Seconds())
	if runs > 1 {
		m.retries.Add(float64(runs - 1))
	}
}

// Group counts transactions that were committed together.
func (m *Metrics) Group(size int, took time.Duration) {
	m.groupSizes.Observe(float64(size))
	m.groupSeconds.Observe(took.Seconds())
}

// Step counts a step of a job; outcome is done or failed.
func (m *Metrics) Step(kind, outcome string, took time.Duration) {
	m.steps.WithLabelValues(kind, outcome).Observe(took.Seconds())
}

// Trigger counts a call of a function; outcome is done or the way it failed.
func (m *Metrics) Trigger(trigger, outcome string, took time.Duration) {
	m.triggers.WithLabelValues(trigger, outcome).Observe(took.Seconds())
}

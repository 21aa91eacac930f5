// Package metrics tells Prometheus how a server fares.
//
// It counts nothing that others count already: it is handed functions that it asks
// at each scrape, and told of each transaction of the log. No package that is
// measured knows of it, or of Prometheus.
//
// docs/protocol.md lists the names. They are stable, as a command's output is.
package metrics

import (
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Sessions are a server's connections.
type Sessions struct {
	Sessions int               // open now
	Sockets  int               // connected now
	Opened   uint64            // ever
	Closed   map[string]uint64 // ever, by reason
}

// Sources are what is asked at a scrape. They must be safe from any goroutine, and
// quick.
type Sources struct {
	Version   string
	Sessions  func() Sessions
	Delivered func() uint64           // messages, counted for everyone who heard them
	Offset    func() uint64           // of the log's newest event
	Sizes     func() map[string]int64 // bytes of what is on disk, by what it is
	Ready     func() bool             // whether messages can be taken
	Logger    *slog.Logger            // is told what cannot be gathered
}

// Metrics are a server's. Committed is for the log to call; the handler is safe from
// any goroutine.
type Metrics struct {
	registry *prometheus.Registry
	logger   *slog.Logger

	events, messages, failures prometheus.Counter
	appended, commits, batch   prometheus.Histogram
}

// New makes a server's metrics.
func New(s Sources) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		logger:   s.Logger,
		events:   counter("hobnob_events_total", "Events that were stored."),
		messages: counter("hobnob_messages_total", "Messages that were stored."),
		failures: counter("hobnob_commit_failures_total", "Transactions of the log that stored nothing, for a full or broken disk."),
		// From a fast SSD's sync to what a person notices and a client gives up on.
		appended: histogram("hobnob_append_seconds", "From an event being taken to its being durable, of the one in each transaction that waited longest.",
			prometheus.ExponentialBuckets(0.0005, 2, 14)),
		commits: histogram("hobnob_commit_seconds", "How long a transaction of the log takes, with its sync.",
			prometheus.ExponentialBuckets(0.0005, 2, 14)),
		batch: histogram("hobnob_batch_events", "How many events one transaction of the log stores.",
			prometheus.ExponentialBuckets(1, 2, 11)),
	}
	m.registry.MustRegister(m.events, m.messages, m.failures, m.appended, m.commits, m.batch, newCollector(s),
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Committed counts a transaction of the log: what it stored, how long its first
// event waited for it, how long it took, and whether it failed. It does not block.
func (m *Metrics) Committed(events, messages int, waited, took time.Duration, failed bool) {
	m.commits.Observe(took.Seconds())
	if failed {
		m.failures.Inc()
		return
	}
	m.events.Add(float64(events))
	m.messages.Add(float64(messages))
	m.appended.Observe((waited + took).Seconds())
	m.batch.Observe(float64(events))
}

// Handler answers a scrape.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{
		ErrorLog: logged{m.logger}, ErrorHandling: promhttp.ContinueOnError,
		// As everywhere here: what a stranger asks for must not be grown in memory.
		DisableCompression: true,
	})
}

// logged is where promhttp complains.
type logged struct{ *slog.Logger }

// Println implements promhttp.Logger.
func (l logged) Println(v ...any) { l.Warn("metrics", "err", fmt.Sprint(v...)) }

func counter(name, help string) prometheus.Counter {
	return prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
}

func histogram(name, help string, buckets []float64) prometheus.Histogram {
	return prometheus.NewHistogram(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets})
}

package metrics

import "github.com/prometheus/client_golang/prometheus"

// collector asks the sources at each scrape.
type collector struct {
	s Sources

	build, ready, sessions, sockets, opened, closed, delivered, offset, sizes *prometheus.Desc
}

func newCollector(s Sources) *collector {
	return &collector{
		s:         s,
		build:     desc("hobnob_build_info", "Always 1; the version is its label.", "version"),
		ready:     desc("hobnob_ready", "1 while messages can be stored, as /readyz found out last."),
		sessions:  desc("hobnob_sessions", "Connections that are open."),
		sockets:   desc("hobnob_sockets", "Sockets on them that are connected."),
		opened:    desc("hobnob_sessions_opened_total", "Connections that were ever open."),
		closed:    desc("hobnob_sessions_closed_total", "Connections that ended, by reason; a slow reader's queue was full.", "reason"),
		delivered: desc("hobnob_deliveries_total", "Messages handed to sessions, counted for each that hears one."),
		offset:    desc("hobnob_log_offset", "Where the log stands: events that were ever stored in it."),
		sizes:     desc("hobnob_disk_bytes", "Bytes on disk, by what they are: the database and its write-ahead log.", "of"),
	}
}

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, labels, nil)
}

// Describe implements prometheus.Collector.
func (c *collector) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{c.build, c.ready, c.sessions, c.sockets, c.opened, c.closed, c.delivered, c.offset, c.sizes} {
		out <- d
	}
}

// Collect implements prometheus.Collector.
func (c *collector) Collect(out chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	total := func(d *prometheus.Desc, v uint64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(v), labels...)
	}
	gauge(c.build, 1, c.s.Version)
	ready := 0.0
	if c.s.Ready() {
		ready = 1
	}
	gauge(c.ready, ready)
	now := c.s.Sessions()
	gauge(c.sessions, float64(now.Sessions))
	gauge(c.sockets, float64(now.Sockets))
	total(c.opened, now.Opened)
	for reason, n := range now.Closed {
		total(c.closed, n, reason)
	}
	total(c.delivered, c.s.Delivered())
	gauge(c.offset, float64(c.s.Offset()))
	for of, n := range c.s.Sizes() {
		gauge(c.sizes, float64(n), of)
	}
}

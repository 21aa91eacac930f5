package cli

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/hobnob-chat/hobnob/server/eventlog/sqlite"
	"github.com/hobnob-chat/hobnob/server/metrics"
)

// measure makes the server's metrics. Its sources are asked only once it listens,
// when all of them are there.
func (h *host) measure(version string) *metrics.Metrics {
	return metrics.New(metrics.Sources{
		Version: version, Sizes: h.health.sizes, Ready: h.health.ready.Load, Logger: h.log,
		Delivered: func() uint64 { return h.delivered() },
		Offset:    func() uint64 { return h.health.events.Last().Offset },
		Sessions: func() metrics.Sessions {
			s := h.sockets.Stats()
			out := metrics.Sessions{Sessions: s.Sessions, Sockets: s.Sockets, Opened: s.Opened, Closed: make(map[string]uint64, len(s.Closed))}
			for reason, n := range s.Closed {
				out.Closed[string(reason)] = n
			}
			return out
		},
	})
}

// committed is what the log tells of each of its transactions.
func (h *host) committed(m *metrics.Metrics) func(sqlite.Commit) {
	return func(c sqlite.Commit) {
		h.health.committed(c.Err)
		m.Committed(c.Events, c.Messages, c.Waited, c.Took, c.Err != nil)
	}
}

// listenToWatch takes the port of --metrics-addr, where there is one.
func (h *host) listenToWatch(ctx context.Context) (net.Listener, error) {
	if h.config.metricsAddr == "" {
		return nil, nil //nolint:nilnil // none is a fine answer
	}
	listener, err := listen(ctx, h.config.metricsAddr, "--metrics-addr")
	if err != nil {
		return nil, err
	}
	h.ends = append(h.ends, func(context.Context) error { return ignoreClosed(listener.Close()) })
	return listener, nil
}

// serveWatch answers health, readiness and metrics on a listener of their own.
func (h *host) serveWatch(listener net.Listener) {
	if listener == nil {
		return
	}
	h.watched = &http.Server{
		Handler: h.invites.Watch(), MaxHeaderBytes: maxHeader,
		ReadHeaderTimeout: headerTime, ReadTimeout: requestTime, WriteTimeout: requestTime, IdleTimeout: time.Minute,
		ErrorLog: slog.NewLogLogger(complaints{h.log.Handler()}, slog.LevelDebug),
	}
	h.served.Go(func() {
		if err := h.watched.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			select {
			case h.failed <- err:
			default: // the other one has failed, too, and ends the server
			}
		}
	})
	h.ends = append(h.ends, func(context.Context) error { return h.watched.Close() })
}

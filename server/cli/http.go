package cli

import (
	"log/slog"
	"net/http"
	"time"
)

// newHTTP makes the server of all requests. What a stranger may make it wait for and
// keep is bounded; the transport sets other times for requests that wait on purpose.
func newHTTP(handler http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler: handler, MaxHeaderBytes: maxHeader,
		ReadHeaderTimeout: headerTime, ReadTimeout: requestTime, WriteTimeout: requestTime, IdleTimeout: time.Minute,
		ErrorLog: slog.NewLogLogger(complaints{log.Handler()}, slog.LevelDebug),
	}
}

package cli

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/hobnob-chat/hobnob/server"
	"github.com/hobnob-chat/hobnob/server/api"
	"github.com/hobnob-chat/hobnob/server/gateway"
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

// serveRequests adds the requests of the chat lane over HTTP.
func (h *host) serveRequests(mux *http.ServeMux, gate *gateway.Gateway, service *server.Service) {
	requests := h.invites.Requests(api.RequestsConfig{Ask: gate.Ask, Throttle: service.Throttle, MaxBody: int64(h.config.maxPayload)})
	for _, path := range []string{"/api/ask/", "/api/rooms", "/api/rooms/"} {
		mux.Handle(path, requests)
	}
}

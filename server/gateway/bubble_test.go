package gateway

import (
	"testing"
	"testing/synctest"

	"github.com/hobnob-chat/hobnob/net/pipe"
	"github.com/hobnob-chat/hobnob/server"
)

// inBubble runs a test against a server in a synctest bubble.
func inBubble(t *testing.T, change setup, test func(t *testing.T, s *served)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(t, serveInBubble(t, change)) })
}

// serveInBubble is serveWith where a bubble has begun.
func serveInBubble(t *testing.T, change setup) *served {
	t.Helper()
	change.listener = pipe.New()
	return serveWith(t, change)
}

// paced is a server whose people say so much in a second, and so much at once.
func paced(perSecond float64, burst int) setup {
	return setup{service: func(c *server.Config) { c.Rate = server.Rate{PerSecond: perSecond, Burst: burst} }}
}

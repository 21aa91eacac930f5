package gateway

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hobnob-chat/hobnob/net/socketio"
)

// TestClockIsSet has a token that ends while the clock on the wall is set: the timer
// fires too early by it, or ends much too late.
func TestClockIsSet(t *testing.T) {
	for name, c := range map[string]struct {
		token      string
		step, wait time.Duration
	}{
		"back":     {"eve@1s", -100 * time.Millisecond, 2 * time.Second},
		"far back": {"eve@1s", -5 * time.Minute, 6 * time.Minute},
		"forward":  {"eve@10m", 30 * time.Minute, lookAgain + time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var step atomic.Int64
				s := serveInBubble(t, setup{gateway: func(cfg *Config) {
					cfg.Now = func() time.Time { return time.Now().Add(time.Duration(step.Load())).Round(0) }
				}})
				eve := dial(t, s.Server, "&token="+c.token, "")
				eve.expect(socketio.Connect)
				heard := make(chan told, 1)
				go func() { heard <- eve.next() }()
				step.Store(int64(c.step))
				time.Sleep(c.wait)
				bob := dial(t, s.Server, "&token=bob@3h", "")
				bob.expect(socketio.Connect)
				bob.emit("message", "secret")
				if got := <-heard; got.name != "unauthorized" {
					t.Fatalf("who has no token any more hears %s %s", got.name, got.args[0].JSON)
				}
				eve.expect(socketio.Disconnect)
			})
		})
	}
}

// TestClockIsSetAndTheTokenHolds: nobody is sent away before their time, and a
// session that is over looks at nothing any more.
func TestClockIsSetAndTheTokenHolds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serveInBubble(t, setup{})
		eve := dial(t, s.Server, "&token=eve@90s", "")
		eve.expect(socketio.Connect)
		begun := time.Now()
		if got := eve.next(); got.name != "unauthorized" {
			t.Errorf("told %s", got.name)
		}
		if since := time.Since(begun); since != 90*time.Second {
			t.Errorf("ended after %v", since)
		}
		eve.expect(socketio.Disconnect)
	})
}

package gateway

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/hobnob-chat/hobnob/net/socketio"
	"github.com/hobnob-chat/hobnob/server"
)

// TestPaceIsAPersons: whatever somebody says counts, over all of their sessions, and
// slows nobody else.
func TestPaceIsAPersons(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serveInBubble(t, nil, server.Rate{PerSecond: 1, Burst: 5})
		one, two, bob := dial(t, s, "&token=ada", ""), dial(t, s, "&token=ada", ""), dial(t, s, "&token=bob", "")
		for _, p := range []*peer{one, two, bob} {
			p.expect(socketio.Connect) // which counts
		}
		begun := time.Now()
		for range 4 {
			one.write(`43999[]`) // an answer to nothing
		}
		two.emit("message", "ada's")
		bob.emit("message", "bob's")
		if got := bob.next(); string(got.args[0].JSON) != `"bob's"` || time.Since(begun) != 0 {
			t.Errorf("bob heard %s after %v", got.args[0].JSON, time.Since(begun))
		}
		if got := bob.next(); string(got.args[0].JSON) != `"ada's"` || time.Since(begun) < 2*time.Second {
			t.Errorf("bob heard %s after %v: ada has said five things, and three were free", got.args[0].JSON, time.Since(begun))
		}
	})
}

package gateway

import (
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/socketio"
)

// TestPaceIsAPersons: whatever somebody says counts, over all of their sessions, and
// slows nobody else.
func TestPaceIsAPersons(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serveInBubble(t, paced(1, 5))
		first := time.Now()
		one, two, bob := dial(t, s.Server, "&token=ada", ""), dial(t, s.Server, "&token=ada", ""), dial(t, s.Server, "&token=bob", "")
		for _, p := range []*peer{one, two, bob} {
			p.expect(socketio.Connect) // which counts
		}
		begun := time.Now()
		for range 4 {
			one.write(`43999[]`) // an answer to nothing
		}
		synctest.Wait() // all four have been counted, or wait for it
		two.emit("message", "ada's")
		bob.emit("message", "bob's")
		if got := bob.next(); string(got.args[0].JSON) != `"bob's"` || time.Since(begun) != 0 {
			t.Errorf("bob heard %s after %v", got.args[0].JSON, time.Since(begun))
		}
		if got := bob.next(); string(got.args[0].JSON) != `"ada's"` || time.Since(first) < 2*time.Second {
			t.Errorf("bob heard %s after %v: ada has said five things, and three were free", got.args[0].JSON, time.Since(first))
		}
	})
}

// TestReadingHasAPace: what somebody is replayed, or reads of history, counts for them
// as what they say does.
func TestReadingHasAPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serveInBubble(t, paced(100, 1000))
		say500(t, s.Server)
		// bob has 1000 at once: CONNECT, hello and each request are one, and a page of 200
		// messages of 512 bytes and what they say 6 more.
		reads := func(asks string, requests ...any) time.Duration {
			t.Helper()
			bob := dial(t, s.Server, "&token=bob", "")
			bob.expect(socketio.Connect)
			begun := time.Now()
			var r struct{}
			bob.answer(bob.request("hello", map[string]any{"protocol": 1}), &r, nil)
			for range 100 {
				bob.answer(bob.request(asks, requests...), &r, nil)
			}
			_ = bob.conn.Close()
			synctest.Wait()
			return time.Since(begun)
		}
		page := chat.HistoryRequest{Limit: chat.MaxHistory}
		if took := reads("nothing"); took != 0 {
			t.Errorf("100 requests took %v", took)
		}
		if took := reads("history", page); took != 0 {
			t.Errorf("100 pages took %v", took)
		}
		if took := reads("history", page); took < 4900*time.Millisecond || took > 6*time.Second {
			t.Errorf("100 pages more took %v, want 5.06s", took)
		}
	})
}

// say500 has ada say 500 things, for others to read.
func say500(t *testing.T, s *httptest.Server) {
	t.Helper()
	ada := dial(t, s, "&token=ada", "")
	ada.expect(socketio.Connect)
	for range 500 {
		ada.emit("message", "hi")
		ada.next()
	}
}

// TestReplayHasAPace is the same of hello, and of who comes again and again.
func TestReplayHasAPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serveInBubble(t, paced(100, 1000))
		first := dial(t, s.Server, "&token=bob", "")
		first.expect(socketio.Connect)
		var w struct {
			Resumed  bool
			Position string
		}
		first.answer(first.request("hello", map[string]any{"protocol": 1}), &w, nil)
		_ = first.conn.Close()
		say500(t, s.Server)
		began, begun := w.Position, time.Now()
		// Each costs 2, and 6 for the first page of 200 events, and 6 for the second if
		// that was on its way before the connection was seen to be gone.
		for range 300 {
			bob := dial(t, s.Server, "&token=bob", "")
			bob.expect(socketio.Connect)
			bob.answer(bob.request("hello", map[string]any{"protocol": 1, "position": began}), &w, nil)
			if !w.Resumed {
				t.Fatal("not resumed")
			}
			bob.next() // and goes without waiting for the rest
			_ = bob.conn.Close()
			synctest.Wait()
		}
		if took := time.Since(begun); took < 13*time.Second || took > 33*time.Second {
			t.Errorf("300 replays took %v, want 14s to 32s", took)
		}
	})
}

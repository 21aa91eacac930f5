package transport

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/hobnob-chat/hobnob/net/socketio"
)

func TestBudget(t *testing.T) {
	var b budget
	now := time.Now().Truncate(directWindow)
	for range 2 {
		for spent := time.Duration(0); spent < directTime; spent += time.Millisecond {
			if !b.left(now.Add(spent)) {
				t.Fatalf("nothing left after %v", spent)
			}
			b.spend(time.Millisecond)
		}
		if b.left(now.Add(directWindow - 1)) {
			t.Error("more than the budget was left")
		}
		now = now.Add(directWindow)
	}
}

// TestBusyServerJoins has a server that has no time left for direct writes.
func TestBusyServerJoins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := New(Config{}, nil)
		c := &scriptConn{room: 100}
		s := newSession(server, c, socketio.Revision4, Handshake{})
		push := func(tries int) {
			t.Helper()
			s.mu.Lock()
			if err := s.push(ping); err != nil {
				t.Error(err)
			}
			s.mu.Unlock()
			synctest.Wait()
			if c.tries != tries {
				t.Errorf("%d direct writes, want %d", c.tries, tries)
			}
		}
		push(1)
		server.direct.spend(directTime)
		push(1)
		sleep(directWindow)
		push(2)
		s.run()
	})
}

package gateway

import (
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestWhoEndsTheirOwnSessionIsAnswered: who takes another role, or ends their own
// sign-in, hears that it was done before they are sent away.
func TestWhoEndsTheirOwnSessionIsAnswered(t *testing.T) {
	for range 10 {
		s := serve(t, nil)
		ada := hello(t, s, "ada")
		other := hello(t, s, "bob")
		var done chat.Done
		if code := ada.asks("user:role", map[string]any{"user": "ada", "role": "admin"}, &done); code != chat.CodeNotAllowed {
			t.Fatalf("the last owner steps down: %q", code)
		}
		if code := ada.asks("user:role", map[string]any{"user": "bob", "role": "owner"}, &done); code != "" {
			t.Fatal(code)
		}
		other.closed()
		if code := ada.asks("user:role", map[string]any{"user": "ada", "role": "admin"}, &done); code != "" || done.Position.Offset == 0 {
			t.Fatalf("%q %+v", code, done)
		}
		ada.closed()
		eve := hello(t, s, "eve~here")
		done = chat.Done{}
		if code := eve.asks("session:end", map[string]any{"id": "here"}, &done); code != "" || done.Position.Offset == 0 {
			t.Fatalf("%q %+v", code, done)
		}
		eve.closed()
	}
}

// closed reads until the server has closed the connection.
func (p *peer) closed() {
	p.t.Helper()
	for {
		if _, _, err := p.conn.ReadMessage(); err != nil {
			return
		}
	}
}

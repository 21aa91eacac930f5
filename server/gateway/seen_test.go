package gateway

import (
	"context"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/socketio"
)

// seenBook keeps who was seen.
type seenBook map[string]chat.Millis

// Seen implements server.SeenRecords.
func (b seenBook) Seen(_ context.Context, at map[string]chat.Millis) error {
	maps.Copy(b, at)
	return nil
}

// SeenSessions implements server.SeenRecords.
func (seenBook) SeenSessions(context.Context, []chat.SessionSeen, chat.Millis) error { return nil }

// TestWhoIsSeen: on either lane, when they go; a program that said that nobody is there is
// nobody, and neither is who was never let in.
func TestWhoIsSeen(t *testing.T) {
	s := serveWith(t, setup{gateway: lateAuth(time.Minute)})
	began := chat.ToMillis(time.Now())
	ada := hello(t, s.Server, "ada")
	bob := dial(t, s.Server, "&token=bob", "")
	bob.expect(socketio.Connect)
	script := dial(t, s.Server, "&token=carol", "")
	script.expect(socketio.Connect)
	var answered struct{ OK bool }
	script.answer(script.request("hello", map[string]any{"protocol": 1, "quiet": true}), &answered, nil)
	nobody := dial(t, s.Server, "", "")
	nobody.expect(socketio.Connect)
	if got := slices.Sorted(slices.Values(s.gate.Here())); !slices.Equal(got, []string{"ada", "bob"}) {
		t.Errorf("here are %q", got)
	}
	for _, p := range []*peer{ada, bob, script, nobody} {
		_ = p.conn.Close()
	}
	late := time.Now().Add(patience)
	for gone := false; !gone; {
		gone = len(s.gate.hub.People(func(*session) bool { return true })) == 0
		if time.Now().After(late) {
			t.Fatal("they are still here")
		}
	}
	ended, end := context.WithCancel(t.Context())
	end()
	seen := make(seenBook)
	s.service.KeepSeen(ended, seen, s.gate)
	if got := slices.Sorted(maps.Keys(seen)); !slices.Equal(got, []string{"ada", "bob"}) || seen["ada"] < began || seen["bob"] < began {
		t.Errorf("seen were %v, since %d", seen, began)
	}
}

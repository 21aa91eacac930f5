package store

import (
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestHookBehind: what a webhook has not told yet is counted as it is told: of its room or
// of all public ones, behind its cursor, and not what was deleted or other webhooks brought.
func TestHookBehind(t *testing.T) {
	s := newStore(t)
	addRoom(t, s, "r2", "zoo")
	private := chat.Event{Kind: chat.RoomCreated, Room: "p", Author: said(1, "p", "").Author}
	private.Change = chat.Change{Kind: chat.RoomPrivate, Name: new("plans"), Users: []chat.User{private.Author}}
	next := applied(t, s)
	put := func(e chat.Event) uint64 {
		next++
		e.Position, e.At = chat.Position{Epoch: epoch, Offset: next}, chat.Millis(1000+next)
		apply(t, s, e)
		return next
	}
	put(private)
	put(said(0, "r2", "told"))
	cursor := put(said(0, chat.GeneralRoom, "told"))
	first := put(said(0, chat.GeneralRoom, "gone"))
	put(by(said(0, chat.GeneralRoom, "from a webhook"), chat.HookUser(chat.Hook{ID: "w"}).ID))
	waits := put(said(0, "r2", "waits"))
	put(said(0, chat.GeneralRoom, "waits"))
	put(said(0, "p", "waits"))
	put(change(first, chat.MessageDeleted, chat.GeneralRoom, 2, ""))
	for _, h := range []chat.Hook{
		{ID: "all"},
		{ID: "zoo", Room: "r2"},
		{ID: "private", Room: "p"},
		{ID: "gone", Room: "nowhere"},
		{ID: "in", Incoming: true, Room: "r2"},
		{ID: "over"},
	} {
		if err := s.CreateHook(t.Context(), Hook{Hook: h, Secret: []byte(h.ID), Cursor: cursor}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.HookFailed(t.Context(), "over", "gone", 1, true); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		id     string
		cursor uint64
		n      int
		since  uint64
	}{
		{"all", 0, 2, waits},
		{"all", waits, 1, waits + 1},
		{"all", next, 0, 0},
		{"zoo", 0, 1, waits},
		{"private", 0, 1, waits + 2},
		{"gone", 0, 0, 0},
		{"in", 0, 0, 0},
		{"over", 0, 0, 0},
		{"none", 0, 0, 0},
	} {
		n, since, err := s.HookBehind(t.Context(), c.id, c.cursor)
		want := chat.Millis(0)
		if c.since > 0 {
			want = chat.Millis(1000 + c.since)
		}
		if err != nil || n != c.n || since != want {
			t.Errorf("%s after %d is %d behind since %d (%v); want %d since %d", c.id, c.cursor, n, since, err, c.n, want)
		}
	}
}

package store

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestAuditOfTrims: a room's old messages that go a few at a time are one entry, until
// something else is done or the next time they go.
func TestAuditOfTrims(t *testing.T) {
	s := newStore(t)
	for i := range uint64(20) {
		apply(t, s, said(i+1, chat.GeneralRoom, "hi"))
	}
	minute := chat.Millis(time.Minute.Milliseconds())
	one := chat.User{ID: "u1", Name: "Una", Role: chat.RoleOwner}
	offset := uint64(20)
	for _, e := range []struct {
		kind   chat.EventKind
		at     chat.Millis
		target uint64
	}{
		{chat.RoomTrimmed, 100, 2},
		{chat.RoomTrimmed, 101, 4},
		{chat.RoomTrimmed, 102, 6},
		{chat.UserMuted, 103, 0},
		{chat.RoomTrimmed, 104, 8},
		{chat.RoomTrimmed, 105, 9},
		{chat.RoomTrimmed, 164, 10},
	} {
		offset++
		v := chat.Event{
			Position: chat.Position{Epoch: epoch, Offset: offset}, ID: fmt.Sprint("e", offset), Kind: e.kind, At: e.at * minute, Author: one,
			Room: chat.GeneralRoom, Change: chat.Change{Target: e.target},
		}
		if e.kind == chat.UserMuted {
			v.Change = chat.Change{User: &one, Until: 1 << 50}
		}
		apply(t, s, v)
	}
	list, _, err := s.Audit(t.Context(), 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	var got []uint64
	for _, e := range list {
		got = append(got, e.Change.Target)
	}
	if want := []uint64{10, 9, 0, 6}; !slices.Equal(got, want) {
		t.Errorf("the entries go up to %v, want %v", got, want)
	}
}

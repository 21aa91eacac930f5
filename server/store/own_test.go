package store

import (
	"slices"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestProgramsOwn: what a program says is not unread to its owner, and leaves unread what is,
// however it comes in batches.
func TestProgramsOwn(t *testing.T) {
	type one struct {
		who  string
		auto bool
		read uint64 // ada's marker after it
	}
	story := []one{
		{"ada", false, 1},
		{"ada", true, 2},
		{"ada", true, 3},
		{"bob", false, 3},
		{"ada", true, 3},
		{"ada", true, 3},
		{"ada", false, 7},
		{"ada", true, 8},
		{"bob", true, 8},
		{"ada", true, 8},
		{"bob", false, 8},
	}
	for size := 1; size <= len(story); size++ {
		s := newStore(t)
		apply(t, s, talk(1, 1)...)
		var batch []chat.Event
		was := uint64(0)
		for i, o := range story {
			e := by(said(uint64(i)+2, chat.GeneralRoom, "text"), o.who)
			e.Extra.Auto = o.auto
			e.Passed = i%2 == 0 // of an earlier try
			batch = append(batch, e)
			if len(batch) < size && i < len(story)-1 {
				continue
			}
			apply(t, s, batch...)
			for j, e := range batch {
				k := i + 1 - len(batch) + j
				if want := e.Author.ID == "ada" && e.Extra.Auto && story[k].read > was; e.Passed != want {
					t.Errorf("in batches of %d, message %d: passed is %t", size, k+2, e.Passed)
				}
				was = story[k].read
			}
			batch = batch[:0]
			readUpTo(t, s, o.read+1)
		}
	}
}

// TestMarkerGoesPastOwn: a marker that comes to stand before what its owner's programs said
// goes past that, and not past others'.
func TestMarkerGoesPastOwn(t *testing.T) {
	s := newStore(t)
	apply(t, s, talk(1, 1)...)
	own := func(n uint64) chat.Event {
		e := by(said(n, chat.GeneralRoom, "text"), "ada")
		e.Extra.Auto = true
		return e
	}
	others := func(n uint64) chat.Event { return by(said(n, chat.GeneralRoom, "text"), "bob") }
	apply(t, s, own(2), others(3), others(4), own(5), own(6), others(7), own(8))
	read := func(offset, to, want uint64) {
		t.Helper()
		moved := []chat.Event{by(change(offset, chat.MarkerMoved, chat.GeneralRoom, to, ""), "ada")}
		apply(t, s, moved...)
		if moved[0].Change.Target != want {
			t.Errorf("a marker that was moved to %d stands at %d, want %d", to, moved[0].Change.Target, want)
		}
		readUpTo(t, s, want)
	}
	read(9, 3, 3)
	read(10, 4, 6)
	read(11, 7, 8)
	e := others(12)
	apply(t, s, e)
	var many []chat.Event
	for i := range uint64(maxOwn + 10) {
		many = append(many, own(13+i))
	}
	apply(t, s, many...)
	read(13+maxOwn+10, 9, 9+maxOwn)
}

// by is an event of somebody else.
func by(e chat.Event, id string) chat.Event {
	e.Author = chat.User{ID: id, Name: id, Role: chat.RoleMember}
	return e
}

// readUpTo tells how far ada has read, who has said something.
func readUpTo(t *testing.T, s *Store, want uint64) {
	t.Helper()
	list, _, err := s.Memberships(t.Context(), "ada", chat.GeneralRoom)
	if err != nil || !slices.ContainsFunc(list, func(m chat.Membership) bool {
		return m.Read == want && m.Unread == int(m.LastSeq-m.Read)
	}) {
		t.Errorf("%+v, %v; want %d", list, err, want)
	}
}

package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// fill tells messages of a room from one number to another, as they come.
func (s *screen) fill(room string, from, to int, text string) {
	for i := from; i <= to; i += 500 {
		list := make([]chat.Message, 0, 500)
		for seq := i; seq < i+500 && seq <= to; seq++ {
			m := said(uint64(seq), ada, time.Duration(seq)*time.Second, fmt.Sprintf("%s %d", text, seq))
			m.Room = room
			list = append(list, m)
		}
		s.apply(chat.Arrived{Messages: list})
	}
}

// However much is said in rooms that are not shown, what is kept of all has its bounds; of
// the room that is shown nothing goes.
func TestAllRoomsTogetherHaveABound(t *testing.T) {
	s := openTeam(100, 30)
	s.send(chat.RoomsChanged{Rooms: teamOf(20)})
	s.fill(chat.GeneralRoom, 7, 20_000, "here")
	for i := range 18 {
		s.fill(fmt.Sprint("n", i), 1, 30_000, "there")
	}
	total := 0
	for _, tl := range s.timelines {
		n, _ := tl.Held()
		total += n
	}
	if here, _ := s.timeline(chat.GeneralRoom).Held(); total > maxTogether+500 || here < 20_000 {
		t.Errorf("%d are kept, %d of the room that is shown", total, here)
	}
	s.client.older = func(before uint64, limit int) (chat.History, error) {
		if before < 100 || limit == 0 {
			t.Errorf("asked for what is below %d", before)
		}
		return chat.History{}, nil
	}
	s.show("n0")
	s.keys(t, "x")
	if !strings.Contains(s.text(), "there 30000") {
		t.Errorf("its end is not there:\n%s", s.text())
	}
	s.send(chat.RoomsChanged{Rooms: teamOf(20)})
	drainAll(s, s.keys(t, "{alt+home}"))

	s = openTeam(100, 30)
	s.fill("r2", 21, 3000, strings.Repeat("long ", 10_000))
	if n, bytes := s.timeline("r2").Held(); bytes > maxTogetherBytes || n < leastHidden {
		t.Errorf("%d messages of %d bytes", n, bytes)
	}
}

// What waits to be sent is not let go of, nor what somebody reads further up.
func TestDraftsAreNotLetGoOf(t *testing.T) {
	s := openTeam(100, 30)
	s.loaded("r2", 1, 200)
	s.send(chat.DraftChanged{Draft: chat.Draft{ID: "d", Room: "r2", Body: chat.TextBody("not sent")}, State: chat.DraftWaiting})
	tl := s.timeline("r2")
	if tl.Shrink(0); tl.Waiting() != 1 || tl.Has(200) {
		t.Error("the draft is gone, or nothing else is")
	}
	s.loaded("r2", 1, 200)
	s.keys(t, "{alt+1}{pgup}{alt+2}")
	if tl.Shrink(10); !tl.Has(1) {
		t.Error("what somebody reads is gone")
	}
}

// Without a connection what is loaded is looked through little by little: keys come in
// between, and who types on looks for something else.
func TestLookingThroughMuch(t *testing.T) {
	s := openTeam(100, 30)
	s.send(chat.RoomsChanged{Rooms: teamOf(8)})
	s.fill(chat.GeneralRoom, 7, 20_000, strings.Repeat("much is said. ", 25)+"there is number")
	s.send(chat.Connection{State: chat.Waiting})
	s.search("")
	f := &finding{}
	for _, k := range []string{"1", "7", "7", "7"} {
		s.keys(t, k)
	}
	l, _ := s.top().(*layer)
	begin := func() searchDue {
		for _, msg := range messages(l.changed()) {
			if due, ok := msg.(searchDue); ok {
				f = due.of
				return due
			}
		}
		t.Fatal("nothing is sought")
		return searchDue{}
	}
	due, steps := begin(), 0
	next := func(due searchDue) (searchDue, bool) {
		for _, msg := range messages(s.send(due)) {
			if due, ok := msg.(searchDue); ok {
				return due, true
			}
		}
		return searchDue{}, false
	}
	for more := true; more; steps++ {
		due, more = next(due)
	}
	if steps < 10 || !strings.Contains(s.text(), "12 messages of what is loaded here") {
		t.Errorf("after %d steps:\n%s", steps, s.text())
	}
	if at := f.lines; len(at) != 12 || at[0].At < at[11].At || len(f.left) > 0 {
		t.Errorf("%d lines, %v left", len(at), f.left)
	}
	due, _ = next(begin())
	s.keys(t, "8")
	if _, more := next(due); more {
		t.Error("it goes on looking for what was typed before")
	}
	due, _ = next(begin())
	s.send(chat.Connection{State: chat.Online})
	if _, more := next(due); more {
		t.Error("it goes on without the server")
	}
}

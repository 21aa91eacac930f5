package client

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

func TestServerThatCannotResume(t *testing.T) {
	f := newFake("general", "busy")
	f.say("general", 5)
	f.say("busy", 500)
	cfg := config(t, f.start(t))
	c, s := online(t, cfg)
	f.set(func() { f.forget = true })
	f.cutAll()
	f.say("general", 2)
	f.say("busy", 300)
	s.waitLast(t, "general", 7)
	s.waitLast(t, "busy", 800)
	s.waitState(t, chat.Online)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	c, s = open(t, cfg)
	s.waitLast(t, "busy", 800)
	if r, err := readSpan(t.Context(), c.cache.read, "busy"); err != nil || r != (span{601, 800}) {
		t.Errorf("cached %v, %v", r, err)
	}
}

// A room that one left while nobody listened, and comes into again, is fetched as a new one.
func TestRoomLeftWhileAway(t *testing.T) {
	f := newFake("general", "ops")
	f.say("ops", 5)
	_, s := run(t, config(t, f.start(t)))
	s.waitLast(t, "ops", 5)
	s.waitState(t, chat.Online)
	f.set(func() { f.forget, f.rooms = true, []string{"general"} })
	f.cutAll()
	s.wait(t, "that ops is gone", func() bool { return len(s.who.Rooms) == 1 })
	s.waitState(t, chat.Online)
	f.say("ops", 2)
	f.set(func() { f.move("ops", true) })
	s.waitLast(t, "ops", 7)
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.rooms["ops"]); n != 7 {
		t.Errorf("%d messages are shown", n)
	}
}

// What is held behind a gap is bounded in bytes, and counted off again however it goes:
// when it is shown, when it is trimmed, and when the room is left.
func TestHeldIsBoundedAndCounted(t *testing.T) {
	c, _ := open(t, config(t, newFake("general").start(t)))
	<-c.loaded
	r := newResume(&session{link: &link{}, c: c})
	r.v.mine = map[string]*chat.Membership{"general": {Room: chat.Room{ID: "general"}}}
	f := r.fill("general", false, 10)
	list := messages("general", "e", 2, 5)
	for _, m := range list[:3] {
		r.hold(f, m)
	}
	if err := r.trimmed(chat.RoomTrimmedTold{Room: "general", Seq: 3}); err != nil {
		t.Fatal(err)
	}
	if want := updateWeight + weighBody(list[2].Body); len(f.held) != 1 || r.held != want {
		t.Errorf("after a trim %d messages of %d bytes are held, want %d", len(f.held), r.held, want)
	}
	m := list[3]
	for m.Body = chat.TextBody(strings.Repeat("x", 1<<20)); m.Seq < 20; m.Seq++ {
		r.hold(f, m)
	}
	if r.held > holdLimit || r.held < holdLimit/2 || f.high != 19 {
		t.Errorf("%d bytes are held, up to %d", r.held, f.high)
	}
	if r.close(f); r.held != 0 {
		t.Errorf("at the end %d bytes are held", r.held)
	}
}

// A page of history has what was told up to its position: a reaction of somebody who is not
// named any more, for there are too many, would be counted twice.
func TestWhatAPageHasIsNotDoneAgain(t *testing.T) {
	c, _ := open(t, config(t, newFake("general").start(t)))
	<-c.loaded
	r := newResume(&session{link: &link{}, c: c})
	r.epoch = "e"
	for at, want := range map[uint64]int{6: 31, 7: 30, 8: 30} {
		m := messages("general", "e", 1, 1)
		m[0].Reactions = []chat.Reaction{{Emoji: "+1", Count: 30, Users: slices.Repeat([]string{"u"}, chat.MaxReactors)}}
		told := chat.MessageReaction{MessageChanged: chat.MessageChanged{Told: chat.Told{By: other}, Room: "general", Seq: 1, Emoji: "+1"}}
		r.late = []lateChange{{change: change{room: "general", seq: 1, apply: func(m *chat.Message) bool { return m.React(told) }}, at: 7}}
		got := r.corrected("general", chat.History{Messages: m, Position: chat.Position{Epoch: "e", Offset: at}})
		if n := got[0].Reactions[0].Count; n != want {
			t.Errorf("a page of %d has %d, want %d", at, n, want)
		}
	}
}

func TestMessagesDuringAReload(t *testing.T) {
	f := newFake("general")
	f.say("general", 5)
	// What is said while the page is on its way is not in it.
	f.history = func(chat.HistoryRequest, *chat.History) {
		if len(f.asked) == 1 {
			for i := range 3 {
				f.post(other, chat.PostOptions{Room: "general", ID: string(rune('a' + i))}, chat.TextBody("x"))
			}
		}
	}
	_, s := run(t, config(t, f.start(t)))
	s.waitLast(t, "general", 8)
	s.waitState(t, chat.Online)
	f.set(func() {
		if len(f.asked) != 1 {
			t.Errorf("what was held was asked for: %+v", f.asked)
		}
	})
}

func TestRestoredLogReplacesEverything(t *testing.T) {
	f := newFake("general", "gone")
	f.say("general", 50)
	f.say("gone", 5)
	cfg := config(t, f.start(t))
	c, s := online(t, cfg)
	f.set(func() {
		f.epoch, f.log, f.rooms = "e2", nil, []string{"general"}
		f.posted = map[string]chat.Posted{}
	})
	f.say("general", 20)
	f.cutAll()
	s.wait(t, "the new log", func() bool {
		m := s.rooms["general"]
		return len(m) == 20 && m[0].Position.Epoch == "e2"
	})
	f.say("general", 1)
	s.waitLast(t, "general", 21)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	c, s = open(t, cfg)
	s.waitLast(t, "general", 21)
	k, err := c.cache.load(t.Context())
	if err != nil || k.position != (chat.Position{Epoch: "e2", Offset: 21}) || len(k.rooms) != 1 {
		t.Errorf("kept %+v, %v", k, err)
	}
}

func TestGapsAreFilled(t *testing.T) {
	for name, missing := range map[string]int{"one": 1, "pages": 700, "too many": 1500} {
		t.Run(name, func(t *testing.T) {
			f := newFake("general")
			f.say("general", 10)
			cfg := config(t, f.start(t))
			c, s := online(t, cfg)
			f.set(func() { f.hide = func(chat.Message) bool { return true } })
			f.say("general", missing)
			f.set(func() { f.hide = nil })
			f.say("general", 2)
			s.waitLast(t, "general", uint64(12+missing))
			if err := c.Close(); err != nil {
				t.Fatal(err)
			}
			c, s = open(t, cfg)
			s.waitLast(t, "general", uint64(12+missing))
			if k, err := c.cache.load(t.Context()); err != nil || k.position.Offset != uint64(12+missing) {
				t.Errorf("position %v, %v", k.position, err)
			}
		})
	}
}

// A server that says it resumed and does not replay is found out by the rooms it
// named at the welcome.
func TestReplayThatNeverComes(t *testing.T) {
	f := newFake("general", "other")
	f.say("general", 5)
	_, s := online(t, config(t, f.start(t)))
	f.set(func() { f.silent = true })
	f.cutAll()
	f.say("general", 3)
	s.wait(t, "another welcome", func() bool {
		f.mu.Lock()
		defer f.mu.Unlock()
		return len(f.hellos) == 2
	})
	f.say("general", 1) // shows the gap at once; without it a heartbeat would
	s.waitLast(t, "general", 9)
	s.waitState(t, chat.Online)
}

// What is said while the first of several pages is on its way is told once, with a later
// page, and nothing of it is held in the end.
func TestMessagesDuringManyPages(t *testing.T) {
	dir := folder(t)
	synctest.Test(t, func(t *testing.T) {
		f := newFake("general")
		f.say("general", 5)
		b := newBubble(t, f, dir, 0)
		defer b.close()
		b.shows(t, "general", 5)
		f.set(func() {
			f.hide = func(m chat.Message) bool { return m.Seq < 700 }
			f.history = func(chat.HistoryRequest, *chat.History) {
				for n := len(f.log); len(f.asked) < 10 && len(f.log) < n+3; {
					f.post(other, chat.PostOptions{Room: "general", ID: strconv.Itoa(len(f.log))}, chat.TextBody("x"))
				}
			}
		})
		f.say("general", 695)
		b.shows(t, "general", 712) // 695 in four pages
		if r := &b.c.session.sync; r.held != 0 || len(r.fills) != 0 || len(f.asked) != 5 {
			t.Errorf("%d bytes are held, %d rooms are waited for, %d pages were read", r.held, len(r.fills), len(f.asked))
		}
	})
}

// What is told between hello and the welcome is not of it, and not told again.
func TestToldBeforeTheWelcome(t *testing.T) {
	dir := folder(t)
	synctest.Test(t, func(t *testing.T) {
		f := newFake("general")
		f.say("general", 3)
		b := newBubble(t, f, dir, 0)
		defer b.close()
		b.shows(t, "general", 3)
		f.set(func() {
			f.early = func(*fakeConn) {
				f.post(other, chat.PostOptions{Room: "general", ID: "early"}, chat.TextBody("x"))
				f.become(ToldEdited, "general", 2, chat.MessageChanged{}, "another text")
			}
		})
		f.cutAll()
		time.Sleep(firstWait)
		b.shows(t, "general", 4)
		if m := b.rooms["general"][1]; m.Revision != 1 {
			t.Errorf("the second message is still %+v", m)
		}
	})
}

func TestHistoryThatLies(t *testing.T) {
	for name, lie := range map[string]func(q chat.HistoryRequest, h *chat.History){
		"hole":       func(_ chat.HistoryRequest, h *chat.History) { h.Messages = append(h.Messages[:1:1], h.Messages[2:]...) },
		"other room": func(_ chat.HistoryRequest, h *chat.History) { h.Messages[0].Room = "x" },
		"empty":      func(_ chat.HistoryRequest, h *chat.History) { h.Messages, h.More = nil, true },
		"old": func(q chat.HistoryRequest, h *chat.History) {
			if h.Messages = h.Messages[:2]; q.After != nil {
				h.Messages = nil
			}
		},
		"no id": func(_ chat.HistoryRequest, h *chat.History) { h.Messages[0].ID = "" },
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake("general")
			f.say("general", 5)
			f.history = lie
			_, s := run(t, config(t, f.start(t)))
			s.wait(t, "the connection to be given up", func() bool {
				return slices.ContainsFunc(s.conn, func(c chat.Connection) bool { return c.State == chat.Waiting })
			})
			f.set(func() { f.history = nil })
			s.waitLast(t, "general", 5)
			s.waitState(t, chat.Online)
		})
	}
}

func TestAnotherUserOfTheFolder(t *testing.T) {
	f := newFake("general", "busy")
	f.say("general", 3)
	f.say("busy", 500)
	cfg := config(t, f.start(t))
	c, _ := online(t, cfg)
	if _, err := c.Older(t.Context(), "busy", 301, 200); err != nil {
		t.Fatal(err)
	}
	c.Close()
	c, _ = open(t, cfg)
	d := draft("general", "said as ann")
	d.ID = "d"
	if err := c.Enqueue(d); err != nil {
		t.Fatal(err)
	}
	c.Close()
	was := you
	you = other
	defer func() { you = was }()
	c, s := run(t, cfg)
	s.wait(t, "the draft to be held", func() bool { return s.drafts["d"].State == chat.DraftFailed })
	s.waitState(t, chat.Online)
	if err := c.Retry("d"); err != nil {
		t.Fatal(err)
	}
	s.waitLast(t, "general", 4)
	c.Close()
	c, _ = open(t, cfg)
	if r, err := readSpan(t.Context(), c.cache.read, "busy"); err != nil || r != (span{301, 500}) {
		t.Errorf("of what the other user had read %v is left, %v", r, err)
	}
}

// What one user had read is gone from the folder as soon as another is welcomed, not
// only when the rooms are read anew.
func TestAnotherUserFindsNothing(t *testing.T) {
	f := newFake("general")
	f.say("general", 3)
	cfg := config(t, f.start(t))
	c, _ := f.shown(t, cfg)
	c.Close()
	f.set(func() { f.deaf = true })
	was := you
	you = other
	defer func() { you = was }()
	c, s := run(t, cfg)
	s.wait(t, "the other's welcome", func() bool { return s.who.You.ID == other.ID })
	c.Close()
	c, _ = open(t, cfg)
	if k, err := c.cache.load(t.Context()); err != nil || len(k.rooms) != 0 || !k.position.IsZero() {
		t.Errorf("kept %v of %d rooms, %v", k.position, len(k.rooms), err)
	}
}

func TestRepeatedMessagesAreDropped(t *testing.T) {
	f := newFake("general")
	f.say("general", 3)
	_, s := online(t, config(t, f.start(t)))
	f.set(func() {
		for c := range f.conns {
			for _, m := range f.log {
				c.deliver(m)
			}
		}
	})
	f.say("general", 1)
	s.waitLast(t, "general", 4)
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.asked) != 1 {
		t.Errorf("history was asked for: %v", f.asked)
	}
}

func TestRoomNoLongerVisible(t *testing.T) {
	f := newFake("general", "private")
	f.say("private", 3)
	f.say("general", 3)
	cfg := config(t, f.start(t))
	c, s := online(t, cfg)
	f.set(func() { f.rooms = []string{"general"} })
	f.cutAll()
	s.wait(t, "the rooms", func() bool { return len(s.who.Rooms) == 1 && s.state() == chat.Online })
	c.Close()
	c, _ = open(t, cfg)
	if rooms, err := readRooms(t.Context(), c.cache.read); err != nil || len(rooms) != 1 {
		t.Errorf("cached rooms %v, %v", rooms, err)
	}
}

// TestLeavingARoomGivesBackWhatWasHeld: messages that wait behind a gap of a room that
// is left do not count among those that may be held.
func TestLeavingARoomGivesBackWhatWasHeld(t *testing.T) {
	dir := folder(t)
	synctest.Test(t, func(t *testing.T) {
		f := newFake("general", "ops")
		f.say("ops", 3)
		f.deaf = true
		b := newBubble(t, f, dir, 0)
		defer b.close()
		held := func() int { synctest.Wait(); return b.c.session.sync.held }
		held()
		f.say("ops", 2)
		if held() < 2*updateWeight {
			t.Fatalf("%d bytes are held behind the gap", held())
		}
		f.set(func() { f.move("ops", false) })
		if held() != 0 {
			t.Errorf("%d bytes are held of a room that was left", held())
		}
	})
}

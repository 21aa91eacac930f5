package client

import (
	"slices"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// A log that was restored without a new epoch, from before what was told: nothing is
// kept as it was, and what becomes of messages in the places that were told already is
// not missed at the next start.
func TestRestoredLogOfTheSameEpoch(t *testing.T) {
	f := newFake("general")
	f.say("general", 50)
	cfg := config(t, f.start(t))
	c, _ := f.shown(t, cfg)
	c.Close()
	f.set(func() { f.log, f.posted = f.log[:20:20], map[string]chat.Posted{} })
	c, _ = f.shown(t, cfg)
	c.Close()
	f.set(func() { f.become(ToldEdited, "general", 2, chat.MessageChanged{}, "another text") })
	f.say("general", 35)
	c, _ = f.shown(t, cfg)
	f.kept(t, cfg, c)
}

// What is replayed of a room that was left is neither shown nor kept, nor asked for.
func TestReplayOfARoomThatWasLeft(t *testing.T) {
	f := newFake("general", "ops")
	f.say("general", 3)
	cfg := config(t, f.start(t))
	c, _ := f.shown(t, cfg)
	c.Close()
	f.say("ops", 2)
	f.set(func() {
		f.become(ToldEdited, "ops", 1, chat.MessageChanged{}, "another text")
		f.move("ops", false)
		f.asked = nil
	})
	f.say("general", 1)
	c, s := f.shown(t, cfg)
	s.mu.Lock()
	for _, u := range s.all {
		switch u := u.(type) {
		case chat.Arrived:
			if u.Messages[0].Room == "ops" {
				t.Errorf("arrived: %+v", u.Messages)
			}
		case chat.MessageRevised:
			t.Errorf("revised: %+v", u)
		}
	}
	s.mu.Unlock()
	f.set(func() {
		if len(f.asked) > 0 {
			t.Errorf("history was asked for: %+v", f.asked)
		}
	})
	f.kept(t, cfg, c)
}

// A room that was left while nobody listened, and is entered again, is read anew.
func TestLeftWhileAwayAndEnteredAgain(t *testing.T) {
	f := newFake("general", "ops")
	f.say("ops", 3)
	_, s := f.shown(t, config(t, f.start(t)))
	f.set(func() {
		f.hide = func(chat.Message) bool { return true }
		f.move("ops", false)
		f.hide = nil
	})
	f.cutAll()
	s.wait(t, "the room to be gone", func() bool { return len(s.who.Rooms) == 1 && s.state() == chat.Online })
	f.set(func() { f.move("ops", true) })
	f.agree(t, s)
}

// An event of another log ends the connection, and moves nothing.
func TestEventOfAnotherEpoch(t *testing.T) {
	f := newFake("general")
	f.say("general", 3)
	_, s := f.shown(t, config(t, f.start(t)))
	f.each(func(c *fakeConn) {
		m := f.log[2]
		m.ID, m.Seq, m.Position = "x", 4, chat.Position{Epoch: "e2", Offset: 4}
		c.deliver(m)
	})
	s.wait(t, "the connection to be given up", func() bool {
		return slices.ContainsFunc(s.conn, func(c chat.Connection) bool { return c.State == chat.Waiting })
	})
	s.waitState(t, chat.Online)
	f.agree(t, s)
	f.set(func() {
		if at := f.hellos[len(f.hellos)-1].Position; at != f.log[2].Position {
			t.Errorf("resumed from %v", at)
		}
	})
}

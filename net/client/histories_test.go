package client

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/hobnob-chat/hobnob/net/chat"
)

func (c *Client) isClosed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.closed
}

// seen has the user of a screen read all that is on it of a room.
func (c *Client) seen(s *screen, room string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if last := s.last(room); last > 0 && !c.isClosed() {
		s.read(room, last)
		c.MarkRead(room, last)
	}
}

// reveal has something said in every room: that shows what was lost on the way there.
func (f *fake) reveal() {
	f.set(func() { f.hide = nil })
	for _, room := range []string{"general", "ops", "plans"} {
		f.say(room, 1)
	}
}

// TestTeamHistories: whatever happens, and wherever the connection breaks, the screen
// and what is kept agree with what the server says when it is asked anew.
func TestTeamHistories(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rooms := []string{"general", "ops", "plans"}
		f := newFake("general", "ops")
		f.team.strict = true
		f.say("general", rapid.IntRange(0, 5).Draw(rt, "before"))
		f.say("ops", rapid.IntRange(0, 230).Draw(rt, "much before"))
		cfg := config(t, f.start(t))
		c, s := open(t, cfg)
		running := make(chan struct{})
		live := func() {
			running = make(chan struct{})
			go func(c *Client, done chan struct{}) { defer close(done); _ = c.Run(context.Background()) }(c, running)
		}
		live()
		for range rapid.IntRange(1, 40).Draw(rt, "steps") {
			room := rapid.SampledFrom(rooms).Draw(rt, "room")
			seq := rapid.Uint64Range(1, 12).Draw(rt, "seq")
			if c.isClosed() && rapid.Bool().Draw(rt, "back") {
				c, s = open(t, cfg)
				live()
			}
			what := rapid.SampledFrom([]string{
				"say", "say", "say", "own", "script", "script", "seen", "thread", "edit", "edit", "delete", "react", "unreact", "pin", "trim",
				"call", "call", "call in an edit", "in", "out", "rename", "rename", "read", "level", "hide", "hide", "cut", "cut", "lose",
				"restart", "close", "look", "look",
			}).Draw(rt, "what")
			switch what {
			case "cut":
				f.cutAll()
				continue
			case "seen": // on this screen
				c.seen(s, room)
				continue
			case "look":
				f.reveal()
				if !c.isClosed() {
					f.agree(rt, s)
				}
				continue
			case "close":
				c.Close()
				<-running
				continue
			case "restart":
				c.Close()
				<-running
				c, s = open(t, cfg)
				live()
				continue
			}
			f.set(func() {
				id := fmt.Sprint("x", len(f.log))
				if f.last(room) > 12 {
					seq += f.last(room) - 12
				}
				by := chat.MessageChanged{Emoji: "👍"}
				switch what {
				case "say":
					f.post(other, chat.PostOptions{Room: room, ID: id}, chat.TextBody("text "+id))
				case "call":
					f.post(other, chat.PostOptions{Room: room, ID: id}, chat.TextBody("@ann "+id))
				case "hide": // what is said next
					until := len(f.log) + 3
					f.hide = func(m chat.Message) bool { return m.Seq > 0 && len(f.log) < until }
				case "own":
					if slices.Contains(f.rooms, room) {
						f.post(you, chat.PostOptions{Room: room, ID: id}, chat.TextBody("own "+id))
					}
				case "script":
					if slices.Contains(f.rooms, room) {
						f.post(you, chat.PostOptions{Room: room, ID: id}, chat.TextBody("auto "+id))
					}
				case "thread":
					if at := slices.IndexFunc(f.log, func(m chat.Message) bool { return m.Room == room && m.Seq == seq }); at >= 0 && f.log[at].Thread == "" {
						f.post(other, chat.PostOptions{Room: room, ID: id, Thread: f.log[at].ID}, chat.TextBody("answer "+id))
					}
				case "edit":
					f.become(ToldEdited, room, seq, chat.MessageChanged{}, "edited "+id)
				case "call in an edit":
					f.become(ToldEdited, room, seq, chat.MessageChanged{Mentions: []string{you.ID}}, "@ann "+id)
				case "delete":
					f.become(ToldDeleted, room, seq, chat.MessageChanged{}, "")
				case "react", "unreact":
					by.On = new(what == "react")
					f.become(ToldReaction, room, seq, by, "")
				case "pin":
					f.become(ToldPinned, room, seq, chat.MessageChanged{On: new(seq%2 == 0)}, "")
				case "trim":
					f.trim(room, min(seq, f.last(room)))
				case "in", "out":
					if room != "general" {
						f.move(room, what == "in")
					}
				case "rename":
					f.rename(room, room+id)
				case "read":
					f.mark(room, seq)
				case "level":
					f.level(room, chat.NotifyNone)
				case "lose":
					f.forget = !f.forget
				}
			})
		}
		f.set(func() { f.forget = false })
		if c.isClosed() {
			c, s = open(t, cfg)
			live()
		}
		f.reveal()
		f.agree(rt, s)
		c.Close()
		<-running
		c, _ = open(t, cfg)
		f.cached(rt, c)
		c.Close()
	})
}

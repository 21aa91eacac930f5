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
				"in", "out", "rename", "read", "level", "cut", "cut", "lose", "restart", "close", "look", "look",
			}).Draw(rt, "what")
			switch what {
			case "cut":
				f.cutAll()
				continue
			case "seen": // on this screen
				c.seen(s, room)
				continue
			case "look":
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
		f.agree(rt, s)
		c.Close()
		<-running
		c, _ = open(t, cfg)
		f.cached(rt, c)
		c.Close()
	})
}

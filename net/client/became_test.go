package client

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// differs tells in which way a screen does not show what the server has; "" is in
// none. f.mu and s.mu are held.
func (f *fake) differs(s *screen) string {
	var want, have []string
	for _, id := range f.rooms {
		m := f.membership(id)
		want = append(want, fmt.Sprint(m.ID, m.Name, m.Notify, m.Read, m.Unread, m.Mentions))
	}
	for _, m := range s.who.Rooms {
		have = append(have, fmt.Sprint(m.ID, m.Name, m.Notify, m.Read, m.Unread, m.Mentions))
	}
	slices.Sort(want)
	slices.Sort(have)
	if !slices.Equal(want, have) {
		return fmt.Sprintf("rooms %q, want %q", have, want)
	}
	for _, id := range f.rooms {
		shown := s.rooms[id]
		if last := f.last(id); last > f.team.trimmed[id] && (len(shown) == 0 || shown[len(shown)-1].Seq != last) {
			return fmt.Sprintf("%s is shown up to %d of %d", id, s.last(id), last)
		}
		if d := f.differ(shown, false); d != "" {
			return d
		}
	}
	return ""
}

// differ compares messages with what the server has of them.
func (f *fake) differ(have []chat.Message, threads bool) string {
	for _, m := range have {
		at := slices.IndexFunc(f.log, func(l chat.Message) bool { return l.Room == m.Room && l.Seq == m.Seq })
		if at < 0 || m.Seq <= f.team.trimmed[m.Room] {
			return fmt.Sprintf("there is no %s %d", m.Room, m.Seq)
		}
		want := f.now(f.log[at])
		if !threads {
			want.Replies, m.Replies = nil, nil
		}
		want.Edited, m.Edited, want.Deleted, m.Deleted = min(want.Edited, 1), min(m.Edited, 1), min(want.Deleted, 1), min(m.Deleted, 1)
		a, _ := json.Marshal(m)
		if b, _ := json.Marshal(want); !bytes.Equal(a, b) {
			return fmt.Sprintf("shown %s, want %s", a, b)
		}
	}
	return ""
}

// agree waits until the screen shows what the server has.
func (f *fake) agree(t failer, s *screen) {
	t.Helper()
	what := "the screen to agree with the server"
	s.wait(t, what, func() bool {
		f.mu.Lock()
		defer f.mu.Unlock()
		d := f.differs(s)
		if d != "" && s.err != nil {
			s.err = fmt.Errorf("%w: %s", s.err, d)
		}
		return d == "" && s.state() == chat.Online
	})
}

// shown is run that waits until the screen agrees with the server.
func (f *fake) shown(t testing.TB, cfg Config) (*Client, *screen) {
	t.Helper()
	c, s := run(t, cfg)
	f.agree(t, s)
	return c, s
}

// kept ends a client, and compares what the next one finds of it with what the server has.
func (f *fake) kept(t testing.TB, cfg Config, c *Client) {
	t.Helper()
	c.Close()
	c, _ = open(t, cfg)
	f.cached(t, c)
}

// cached compares what a client keeps with what the server has.
func (f *fake) cached(t failer, c *Client) {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	rooms, err := readRooms(context.Background(), c.cache.read)
	if err != nil {
		t.Fatalf("%v", err)
	}
	for _, room := range rooms {
		if !slices.Contains(f.rooms, room) {
			t.Fatalf("messages of %s are kept", room)
		}
		list, ok, err := c.cache.before(context.Background(), room, newest, 10_000)
		if !ok || err != nil {
			t.Fatalf("%s cannot be read: %v", room, err)
		}
		if d := f.differ(list, true); d != "" {
			t.Fatalf("kept: %s", d)
		}
	}
}

// TestWhatBecomesOfMessages: edits, deletions, reactions and pins are shown and kept,
// live and after a time away.
func TestWhatBecomesOfMessages(t *testing.T) {
	for _, away := range []bool{false, true} {
		t.Run(fmt.Sprint("away ", away), func(t *testing.T) {
			f := newFake("general")
			f.say("general", 10)
			cfg := config(t, f.start(t))
			c, s := online(t, cfg)
			s.waitLast(t, "general", 10)
			if away {
				c.Close()
			}
			f.set(func() {
				f.become(ToldEdited, "general", 3, chat.MessageChanged{Mentions: []string{"u1"}}, "another text")
				f.become(ToldEdited, "general", 3, chat.MessageChanged{}, "yet another")
				f.become(ToldDeleted, "general", 4, chat.MessageChanged{}, "")
				f.become(ToldReaction, "general", 5, chat.MessageChanged{Emoji: "👍"}, "")
				f.become(ToldReaction, "general", 6, chat.MessageChanged{Emoji: "👍"}, "")
				f.become(ToldReaction, "general", 6, chat.MessageChanged{Emoji: "👍", On: new(false)}, "")
				f.become(ToldPinned, "general", 7, chat.MessageChanged{On: new(true)}, "")
				f.post(other, chat.PostOptions{Room: "general", ID: "answer", Thread: "o0"}, chat.TextBody("in a thread"))
				f.trim("general", 1)
			})
			if away {
				c, s = run(t, cfg)
			}
			f.agree(t, s)
			if s.rooms["general"][1].Revision != 2 {
				t.Errorf("%+v", s.rooms["general"][1])
			}
			c.Close()
			c, s = open(t, cfg)
			s.waitLast(t, "general", 11)
			f.cached(t, c)
		})
	}
}

// TestDeletedTextIsGone: not a byte of it is left in the state folder.
func TestDeletedTextIsGone(t *testing.T) {
	f := newFake("general", "left")
	f.set(func() { f.team.strict = true })
	f.say("general", 5)
	secret := strings.Repeat("attack at dawn ", 500) // on pages of its own, too
	f.set(func() {
		f.post(other, chat.PostOptions{Room: "general", ID: "s"}, chat.TextBody("short: attack at dawn"))
		f.post(other, chat.PostOptions{Room: "general", ID: "l"}, chat.TextBody(secret))
		f.post(other, chat.PostOptions{Room: "left", ID: "r"}, chat.TextBody(secret))
	})
	cfg := config(t, f.start(t))
	c, s := f.shown(t, cfg)
	if err := c.cache.ask(c.cache.ops, func(context.Context, *txn) error { return nil }); err != nil { // behind all that is queued
		t.Fatal(err)
	}
	if !folderHas(t, cfg.Dir, "attack at dawn") {
		t.Fatal("it is not there before")
	}
	f.set(func() {
		f.become(ToldDeleted, "general", 6, chat.MessageChanged{}, "")
		f.become(ToldDeleted, "general", 7, chat.MessageChanged{}, "")
		f.move("left", false)
	})
	f.agree(t, s)
	// The client runs on: the file is clean when its writer has come round.
	for late := time.Now().Add(20 * time.Second); folderHas(t, cfg.Dir, "attack at dawn"); {
		if err := c.cache.ask(c.cache.ops, func(context.Context, *txn) error { return nil }); err != nil || time.Now().After(late) {
			t.Fatalf("the text is still in the folder; asked to write: %v", err)
		}
	}
}

func folderHas(t testing.TB, dir, text string) bool {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		b, err := os.ReadFile(filepath.Join(dir, file.Name()))
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if bytes.Contains(b, []byte(text)) {
			return true
		}
	}
	return false
}

// TestChangesWhileAPageIsOnItsWay: a page that was read before a change, and comes
// after it, is shown as it is by now.
func TestChangesWhileAPageIsOnItsWay(t *testing.T) {
	f := newFake("general")
	f.say("general", 450)
	changed := false
	f.history = func(q chat.HistoryRequest, h *chat.History) {
		if changed || q.Before == 0 {
			return
		}
		changed = true
		h.Messages = slices.Clone(h.Messages)
		f.become(ToldEdited, "general", 240, chat.MessageChanged{}, "later")
		f.become(ToldDeleted, "general", 241, chat.MessageChanged{}, "")
		f.become(ToldReaction, "general", 242, chat.MessageChanged{Emoji: "👍"}, "")
	}
	cfg := config(t, f.start(t))
	c, s := online(t, cfg)
	page, err := c.Older(t.Context(), "general", 251, 50)
	if err != nil {
		t.Fatal(err)
	}
	f.set(func() {
		if d := f.differ(page.Messages, false); d != "" || len(page.Messages) != 50 {
			t.Errorf("%d messages, %s", len(page.Messages), d)
		}
	})
	f.agree(t, s)
	f.kept(t, cfg, c)
}

// TestTrimWhileAPageIsOnItsWay: what was taken away for good since a page was read does
// not come back with it, on the screen or in the cache.
func TestTrimWhileAPageIsOnItsWay(t *testing.T) {
	for name, gone := range map[string]uint64{"some": 220, "its first": 201, "all of it": 270} {
		t.Run(name, func(t *testing.T) {
			f := newFake("general")
			f.say("general", 450)
			cfg := config(t, f.start(t))
			c, s := online(t, cfg)
			f.set(func() {
				f.history = func(chat.HistoryRequest, *chat.History) { f.trim("general", gone) }
			})
			page, err := c.Older(t.Context(), "general", 251, 50)
			if err != nil {
				t.Fatal(err)
			}
			f.set(func() {
				if d := f.differ(page.Messages, false); d != "" || len(page.Messages) != int(250-min(gone, 250)) {
					t.Errorf("%d messages, %s", len(page.Messages), d)
				}
			})
			f.agree(t, s)
			f.kept(t, cfg, c)
		})
		t.Run(name+", when a room is read first", func(t *testing.T) {
			f := newFake("general")
			f.say("general", 270)
			f.history = func(chat.HistoryRequest, *chat.History) { f.trim("general", gone) }
			cfg := config(t, f.start(t))
			c, _ := f.shown(t, cfg)
			f.kept(t, cfg, c)
		})
	}
}

// TestMissedChangesAreNotKept: who cannot be told what they missed has none of it
// kept as it was.
func TestMissedChangesAreNotKept(t *testing.T) {
	f := newFake("general")
	f.say("general", 300)
	cfg := config(t, f.start(t))
	c, _ := online(t, cfg)
	if _, err := c.Older(t.Context(), "general", 101, 100); err != nil {
		t.Fatal(err)
	}
	c.Close()
	f.set(func() {
		f.forget = true
		f.become(ToldDeleted, "general", 50, chat.MessageChanged{}, "")
		f.become(ToldEdited, "general", 250, chat.MessageChanged{}, "another text")
	})
	c, _ = f.shown(t, cfg)
	f.kept(t, cfg, c)
}

// TestEmptiedRoom: a room whose messages are all gone, for how long it keeps them, is
// no fault, and goes on with the next one.
func TestEmptiedRoom(t *testing.T) {
	f := newFake("general", "brief")
	f.say("brief", 20)
	f.say("general", 1)
	f.set(func() { f.trim("brief", 20) })
	_, s := f.shown(t, config(t, f.start(t)))
	f.say("brief", 2)
	f.agree(t, s)
	if got := s.rooms["brief"]; len(got) != 2 || got[0].Seq != 21 {
		t.Errorf("shown %+v", got)
	}
}

// TestRoomsComeAndGo: rooms one enters are filled, rooms one leaves are dropped from
// the screen and the cache, and markers follow.
func TestRoomsComeAndGo(t *testing.T) {
	f := newFake("general", "ops")
	f.set(func() { f.team.strict = true })
	f.say("ops", 5)
	f.say("plans", 7)
	cfg := config(t, f.start(t))
	c, s := f.shown(t, cfg)
	f.set(func() {
		f.move("plans", true)
		f.move("ops", false)
		f.move("new", true) // without a message yet
		f.rename("plans", "ideas")
		f.level("general", chat.NotifyMentions)
	})
	f.say("plans", 3)
	f.say("ops", 3)
	f.set(func() { f.mark("plans", 9) })
	f.agree(t, s)
	if _, shown := s.rooms["ops"]; shown || len(s.rooms["plans"]) != 10 {
		t.Errorf("shown: %v", s.seqs())
	}
	// Out and in again while nobody listened; what happened there meanwhile is known.
	c.Close()
	f.set(func() {
		f.move("plans", false)
		f.become(ToldEdited, "plans", 2, chat.MessageChanged{}, "unheard")
		f.move("plans", true)
		f.become(ToldEdited, "plans", 3, chat.MessageChanged{}, "heard")
	})
	c, _ = f.shown(t, cfg)
	c.Close()
	c, s = open(t, cfg)
	s.wait(t, "the rooms that are kept", func() bool { return len(s.rooms["plans"]) == 10 })
	f.cached(t, c)
	if len(s.who.Rooms) != 3 || s.who.Rooms[1].Name != "ideas" {
		t.Errorf("kept rooms %+v", s.who.Rooms)
	}
}

// Of rooms that change in a row the newest list is saved, and not one for each.
func TestRoomsThatChangeInARow(t *testing.T) {
	c, _, err := readyCache(t.Context(), folder(t), slog.New(slog.DiscardHandler)) // nobody writes
	if err != nil {
		t.Fatal(err)
	}
	r := newResume(&session{c: &Client{cache: c}})
	for i := range 100 {
		r.v.who.Rooms = []chat.Membership{{Room: chat.Room{ID: "r", Name: fmt.Sprint("name-", i)}}}
		r.identify()
	}
	var rows int64
	batch := append(gather(c.ops, <-c.ops), op{apply: func(ctx context.Context, t *txn) error {
		return t.QueryRowContext(ctx, "SELECT total_changes()").Scan(&rows)
	}})
	c.commit(t.Context(), c.quick, batch)
	k, err := c.load(t.Context())
	if err != nil || rows > 2 || len(k.who.Rooms) != 1 || k.who.Rooms[0].Name != "name-99" {
		t.Errorf("%d rows written, %+v, %v", rows, k.who, err)
	}
	if err := c.closeHandles(); err != nil {
		t.Fatal(err)
	}
}

// TestNewcomersAreCounted: who comes into the team is one more in the room that all are in,
// and the screen hears so; who was there when the client came in is counted already.
func TestNewcomersAreCounted(t *testing.T) {
	f := newFake("general")
	f.say("general", 1)
	_, s := online(t, config(t, f.start(t)))
	s.mu.Lock()
	before := s.who.Rooms[0].Members
	s.mu.Unlock()
	f.each(func(c *fakeConn) {
		for offset := uint64(1); offset <= 3; offset++ {
			c.emit(ToldUser, chat.UserTold{Told: chat.Told{Position: chat.Position{Epoch: "e1", Offset: offset}}, User: other, New: true})
		}
	})
	s.wait(t, "two of three to be counted", func() bool { return s.who.Rooms[0].Members == before+2 })
}

// TestUnknownEvents are ignored, and so is what has no more than a name.
func TestUnknownEvents(t *testing.T) {
	f := newFake("general")
	f.say("general", 1)
	_, s := online(t, config(t, f.start(t)))
	f.each(func(c *fakeConn) {
		c.emit("poll:closed", map[string]any{"position": "e1.99", "room": 5})
		c.emit("constellation")
		c.emit(ToldTyping, chat.TypingTold{Room: "general", User: other, On: true})
		c.emit(ToldPresence, chat.PresenceTold{User: "u2", Presence: chat.Presence{State: chat.Away}})
		c.emit(ToldUser, chat.UserTold{Told: chat.Told{Position: chat.Position{Epoch: "e1", Offset: 1}}, User: other})
		c.emit(ToldFollow, chat.FollowTold{Room: "general", Thread: "x", On: true})
	})
	f.say("general", 1)
	s.waitLast(t, "general", 2)
	s.wait(t, "what was told beside it", func() bool {
		kinds := map[string]bool{}
		for _, u := range s.all {
			kinds[fmt.Sprintf("%T", u)] = true
		}
		return kinds["chat.Typing"] && kinds["chat.PresenceChanged"] && kinds["chat.UserChanged"] && kinds["chat.ThreadFollow"]
	})
	if len(s.conn) != 2 {
		t.Errorf("connections: %+v", s.conn)
	}
}

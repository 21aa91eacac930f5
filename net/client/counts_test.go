package client

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// lose posts a message that is not told; f.mu is held.
func (f *fake) lose(text string) {
	f.hide = func(m chat.Message) bool { return m.Seq > 0 }
	f.post(other, chat.PostOptions{Room: "general", ID: fmt.Sprint("lost", len(f.log))}, chat.TextBody(text))
	f.hide = nil
}

// TestNumbersBehindAGap: whatever is told between a message that was lost and the one that
// shows so, the screen has the numbers that the server has, and so has the cache.
func TestNumbersBehindAGap(t *testing.T) {
	const (
		called = "@ann"
		gone   = uint64(10) // what was lost first
	)
	to := func(mentions ...string) chat.MessageChanged { return chat.MessageChanged{Mentions: mentions} }
	for name, between := range map[string]func(f *fake){
		"the room is changed":       func(f *fake) { f.rename("general", "everybody") },
		"somebody comes":            func(f *fake) { f.happen("", moved(f, other)) },
		"its mention goes":          func(f *fake) { f.become(ToldEdited, "general", gone, to(), "nobody") },
		"it goes":                   func(f *fake) { f.become(ToldDeleted, "general", gone, to(), "") },
		"another mentions":          func(f *fake) { f.lose("text"); f.become(ToldEdited, "general", gone+1, to(you.ID), called) },
		"one that is held mentions": func(f *fake) { f.say1("text"); f.become(ToldEdited, "general", gone+1, to(you.ID), called) },
		"one that is held goes":     func(f *fake) { f.say1(called); f.become(ToldDeleted, "general", gone+1, to(), "") },
		"a marker below":            func(f *fake) { f.mark("general", 4) },
		"a marker, and an edit": func(f *fake) {
			f.mark("general", 4)
			f.become(ToldEdited, "general", gone, to(), "nobody")
		},
		"a marker above":            func(f *fake) { f.mark("general", gone) },
		"a marker of several":       func(f *fake) { f.lose(called); f.lose(called); f.mark("general", gone+1) },
		"a marker, and one more":    func(f *fake) { f.mark("general", 4); f.lose(called) },
		"one's own, and a mention":  func(f *fake) { f.own(); f.lose(called) },
		"too many to be fetched":    func(f *fake) { f.lose(called); f.many(reloadGap) },
		"all, and too many":         func(f *fake) { f.mark("general", gone); f.lose(called); f.many(reloadGap) },
		"what is there is trimmed":  func(f *fake) { f.trim("general", 8) },
		"it is trimmed":             func(f *fake) { f.trim("general", gone) },
		"the room is changed twice": func(f *fake) { f.rename("general", "a"); f.lose(called); f.rename("general", "b") },
	} {
		t.Run(name, func(t *testing.T) {
			f, cfg, c, s := reader(t)
			f.set(func() {
				f.become(ToldEdited, "general", 2, to(you.ID), called)
				f.become(ToldEdited, "general", 8, to("@room"), "@room")
				f.lose(called)
				between(f)
				f.say1("what shows it")
			})
			f.agree(t, s)
			if err := c.Close(); err != nil {
				t.Fatal(err)
			}
			_, s = open(t, cfg)
			s.wait(t, "what is kept", func() bool { return len(s.who.Rooms) == 2 })
			s.mu.Lock()
			defer s.mu.Unlock()
			f.set(func() {
				want := f.membership("general")
				for _, m := range s.who.Rooms {
					if m.ID == want.ID && (m.LastSeq != want.LastSeq || m.Read != want.Read || m.Mentions != want.Mentions) {
						t.Errorf("kept %+v, want %+v", m, want)
					}
				}
			})
		})
	}
}

// say1 posts one message of another person, f.mu is held.
func (f *fake) say1(text string) {
	f.post(other, chat.PostOptions{Room: "general", ID: fmt.Sprint("said", len(f.log))}, chat.TextBody(text))
}

// own posts one of the user's, which is not told; f.mu is held.
func (f *fake) own() {
	f.hide = func(m chat.Message) bool { return m.Seq > 0 }
	f.post(you, chat.PostOptions{Room: "general", ID: fmt.Sprint("own", len(f.log))}, chat.TextBody("mine"))
	f.hide = nil
}

// many loses so many; f.mu is held.
func (f *fake) many(n int) {
	for range n {
		f.lose("text")
	}
}

// moved tells that somebody came into the room.
func moved(f *fake, who chat.User) func(c *fakeConn, told chat.Told) {
	return func(c *fakeConn, told chat.Told) {
		c.emit(ToldJoined, chat.RoomMoved{Told: told, Room: f.room("general"), Users: []chat.User{who}})
	}
}

// TestNumbersAreAskedForAgain: an answer that was overtaken counts for nothing, and a server
// that has no time is asked later; one that refuses is not.
func TestNumbersAreAskedForAgain(t *testing.T) {
	for name, c := range map[string]struct {
		count       func(f *fake, n int) string
		asked, left int // how often at once, and what is known then
		later       int // how often after a while
		last        int
	}{
		"no time":   {func(_ *fake, n int) string { return []string{string(chat.CodeUnavailable), ""}[min(n, 2)-1] }, 1, 2, 2, 1},
		"refused":   {func(*fake, int) string { return string(chat.CodeNotAllowed) }, 1, 2, 1, 2},
		"overtaken": {func(f *fake, n int) string { f.overtake(n, 1); return "" }, 2, 2, 2, 2},
		"ahead":     {func(f *fake, _ int) string { f.lose("@ann"); return "ahead" }, 1, 2, 1, 2},
		"lively":    {func(f *fake, n int) string { f.overtake(n, 3); return "" }, 3, 5, 4, 4},
	} {
		t.Run(name, func(t *testing.T) {
			dir := folder(t)
			synctest.Test(t, func(t *testing.T) {
				f := newFake("general")
				f.say("general", 9)
				b := newBubble(t, f, dir, 0)
				defer b.close()
				b.last()
				is := func(asked, mentions int) {
					t.Helper()
					synctest.Wait()
					b.mu.Lock()
					defer b.mu.Unlock()
					if m := b.who.Rooms[0]; f.team.counted != asked || m.Mentions != mentions {
						t.Errorf("asked %d times, %d mentions; want %d and %d", f.team.counted, m.Mentions, asked, mentions)
					}
				}
				f.set(func() {
					f.become(ToldEdited, "general", 2, chat.MessageChanged{Mentions: []string{you.ID}}, "@ann")
					f.become(ToldEdited, "general", 8, chat.MessageChanged{Mentions: []string{you.ID}}, "@ann")
				})
				is(0, 2)
				f.team.count = func(n int) string { return c.count(f, n) }
				f.set(func() { f.trim("general", 4) })
				is(c.asked, c.left)
				f.each(func(c *fakeConn) { c.deliver(f.log[len(f.log)-1]) })
				for range 2 { // heartbeats
					time.Sleep(countPause)
					f.each(func(c *fakeConn) { c.raw("2") })
				}
				is(c.later, c.last)
			})
		})
	}
}

// TestMentionsDuringAReload: a message that waits for a page, and names the user by and by, is
// one mention.
func TestMentionsDuringAReload(t *testing.T) {
	f := newFake("general")
	f.say("general", 5)
	f.history = func(chat.HistoryRequest, *chat.History) {
		if len(f.asked) == 1 {
			f.say1("text")
			f.become(ToldEdited, "general", 6, chat.MessageChanged{Mentions: []string{you.ID}}, "@ann")
		}
	}
	f.shown(t, config(t, f.start(t)))
}

// overtake has the n-th answer overtaken by a mention, where it is one of the first; f.mu is held.
func (f *fake) overtake(n, first int) {
	if n <= first {
		f.say1("@ann")
	}
}

// TestChangedRoomShowsAGap: what was lost is fetched when the room is told to be further, also
// where nothing is said after it.
func TestChangedRoomShowsAGap(t *testing.T) {
	dir := folder(t)
	synctest.Test(t, func(t *testing.T) {
		f := newFake("general")
		f.say("general", 3)
		b := newBubble(t, f, dir, 0)
		defer b.close()
		b.shows(t, "general", 3)
		time.Sleep(time.Hour)
		f.set(func() { f.lose("text"); f.rename("general", "everybody") })
		b.shows(t, "general", 3) // it may be right behind
		time.Sleep(replayWait)
		f.each(func(c *fakeConn) { c.raw("2") })
		b.shows(t, "general", 4)
	})
}

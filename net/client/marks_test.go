package client

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// reader is a client in a room with messages that nobody has read.
func reader(t *testing.T) (*fake, Config, *Client, *screen) {
	t.Helper()
	f := newFake("general", "ops")
	f.say("general", 9)
	cfg := config(t, f.start(t))
	c, s := online(t, cfg)
	s.waitLast(t, "general", 9)
	return f, cfg, c, s
}

// isRead waits until the server has a marker.
func (f *fake) isRead(t *testing.T, s *screen, seq uint64) {
	t.Helper()
	s.wait(t, fmt.Sprint("the marker at ", seq), func() bool {
		return slices.ContainsFunc(s.all, func(u chat.Update) bool {
			m, ok := u.(chat.MarkerSet)
			return ok && m.Room == "general" && m.Read == seq
		})
	})
	if got := f.marker("general"); got != seq {
		t.Errorf("the server has %d, want %d", got, seq)
	}
}

func TestMarkersAreTold(t *testing.T) {
	f, _, c, s := reader(t)
	c.MarkRead("general", 4)
	f.isRead(t, s, 4)
}

// A mention that comes behind a gap, after the marker went past it, is no unread one.
func TestMentionsBelowTheMarker(t *testing.T) {
	f, _, _, s := reader(t)
	f.set(func() {
		f.hide = func(m chat.Message) bool { return m.Seq == 10 }
		m := f.last("general")
		f.post(other, chat.PostOptions{Room: "general", ID: "lost"}, chat.TextBody("text"))
		f.log[len(f.log)-1].Mentions = []string{you.ID}
		f.mark("general", m+1)
		f.hide = nil
		f.post(other, chat.PostOptions{Room: "general", ID: "next"}, chat.TextBody("text"))
	})
	s.waitLast(t, "general", 11)
	f.set(func() { f.rename("general", "each") })
	s.wait(t, "the rooms", func() bool {
		return slices.ContainsFunc(s.who.Rooms, func(m chat.Membership) bool { return m.Name == "each" })
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.who.Rooms {
		if m.ID == "general" && (m.Read != 10 || m.Unread != 1 || m.Mentions != 0) {
			t.Errorf("%+v", m)
		}
	}
}

// Who reads and leaves at once has read.
func TestMarkersAreToldBeforeTheEnd(t *testing.T) {
	for range 20 {
		f, _, c, _ := reader(t)
		c.MarkRead("general", 4)
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
		if got := f.marker("general"); got != 4 {
			t.Fatalf("the server has %d", got)
		}
	}
}

// What a program that was killed did not tell is shown as read at once, and told.
func TestMarkersOfWhoWasKilled(t *testing.T) {
	f, cfg, c, _ := reader(t)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	cfg.Read = map[string]uint64{"general": 6, "gone": 3}
	c, s := open(t, cfg)
	s.wait(t, "the rooms", func() bool {
		return slices.ContainsFunc(s.who.Rooms, func(m chat.Membership) bool { return m.ID == "general" && m.Read == 6 })
	})
	start(t, c)
	f.isRead(t, s, 6)
}

// What was read without a connection is shown as read by the next client, and told when
// it is connected; the furthest counts.
func TestMarkersAreKept(t *testing.T) {
	f, cfg, c, _ := reader(t)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	c, _ = open(t, cfg)
	c.MarkRead("general", 5)
	c.MarkRead("general", 3)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if got := f.marker("general"); got != 0 {
		t.Fatalf("the server has %d", got)
	}
	c, s := open(t, cfg)
	s.wait(t, "what was kept", func() bool { return len(s.who.Rooms) > 0 })
	s.mu.Lock()
	for _, r := range s.who.Rooms {
		if r.ID == "general" && (r.Read != 5 || r.Unread != 4) {
			t.Errorf("offline it is read up to %d, %d unread", r.Read, r.Unread)
		}
	}
	s.mu.Unlock()
	start(t, c)
	f.isRead(t, s, 5)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	keptMarks(t, cfg, nil)
}

// keptMarks compares the marks in the cache with those that should be there.
func keptMarks(t *testing.T, cfg Config, want map[string]uint64) {
	t.Helper()
	c, err := Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	have := fmt.Sprint(c.marks.rooms)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if have != fmt.Sprint(want) && len(want)+len(have) != len("map[]") {
		t.Errorf("kept %s, want %v", have, want)
	}
}

// A marker whose answer is lost with the connection is told to the next one, and so is
// one for which the server had no time; one that it refuses is not.
func TestMarkersAreToldAgain(t *testing.T) {
	f, cfg, c, s := reader(t)
	f.set(func() {
		f.team.marking = func(n int) string {
			return []string{"lost", string(chat.CodeUnavailable), string(chat.CodeTooMany), "", string(chat.CodeNotAllowed)}[n-1]
		}
	})
	c.MarkRead("general", 4)
	f.isRead(t, s, 4)
	c.MarkRead("ops", 7)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	f.set(func() {
		if want := []chat.ReadRequest{{Room: "general", Seq: 4}, {Room: "general", Seq: 4}, {Room: "general", Seq: 4}, {Room: "general", Seq: 4}, {Room: "ops", Seq: 7}}; !slices.Equal(f.team.reads, want) {
			t.Errorf("asked %v", f.team.reads)
		}
	})
	keptMarks(t, cfg, nil)
}

// Rooms that are told anew are no older than what was read of them, however late the server
// says so; what it refuses is not read.
func TestRoomsToldAnewAreRead(t *testing.T) {
	for how, want := range map[string]uint64{"deaf": 4, "": 4, string(chat.CodeNotAllowed): 0} {
		f, _, c, s := reader(t)
		asked := make(chan struct{})
		f.set(func() { f.team.marking = func(int) string { close(asked); return how } })
		c.MarkRead("general", 4)
		<-asked
		if how != "deaf" {
			<-c.marks.all()
		}
		f.set(func() { f.rename("ops", "operations") })
		s.wait(t, "the rooms", func() bool {
			return slices.ContainsFunc(s.who.Rooms, func(r chat.Membership) bool { return r.Name == "operations" })
		})
		s.mu.Lock()
		for _, r := range s.who.Rooms {
			if r.ID == "general" && (r.Read != want || r.Unread != int(9-want)) {
				t.Errorf("%q: read up to %d, %d unread", how, r.Read, r.Unread)
			}
		}
		s.mu.Unlock()
	}
}

// Of what is read no mention is left, and the server's word is not made older.
func TestMarksAreOverWhatIsKnown(t *testing.T) {
	m := newMarks(map[string]uint64{"a": 8, "b": 9, "c": 99, "d": 3})
	room := func(id string) chat.Membership {
		return chat.Membership{Room: chat.Room{ID: id, LastSeq: 9}, Read: 5, Unread: 4, Mentions: 3}
	}
	list := []chat.Membership{room("a"), room("b"), room("c"), room("d"), room("e")}
	m.over(list)
	want := []string{"8 1 1", "9 0 0", "9 0 0", "5 4 3", "5 4 3"}
	for i, r := range list {
		if got := fmt.Sprint(r.Read, r.Unread, r.Mentions); got != want[i] {
			t.Errorf("%s: %s, want %s", r.ID, got, want[i])
		}
	}
	// What was told is not put over what a server says anew: its log may be an older one.
	if room, seq, ok := m.take(); ok {
		m.answered(room, seq, isKnown)
		m.begin()
		if m.read[room] != 0 || len(m.read) != 3 {
			t.Errorf("after %s: %v", room, m.read)
		}
	}
}

// A server that does not answer keeps nobody from leaving, and is told the next time.
func TestMarkersWaitForNobodyLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake("general")
		f.say("general", 9)
		f.team.marking = func(int) string { return "deaf" }
		dir := folder(t)
		b := newBubble(t, f, dir, 0)
		synctest.Wait()
		b.c.MarkRead("general", 4)
		synctest.Wait()
		began := time.Now()
		b.c.Close()
		if took := time.Since(began); took < marksWait || took > 2*marksWait {
			t.Errorf("it took %v to close", took)
		}
		c := testCache(t, dir)
		left, err := readMarks(t.Context(), c.read)
		if err != nil || left["general"] != 4 {
			t.Errorf("kept %v, %v", left, err)
		}
		c.close()
		b.close()
	})
}

// Two clients on one folder: neither forgets what the other keeps, and what one of them
// told is kept no longer.
func TestMarkersOfTwoClients(t *testing.T) {
	f, cfg, c, _ := reader(t)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	a, _ := open(t, cfg)
	b, _ := open(t, cfg)
	a.MarkRead("general", 5)
	b.MarkRead("ops", 2)
	for _, c := range []*Client{a, b} {
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	keptMarks(t, cfg, map[string]uint64{"general": 5, "ops": 2})
	a, s := run(t, cfg)
	f.isRead(t, s, 5)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	keptMarks(t, cfg, nil)
}

// What another account read on this folder is nothing that this one has read.
func TestMarkersOfAnotherAccount(t *testing.T) {
	f, cfg, c, _ := reader(t)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	c, _ = open(t, cfg)
	c.MarkRead("general", 5)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	was := you
	you.ID = "another"
	defer func() { you = was }()
	c, _ = online(t, cfg)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	f.set(func() {
		if len(f.team.reads) > 0 {
			t.Errorf("told %v", f.team.reads)
		}
	})
	keptMarks(t, cfg, nil)
}

// refuseWrites has the database of a client take nothing more.
func refuseWrites(t *testing.T, c *Client) {
	t.Helper()
	for _, db := range []execer{c.cache.sure, c.cache.quick} {
		if _, err := db.ExecContext(t.Context(), "PRAGMA query_only = on"); err != nil {
			t.Fatal(err)
		}
	}
}

// What the cache does not take is waited for longer, and what the server does not know then is
// in Untold: nobody else tells it.
func TestMarkersThatCannotBeKept(t *testing.T) {
	for name, c := range map[string]struct {
		refuses, passing, deaf bool
		told                   uint64
		untold, kept           bool
	}{
		"the disk takes it":                   {kept: true},
		"the disk takes it, nobody answers":   {deaf: true, kept: true},
		"the disk takes nothing":              {refuses: true, told: 4},
		"the folder goes":                     {passing: true, told: 4},
		"nothing takes it, nobody answers":    {refuses: true, deaf: true, untold: true},
		"the folder goes, and nobody answers": {passing: true, deaf: true, untold: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake("general")
				f.say("general", 9)
				f.team.marking = func(n int) string {
					if c.deaf {
						return "deaf"
					}
					return []string{string(chat.CodeUnavailable), ""}[min(n, 2)-1] // after a second it has time
				}
				dir := folder(t)
				b := newBubble(t, f, dir, 0, func(cfg *Config) { cfg.Passing = c.passing })
				defer b.close()
				synctest.Wait()
				if c.refuses {
					refuseWrites(t, b.c)
				}
				b.c.MarkRead("general", 4)
				synctest.Wait()
				began := time.Now()
				b.c.Close()
				if took := time.Since(began); took > marksLast {
					t.Errorf("it took %v to close", took)
				}
				if got := f.marker("general"); got != c.told {
					t.Errorf("the server has %d, want %d", got, c.told)
				}
				want := map[string]uint64(nil)
				if c.untold {
					want = map[string]uint64{"general": 4}
				}
				if got := b.c.Untold(); !maps.Equal(got, want) {
					t.Errorf("untold is %v, want %v", got, want)
				}
				db := testCache(t, dir)
				defer db.close()
				if left, err := readMarks(t.Context(), db.read); err != nil || !c.passing && (left["general"] == 4) != c.kept {
					t.Errorf("kept %v, %v", left, err)
				}
			})
		})
	}
}

package tui

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/timeline"
	"github.com/hobnob-chat/hobnob/tui/unread"
)

// namesYou has bob name somebody in a thread of #deploys: the user by their ID, or all.
func (s *screen) namesYou(seq uint64, thread string, whom ...string) {
	m := inRoom("r2", seq, bob, "@you can you look?")
	m.Thread, m.Mentions, m.Position = thread, whom, chat.Position{Epoch: "e", Offset: seq}
	s.send(chat.Arrived{Messages: []chat.Message{m}})
}

// glanced is a team in which a thread of #deploys names the user, whose room was glanced at and left,
// and where two messages of #plans are unread.
func glanced(t *testing.T, thread string, whom ...string) *screen {
	t.Helper()
	s := begunThread(t, 100)
	s.namesYou(21, thread, whom...)
	s.send(chat.Arrived{Messages: []chat.Message{inRoom("r2", 22, ada, "deployed")}})
	s.reads("r2")
	s.reads(chat.GeneralRoom)
	s.send(chat.Arrived{Messages: []chat.Message{inRoom("r4", 1, ada, "plain"), inRoom("r4", 2, ada, "and plain")}})
	return s
}

// What names the user in a thread is for them until the thread was seen, however often its room was:
// in the list of rooms, the title, the row of the thread, and for whatever goes to what is unread.
func TestWhatNamesYouInAThreadStaysUntilItIsSeen(t *testing.T) {
	for name, c := range map[string]struct {
		thread string
		whom   []string
	}{
		"in a thread of yours": {"r2-19", []string{you.ID}},
		"in another":           {"r2-20", []string{you.ID}},
		"everybody":            {"r2-20", []string{chat.MentionRoom}},
	} {
		for _, keys := range []string{"{alt+a}", "{alt+c}", "{alt+n}", "{alt+1}{alt+a}"} {
			t.Run(name+keys, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := glanced(t, c.thread, c.whom...)
					s.client.answer = func(_ string, out any) error {
						if page, is := out.(*chat.Found); is {
							m := inRoom("r2", 21, bob, "@you can you look?")
							m.Thread = c.thread
							page.Messages = []chat.Message{m}
						}
						return nil
					}
					if row := s.rowOf("deploys"); s.client.read["r2"] != 22 || !strings.Contains(row, "↳@1") || !strings.HasPrefix(s.windowTitle(), "(1) ") {
						t.Fatalf("read up to %d, the row is %q, the title %q", s.client.read["r2"], row, s.windowTitle())
					}
					s.reads("r2")
					if text := s.text(); !strings.Contains(text, "↳ @you ") {
						t.Errorf("the row of the thread does not say it:\n%s", text)
					}
					s.reads(chat.GeneralRoom)
					s.do(t, keys)
					if s.threadID() != c.thread || s.room != "r2" {
						t.Fatalf("leads to %s, thread %q", s.room, s.threadID())
					}
					s.do(t, "{enter}{esc}{esc}{esc}{alt+2}")
					if row := s.rowOf("deploys"); strings.ContainsAny(row, "↳@") {
						t.Errorf("seen, and still there: %q", row)
					}
				})
			})
		}
	}
}

// What comes at once with a message of the user's own, as after a gap, is passed unseen by it as if it had come
// before: what names them stays, and so does the place of the first answer.
func TestWhatNamesYouComesWithYourOwn(t *testing.T) {
	for name, c := range map[string]struct {
		thread, whom, want string
	}{
		"in a thread of yours":    {"r2-19", you.ID, "map[r2:map[r2-19:{21 2 1}]]"},
		"in another":              {"r2-20", you.ID, "map[r2:map[r2-20:{21 2 1}]]"},
		"everybody, not followed": {"r2-20", chat.MentionRoom, "map[r2:map[r2-20:{21 2 1}]]"},
	} {
		s := begunThread(t, 100)
		asks, other := inRoom("r2", 21, bob, "can you look?"), inRoom("r2", 22, ada, "or grace")
		asks.Thread, asks.Mentions, other.Thread = c.thread, []string{c.whom}, c.thread
		s.send(chat.Arrived{Messages: []chat.Message{
			asks, other, inRoom("r2", 23, you, "from the phone"), inRoom("r2", 24, you, "twice"), inRoom("r2", 25, ada, "aha"), inRoom("r2", 26, you, "yes"),
		}})
		if got, r := fmt.Sprint(s.unread.Unseen()), s.member("r2"); got != c.want || s.unread.Calling(r) != 1 || r.Read != 26 {
			t.Errorf("%s: %s is left, want %s; %d for the user, read up to %d", name, got, c.want, s.unread.Calling(r), r.Read)
		}
		if row := s.rowOf("deploys"); !strings.Contains(row, "↳@1") {
			t.Errorf("%s: the row is %q", name, row)
		}
	}
}

// A muted room whose row says that something in it is for the user is gone to, also from itself, and
// what else is said in it is not.
func TestWhatNamesYouInAMutedRoom(t *testing.T) {
	for _, keys := range []string{"{alt+a}", "{alt+c}", "{alt+2}{alt+a}"} {
		for whom, leads := range map[string]bool{you.ID: true, ada.ID: false} {
			synctest.Test(t, func(t *testing.T) {
				s := glanced(t, "r2-19", whom)
				s.member("r2").Notify = chat.NotifyNone
				s.send(chat.Arrived{Messages: []chat.Message{inRoom("r2", 23, ada, "plain")}})
				s.reads("r4")
				s.do(t, keys)
				if (s.threadID() == "r2-19") != leads {
					t.Errorf("%s: names %s, leads to %s, thread %q", keys, whom, s.room, s.threadID())
				}
			})
		}
	}
}

// What is made unread is for the user once: above the marker or as what it passed, not as both.
func TestUnreadFromAMessageCountsOnce(t *testing.T) {
	s := begunThread(t, 100)
	s.answers(21, "that is grace")
	s.send(chat.Arrived{Messages: []chat.Message{inRoom("r2", 23, ada, "deployed")}})
	s.namesYou(25, "r2-19", you.ID)
	s.send(chat.Arrived{Messages: []chat.Message{inRoom("r2", 30, ada, "and again")}})
	s.reads("r2")
	const before, at = "map[r2:map[r2-19:{21 2 1}]]", "map[r2:map[r2-19:{21 1 0}]]"
	if got := fmt.Sprint(s.unread.Unseen()); got != before {
		t.Fatalf("%s is left, want %s", got, before)
	}
	s.unreadFrom(timeline.Message{Room: "r2", Seq: 23, ID: "r2-23"})
	if got, n := fmt.Sprint(s.unread.Unseen()), s.unread.Calling(s.member("r2")); got != at || n != 1 {
		t.Errorf("made unread, %s is left, want %s, and %d are for the user", got, at, n)
	}
	s.reads(chat.GeneralRoom)
	s.reads("r2")
	if got, n := fmt.Sprint(s.unread.Unseen()), s.unread.Calling(s.member("r2")); got != before || n != 1 {
		t.Errorf("read again, %s is left, want %s, and %d are for the user", got, before, n)
	}
}

// What is undone on the walk is for the user again, also where they leave it in the room.
func TestAWalkThatIsUndoneKeepsWhatNamesYou(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := begunThread(t, 100)
		s.namesYou(21, "r2-19", you.ID)
		s.send(chat.Arrived{Messages: []chat.Message{inRoom("r2", 22, ada, "deployed")}})
		for _, k := range splitKeys("{alt+c}{enter}u{esc}") {
			settleShort(s, s.keys(t, k))
		}
		s.reads(chat.GeneralRoom)
		if row := s.rowOf("deploys"); s.client.read["r2"] != 22 || !strings.Contains(row, "↳@1") {
			t.Errorf("read up to %d, the row is %q", s.client.read["r2"], row)
		}
	})
}

// Of a direct room all is for the user, what is said in its threads as well, whoever began them; but
// where they want to be told of mentions alone, no thread that they do not follow.
func TestAThreadOfADirectRoomIsForYou(t *testing.T) {
	for name, c := range map[string]struct {
		began  chat.User
		notify chat.Notify
		want   string
	}{
		"yours":                {you, chat.NotifyAll, "↳@1"},
		"theirs":               {bob, chat.NotifyAll, "↳@1"},
		"theirs, not told":     {bob, chat.NotifyMentions, ""},
		"theirs, told nothing": {bob, chat.NotifyNone, ""},
	} {
		s := begunThread(t, 100)
		s.member("dm1").Notify = c.notify
		s.send(chat.Reloaded{Room: "dm1", Messages: []chat.Message{inRoom("dm1", 3, c.began, "well?")}})
		m := inRoom("dm1", 4, bob, "well")
		m.Thread = "dm1-3"
		s.send(chat.Arrived{Messages: []chat.Message{m, inRoom("dm1", 5, bob, "as I said there")}})
		s.reads("dm1")
		s.reads(chat.GeneralRoom)
		if row := s.rowOf("bob"); !strings.Contains(row, c.want) || c.want == "" && strings.ContainsAny(row, "↳@") {
			t.Errorf("%s: the row is %q, want %q", name, row, c.want)
		}
		if s.do(t, "{alt+a}"); (s.threadID() == "dm1-3") != (c.want != "") {
			t.Errorf("%s: alt+a leads to %s, thread %q", name, s.room, s.threadID())
		}
	}
}

// What named the user is no longer for them where it does so no longer, or is gone.
func TestWhatNamesYouNoLonger(t *testing.T) {
	changed := chat.MessageChanged{Room: "r2", Seq: 21, Thread: "r2-19", Revision: 1, Mentioned: []string{you.ID}}
	for name, c := range map[string]struct {
		before func(*screen)
		update chat.Update
		want   string // of count and calls
	}{
		"nothing":           {nil, nil, "2 1"},
		"edited":            {nil, chat.MessageRevised{MessageChanged: changed, Body: chat.TextBody("never mind")}, "2 0"},
		"deleted":           {nil, chat.MessageErased{MessageChanged: changed}, "1 0"},
		"deleted, unloaded": {func(s *screen) { s.timeline("r2").Shrink(0) }, chat.MessageErased{MessageChanged: changed}, "1 0"},
		"trimmed":           {nil, chat.HistoryTrimmed{RoomTrimmedTold: chat.RoomTrimmedTold{Room: "r2", Seq: 21}}, "1 0"},
	} {
		s := begunThread(t, 100)
		s.namesYou(21, "r2-19", you.ID)
		s.answers(22, "or grace")
		s.send(chat.Arrived{Messages: []chat.Message{inRoom("r2", 23, ada, "deployed")}})
		s.reads("r2")
		s.reads(chat.GeneralRoom)
		if c.before != nil {
			c.before(s)
		}
		if c.update != nil {
			s.send(c.update)
		}
		if u := s.unread.Answers(unread.Thread{Room: "r2", ID: "r2-19"}); fmt.Sprint(u.Count, u.Calls) != c.want {
			t.Errorf("%s: %d answers and %d for the user are left, want %s", name, u.Count, u.Calls, c.want)
		}
	}
}

// What was deleted before it was read is not unread: it counts nowhere, and nothing leads to it.
func TestDeletedMessagesAreNotUnread(t *testing.T) {
	erased := func(room string, seq uint64) chat.Update {
		return chat.MessageErased{MessageChanged: chat.MessageChanged{Room: room, Seq: seq}}
	}
	gone := func(room string, seq uint64) chat.Message {
		m := inRoom(room, seq, bob, "")
		m.Deleted = 1
		return m
	}
	for name, c := range map[string]struct {
		room    string
		updates []chat.Update
		unread  int
	}{
		"all of a person":   {"dm1", []chat.Update{erased("dm1", 4), erased("dm1", 5)}, 0},
		"one of a person":   {"dm1", []chat.Update{erased("dm1", 5)}, 1},
		"one, told twice":   {"dm1", []chat.Update{erased("dm1", 4), erased("dm1", 4)}, 1},
		"one that was read": {"dm1", []chat.Update{erased("dm1", 3)}, 2},
		"all of a room":     {"r4", []chat.Update{erased("r4", 2), erased("r4", 1)}, 0},
		"loaded so":         {"r4", []chat.Update{chat.Reloaded{Room: "r4", Messages: []chat.Message{gone("r4", 1), gone("r4", 2)}}}, 0},
		"another history":   {"r4", []chat.Update{erased("r4", 1), chat.Reloaded{Room: "r4", Messages: []chat.Message{inRoom("r4", 1, ada, "x"), inRoom("r4", 2, ada, "y")}}}, 2},
		"come so":           {"r4", []chat.Update{erased("r4", 1), erased("r4", 2), chat.Arrived{Messages: []chat.Message{gone("r4", 3)}}}, 0},
		"and one more":      {"r4", []chat.Update{erased("r4", 2), erased("r4", 1), chat.Arrived{Messages: []chat.Message{inRoom("r4", 3, ada, "new")}}}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := begunThread(t, 100)
			s.send(chat.Arrived{Messages: []chat.Message{
				inRoom("dm1", 4, bob, "one"), inRoom("dm1", 5, bob, "two"), inRoom("r4", 1, ada, "plain"), inRoom("r4", 2, ada, "and plain"),
			}})
			for _, u := range c.updates {
				s.send(u)
			}
			r := s.member(c.room)
			calls := map[bool]int{true: c.unread}[c.room == "dm1"]
			if s.unread.Of(r) != c.unread || s.unread.Calling(r) != calls || s.unread.Fresh(r) != (c.unread > 0) {
				t.Errorf("%d unread, %d for the user, fresh %v; want %d and %d", s.unread.Of(r), s.unread.Calling(r), s.unread.Fresh(r), c.unread, calls)
			}
			if got := s.client.read[c.room]; (got == r.LastSeq) != (c.unread == 0) { // or other devices go on saying so
				t.Errorf("%d unread, and the server was told of %d of %d", c.unread, got, r.LastSeq)
			}
			s.reads(c.room)
			if got := s.client.read[c.room]; got != r.LastSeq {
				t.Errorf("read up to %d of %d", got, r.LastSeq)
			}
		})
	}
}

// What the user keeps unread, or may make so again by a step back on the walk, is not read because what
// came after it is deleted.
func TestDeletedMessagesReadNothingElse(t *testing.T) {
	for keys, walks := range map[string]bool{"{alt+a}{esc}u{alt+2}": false, "{alt+c}{enter}": true} {
		synctest.Test(t, func(t *testing.T) {
			s := begunThread(t, 100)
			s.send(chat.Arrived{Messages: []chat.Message{inRoom("r2", 21, ada, "deployed")}})
			for _, k := range splitKeys(keys) {
				settleShort(s, s.keys(t, k))
			}
			s.client.read = map[string]uint64{}
			s.send(chat.Arrived{Messages: []chat.Message{inRoom("r2", 22, ada, "twice")}})
			s.send(chat.MessageErased{MessageChanged: chat.MessageChanged{Room: "r2", Seq: 22}})
			if !walks { // and the one that is kept unread
				s.send(chat.MessageErased{MessageChanged: chat.MessageChanged{Room: "r2", Seq: 21}})
			}
			if len(s.client.read) > 0 || s.unread.Holds("r2") == walks || (s.catch != nil) != walks {
				t.Fatalf("%s: the server was told of %v", keys, s.client.read)
			}
			s.Leave()
			if walks && s.client.read["r2"] != 22 {
				t.Errorf("%s: at its end, of %v", keys, s.client.read)
			}
		})
	}
}

// A thread whose only new answer was deleted has none, also where nothing of it was ever loaded: what is
// left in it, the server says.
func TestAThreadWhoseNewestAnswerIsDeleted(t *testing.T) {
	for name, left := range map[string]int{"the only one": 0, "one of two": 1} {
		synctest.Test(t, func(t *testing.T) {
			s := begunThread(t, 100)
			s.client.answer = func(_ string, out any) error {
				if list, is := out.(*chat.Threads); is {
					list.Threads = []chat.Thread{{Message: inRoom("r4", 1, you, "who has the plans?"), LastSeq: 9, Unread: left}}
				}
				return nil
			}
			s.member("r4").LastSeq, s.member("r4").Read = 9, 7
			s.followedNow(followed{{Message: inRoom("r4", 1, you, "who has the plans?"), LastSeq: 9, Unread: left + 1}})
			s.send(nil)
			if row := s.rowOf("plans"); !strings.Contains(row, "↳") {
				t.Fatalf("%s: the row is %q", name, row)
			}
			settle(s, s.send(chat.MessageErased{MessageChanged: chat.MessageChanged{Room: "r4", Seq: 9, Thread: "r4-1"}}))
			if row := s.rowOf("plans"); strings.Contains(row, "↳") != (left > 0) {
				t.Errorf("%s: then the row is %q", name, row)
			}
		})
	}
}

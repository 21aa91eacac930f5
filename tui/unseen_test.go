package tui

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/unread"
)

// begunThread is a team whose unread rooms are read but for #deploys, where the user began a thread.
func begunThread(t *testing.T, width int) *screen {
	t.Helper()
	s := openTeam(width, 30)
	rooms := acme()
	for i := range rooms {
		rooms[i].Read, rooms[i].Mentions = rooms[i].LastSeq, 0
	}
	s.send(chat.RoomsChanged{Rooms: rooms})
	s.send(chat.Reloaded{Room: "r2", Messages: []chat.Message{inRoom("r2", 19, you, "who is on call?"), inRoom("r2", 20, ada, "hi")}})
	return s
}

// answers has bob answer in that thread.
func (s *screen) answers(seq uint64, text string) {
	m := inRoom("r2", seq, bob, text)
	m.Thread, m.Position = "r2-19", chat.Position{Epoch: "e", Offset: seq}
	s.send(chat.Arrived{Messages: []chat.Message{m}})
}

func (s *screen) rowOf(name string) string {
	rows := strings.Split(stripped(s.sidebar.View()), "\n")
	return rows[slices.IndexFunc(rows, func(r string) bool { return strings.Contains(r, name) })]
}

// Who goes to what is unread is led into the thread where nothing else is, and there the room is
// read with it, whether the thread is beside it or in its place.
func TestUnreadLeadsIntoTheThread(t *testing.T) {
	for _, width := range []int{100, 140} {
		synctest.Test(t, func(t *testing.T) {
			s := begunThread(t, width)
			s.answers(21, "that is grace")
			s.answers(22, "until monday")
			s.do(t, "{alt+a}")
			if s.threadID() != "r2-19" || !strings.Contains(s.text(), "that is grace") || !strings.Contains(s.text(), "new ──") {
				t.Fatalf("%d: alt+a shows\n%s", width, s.text())
			}
			if got := s.client.read["r2"]; got != 22 || strings.Contains(s.rowOf("deploys"), "↳") {
				t.Errorf("%d: read up to %d\n%s", width, got, s.sidebar.View())
			}
			s.do(t, "{esc}{alt+a}")
			if s.composer.Sentence() != nothingUnread {
				t.Errorf("%d: then alt+a says %q\n%s", width, s.composer.Sentence(), s.text())
			}
		})
	}
}

// Where more is new than answers, the room is shown, and none of the answers is read with it: the
// sidebar, the list of threads, alt+a and the walk still know of them.
func TestAStubReadsNoReply(t *testing.T) {
	for name, c := range map[string]struct {
		keys string
		in   bool
	}{
		"alt+a": {"{alt+a}", true}, "the walk": {"{alt+c}", true}, "t": {"{esc}kt", true}, "from elsewhere": {"{alt+2}{alt+a}", true},
		"the walk, from elsewhere": {"{alt+2}{alt+c}", true}, "the list": {"{alt+g}", false},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := begunThread(t, 100)
			threadsOf(s)
			s.client.answer = func(_ string, out any) error {
				if list, is := out.(*chat.Threads); is { // as the server has it when the marker is beyond
					root := inRoom("r2", 19, you, "who is on call?")
					root.Replies = &chat.Replies{Count: 2, LastBy: bob}
					list.Threads = []chat.Thread{{Message: root, LastSeq: 22}}
				}
				return nil
			}
			s.answers(21, "that is grace")
			s.answers(22, "until monday")
			s.send(chat.Arrived{Messages: []chat.Message{inRoom("r2", 23, ada, "deployed")}})
			s.do(t, "{alt+a}")
			if s.in() != nil || s.room != "r2" || s.client.read["r2"] != 23 {
				t.Fatalf("alt+a leads to %s, thread %q, read up to %d", s.room, s.threadID(), s.client.read["r2"])
			}
			if !strings.Contains(s.rowOf("deploys"), "↳") {
				t.Errorf("%s: nothing tells of the answers:\n%s", name, s.sidebar.View())
			}
			s.do(t, c.keys)
			want := "2 new replies"
			if c.in {
				want = "new ──"
			}
			if (s.threadID() != "") != c.in || !strings.Contains(s.text(), want) {
				t.Errorf("%s: thread %q, without %q\n%s", name, s.threadID(), want, s.text())
			}
			if !c.in {
				return
			}
			s.do(t, "{enter}{esc}")
			if len(s.unread.Unseen()) > 0 || strings.Contains(s.rowOf("deploys"), "↳") {
				t.Errorf("%s: seen, and still there: %v\n%s", name, s.unread.Unseen(), s.sidebar.View())
			}
		})
	}
}

// What came into a thread while its room was looked at was not seen either. It is where somebody
// answers, where the thread is unfollowed, and where the answers are gone.
func TestAnswersThatWereNotSeen(t *testing.T) {
	for name, c := range map[string]struct {
		update chat.Update
		left   int
	}{
		"none":       {nil, 2},
		"answered":   {chat.Arrived{Messages: []chat.Message{func() chat.Message { m := inRoom("r2", 23, you, "thanks"); m.Thread = "r2-19"; return m }()}}, 0},
		"unfollowed": {chat.ThreadFollow{FollowTold: chat.FollowTold{Room: "r2", Thread: "r2-19"}}, 0},
		"one erased": {chat.MessageErased{MessageChanged: chat.MessageChanged{Room: "r2", Seq: 21}}, 1},
		"trimmed":    {chat.HistoryTrimmed{RoomTrimmedTold: chat.RoomTrimmedTold{Room: "r2", Seq: 22}}, 0},
		"gone":       {chat.RoomsChanged{Rooms: acme()[:1]}, 0},
	} {
		s := begunThread(t, 100)
		s.show("r2")
		s.answers(21, "that is grace")
		s.answers(22, "until monday")
		if c.update != nil {
			s.send(c.update)
		}
		n := 0
		for _, u := range s.unread.Unseen()["r2"] {
			n += u.Count
		}
		if n != c.left {
			t.Errorf("%s: %d are left, want %d: %v", name, n, c.left, fmt.Sprint(s.unread.Unseen()))
		}
	}
}

// A step of the walk that is undone is not seen again.
func TestUnseenAnswersComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := begunThread(t, 100)
		s.show("r2")
		s.answers(21, "that is grace")
		for _, k := range splitKeys("{alt+2}{alt+c}{enter}") {
			settleShort(s, s.keys(t, k))
		}
		if !s.catch.over || len(s.unread.Unseen()) > 0 {
			t.Fatalf("not read: %v\n%s", s.unread.Unseen(), s.text())
		}
		settleShort(s, s.keys(t, "u"))
		if u := s.unread.Answers(unread.Thread{Room: "r2", ID: "r2-19"}); u.Count != 1 || s.threadID() != "r2-19" {
			t.Errorf("undone, %v are left in %q", s.unread.Unseen(), s.threadID())
		}
	})
}

// reads goes to a room and sees its end.
func (s *screen) reads(room string) {
	s.show(room)
	s.send(nil)
}

// erases takes a message of #deploys away; in is the thread that it was an answer in.
func (s *screen) erases(seq uint64, in string) {
	s.send(chat.MessageErased{MessageChanged: chat.MessageChanged{Room: "r2", Seq: seq, Thread: in}})
}

// An answer that is gone before its room is read leads nowhere; one that is not loaded is there until
// it is gone itself, whatever else goes.
func TestAnswersThatAreGone(t *testing.T) {
	const thread = "r2-19"
	answered := func(s *screen) { s.answers(21, "that is grace"); s.answers(22, "until monday") }
	unloaded := func(s *screen) { // 21 is told of in the list of threads, and the page of the room is above it
		s.followedNow(followed{{Message: inRoom("r2", 19, you, "who is on call?"), LastSeq: 21, Unread: 1}})
		s.send(chat.Reloaded{Room: "r2", Messages: []chat.Message{inRoom("r2", 40, ada, "hi"), inRoom("r2", 41, ada, "hi")}})
		r := s.member("r2")
		r.LastSeq = 41
	}
	for name, c := range map[string]struct {
		before, after func(*screen)
		left          string
	}{
		"before":                  {func(s *screen) { s.answers(21, "oh"); s.erases(21, thread) }, nil, "map[]"},
		"the first":               {answered, func(s *screen) { s.erases(21, thread) }, "map[r2:map[r2-19:{22 1 0}]]"},
		"the first, twice":        {answered, func(s *screen) { s.erases(21, thread); s.erases(21, thread) }, "map[r2:map[r2-19:{22 1 0}]]"},
		"the second":              {answered, func(s *screen) { s.erases(22, thread) }, "map[r2:map[r2-19:{21 1 0}]]"},
		"both":                    {answered, func(s *screen) { s.erases(21, thread); s.erases(22, thread) }, "map[]"},
		"not loaded":              {unloaded, nil, "map[r2:map[r2-19:{21 1 0}]]"},
		"not loaded, another":     {unloaded, func(s *screen) { s.erases(40, "") }, "map[r2:map[r2-19:{21 1 0}]]"},
		"not loaded, of another":  {unloaded, func(s *screen) { s.erases(30, "r2-8") }, "map[r2:map[r2-19:{21 1 0}]]"},
		"not loaded, itself":      {unloaded, func(s *screen) { s.erases(21, thread) }, "map[]"},
		"let go of, another gone": {answered, func(s *screen) { unloaded(s); s.erases(40, "") }, "map[r2:map[r2-19:{21 2 0}]]"},
		"let go of, the second":   {answered, func(s *screen) { unloaded(s); s.erases(22, thread) }, "map[r2:map[r2-19:{21 1 0}]]"},
	} {
		s := begunThread(t, 100)
		c.before(s)
		s.reads("r2")
		if c.after != nil {
			c.after(s)
		}
		if got := fmt.Sprint(s.unread.Unseen()); got != c.left {
			t.Errorf("%s: %s is left, want %s", name, got, c.left)
		}
	}
}

// Where a part of them is trimmed, the first that is left is the one to go to.
func TestAnswersThatAreTrimmed(t *testing.T) {
	for name, c := range map[string]struct {
		room string
		upTo uint64
		left string
	}{
		"none":         {"r2", 20, "map[r2:map[r2-19:{21 2 0}]]"},
		"a part":       {"r2", 21, "map[r2:map[r2-19:{22 1 0}]]"},
		"all passed":   {"r2", 22, "map[]"},
		"another room": {chat.GeneralRoom, 22, "map[r2:map[r2-19:{21 2 0}]]"},
	} {
		s := begunThread(t, 100)
		s.answers(21, "that is grace")
		s.answers(22, "until monday")
		s.reads("r2")
		s.reads(chat.GeneralRoom)
		s.answers(23, "or tuesday") // which the marker has not passed
		s.send(chat.HistoryTrimmed{RoomTrimmedTold: chat.RoomTrimmedTold{Room: c.room, Seq: c.upTo}})
		if got := fmt.Sprint(s.unread.Unseen()); got != c.left {
			t.Errorf("%s: %s is left, want %s", name, got, c.left)
		}
	}
}

// A thread that was read on the walk is not new again when the room is read otherwise, unless the step
// is undone.
func TestWalkedThreadsStayRead(t *testing.T) {
	for keys, left := range map[string]string{
		"{alt+c}{enter}{enter}x":   "map[]",
		"{alt+c}{enter}{enter}uxx": "map[r2:map[r2-18:{22 1 0}]]", // T2 is seen once the walk is over in it
		"{alt+c}{enter}x":          "map[r2:map[r2-18:{22 1 0}]]",
	} {
		synctest.Test(t, func(t *testing.T) {
			s := begunThread(t, 140)
			s.send(chat.Reloaded{Room: "r2", Messages: []chat.Message{inRoom("r2", 18, you, "and the van?"), inRoom("r2", 19, you, "who is on call?"), inRoom("r2", 20, ada, "hi")}})
			s.answers(21, "that is grace")
			other := inRoom("r2", 22, bob, "I have it")
			other.Thread = "r2-18"
			s.send(chat.Arrived{Messages: []chat.Message{other, inRoom("r2", 23, ada, "deployed")}})
			for _, k := range splitKeys(keys) {
				settleShort(s, s.keys(t, k))
			}
			s.do(t, "{esc}{esc}")
			s.reads(chat.GeneralRoom)
			s.reads("r2")
			if got := fmt.Sprint(s.unread.Unseen()); got != left || s.client.read["r2"] != 23 {
				t.Errorf("%s: %s is left, want %s; read up to %d", keys, got, left, s.client.read["r2"])
			}
		})
	}
}

// What the marker has passed and what it has not are both new in the list of threads.
func TestListedThreadsCountBoth(t *testing.T) {
	for count, want := range map[int]string{7: "3 new replies", 2: "2 new replies"} {
		synctest.Test(t, func(t *testing.T) {
			s := begunThread(t, 100)
			s.client.answer = func(_ string, out any) error {
				if list, is := out.(*chat.Threads); is {
					root := inRoom("r2", 19, you, "who is on call?")
					root.Replies = &chat.Replies{Count: count, LastBy: bob}
					list.Threads = []chat.Thread{{Message: root, LastSeq: 23, Unread: 1}}
				}
				return nil
			}
			s.unread.Follow(unread.Thread{Room: "r2", ID: "r2-19"}, 0)
			s.unread.Unsee(unread.Thread{Room: "r2", ID: "r2-19"}, unread.Answers{From: 21, Count: 2}, 0)
			if s.do(t, "{alt+g}"); !strings.Contains(s.text(), want) {
				t.Errorf("without %q\n%s", want, s.text())
			}
		})
	}
}

// TestWhatIsForYouComesBeforeAnswersHere: as other rooms with a mention come before others.
func TestWhatIsForYouComesBeforeAnswersHere(t *testing.T) {
	s := begunThread(t, 100)
	s.answers(21, "that is grace")
	s.show("r2")
	s.send(chat.Arrived{Messages: []chat.Message{inRoom("dm1", 4, bob, "for you alone")}})
	for _, want := range []struct{ room, thread string }{{"dm1", ""}, {"r2", "r2-19"}} {
		if s.do(t, "{alt+a}"); s.room != want.room || s.threadID() != want.thread {
			t.Fatalf("alt+a leads to %s, thread %q, not to %s, %q", s.room, s.threadID(), want.room, want.thread)
		}
	}
}

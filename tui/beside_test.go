package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/layout"
)

// answer is a message in the thread that ada's newest one began.
func answer(seq uint64, u chat.User, at time.Duration, text string) chat.Message {
	m := said(seq, u, at, text)
	m.Thread = "m8"
	return m
}

// openThreaded is a team with a thread, which is open where open is.
func openThreaded(t *testing.T, width, height int, open bool) *screen {
	t.Helper()
	s := openTeam(width, height)
	s.send(chat.Reloaded{Room: chat.GeneralRoom, Messages: append(conversation(), said(7, you, 22*time.Minute, "mine"), said(8, ada, 23*time.Minute, "who reviews it?"),
		answer(9, grace, 24*time.Minute, "I do, after lunch"), answer(10, bob, 25*time.Minute, "and I look at the migration, which is the longer part of it"))})
	if open {
		s.keys(t, "{alt+k}t")
	}
	return s
}

// TestThreadBesideItsRoom: both are seen and written to, and each keeps what is written there,
// however wide the screen becomes.
func TestThreadBesideItsRoom(t *testing.T) {
	s := openThreaded(t, 120, 30, false)
	s.keys(t, "for the room{alt+k}t")
	if text := s.text(); !strings.Contains(text, "thread   ada: who review") || !strings.Contains(text, "#general   what all should know") || !strings.Contains(text, "┃ for the room") || !strings.Contains(text, "┃ reply in the thread") || !strings.Contains(text, "p99 is flat") {
		t.Fatalf("not beside each other:\n%s", text)
	}
	s.keys(t, "in the thread{alt+t}!{alt+t}?")
	for _, size := range [][2]int{{120, 30}, {100, 30}, {40, 12}, {20, 5}, {200, 60}, {109, 30}, {110, 24}, {120, 30}} {
		s.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		if s.composer.Text() != "in the thread?" || s.composers[chat.GeneralRoom].Text() != "for the room!" {
			t.Errorf("%dx%d: %q and %q", size[0], size[1], s.composer.Text(), s.composers[chat.GeneralRoom].Text())
		}
		if split := strings.Contains(s.text(), "for the room!"); split != (size[0] >= 110) {
			t.Errorf("%dx%d: beside is %v:\n%s", size[0], size[1], split, s.text())
		}
	}
	s.keys(t, "{enter}{alt+t}{enter}")
	var got []string
	for _, d := range s.client.drafts {
		text, _ := d.Body.Text()
		got = append(got, text+" "+d.Thread)
	}
	if want := "in the thread? m8|for the room! "; strings.Join(got, "|") != want {
		t.Errorf("sent %q", got)
	}
	s.keys(t, "left{esc}")
	if s.split() || s.composer.Text() != "left" || strings.Contains(s.text(), "reply in the thread") {
		t.Errorf("the thread is still there:\n%s", s.text())
	}
}

// TestNarrowScreensKeepTheSide: who is in the room when the screen becomes narrow sees that, and
// who is in the thread the thread.
func TestNarrowScreensKeepTheSide(t *testing.T) {
	s := openThreaded(t, 120, 30, true)
	s.send(tea.WindowSizeMsg{Width: 90, Height: 30})
	if !strings.Contains(s.text(), "#general › thread") {
		t.Errorf("the thread is not shown:\n%s", s.text())
	}
	s.keys(t, "{alt+t}")
	if text := s.text(); strings.Contains(text, "› thread") || !strings.Contains(text, "p99 is flat") {
		t.Errorf("the room is not shown:\n%s", text)
	}
	s.send(tea.WindowSizeMsg{Width: 120, Height: 30})
	if text := s.text(); !strings.Contains(text, "thread   ada") || s.in() != nil {
		t.Errorf("the thread is gone:\n%s", text)
	}
	if s.keys(t, "{alt+k}"); s.focus != choosing || s.shown() != s.timeline(s.room) {
		t.Error("a message of the thread is selected")
	}
	s.keys(t, "{alt+t}")
	if _, chosen := s.timeline(s.room).Chosen(); chosen || s.focus != writing || s.in() == nil {
		t.Error("the selection stays behind")
	}
}

// TestMouseOnBothSides: a click goes there, and the wheel turns what is under the pointer.
func TestMouseOnBothSides(t *testing.T) {
	s := openThreaded(t, 120, 14, true)
	for i := range 40 {
		s.send(chat.Arrived{Messages: []chat.Message{said(uint64(11+2*i), bob, time.Hour, fmt.Sprintf("room %d", i)), answer(uint64(12+2*i), bob, time.Hour, fmt.Sprintf("thread %d", i))}})
	}
	click := func(r layout.Rect) {
		s.send(tea.MouseClickMsg{X: r.X + 3, Y: r.Y + r.Height - 1, Button: tea.MouseLeft})
		s.send(tea.MouseReleaseMsg{X: r.X + 3, Y: r.Y + r.Height - 1, Button: tea.MouseLeft})
	}
	for i, where := range []layout.Rect{s.areas.Composer, s.areas.Thread.Timeline, s.areas.Timeline, s.areas.Thread.Composer, s.areas.Title, s.areas.Thread.Title} {
		click(where)
		if want := i%2 == 1; (s.in() != nil) != want {
			t.Errorf("click %d: in the thread is %v", i, !want)
		}
	}
	a := s.areas
	for range 3 {
		s.send(tea.MouseWheelMsg{X: a.Timeline.X + 5, Y: a.Timeline.Y + 2, Button: tea.MouseWheelUp})
	}
	if text := s.text(); strings.Contains(text, "room 39") || !strings.Contains(text, "thread 39") {
		t.Errorf("the room did not turn alone:\n%s", text)
	}
	s.send(tea.MouseWheelMsg{X: a.Timeline.X + 5, Y: a.Timeline.Y + 2, Button: tea.MouseWheelDown})
	for range 3 {
		s.send(tea.MouseWheelMsg{X: a.Thread.Timeline.X + 5, Y: a.Thread.Timeline.Y + 2, Button: tea.MouseWheelUp})
	}
	if text := s.text(); strings.Contains(text, "thread 39") {
		t.Errorf("the thread did not turn:\n%s", text)
	}
}

// TestNewInAThread: the line above what is new stands where nobody saw it come, in the thread
// as in the room, and what is seen in both is read.
func TestNewInAThread(t *testing.T) {
	s := openThreaded(t, 120, 40, true)
	s.send(chat.RoomsChanged{Rooms: []chat.Membership{{Room: chat.Room{ID: chat.GeneralRoom, Name: "general", LastSeq: 10}, Read: 10}}})
	line := func() bool { return strings.Contains(s.threads[s.room].timeline.View(), " new ") }
	s.send(chat.Arrived{Messages: []chat.Message{answer(11, bob, time.Hour, "seen as it comes")}})
	if line() || s.client.read[chat.GeneralRoom] != 11 {
		t.Errorf("new though it was seen, and read up to %d:\n%s", s.client.read[chat.GeneralRoom], s.text())
	}
	s.send(tea.BlurMsg{})
	s.send(chat.Arrived{Messages: []chat.Message{answer(12, bob, time.Hour, "while away")}})
	s.send(chat.Arrived{Messages: []chat.Message{answer(13, bob, time.Hour, "and more")}})
	if !line() || s.client.read[chat.GeneralRoom] != 11 {
		t.Errorf("not new, or read up to %d:\n%s", s.client.read[chat.GeneralRoom], s.text())
	}
	rows := s.threads[s.room].timeline.View()
	if strings.Index(rows, " new ") > strings.Index(rows, "while away") {
		t.Errorf("the line is in the wrong place:\n%s", rows)
	}
	if s.send(tea.FocusMsg{}); s.client.read[chat.GeneralRoom] != 13 {
		t.Errorf("read up to %d", s.client.read[chat.GeneralRoom])
	}
	// In a room where something is new the thread that is gone into has the line, too.
	s.keys(t, "{esc}")
	s.send(tea.BlurMsg{})
	s.send(chat.Arrived{Messages: []chat.Message{answer(14, bob, time.Hour, "while closed")}})
	s.send(tea.FocusMsg{})
	s.keys(t, "{alt+k}t")
	if rows := s.threads[s.room].timeline.View(); !line() || strings.Index(rows, " new ") < strings.Index(rows, "and more") {
		t.Errorf("the line is in the wrong place:\n%s", rows)
	}
}

// TestThreadAndMembersShareTheRightSide: both where there is room, and else the thread, in whose
// stead a list tells who is there.
func TestThreadAndMembersShareTheRightSide(t *testing.T) {
	s := openThreaded(t, 120, 30, false)
	s.keys(t, "{f8}")
	if s.areas.Members.Width == 0 {
		t.Fatal("no members")
	}
	s.keys(t, "{alt+k}t")
	if s.areas.Members.Width > 0 || !s.split() {
		t.Errorf("%+v", s.areas)
	}
	if cmd := s.keys(t, "{f8}"); cmd == nil || !s.peopleOn {
		t.Error("no list of who is here")
	}
	s.send(tea.WindowSizeMsg{Width: 170, Height: 30})
	if s.areas.Members.Width == 0 || !s.split() {
		t.Errorf("not both: %+v", s.areas)
	}
	s.send(tea.WindowSizeMsg{Width: 120, Height: 30})
	if s.keys(t, "{esc}"); s.areas.Members.Width == 0 {
		t.Error("the members are not back")
	}
}

func TestBesideGolden(t *testing.T) {
	for _, size := range [][2]int{{110, 24}, {120, 30}, {170, 30}} {
		for name, keys := range map[string]string{
			"beside-thread": "for the room{alt+k}tand this for the thread",
			"beside-room":   "{f8}{alt+k}t{alt+t}{alt+k}r",
		} {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				s := openThreaded(t, size[0], size[1], false)
				s.keys(t, keys)
				golden(t, s.text()+"\n")
			})
		}
	}
}

// Whoever goes to a room is in it, and not in its thread, however they go there: what they write is
// for the room. On a wide screen the thread is still beside it.
func TestARoomThatIsGoneToIsNotItsThread(t *testing.T) {
	for _, width := range []int{100, 140} {
		for _, back := range []string{
			"{alt+1}{ctrl+k}general{enter}", "{alt+1}/go general{enter}", "{alt+1}{alt+/}", "{alt+1}{alt+2}", "{alt+down}{alt+up}",
			"{ctrl+k}general{enter}", "/go general{enter}", "{alt+2}", // from the thread itself
		} {
			t.Run(fmt.Sprint(back, width), func(t *testing.T) {
				s := openThreaded(t, width, 30, true)
				s.keys(t, back)
				if s.room != chat.GeneralRoom || s.in() != nil || s.split() != (width > 110) {
					t.Fatalf("in %s, in the thread %v, beside it %v\n%s", s.room, s.in() != nil, s.split(), s.text())
				}
				s.keys(t, "for all{enter}")
				if d := s.client.drafts[len(s.client.drafts)-1]; d.Thread != "" {
					t.Errorf("posted in the thread %q", d.Thread)
				}
			})
		}
	}
}

// What leads into a thread on purpose still does, also from another room.
func TestThreadsAreGoneToOnPurpose(t *testing.T) {
	s := openThreaded(t, 100, 30, true)
	s.keys(t, "unsent{alt+1}{alt+2}{ctrl+r}{enter}") // where it is being written
	if s.threadID() != "m8" || s.composer.Text() != "unsent" {
		t.Errorf("ctrl+r leads to %s, thread %q, with %q", s.room, s.threadID(), s.composer.Text())
	}
	s.keys(t, "{alt+1}")
	s.showAt(spot{room: chat.GeneralRoom, thread: "m8", seq: 10, choose: true})
	if at, _ := s.shown().Chosen(); s.threadID() != "m8" || at.Seq != 10 {
		t.Errorf("a mention leads to %s, thread %q, message %d", s.room, s.threadID(), at.Seq)
	}
}

// A room of another team that is gone to by its name is not its thread either; who only goes back to
// the team is where they were in it.
func TestARoomOfAnotherTeamIsNotItsThread(t *testing.T) {
	for keys, in := range map[string]bool{"/go acme #general{enter}": false, "/team acme{enter}": true, "{alt+,}": true} {
		w := openWindow(100, 30, "acme", "orbit")
		w.keys(t, "{alt+k}t{alt+.}"+keys)
		if got := w.teams[0].in() != nil; w.here() != "acme #general" || got != in {
			t.Errorf("%s leads to %s, in the thread %v, want %v", keys, w.here(), got, in)
		}
	}
}

package tui

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// acme is a team with some rooms.
func acme() []chat.Membership {
	room := func(id, name string, kind chat.RoomKind, last, read uint64) chat.Membership {
		return chat.Membership{Room: chat.Room{ID: id, Name: name, Kind: kind, Members: 12, LastSeq: last}, Joined: true, Read: read, Notify: chat.NotifyAll}
	}
	rooms := []chat.Membership{
		room(chat.GeneralRoom, "general", chat.RoomPublic, 6, 6),
		room("r2", "deploys", chat.RoomPublic, 20, 17),
		room("r3", "random", chat.RoomPublic, 9, 0),
		room("r4", "plans", chat.RoomPrivate, 0, 0),
		room("dm1", "", chat.RoomDirect, 3, 2),
	}
	rooms[0].Topic = "what all should know"
	rooms[1].Topic = "releases and rollbacks"
	rooms[2].Notify = chat.NotifyNone
	rooms[4].People, rooms[4].Mentions = []chat.User{you, bob}, 1
	return rooms
}

func openTeam(width, height int) *screen {
	s := open(width, height, chat.Reloaded{Room: chat.GeneralRoom, Messages: conversation()})
	s.send(chat.RoomsChanged{Rooms: acme()})
	s.send(chat.Connection{State: chat.Online})
	s.send(chat.PresenceChanged{PresenceTold: chat.PresenceTold{User: bob.ID, Presence: chat.Presence{State: chat.Active}}})
	return s
}

func inRoom(id string, seq uint64, u chat.User, text string) chat.Message {
	m := said(seq, u, time.Hour, text)
	m.Room, m.ID = id, fmt.Sprintf("%s-%d", id, seq)
	return m
}

func TestRoomsGolden(t *testing.T) {
	for _, size := range [][2]int{{100, 30}, {80, 12}, {40, 12}} {
		for name, prepare := range map[string]func(*screen){
			"rooms": func(*screen) {},
			"jump":  func(s *screen) { s.keys(t, "{ctrl+k}de") },
			"typing": func(s *screen) {
				s.send(chat.Typing{TypingTold: chat.TypingTold{Room: chat.GeneralRoom, User: ada, On: true}})
			},
		} {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				s := openTeam(size[0], size[1])
				prepare(s)
				golden(t, s.text()+"\n")
			})
		}
	}
}

func TestKeysGoFromRoomToRoom(t *testing.T) {
	s := openTeam(100, 30)
	s.loaded("r2", 1, 20)
	s.loaded("dm1", 1, 3)
	for _, step := range []struct{ keys, want string }{
		{"{alt+down}", "r4"},
		{"{ctrl+n}", "r3"},
		{"{ctrl+p}", "r4"},
		{"{alt+up}", chat.GeneralRoom},
		{"{alt+1}", "r2"},
		{"{alt+/}", chat.GeneralRoom},
		{"{alt+a}", "dm1"},
		{"{alt+a}", "dm1"},
		{"{ctrl+k}rnd{enter}", "r3"},
		{"{ctrl+k}zzz{enter}", "r3"},
		{"{ctrl+k}{esc}", "r3"},
		{"/go general{enter}", chat.GeneralRoom},
		{"/go @bob{enter}", "dm1"},
		{"{alt+9}", "dm1"},
	} {
		if s.keys(t, step.keys); s.room != step.want {
			t.Fatalf("after %s the room is %s, want %s", step.keys, s.room, step.want)
		}
	}
}

func TestWhatIsWrittenStaysWithItsRoom(t *testing.T) {
	s := openTeam(100, 30)
	s.keys(t, "for all{alt+1}for deploys{alt+/}")
	if got := s.composer.Text(); got != "for all" {
		t.Errorf("general has %q", got)
	}
	s.keys(t, "{enter}{alt+/}{enter}")
	if s.client.drafts[0].Room != chat.GeneralRoom || s.client.drafts[1].Room != "r2" {
		t.Errorf("sent %+v", s.client.drafts)
	}
}

func TestReadWhenItIsSeen(t *testing.T) {
	s := openTeam(100, 30)
	s.send(chat.Arrived{Messages: []chat.Message{inRoom("r2", 21, ada, "@you look")}})
	if r := s.member("r2"); s.unread.Of(r) != 4 {
		t.Errorf("%d unread", s.unread.Of(r))
	}
	if len(s.client.read) != 0 {
		t.Errorf("told to be read: %v", s.client.read)
	}
	s.keys(t, "{alt+1}")
	if s.client.read["r2"] != 21 || s.unread.Of(s.member("r2")) != 0 {
		t.Errorf("told to be read: %v", s.client.read)
	}
	s.send(tea.BlurMsg{})
	s.send(chat.Arrived{Messages: []chat.Message{inRoom("r2", 22, ada, "anybody?")}})
	if s.client.read["r2"] != 21 {
		t.Error("read without anybody looking")
	}
	s.send(tea.FocusMsg{})
	if s.client.read["r2"] != 22 {
		t.Error("not read though somebody looks")
	}
	s.send(chat.MarkerSet{Marker: chat.Marker{Room: "dm1", Read: 3}})
	if r := s.member("dm1"); s.unread.Of(r) != 0 || r.Mentions != 0 {
		t.Errorf("read on another device, and %+v", r)
	}
	mine := inRoom("r3", 10, you, "mine")
	s.send(chat.Arrived{Messages: []chat.Message{mine}})
	if s.unread.Of(s.member("r3")) != 0 {
		t.Error("one's own message is unread")
	}
}

func TestArchivedRoom(t *testing.T) {
	s := openTeam(100, 30)
	rooms := acme()
	rooms[1].Archived, rooms[1].Members = true, 1
	s.send(chat.RoomsChanged{Rooms: rooms})
	s.keys(t, "{alt+1}")
	for _, want := range []string{"archived · 1 member", "#deploys is archived: it can be read, and no more"} {
		if !strings.Contains(s.text(), want) {
			t.Errorf("no %q in\n%s", want, s.text())
		}
	}
}

// TestNothingIsSentToAnArchivedRoom: what was written stays where it is, with the reason, also
// offline, and also where it is a command.
func TestNothingIsSentToAnArchivedRoom(t *testing.T) {
	for _, state := range []chat.ConnectionState{chat.Online, chat.Offline} {
		for _, text := range []string{"hello there", "/me waves", "/shrug"} {
			s := openTeam(100, 30)
			rooms := acme()
			rooms[1].Archived = true
			s.send(chat.RoomsChanged{Rooms: rooms})
			s.send(chat.Connection{State: state})
			s.keys(t, "{alt+1}"+text+"{enter}")
			if n := len(s.client.sent()); n > 0 || s.composer.Text() != text || !strings.Contains(s.text(), "#deploys is archived, and can only be read") {
				t.Errorf("%v, %s: %d are sent, %q is left:\n%s", state, text, n, s.composer.Text(), s.text())
			}
			if !strings.Contains(s.text(), "⊘ deploys") {
				t.Errorf("the list of rooms does not show it:\n%s", s.text())
			}
		}
	}
}

func TestMentionsAreCounted(t *testing.T) {
	s := openTeam(100, 30)
	named := inRoom("r2", 21, ada, "@you look")
	named.Mentions = []string{you.ID}
	all := inRoom("r2", 22, ada, "@room lunch")
	all.Mentions = []string{chat.MentionRoom}
	s.send(chat.Arrived{Messages: []chat.Message{named, all, named}})
	if r := s.member("r2"); r.Mentions != 2 {
		t.Errorf("%d mentions", r.Mentions)
	}
}

func TestRoomCommands(t *testing.T) {
	s := openTeam(100, 30)
	s.client.answer = func(request string, out any) error {
		if a, ok := out.(*chat.RoomAnswer); ok {
			a.Room.ID = "new"
		}
		if request == "room:topic" {
			return errors.New("you may not")
		}
		return nil
	}
	run := func(line string) {
		t.Helper()
		if cmd := s.keys(t, "{ctrl+u}"+line+"{enter}"); cmd != nil {
			drainAll(s, cmd)
		}
	}
	run("/join #new")
	if s.room == "new" {
		t.Error("it went to a room the user is not in yet")
	}
	s.send(chat.RoomsChanged{Rooms: append(acme(), chat.Membership{Room: chat.Room{ID: "new", Name: "new", Kind: chat.RoomPublic}})})
	if s.room != "new" {
		t.Errorf("the room is %s", s.room)
	}
	run("/part")
	s.keys(t, "{esc}") // what follows does not wait for that
	run("/msg bob hi there")
	run("/topic nothing")
	if text := s.text(); !strings.Contains(text, "/topic nothing: you may not") || s.composer.Text() != "/topic nothing" {
		t.Errorf("nobody was told that the topic was not set:\n%s", text)
	}
	run("/mute")
	want := []string{
		`room:join {"room":"#new"}`, `room:leave {"room":"new"}`, `dm {"room":"","user":"bob"}`,
		`room:topic {"room":"new","topic":"nothing"}`, `notify {"room":"new","level":"none"}`,
	}
	if got := strings.Join(s.client.asked, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("asked\n%s", got)
	}
	if d := s.client.drafts; len(d) != 1 || d[0].Room != "new" {
		t.Errorf("sent %+v", d)
	}
	run("/join")
	if !strings.Contains(s.text(), "/join wants more: /join ROOM") {
		t.Errorf("an unfinished line:\n%s", s.text())
	}
	s.keys(t, "{ctrl+u}")
	s.send(chat.RoomsChanged{Rooms: acme()})
	if s.room != chat.GeneralRoom || !strings.Contains(s.text(), "you are in #new no longer") {
		t.Errorf("left in %s:\n%s", s.room, s.text())
	}
}

func TestTypingEndsByItself(t *testing.T) {
	s := openTeam(100, 30)
	s.send(chat.Typing{TypingTold: chat.TypingTold{Room: chat.GeneralRoom, User: ada, On: true}})
	s.send(chat.Typing{TypingTold: chat.TypingTold{Room: "r2", User: bob, On: true}})
	if !strings.Contains(s.text(), "ada is typing…") || strings.Contains(s.text(), "bob is typing") {
		t.Errorf("the screen says\n%s", s.text())
	}
	s.clock = s.clock.Add(chat.TypingLease)
	s.send(writersLook{})
	if strings.Contains(s.text(), "typing") {
		t.Error("still typing")
	}
}

// TestHostileRooms: whatever rooms are called, the screen keeps its size.
func TestHostileRooms(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := open(rapid.IntRange(1, 140).Draw(t, "width"), rapid.IntRange(1, 40).Draw(t, "height"))
		text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"日本語の部屋", "\x1b[31mred", "a\u202eb", strings.Repeat("x", 500), "👩‍👩‍👧‍👦"}))
		var rooms []chat.Membership
		for i := range rapid.IntRange(0, 60).Draw(t, "rooms") {
			rooms = append(rooms, chat.Membership{
				Room:     chat.Room{ID: fmt.Sprint(i), Name: text.Draw(t, "name"), Topic: text.Draw(t, "topic"), LastSeq: rapid.Uint64Max(1<<40).Draw(t, "last")},
				Mentions: rapid.IntRange(0, 5000).Draw(t, "mentions"),
			})
		}
		s.send(chat.RoomsChanged{Rooms: rooms})
		for _, k := range rapid.SliceOf(rapid.SampledFrom([]string{"alt+down", "alt+a", "ctrl+k", "x", "enter", "f7", "esc"})).Draw(t, "keys") {
			switch k {
			case "alt+down":
				s.step(1)
			case "alt+a":
				s.nextUnread()
			case "ctrl+k":
				s.jump()
			case "f7":
				s.folded = !s.folded
			default:
				s.send(tea.KeyPressMsg{Code: []rune(k)[0], Text: k[:1]})
			}
			s.arrange()
		}
		rows := strings.Split(s.View().Content, "\n")
		if len(rows) != s.height {
			t.Fatalf("%d rows of %d", len(rows), s.height)
		}
		for _, r := range rows {
			if w := ansi.StringWidthWc(r); w > s.width {
				t.Fatalf("%d cells of %d: %q", w, s.width, r)
			}
		}
	})
}

func TestTopic(t *testing.T) {
	s := openTeam(100, 30)
	s.keys(t, "/topic{enter}")
	if !strings.Contains(s.text(), "the topic of #general is: what all should know") {
		t.Errorf("it is not shown:\n%s", s.text())
	}
	s.keys(t, "{ctrl+k}random{enter}/topic{enter}")
	if !strings.Contains(s.text(), "#random has no topic; /topic TEXT gives it one") {
		t.Errorf("none is not shown:\n%s", s.text())
	}
	drainAll(s, s.keys(t, "/topic -{enter}"))
	drainAll(s, s.keys(t, "/topic - {enter}"))
	drainAll(s, s.keys(t, "/topic - and more{enter}"))
	if got, want := strings.Join(s.client.asked, "\n"), `room:topic {"room":"r3","topic":""}
room:topic {"room":"r3","topic":""}
room:topic {"room":"r3","topic":"- and more"}`; got != want {
		t.Errorf("asked\n%s", got)
	}
}

// The help lies above a list, and the list is there again when it is closed.
func TestHelpAboveAList(t *testing.T) {
	s := openTeam(100, 30)
	s.keys(t, "{ctrl+f}graphs{f1}")
	if !strings.Contains(s.text(), "quit, when nothing is written") {
		t.Errorf("no help:\n%s", s.text())
	}
	for _, k := range []string{"{f1}", "{f1}{esc}"} {
		if s.keys(t, k); !strings.Contains(s.text(), "search ┃ graphs") {
			t.Errorf("the list is gone after %s:\n%s", k, s.text())
		}
	}
	s.keys(t, "{esc}{f1}{f1}")
	if len(s.overlays) != 0 {
		t.Errorf("%d overlays", len(s.overlays))
	}
}

// BenchmarkRoomsToldAnew: rooms are told anew whenever somebody comes into one, whatever
// their number: sixteen times as many may take some thirty times as long, for the memory
// that they are spread over, and not the square.
func BenchmarkRoomsToldAnew(b *testing.B) {
	for _, n := range []int{1000, 16000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			s := open(100, 30)
			list := make([]chat.Membership, n)
			for i := range list {
				id := fmt.Sprintf("room%05d", i)
				list[i] = chat.Membership{Room: chat.Room{ID: id, Name: id, Kind: chat.RoomPublic}, Joined: true}
			}
			s.send(chat.RoomsChanged{Rooms: list})
			for _, r := range list {
				s.timeline(r.ID) // as the first message there makes it
			}
			for b.Loop() {
				s.setRooms(list)
			}
		})
	}
}

// TestTheListOfRoomsIsAsWideAsItsNames, as they were when one came into the room that is shown:
// what comes or goes meanwhile moves nothing.
func TestTheListOfRoomsIsAsWideAsItsNames(t *testing.T) {
	s := openTeam(100, 30)
	width := func() int { return s.areas.Sidebar.Width }
	s.View()
	before := width()
	with := func(name string) {
		s.send(chat.RoomsChanged{Rooms: append(acme(), chat.Membership{Room: chat.Room{ID: "r9", Kind: chat.RoomPublic, Name: name}, Joined: true})})
		s.View()
	}
	if with("deploys-in-europe"); width() != before {
		t.Errorf("a room came, and the list has %d in place of %d cells:\n%s", width(), before, s.text())
	}
	s.keys(t, "{alt+1}")
	if s.View(); width() <= before || !strings.Contains(s.text(), " deploys-in-europe ") {
		t.Errorf("in another room it has %d, before %d:\n%s", width(), before, s.text())
	}
	wide := width()
	if with("x"); width() != wide {
		t.Errorf("a room went, and the list has %d in place of %d cells", width(), wide)
	}
	s.send(tea.WindowSizeMsg{Width: 101, Height: 30})
	if s.View(); width() != before {
		t.Errorf("on another screen it has %d, want %d", width(), before)
	}
	if with(strings.Repeat("long-", 8)); width() != before {
		t.Errorf("%d cells", width())
	}
	s.keys(t, "{alt+2}")
	if s.View(); width() != 25 {
		t.Errorf("a quarter of 101 is not %d", width())
	}
}

// TestNoRoomOfThatNumber is said, and nothing is shown in its place.
func TestNoRoomOfThatNumber(t *testing.T) {
	s := openTeam(100, 30)
	if s.keys(t, "half a word{alt+7}"); s.room != chat.GeneralRoom || !strings.Contains(s.text(), "there is no room 7: the list has 5") || s.composer.Text() != "half a word" {
		t.Errorf("in %s, %q is written:\n%s", s.room, s.composer.Text(), s.text())
	}
}

package tui

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/overlay"
)

// The room one is in is among those to go to, as the last, and is gone to by staying.
func TestJumpHasThisRoom(t *testing.T) {
	s := openTeam(100, 30)
	s.show("r2")
	s.keys(t, "{ctrl+k}")
	l := s.top().(*layer)
	if one, ok := l.list.(*overlay.Pick).Chosen(); !ok || one.ID == "r2" {
		t.Errorf("first is %v", one)
	}
	s.keys(t, "deploys")
	if text := s.text(); !strings.Contains(text, "▸ #deploys   you are here") {
		t.Errorf("%s", text)
	}
	if s.keys(t, "{enter}hello"); s.top() != nil || s.room != "r2" || s.composer.Text() != "hello" || s.last == "r2" {
		t.Errorf("it is in %s after %s, %q is written:\n%s", s.room, s.last, s.composer.Text(), s.text())
	}
}

// Who is looked for among the rooms, and has none, is written to otherwise.
func TestGoToSomebody(t *testing.T) {
	s := openTeam(100, 30)
	if s.keys(t, "{ctrl+k}carol"); !strings.Contains(s.text(), "no room or person here is called that; /list finds others, /msg a person") {
		t.Errorf("%s", s.text())
	}
	s.setNames(map[string]string{"carol": "u7", "bob smith": "u8"})
	for who, want := range map[string]string{"carol": "/msg carol writes to them", "@carol": "/msg carol writes to them", "Bob Smith": `/msg "Bob Smith" writes to them`} {
		if s.keys(t, "{esc}{ctrl+u}/go "+who+"{enter}"); !strings.Contains(s.text(), want) {
			t.Errorf("%s:\n%s", who, s.text())
		}
	}
}

// A room that is named is left, from wherever.
func TestPartNamesARoom(t *testing.T) {
	s := openTeam(100, 30)
	drainAll(s, s.keys(t, "/part #deploys{enter}"))
	if len(s.client.asked) != 1 || s.client.asked[0] != `room:leave {"room":"r2"}` || s.room != chat.GeneralRoom || !strings.Contains(s.text(), "you are in #deploys no longer") {
		t.Errorf("asked %q:\n%s", s.client.asked, s.text())
	}
	s = openTeam(100, 30)
	for line, says := range map[string]string{"/part nowhere{enter}": "you are in no room called nowhere", "/part bob{enter}": "what is said between people cannot be left"} {
		s.keys(t, "{ctrl+u}")
		if drainAll(s, s.keys(t, line)); len(s.client.asked) > 0 || !strings.Contains(s.text(), says) {
			t.Errorf("%s asks %q:\n%s", line, s.client.asked, s.text())
		}
	}
}

// A sign that was typed is that of the room that is left, and of two that are called alike
// none is left before it is said which.
func TestPartMindsTheSign(t *testing.T) {
	ops := func(rooms ...chat.Room) (u chat.RoomsChanged) {
		for _, r := range append(rooms, chat.Room{ID: chat.GeneralRoom, Name: "general"}) {
			u.Rooms = append(u.Rooms, chat.Membership{Room: r, Joined: true})
		}
		return u
	}
	public, private := chat.Room{ID: "p", Name: "ops"}, chat.Room{ID: "s", Name: "ops", Kind: chat.RoomPrivate}
	person := chat.Room{ID: "d", Kind: chat.RoomDirect, People: []chat.User{you, {ID: "u9", Name: "ops"}}}
	for _, c := range []struct {
		rooms      []chat.Room
		line, asks string
		says       string
	}{
		{[]chat.Room{public}, "@ops", "", "you are in no room called @ops; nothing was left"},
		{[]chat.Room{private}, "@ops", "", "you are in no room called @ops; nothing was left"},
		{[]chat.Room{private}, "#ops", "", "you are in no room called #ops; nothing was left"},
		{[]chat.Room{public, private}, "*ops", "s", "you are in *ops no longer"},
		{[]chat.Room{private, public}, "#Ops", "p", "you are in #ops no longer"},
		{[]chat.Room{public, person}, "@ops", "", "what is said between people cannot be left"},
		{[]chat.Room{public, person}, "ops", "", "write the one you mean with its sign"},
		{[]chat.Room{private, {ID: "s2", Name: "ops", Kind: chat.RoomPrivate}}, "*ops", "", "more than one is called *ops"},
		{[]chat.Room{private}, "ops", "s", "you are in *ops no longer"},
	} {
		s := open(120, 30, chat.Reloaded{Room: chat.GeneralRoom, Messages: conversation()})
		s.send(ops(c.rooms...))
		s.send(chat.Connection{State: chat.Online})
		drainAll(s, s.keys(t, "/part "+c.line+"{enter}"))
		var want []string
		if c.asks != "" {
			want = []string{`room:leave {"room":"` + c.asks + `"}`}
		}
		if !slices.Equal(s.client.asked, want) || !strings.Contains(s.text(), c.says) {
			t.Errorf("/part %s among %v asks %q:\n%s", c.line, c.rooms, s.client.asked, s.text())
		}
	}
}

// Between two people it is said how the other can be reached, and not how many they are.
func TestTitleOfTwo(t *testing.T) {
	s := openTeam(100, 30)
	s.show("dm1")
	for want, p := range map[string]chat.Presence{
		"away (lunch, back at 2)": {State: chat.Away, Text: "lunch, back at 2"}, "offline": {State: chat.Absent}, "active": {State: chat.Active},
	} {
		s.send(chat.PresenceChanged{PresenceTold: chat.PresenceTold{User: bob.ID, Presence: p}})
		if first, _, _ := strings.Cut(s.text(), "\n"); !strings.HasSuffix(first, " "+want) {
			t.Errorf("%s: %s", want, first)
		}
	}
}

// Without a connection it is not known who is there, and nowhere is it said.
func TestNobodyIsThereOffline(t *testing.T) {
	s := openTeam(120, 30)
	s.keys(t, "{f8}")
	s.send(peopleCame{room: chat.GeneralRoom, list: []chat.Member{{User: bob, Presence: chat.Presence{State: chat.Active}}, {User: ada, Presence: chat.Presence{State: chat.Active}}}})
	s.show("dm1")
	s.send(chat.Connection{State: chat.Online})
	if first, _, _ := strings.Cut(s.text(), "\n"); strings.Count(s.text(), "● bob") == 0 || !strings.Contains(first, "active") {
		t.Fatalf("with one:\n%s", s.text())
	}
	s.send(chat.Connection{State: chat.Waiting, RetryAt: s.clock.Add(time.Minute)})
	if text := s.text(); strings.Contains(text, "● bob") || strings.Contains(text, "active") || !strings.Contains(text, "○ bob") {
		t.Errorf("without:\n%s", text)
	}
	s.send(chat.Connection{State: chat.Online})
	if text := s.text(); !strings.Contains(text, "● bob") {
		t.Errorf("with one again:\n%s", text)
	}
}

// Nobody writes in a room that they are out of.
func TestNobodyWritesWhoIsOut(t *testing.T) {
	s := openTeam(100, 30)
	s.send(chat.Typing{TypingTold: chat.TypingTold{Room: chat.GeneralRoom, User: grace, On: true}})
	s.send(chat.RoomsChanged{Rooms: acme()})
	if !strings.Contains(s.text(), "grace is typing") {
		t.Fatalf("%s", s.text())
	}
	fewer := acme()
	fewer[0].Members--
	if s.send(chat.RoomsChanged{Rooms: fewer}); strings.Contains(s.text(), "is typing") {
		t.Errorf("%s", s.text())
	}
}

// People one shares no room with, and rooms one may join, are found where rooms are as soon as something
// is typed, below the rooms that are called so; enter writes to them, and joins.
func TestJumpFindsPeople(t *testing.T) {
	cyn, dana := chat.User{ID: "u7", Name: "Cyn O"}, chat.User{ID: "u8", Name: "Dana"}
	gone := chat.User{ID: "u9", Name: "Cynthia"}
	team := func() *screen {
		s := openTeam(100, 30)
		var list present
		for _, who := range []chat.User{you, ada, bob, cyn, dana, gone} {
			list = append(list, chat.Member{User: who, Presence: chat.Presence{State: chat.Active}, Banned: who == gone})
		}
		s.send(list)
		s.directory = directory{at: s.clock, rooms: []chat.Room{{ID: "r2", Name: "deploys"}, {ID: "r9", Name: "depot", Topic: "trains"}}}
		return s
	}
	s := team()
	if s.keys(t, "{ctrl+k}"); strings.Contains(s.text(), "@Cyn") || strings.Contains(s.text(), "#depot") {
		t.Errorf("before anything is typed:\n%s", s.text())
	}
	if s.keys(t, "cyn"); !strings.Contains(s.text(), "▸ @Cyn O") || !strings.Contains(s.text(), "writes to them · active") || strings.Contains(s.text(), "Cynthia") {
		t.Fatalf("not found, or who is banned is:\n%s", s.text())
	}
	asks := s.keys(t, "{enter}")
	if s.keys(t, "hi cyn{enter}"); len(s.client.drafts) > 0 || s.onTheWay() == nil {
		t.Errorf("what is written for her is posted here")
	}
	if drainAll(s, asks); !slices.Equal(s.client.asked, []string{`dm {"room":"","user":"u7"}`}) {
		t.Errorf("asked %q", s.client.asked)
	}

	for typed, want := range map[string][]string{
		"d":     {"#deploys", "#random", "@Dana", "#depot", "@ada"},
		"dana":  {"@Dana"},
		"bob":   {"@bob"}, // once, and as the room it is
		"depot": {"#depot"},
		"plan":  {"*plans"},
		"you":   {},
	} {
		s := team()
		s.keys(t, "{ctrl+k}"+typed)
		var got []string
		for row := range strings.SplitSeq(s.shownList(), "\n") {
			if name := strings.Fields(strings.Trim(row, "▸ ")); len(name) > 0 && len(got) < max(len(want), 1) {
				got = append(got, name[0])
			}
		}
		if !slices.Equal(got, want) && len(want) > 0 || len(want) == 0 && !strings.Contains(s.text(), "no room or person here is called that") {
			t.Errorf("%s finds %q, want %q:\n%s", typed, got, want, s.text())
		}
	}
	s = team()
	if drainAll(s, s.keys(t, "{ctrl+k}depot{enter}")); !slices.Contains(s.client.asked, `room:join {"room":"depot"}`) {
		t.Errorf("asked %q", s.client.asked)
	}
}

// TestPeopleOfOneName are told apart by their IDs, be there a room with one of them or not, and who is
// banned is not offered because somebody else is called so.
func TestPeopleOfOneName(t *testing.T) {
	team := func() *screen {
		s := openTeam(100, 30)
		s.send(present{{User: you}, {User: ada}, {User: bob}, {User: chat.User{ID: "u20", Name: "Bob"}}, {User: chat.User{ID: "u21", Name: "Zed"}}, {User: chat.User{ID: "u22", Name: "zed"}}, {User: chat.User{ID: "u23", Name: "ZED"}, Banned: true}})
		return s
	}
	tells := func(u chat.UserTold) func(*screen) { return func(s *screen) { s.send(chat.UserChanged{UserTold: u}) } }
	muted := chat.Millis(1)
	for _, c := range []struct {
		typed string
		first func(*screen)
		want  []string
	}{
		{"zed", nil, []string{"@Zed ID u21 · writes to them · offline", "@zed ID u22 · writes to them · offline"}},
		{"bob", nil, []string{"@bob ID " + bob.ID + " · 1 unread", "@Bob ID u20 · writes to them · offline"}},
		{"ada", nil, []string{"@ada writes to them · offline"}},
		{"zed", tells(chat.UserTold{User: chat.User{ID: "u22", Name: "zed"}, Banned: true}), []string{"@Zed writes to them · offline"}},
		{"zed", tells(chat.UserTold{User: chat.User{ID: "u23", Name: "ZED"}, Muted: &muted}), []string{"@Zed ID u21 · writes to them · offline", "@zed ID u22 · writes to them · offline"}},
		{"zed", tells(chat.UserTold{User: chat.User{ID: "u22", Name: "yan"}}), []string{"@Zed writes to them · offline"}},
		{"ada", tells(chat.UserTold{User: chat.User{ID: "u30", Name: "Ada"}, New: true}), []string{"@ada ID " + ada.ID + " · writes to them · offline", "@Ada ID u30 · writes to them · offline"}},
	} {
		s := team()
		if c.first != nil {
			c.first(s)
		}
		s.keys(t, "{ctrl+k}"+c.typed)
		var got []string
		for row := range strings.SplitSeq(s.shownList(), "\n") {
			if row = strings.Join(strings.Fields(strings.TrimPrefix(strings.TrimSpace(row), "▸ ")), " "); strings.HasPrefix(row, "@") {
				got = append(got, row)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s finds %q, want %q:\n%s", c.typed, got, c.want, s.text())
		}
	}
	s := team()
	if drainAll(s, s.keys(t, "{ctrl+k}zed{down}{enter}")); !slices.Equal(s.client.asked, []string{`dm {"room":"","user":"u22"}`}) {
		t.Errorf("asked %q", s.client.asked)
	}
}

// shownList is what the list on top has below its title.
func (s *screen) shownList() string {
	l := s.top().(*layer)
	_, rows, _ := strings.Cut(stripped(l.View()), "\n")
	return rows
}

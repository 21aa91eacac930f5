package tui

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"pgregory.net/rapid"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/overlay"
)

// house is a team whose people can be asked for.
func house(width, height int) *screen {
	s := openTeam(width, height)
	team(s)
	rest := s.client.answer
	s.client.answer = func(request string, out any) error {
		switch out := out.(type) {
		case *chat.Members:
			asked := s.client.asked[len(s.client.asked)-1]
			for _, w := range []chat.Member{
				{User: chat.User{ID: ada.ID, Name: "ada", Role: chat.RoleOwner}, Since: chat.ToMillis(monday.AddDate(0, -3, 0)), Presence: chat.Presence{State: chat.Away, Text: "lunch", Since: chat.ToMillis(monday)}},
				{User: chat.User{ID: bob.ID, Name: "bob", Role: chat.RoleMember}, Presence: chat.Presence{State: chat.Active}},
				{User: chat.User{ID: grace.ID, Name: "grace", Role: chat.RoleMember}, Presence: chat.Presence{State: chat.Active, Since: chat.ToMillis(monday)}},
				{User: chat.User{ID: yuki.ID, Name: yuki.Name, Role: chat.RoleGuest}},
			} {
				if w.ID != grace.ID || !strings.Contains(asked, "r4") {
					out.Members = append(out.Members, w)
				}
			}
			return nil
		case *chat.RoomAnswer:
			out.Room.ID = "dm1"
			return nil
		case *chat.Done:
			asked := s.client.asked[len(s.client.asked)-1]
			if request == "user:role" && !strings.Contains(asked, "grace") {
				return errors.New("members may not give roles")
			}
			out.Unchanged = strings.Contains(asked, "grace")
			return nil
		}
		return rest(request, out)
	}
	s.send(chat.RoomsChanged{Rooms: acme()})
	return s
}

func TestPeopleGolden(t *testing.T) {
	for _, size := range [][2]int{{100, 30}, {40, 12}, {20, 5}} {
		for name, keys := range map[string]string{
			"people": "{f8}", "emoji": "{alt+i}he", "emoji-react": "{esc}{alt+i}", "members": "/members{enter}", "whois": "/whois ada{enter}", "about-room": "{alt+1}/room{enter}", "banning": "/ban ada spam and worse{enter}",
		} {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := house(size[0], size[1])
					s.do(t, keys)
					golden(t, s.text()+"\n")
				})
			})
		}
	}
}

// TestHouseCommands ask the server for the right thing, and show what it answers.
func TestHouseCommands(t *testing.T) {
	for _, c := range []struct{ keys, asked, seen string }{
		{"/notify mentions{enter}", `notify {"room":"general","level":"mentions"}`, "you are told of mentions alone in #general"},
		{"/notify None{enter}", `notify {"room":"general","level":"none"}`, "you are told nothing"},
		{"/notify never{enter}", "", "/notify takes all, mentions or none"},
		{"/role @ada admin{enter}", `user:role {"user":"ada","role":"admin"}`, "/role @ada admin: members may not give roles"},
		{`/role "Ada L" bot{enter}`, `user:role {"user":"Ada L","role":"bot"}`, "may not give roles"},
		{"/role Ada L king{enter}", "", "/role wants who, and then owner"},
		{"/role admin{enter}", "", "/role wants who, and then owner"},
		{"/ban ada spam, again{enter}y", `user:ban {"user":"ada","reason":"spam, again"}`, "ada is out of the team"},
		{`/ban "Ada L"{enter}y`, `members {}`, "nobody in this team is called Ada L"},
		{`/ban "ada" again{enter}y`, `user:ban {"user":"ada","reason":"again"}`, "ada is out of the team"},
		{"/ban zed{enter}", `members {}`, "nobody in this team is called zed"},
		{"/mute{enter}", `notify {"room":"general","level":"none"}`, "you are told nothing of it; /unmute takes that back"},
		{"/unmute{enter}", "", "#general is not muted"},
		{"/ban ada{enter}n", "", ""},
		{"/ban ada{enter}{esc}", "", ""},
		{`/whois "ada"{enter}{enter}`, `dm {"room":"","user":"u1"}`, ""},
		{`/invite "Ada L"{enter}`, `room:invite {"room":"general","user":"Ada L"}`, "Ada L was in this room already"},
		{"/kick ada{enter}n", "", ""},
		{`/kick @"Ada L"{enter}y`, `room:remove {"room":"general","user":"Ada L"}`, "Ada L is out of this room"},
		{"/unban ada{enter}", `user:ban {"user":"ada","on":false}`, "ada may come in again"},
		{"/unban grace{enter}", `user:ban {"user":"grace","on":false}`, "nothing was done: grace is not banned"},
		{"/role grace member{enter}", `user:role {"user":"grace","role":"member"}`, "nothing was done: grace is member already"},
		{"/whois nobody{enter}", `members {}`, "nobody in this team is called nobody"},
		{"/whois @ADA{enter}{enter}", `dm {"room":"","user":"u1"}`, ""},
		{"/members{enter}gra{enter}{enter}", `dm {"room":"","user":"u2"}`, ""},
		{"/room{enter}{enter}", `members {"room":"general"}`, "4 in #general"},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := house(100, 30)
			s.do(t, c.keys)
			last := ""
			if n := len(s.client.asked); n > 0 {
				last = s.client.asked[n-1]
			}
			if last != c.asked || !strings.Contains(s.text(), c.seen) {
				t.Errorf("%s asks for %q, want %q, and shows\n%s\nwant %q", c.keys, s.client.asked, c.asked, s.text(), c.seen)
			}
		})
	}
}

// TestWhoTypesIsNotInterrupted by a list or a card that comes late.
func TestWhoTypesIsNotInterrupted(t *testing.T) {
	for _, line := range []string{"/members", "/whois ada", "/list"} {
		synctest.Test(t, func(t *testing.T) {
			s := house(100, 30)
			cmd := s.keys(t, line+"{enter}")
			s.keys(t, "meanwhile")
			settleShort(s, cmd)
			if s.composer.Text() != "meanwhile" || s.top() != nil || !strings.Contains(s.text(), "ask again") {
				t.Errorf("after %s:\n%s", line, s.text())
			}
		})
	}
}

// TestPresenceIsSeenInThePane, and people who come are.
func TestPresenceIsSeenInThePane(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := house(100, 30)
		s.do(t, "{f8}")
		if !strings.Contains(s.text(), "2 here") {
			t.Errorf("the screen has\n%s", s.text())
		}
		s.send(chat.PresenceChanged{PresenceTold: chat.PresenceTold{User: ada.ID, Presence: chat.Presence{State: chat.Active}}})
		if !strings.Contains(s.text(), "3 here") {
			t.Errorf("the screen has\n%s", s.text())
		}
		n := len(s.client.asked)
		rooms := acme()
		rooms[0].Members++
		settle(s, s.send(chat.RoomsChanged{Rooms: rooms}))
		if len(s.client.asked) != n+1 {
			t.Errorf("asked %q", s.client.asked)
		}
		settle(s, s.send(chat.Connection{State: chat.Waiting}))
		settle(s, s.send(chat.Connection{State: chat.Online}))
		if got := s.client.asked[len(s.client.asked)-1]; len(s.client.asked) != n+4 { // of all who is there, which threads, and who is here
			t.Errorf("after a reconnect asked %q last, %d", got, len(s.client.asked)-n)
		}
		s.do(t, "{alt+1}")
		if got := s.client.asked[len(s.client.asked)-1]; got != `members {"room":"r2"}` {
			t.Errorf("asked %s", got)
		}
		s.do(t, "{f8}")
		if strings.Contains(s.text(), " here ") {
			t.Error("it is still there")
		}
	})
}

func TestMouse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := house(100, 14)
		s.do(t, "{f8}")
		click := func(x, y int) {
			s.down(x, y)
			settle(s, s.up(x, y))
		}
		row := func(text string) int {
			for y, r := range strings.Split(s.text(), "\n") {
				if strings.Contains(r, text) {
					return y
				}
			}
			t.Fatalf("%q is not seen:\n%s", text, s.text())
			return 0
		}
		click(5, row("# deploys"))
		if s.room != "r2" {
			t.Errorf("the room is %s", s.room)
		}
		click(5, row(" ● bob      @1"))
		if s.room != "dm1" {
			t.Errorf("the room is %s", s.room)
		}
		click(5, row("acme"))
		click(5, row("# random")+1) // the gap
		if s.room != "dm1" {
			t.Errorf("the room is %s", s.room)
		}
		click(90, row("│ ● grace"))
		if !strings.Contains(s.text(), "@grace") {
			t.Errorf("who that is, is not shown:\n%s", s.text())
		}
		s.do(t, "{esc}{alt+2}")
		s.send(tea.MouseWheelMsg{X: 50, Y: 5, Button: tea.MouseWheelUp})
		if s.room != chat.GeneralRoom || s.shown().AtBottom() {
			t.Error("the timeline is not scrolled")
		}
		s.send(tea.MouseWheelMsg{X: 2, Y: 5, Button: tea.MouseWheelDown})
		s.send(tea.MouseWheelMsg{X: 95, Y: 5, Button: tea.MouseWheelDown})
		if s.shown().AtBottom() {
			t.Error("the timeline is scrolled by what is beside it")
		}
	})
}

// TestAHostileTeamIsHarmless: whatever people and rooms are called, in every list.
func TestAHostileTeamIsHarmless(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := house(rapid.IntRange(1, 140).Draw(t, "width"), rapid.IntRange(1, 40).Draw(t, "height"))
		evil := rapid.SampledFrom([]string{"\x1b]0;owned\x07\u202eevil\r\n\t", strings.Repeat("👩‍👩‍👧‍👦", 200), strings.Repeat("x", 1<<20), "", "日本語のとても長い名前がここに"}).Draw(t, "text")
		who := chat.Member{User: chat.User{ID: evil, Name: evil, Role: chat.Role(evil)}, Presence: chat.Presence{State: chat.PresenceState(evil), Text: evil}}
		rooms := acme()
		rooms[0].Topic, rooms[0].Purpose, rooms[0].Name = evil, evil, evil
		s.send(chat.RoomsChanged{Rooms: rooms})
		msg := inRoom("r2", 3, who.User, evil)
		msg.Files = []chat.File{{Name: evil}}
		switch rapid.IntRange(0, 5).Draw(t, "what") {
		case 0:
			s.personCard(who)
		case 1:
			s.roomCard()
		case 2:
			s.keys(rapidTB{t: t}, "{ctrl+g}")
			if l, ok := s.top().(*layer); ok {
				hits, _ := l.list.(*overlay.Hits)
				s.send(found{of: &finding{hits: hits}, lines: []foundLine{{msg.Envelope, textOf(&msg), nil}}})
			}
		case 3:
			s.keys(rapidTB{t: t}, "{f8}")
			s.send(peopleCame{room: s.room, list: []chat.Member{who, who}})
		case 4:
			s.offerRooms(joinable(chat.RoomList{Rooms: []chat.Membership{{Room: chat.Room{ID: "x", Kind: chat.RoomPublic, Name: evil, Topic: evil}}}}), true)
		case 5:
			s.keys(rapidTB{t: t}, "{ctrl+f}")
			s.send(tea.PasteMsg{Content: evil})
		}
		s.arrange()
		check(t, s)
		for _, r := range colours.ReplaceAllString(s.View().Content, "") {
			if r < ' ' && r != '\n' || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e {
				t.Fatalf("%U reached the screen", r)
			}
		}
	})
}

// Without a connection nobody is shown to be in a room who was in the one before.
func TestMembersOfAnotherRoomAreNotShown(t *testing.T) {
	s := openTeam(140, 30)
	s.client.answer = func(_ string, out any) error {
		if o, ok := out.(*chat.Members); ok {
			o.Members = []chat.Member{{User: chat.User{ID: "zz", Name: "zaphod"}}}
		}
		return nil
	}
	look := func(cmd tea.Cmd) {
		t.Helper()
		for _, msg := range messages(cmd) {
			if came, ok := msg.(peopleCame); ok {
				s.send(came)
			}
		}
	}
	look(s.keys(t, "{f8}"))
	if !strings.Contains(s.text(), "zaphod") {
		t.Fatalf("nobody is shown:\n%s", s.text())
	}
	s.send(chat.Connection{State: chat.Waiting, RetryAt: s.clock.Add(time.Hour)})
	if s.keys(t, "{alt+down}"); strings.Contains(s.text(), "zaphod") || !strings.Contains(s.text(), "not to be had now") {
		t.Errorf("offline, in %s:\n%s", s.called(), s.text())
	}
	cmd := s.send(chat.Connection{State: chat.Online})
	if !strings.Contains(s.text(), "looking …") {
		t.Errorf("connected again:\n%s", s.text())
	}
	if look(cmd); !strings.Contains(s.text(), "zaphod") {
		t.Errorf("they came:\n%s", s.text())
	}
}

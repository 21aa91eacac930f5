package tui

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Who is let into a room, or taken out of one, is told which; and nobody of what they asked for.
func TestRoomsThatComeAndGoAreSaid(t *testing.T) {
	more := func(names ...string) []chat.Membership {
		rooms := acme()
		for _, n := range names {
			rooms = append(rooms, chat.Membership{Room: chat.Room{ID: "x" + n, Name: n, Kind: chat.RoomPublic}, Joined: true, Notify: chat.NotifyAll})
		}
		return rooms
	}
	for name, c := range map[string]struct {
		keys  string
		rooms []chat.Membership
		want  string // "" for no word of it
	}{
		"let in":                 {"", more("ops"), "you are in #ops now; ctrl+k goes there"},
		"let into two":           {"", more("ops", "beta"), "you are in #beta and #ops now"},
		"let into many":          {"", more("ops", "beta", "cats", "dogs"), "you are in #beta, #cats and 2 other rooms now"},
		"taken out":              {"", without("r3"), "you are in #random no longer"},
		"no change":              {"", acme(), ""},
		"in a thread":            {"{alt+k}t", more("ops"), "you are in #ops now"},
		"asked for":              {"/join ops{enter}", more("ops"), ""},
		"left from elsewhere":    {"/part random{enter}", without("r3"), ""},
		"somebody writes to you": {"", append(acme(), chat.Membership{Room: chat.Room{ID: "dm2", Kind: chat.RoomDirect, People: []chat.User{you, ada}}}), ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := openTeam(100, 30)
				if strings.Contains(s.text(), "you are in ") {
					t.Fatalf("the first rooms are said:\n%s", s.text())
				}
				s.keys(t, c.keys)
				s.send(chat.RoomsChanged{Rooms: c.rooms})
				s.send(chat.RoomsChanged{Rooms: c.rooms}) // once
				n := strings.Count(s.text(), "·  you are in ")
				if c.want == "" && n > 0 || c.want != "" && (n != 1 || !strings.Contains(s.text(), c.want)) {
					t.Errorf("said %d times, want %q:\n%s", n, c.want, s.text())
				}
			})
		})
	}
}

// Whom one lets in was there already, or is there now.
func TestInvitedOrThereAlready(t *testing.T) {
	for members, want := range map[int]string{12: "bob was in this room already", 13: "bob is in this room now"} {
		synctest.Test(t, func(t *testing.T) {
			s := openTeam(100, 30)
			s.client.answer = func(_ string, out any) error {
				if a, is := out.(*chat.RoomAnswer); is {
					a.Room.Members = members
				}
				return nil
			}
			if s.do(t, "/invite bob{enter}"); !strings.Contains(s.text(), want) {
				t.Errorf("it does not say %q:\n%s", want, s.text())
			}
		})
	}
}

// Nobody is taken out of a room without a question, and of the room where it was asked.
func TestKickAsks(t *testing.T) {
	for keys, want := range map[string][]string{
		"/kick bob{enter}": nil, "/kick bob{enter}n": nil, "/kick bob{enter}{esc}": nil, "/kick bob{enter}what": nil,
		"/kick bob{enter}y": {`room:remove {"room":"general","user":"bob"}`},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := openTeam(100, 30)
			s.keys(t, "/kick bob{enter}")
			if text := s.text(); !strings.Contains(text, "take bob out of #general? y takes them out") {
				t.Fatalf("nothing is asked:\n%s", text)
			}
			s.do(t, strings.TrimPrefix(keys, "/kick bob{enter}"))
			kicks := slices.DeleteFunc(slices.Clone(s.client.asked), func(a string) bool { return !strings.HasPrefix(a, "room:remove") })
			if !slices.Equal(kicks, want) {
				t.Errorf("%s asks for %q", keys, kicks)
			}
		})
	}
}

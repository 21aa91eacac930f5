package tui

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Who takes back that a room is muted is told of it as before, whichever device muted it; and
// /notify alone says what is set.
func TestUnmuteBringsTheLevelBack(t *testing.T) {
	for _, c := range []struct {
		levels []chat.Notify // as they are told one after the other
		says   string        // by /notify alone
		asked  string        // by /unmute
	}{
		{[]chat.Notify{chat.NotifyMentions, chat.NotifyNone}, "you are told nothing of #general", "mentions"},
		{[]chat.Notify{chat.NotifyMentions, chat.NotifyNone, chat.NotifyNone}, "you are told nothing of #general", "mentions"},
		{[]chat.Notify{chat.NotifyMentions, chat.NotifyNone, chat.NotifyAll, chat.NotifyNone}, "you are told nothing of #general", "all"},
		{[]chat.Notify{chat.NotifyNone}, "you are told nothing of #general", "all"},
		{[]chat.Notify{chat.NotifyMentions}, "you are told of mentions alone in #general", ""},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := house(100, 30)
			for _, level := range c.levels {
				rooms := acme()
				rooms[0].Notify = level
				s.send(chat.RoomsChanged{Rooms: rooms})
			}
			if s.do(t, "/notify{enter}"); !strings.Contains(s.composer.Sentence(), c.says) || len(s.client.asked) > 0 {
				t.Errorf("%v: /notify says %q", c.levels, s.composer.Sentence())
			}
			s.do(t, "/unmute{enter}")
			want := ""
			if c.asked != "" {
				want = `notify {"room":"general","level":"` + c.asked + `"}`
			}
			if got := strings.Join(s.client.asked, "\n"); got != want {
				t.Errorf("%v: /unmute asks for %q", c.levels, got)
			}
			if c.asked == "mentions" && !strings.Contains(s.composer.Sentence(), "of mentions alone") {
				t.Errorf("/unmute says %q", s.composer.Sentence())
			}
		})
	}
}

// Who leaves out the quotes around a name with spaces is told of them.
func TestNamesWithSpacesWantQuotes(t *testing.T) {
	smith := chat.User{ID: "u9", Name: "Bob Smith"}
	for line, hints := range map[string]bool{
		"/msg Bob Smith hey": true, "/msg bob smith": true, "/msg Bob Smithy hey": false, "/msg bobby hey": false, `/msg "Bob Smith" hey`: true,
	} {
		synctest.Test(t, func(t *testing.T) {
			s := openTeam(100, 30)
			s.send(chat.Arrived{Messages: []chat.Message{inRoom(chat.GeneralRoom, 7, smith, "hi")}})
			s.client.answer = func(string, any) error {
				return &chat.Error{Code: chat.CodeNotFound, Message: "there is nobody of that name in the team"}
			}
			s.do(t, line+"{enter}")
			if says := s.composer.Sentence(); !strings.Contains(says, "nobody of that name") || strings.Contains(says, `/msg "Bob Smith"`) != hints {
				t.Errorf("%s: it says %q", line, says)
			}
		})
	}
}

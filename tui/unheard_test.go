package tui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Who names somebody that may not see the room is told so: once, when it is there.
func TestMentionsThatReachNobody(t *testing.T) {
	team := present{{User: you}, {User: ada}, {User: bob}, {User: chat.User{ID: "u9", Name: "Bob Two"}}}
	post := func(s *screen, room, text string, mentions ...string) string {
		t.Helper()
		s.show(room)
		s.keys(t, "{ctrl+u}")
		s.composer.Paste(text)
		s.keys(t, "{enter}")
		m := inRoom(room, s.member(room).LastSeq+1, you, text)
		m.ID, m.Mentions = s.client.drafts[len(s.client.drafts)-1].ID, mentions
		s.send(chat.Arrived{Messages: []chat.Message{m}})
		return s.text()
	}
	const says = "is not in this"
	open := func() *screen {
		s := openTeam(100, 30)
		s.send(team)
		return s
	}
	s := open()
	if text := post(s, "r4", "@bob, what do you think?"); !strings.Contains(text, "bob is not in this room, and was not told; /invite bob lets them in") {
		t.Errorf("nothing is said:\n%s", text)
	}
	if text := post(s, "r4", "@bob?"); strings.Count(text, says) != 1 {
		t.Errorf("it is said again:\n%s", text)
	}
	if text := post(s, "r4", "@BOB TWO and @ada", ada.ID); !strings.Contains(text, "Bob Two is not in this room") || strings.Contains(text, "ada is not") {
		t.Errorf("of another:\n%s", text)
	}
	if text := post(open(), "dm1", "@ada says", bob.ID); !strings.Contains(text, "ada is not in this conversation, and was not told of it") {
		t.Errorf("in a direct room:\n%s", text)
	}
	for _, c := range []struct{ room, text string }{
		{"r4", "@nobody and @bobby, mail x@bob"}, {"r4", "`@bob` and\n```\n@bob\n```"}, {"r2", "@bob"}, {"r4", "@you"}, {"r4", "no one"},
	} {
		if text := post(open(), c.room, c.text); strings.Contains(text, says) {
			t.Errorf("%q in %s:\n%s", c.text, c.room, text)
		}
	}
	s = open()
	many, all := present{{User: you}}, ""
	for i := range maxUnheard + 50 {
		name := fmt.Sprintf("p%03d", i)
		many = append(many, chat.Member{User: chat.User{ID: "many" + name, Name: name}})
		all += "@" + name + " "
	}
	s.send(many)
	if post(s, "r4", all); len(s.unheardOf) != maxUnheard {
		t.Errorf("of %d it is remembered, want %d", len(s.unheardOf), maxUnheard)
	}
	s = open()
	s.show("r4")
	s.send(chat.Arrived{Messages: []chat.Message{inRoom("r4", 1, you, "@bob from my telephone"), inRoom("r4", 2, ada, "@bob")}})
	if text := s.text(); strings.Contains(text, says) {
		t.Errorf("of what was written elsewhere:\n%s", text)
	}
}

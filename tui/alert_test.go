package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/notify"
)

// rung is what a command sends to the terminal by itself, "" if it sends nothing.
func rung(cmd tea.Cmd) string {
	if cmd == nil {
		return ""
	}
	switch msg := cmd().(type) {
	case tea.RawMsg:
		return fmt.Sprint(msg.Msg)
	case tea.BatchMsg:
		s := ""
		for _, c := range msg {
			s += rung(c)
		}
		return s
	}
	return ""
}

// elsewhere is a team's screen whose user looks elsewhere.
func elsewhere(how notify.Means) *screen {
	s := openTeam(80, 24)
	s.alerts = how
	s.send(tea.BlurMsg{})
	return s
}

// came is what is told when a message comes.
func (s *screen) came(messages ...chat.Message) string {
	return rung(s.send(chat.Arrived{Messages: messages}))
}

func naming(m chat.Message, ids ...string) chat.Message {
	m.Mentions = ids
	return m
}

func TestAlerts(t *testing.T) {
	you := func(s *screen) string { return s.you.ID }
	direct := func(s *screen) (id string) {
		for _, r := range s.rooms {
			if r.Kind == chat.RoomDirect {
				return r.ID
			}
		}
		t.Fatal("there is no direct room")
		return ""
	}
	for name, c := range map[string]struct {
		before func(s *screen)
		rings  bool
		room   func(s *screen) string
		named  bool
		own    bool
	}{
		"a mention":           {rings: true, named: true},
		"just said":           {},
		"for you alone":       {rings: true, room: direct},
		"of your own":         {named: true, own: true},
		"while you look":      {named: true, before: func(s *screen) { s.send(tea.FocusMsg{}) }},
		"you are back":        {named: true, before: func(s *screen) { s.send(tea.FocusMsg{}); s.send(tea.BlurMsg{}) }, rings: true},
		"a muted room":        {named: true, before: func(s *screen) { s.member("general").Notify = chat.NotifyNone }},
		"mentions alone":      {named: true, before: func(s *screen) { s.member("general").Notify = chat.NotifyMentions }, rings: true},
		"mentions of people":  {room: direct, before: func(s *screen) { s.member(direct(s)).Notify = chat.NotifyMentions }},
		"not to be disturbed": {named: true, before: func(s *screen) { s.reach[you(s)] = chat.Presence{State: chat.DoNotDisturb} }},
		"away":                {named: true, before: func(s *screen) { s.reach[you(s)] = chat.Presence{State: chat.Away} }, rings: true},
		"missed meanwhile":    {named: true, before: func(s *screen) { s.send(chat.Connection{State: chat.Connecting}) }},
		"known already":       {named: true, before: func(s *screen) { s.member("general").LastSeq = 1000 }},
	} {
		s := elsewhere(notify.Means{Bell: true})
		if c.before != nil {
			c.before(s)
		}
		room, who := "general", grace
		if c.room != nil {
			room = c.room(s)
		}
		if c.own {
			who = s.you
		}
		msg := inRoom(room, 900, who, "look at this")
		if c.named {
			msg = naming(msg, you(s))
		}
		if got := s.came(msg); (got == "\a") != c.rings {
			t.Errorf("%s: %q", name, got)
		}
		s.clock = s.clock.Add(time.Minute)
		if got := s.came(msg); got != "" {
			t.Errorf("%s: told again: %q", name, got)
		}
	}
}

// Who talks fast is told of once; what several say at once is told in one go.
func TestAlertsAreFew(t *testing.T) {
	s := elsewhere(notify.Means{OSC9: true})
	one := s.came(naming(inRoom("general", 900, grace, "one"), s.you.ID))
	two := s.came(naming(inRoom("general", 901, grace, "two"), s.you.ID))
	s.clock = s.clock.Add(alertEvery)
	more := s.came(naming(inRoom("general", 902, grace, "three"), s.you.ID), naming(inRoom("general", 903, grace, "four"), s.you.ID))
	if one != "\x1b]9;grace in #general: one\a" || two != "" || more != "\x1b]9;2 messages for you: the last from grace in #general\a" {
		t.Errorf("%q, %q, %q", one, two, more)
	}
}

// Nothing that others write ends an alert early, or is obeyed by the terminal.
func TestAlertsAreSanitised(t *testing.T) {
	bad := "4;1;\x07\x1b\\\x1b[2J\x9c\u202e\n" + strings.Repeat("x", 5000)
	who := chat.User{ID: "z", Name: bad}
	for _, how := range []notify.Means{{OSC9: true}, {OSC777: true}, {OSC9: true, Tmux: true}, {OSC9: true, OSC777: true, Bell: true}} {
		s := elsewhere(how)
		s.member("general").Name = bad
		got := s.came(naming(inRoom("general", 900, who, bad), s.you.ID))
		inner := strings.ReplaceAll(got, "\x1b\x1b]", "\x1b]")
		inner = strings.TrimSuffix(strings.TrimPrefix(inner, "\x1bPtmux;"), "\x1b\\")
		ends := strings.Count(inner, "\a")
		want := 0
		for _, on := range []bool{how.OSC9, how.OSC777, how.Bell} {
			if on {
				want++
			}
		}
		if ends != want || strings.Count(inner, "\x1b") != want-strings.Count(fmt.Sprint(how.Bell), "true") || strings.ContainsAny(got, "\u009c\u202e\n") || len(got) > 4000 {
			t.Errorf("%+v: %d ends: %q", how, ends, got)
		}
		if how.OSC777 && !how.OSC9 && strings.Count(got, ";") != 3 || strings.HasPrefix(got, "\x1b]9;4;") {
			t.Errorf("%+v: %q", how, got)
		}
	}
}

// The title of the window counts what is unread for the user.
func TestTitleCounts(t *testing.T) {
	s := elsewhere(notify.Means{})
	before := s.forYou()
	s.came(naming(inRoom("general", 900, grace, "one"), s.you.ID), naming(inRoom("general", 901, grace, "two"), chat.MentionHere, s.you.ID), inRoom("general", 902, grace, "three"))
	if got := s.View().WindowTitle; got != fmt.Sprintf("(%d) hobnob — #general", before+2) {
		t.Errorf("%q, before %d", got, before)
	}
	s.send(tea.FocusMsg{}) // and it is read
	if got := s.forYou(); got != before {
		t.Errorf("%d, before %d", got, before)
	}
}

// Who is not to be disturbed, or away, sees that, also of an earlier time and from another
// device.
func TestOneSeesHowOneIsSeen(t *testing.T) {
	s := openTeam(100, 30)
	last := func() string {
		rows := strings.Split(s.text(), "\n")
		return rows[len(rows)-1]
	}
	s.send(present{{User: you, Presence: chat.Presence{State: chat.DoNotDisturb}}})
	if got := last(); !strings.HasPrefix(got, " ⊘ you · do not disturb · /back ") {
		t.Errorf("%q", got)
	}
	s.send(chat.PresenceChanged{PresenceTold: chat.PresenceTold{User: you.ID, Presence: chat.Presence{State: chat.Away, Text: "lunch"}}})
	if got := last(); !strings.HasPrefix(got, " ◐ you · away (lunch) · /back ") {
		t.Errorf("%q", got)
	}
	for _, state := range []chat.PresenceState{chat.Idle, chat.Active, ""} {
		s.send(chat.PresenceChanged{PresenceTold: chat.PresenceTold{User: you.ID, Presence: chat.Presence{State: state}}})
		if got := last(); !strings.HasPrefix(got, " ● you · connected ") {
			t.Errorf("%s: %q", state, got)
		}
	}
	for line, want := range map[string]string{"/dnd": " ⊘ you · do not disturb · /back ", "/away lunch": " ◐ you · away (lunch) · /back ", "/back": " ● you · connected "} {
		s.clock = s.clock.Add(time.Minute)
		s.keys(t, "{esc}")
		drainAll(s, s.keys(t, line+"{enter}")) // where a message is selected, and before others are told
		if got := last(); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %q", line, got)
		}
	}
}

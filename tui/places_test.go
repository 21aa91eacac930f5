package tui

import (
	"errors"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// later are the commands of a screen whose answers have not come.
func later(cmd tea.Cmd) (list []tea.Cmd) {
	if cmd == nil {
		return nil
	}
	if strings.Contains(runtime.FuncForPC(reflect.ValueOf(cmd).Pointer()).Name(), "bubbletea/v2.Tick") {
		return nil // nothing waits for that
	}
	switch msg := cmd().(type) {
	case tea.BatchMsg:
		for _, c := range msg {
			list = append(list, later(c)...)
		}
	case nil:
	default:
		list = append(list, func() tea.Msg { return msg })
	}
	return list
}

// without is a team without a room.
func without(id string) []chat.Membership {
	return slices.DeleteFunc(acme(), func(r chat.Membership) bool { return r.ID == id })
}

// sentTo are the texts that were sent, with their rooms.
func (s *screen) sentTo() (list []string) {
	for _, d := range s.client.drafts {
		text, _ := d.Body.Text()
		list = append(list, d.Room+": "+text)
	}
	return list
}

// Who is taken out of a room in the middle of a sentence says the rest of it nowhere else.
func TestOutOfARoomWhileWriting(t *testing.T) {
	s := openTeam(100, 30)
	s.keys(t, "{ctrl+k}plans{enter}we will let b")
	s.send(chat.RoomsChanged{Rooms: without("r4")})
	s.send(chat.RoomsChanged{Rooms: without("r4")})
	s.keys(t, "ob go{enter}")
	if got := s.sentTo(); len(got) > 0 {
		t.Errorf("sent %q", got)
	}
	text := s.text()
	if s.composer.Text() != "we will let bob go" || !strings.Contains(text, "nothing was sent: you are in *plans no longer") || strings.Count(text, "·  you are in *plans no longer; ctrl+k") != 1 {
		t.Errorf("%q is written:\n%s", s.composer.Text(), text)
	}
	if s.keys(t, "{ctrl+u}"); !strings.Contains(s.text(), "┃ you are in *plans no longer") {
		t.Errorf("an empty line says\n%s", s.text())
	}
	s.keys(t, "{ctrl+y}{alt+down}")
	if s.room == "r4" || !s.composer.Empty() {
		t.Fatalf("one cannot leave: %s, %q", s.room, s.composer.Text())
	}
	s.send(chat.RoomsChanged{Rooms: without("r4")})
	if s.keys(t, "{ctrl+r}let bob{enter}"); s.composer.Text() != "we will let bob go" {
		t.Errorf("what was written is %q", s.composer.Text())
	}
	// Who asked to leave is led away.
	s = openTeam(100, 30)
	drainAll(s, s.keys(t, "{ctrl+k}plans{enter}/part{enter}"))
	s.send(chat.RoomsChanged{Rooms: without("r4")})
	if s.room != chat.GeneralRoom || !strings.Contains(s.text(), "you are in *plans no longer") {
		t.Errorf("left in %s", s.room)
	}
}

// What is to be done with a message is done with that message, or not at all.
func TestLateTextsChangeNothingElsewhere(t *testing.T) {
	synctest.Test(t, lateTextsChangeNothingElsewhere)
}

func lateTextsChangeNothingElsewhere(t *testing.T) {
	long := strings.Repeat("a long line of mine\n", 5000)
	for _, c := range []struct{ keys, meanwhile string }{
		{"{up}", "{alt+1}"}, {"{up}", "{alt+1}{alt+/}"}, {"{up}", "x"}, {"/edit{enter}", "{alt+1}"}, {"{esc}o", "{alt+1}"},
	} {
		s := openTeam(100, 30)
		s.send(chat.Arrived{Messages: []chat.Message{said(7, you, time.Hour, long)}})
		s.client.older = func(uint64, int) (chat.History, error) {
			return chat.History{Messages: []chat.Message{said(7, you, time.Hour, "all of it")}}, nil
		}
		answer := s.keys(t, c.keys)
		s.keys(t, c.meanwhile)
		drainAll(s, answer)
		if s.whole != nil || s.about() != nil || !strings.Contains(s.text(), "came while you did something else") {
			t.Errorf("%s, %s:\n%s", c.keys, c.meanwhile, s.text())
		}
		s.client.asked = nil
		drainAll(s, s.keys(t, "{ctrl+u}words{enter}"))
		if len(s.client.asked) > 0 || !slices.Equal(s.client.sent(), []string{"words"}) {
			t.Errorf("%s, %s: asked %.100q, sent %q", c.keys, c.meanwhile, s.client.asked, s.client.sent())
		}
	}
}

// What is asked about a message of a room is asked of that room.
func TestMessagesKnowTheirRoom(t *testing.T) {
	s := openTeam(100, 30)
	s.send(chat.Arrived{Messages: []chat.Message{inRoom("r2", 21, you, "mine"), inRoom("r2", 22, ada, "hers")}})
	s.keys(t, "{alt+1}")
	mine, _ := s.shown().LastOwn()
	hers, _ := s.shown().LastOther()
	s.keys(t, "{alt+/}")
	for _, cmd := range []tea.Cmd{s.pin(hers), s.react(hers, "👍"), s.edit(mine)} {
		drainAll(s, cmd)
	}
	drainAll(s, s.keys(t, "!{enter}"))
	drainAll(s, func() tea.Cmd { s.askDelete(mine); return s.keys(t, "y") }())
	for _, asked := range s.client.asked {
		if !strings.Contains(asked, `"room":"r2"`) {
			t.Errorf("asked %s", asked)
		}
	}
	if len(s.client.asked) != 4 {
		t.Errorf("asked %q", s.client.asked)
	}
}

// What came of a request is said where it was made.
func TestAnswersAreSaidWhereTheyWereAskedFor(t *testing.T) {
	synctest.Test(t, answersAreSaidWhereTheyWereAskedFor)
}

func answersAreSaidWhereTheyWereAskedFor(t *testing.T) {
	for _, fails := range []error{nil, errors.New("members may not do that")} {
		s := openTeam(100, 30)
		s.client.answer = func(string, any) error { return fails }
		answer := s.keys(t, "/kick bob{enter}y")
		s.keys(t, "{alt+1}")
		drainAll(s, answer)
		says := "bob is out of this room"
		if fails != nil {
			says = "/kick bob: members may not do that"
		}
		there := strings.Join(strings.Split(s.text(), "\n")[:29], "\n")
		if strings.Contains(there, says) {
			t.Errorf("it is said in another room:\n%s", there)
		}
		if told := strings.Contains(s.text(), "#general: "+says[:9]); told != (fails != nil) {
			t.Errorf("a failure elsewhere is told: %v\n%s", told, s.text())
		}
		if s.keys(t, "{alt+/}"); !strings.Contains(s.text(), says) {
			t.Errorf("it is not said:\n%s", s.text())
		}
	}
}

// The words of a command that is not done are there again, or can be found.
func TestCommandsLoseNoWords(t *testing.T) { synctest.Test(t, commandsLoseNoWords) }

func commandsLoseNoWords(t *testing.T) {
	for _, c := range []struct {
		line string
		open func() *screen
	}{
		{"/msg bob three paragraphs of thought", func() *screen { return openTeam(100, 30) }},
		{"/topic a long new topic", func() *screen { return openTeam(100, 30) }},
		{"/join nosuch", func() *screen { return openTeam(100, 30) }},
		{"/whois nobody at all", func() *screen { return openTeam(100, 30) }},
		{"/reply a considered answer", func() *screen { return open(100, 30, chat.Connection{State: chat.Online}) }},
		{"/edit a better text", func() *screen { return open(100, 30, chat.Connection{State: chat.Online}) }},
		{"/react tada", func() *screen { return open(100, 30, chat.Connection{State: chat.Online}) }},
		{"/ban ada for spam", func() *screen { return open(100, 30) }},
		{"/edit a better text", func() *screen { return openRoom(100, 30) }},
	} {
		for _, meanwhile := range []string{"", "words", "{alt+1}"} {
			kept := diary{}
			s := c.open()
			s.keeper = kept
			s.client.answer = func(string, any) error { return errors.New("there is no such thing") }
			answer := s.keys(t, c.line+"{enter}")
			if len(kept) != 1 {
				t.Errorf("%s: before the answer %v is kept", c.line, kept)
			}
			s.keys(t, meanwhile)
			drainAll(s, answer)
			said := s.composer.Sentence()
			if meanwhile == "" && s.composer.Text() != c.line && !strings.HasPrefix(c.line, "/edit") || !strings.Contains(s.text(), " ") {
				t.Errorf("%s leaves %q and says %q", c.line, s.composer.Text(), said)
			}
			if s.keys(t, "{ctrl+c}{ctrl+r}"+c.line[4:]+"{enter}"); s.composer.Text() != c.line {
				t.Errorf("%s, then %q: %q is found", c.line, meanwhile, s.composer.Text())
			}
		}
	}
	s := openTeam(100, 30)
	s.client.answer = func(string, any) error { return errors.New("there is no such room; /create nosuch makes it") }
	drainAll(s, s.keys(t, "/join nosuch{enter}"))
	if text := s.text(); !strings.Contains(text, "/join nosuch: there is no such room; /create nosuch makes it") {
		t.Errorf("it says\n%s", text)
	}
}

// What is said to somebody is said in the order in which it was written, from Update: the next
// line waits for the one before it, and the text of one whose room does not open is not sent.
func TestDirectMessagesKeepTheirOrder(t *testing.T) { synctest.Test(t, directMessagesKeepTheirOrder) }

func directMessagesKeepTheirOrder(t *testing.T) {
	s := openTeam(100, 30)
	s.client.answer = func(_ string, out any) error { out.(*chat.RoomAnswer).Room.ID = "dm1"; return nil }
	answer := s.keys(t, "/msg bob first{enter}")
	s.keys(t, "/msg bob second{enter}/msg bob third{enter}")
	if len(s.client.drafts) > 0 {
		t.Errorf("a command sent %q", s.sentTo())
	}
	s.drainOn(answer)
	if got := s.sentTo(); !slices.Equal(got, []string{"dm1: first", "dm1: second", "dm1: third"}) {
		t.Errorf("sent %q", got)
	}
	for _, d := range s.client.drafts {
		if d.ID == "" {
			t.Error("a draft has no ID")
		}
	}
	// After one that fails nothing is sent.
	s = openTeam(100, 30)
	s.client.answer = func(string, any) error { return errors.New("nobody is called bob") }
	answer = s.keys(t, "/msg bob first{enter}")
	s.keys(t, "/msg bob second{enter}")
	drainAll(s, answer)
	if got := s.sentTo(); len(got) > 0 || s.composer.Text() != "/msg bob second" {
		t.Errorf("sent %q, and %q is written", got, s.composer.Text())
	}
	if s.keys(t, "{ctrl+r}first{enter}"); s.composer.Text() != "/msg bob first" {
		t.Errorf("found is %q", s.composer.Text())
	}
}

// What is refused for a room that was left is told, and at hand.
func TestRefusedForARoomThatWasLeft(t *testing.T) {
	for _, before := range []bool{true, false} {
		s := openTeam(100, 30)
		s.keys(t, "{ctrl+k}plans{enter}an hour of thought{enter}{alt+2}")
		d := s.client.drafts[0]
		refused := chat.DraftChanged{Draft: d, State: chat.DraftFailed, Err: errors.New("you are not in that room")}
		if before {
			s.send(refused)
		}
		s.send(chat.RoomsChanged{Rooms: without("r4")})
		if !before {
			s.send(refused)
		}
		s.send(refused)
		if text := s.text(); strings.Count(text, "not sent to *plans: you are not in that room · ctrl+r finds it,") != 1 || !strings.Contains(text, "an hour of thought") {
			t.Errorf("it says\n%s", text)
		}
		if s.keys(t, "{ctrl+r}hour{enter}"); s.composer.Text() != "an hour of thought" {
			t.Errorf("found is %q", s.composer.Text())
		}
		if s.keys(t, "{alt+x}"); !slices.Equal(s.client.droppedIDs, []string{d.ID}) {
			t.Errorf("dropped %q", s.client.droppedIDs)
		}
	}
}

// What cannot be done says what can, and nothing that does something to others is suggested.
func TestWhatCannotBeDone(t *testing.T) {
	for line, want := range map[string]string{
		"{ctrl+k}bob{enter}/part{enter}": "/part: what is said between people cannot be left; /mute makes it quiet",
		"/nick ada{enter}":               "no command /nick: your name comes with your sign-in, and is not changed here",
		"/kikc bob{enter}":               "no command /kikc: /help lists them",
		"/bna bob{enter}":                "no command /bna: /help lists them",
		"/delet{enter}":                  "no command /delet: /help lists them",
		"/tpic new{enter}":               "did you mean /topic?",
	} {
		s := openTeam(140, 30)
		drainAll(s, s.keys(t, line))
		if text := s.text(); !strings.Contains(text, want) || strings.Contains(text, "mean /kick") || s.composer.Empty() {
			t.Errorf("%s:\n%s", line, text)
		}
		for _, asked := range s.client.asked {
			if strings.HasPrefix(asked, "room:leave") {
				t.Errorf("%s asks %s", line, asked)
			}
		}
	}
}

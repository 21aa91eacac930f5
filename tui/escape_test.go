package tui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/screen/input"
)

// TestEscThatCountsAnew: what was closed long ago does not keep Esc from selecting.
func TestEscThatCountsAnew(t *testing.T) {
	s := openRoom(100, 30)
	s.keys(t, "{f1}{esc}{esc}")
	if s.focus != writing || !strings.Contains(s.text(), "alt+k selects a message") {
		t.Fatalf("one Esc too many selects:\n%s", s.text())
	}
	s.clock = s.clock.Add(escSoon)
	if s.keys(t, "{esc}"); s.focus != choosing || strings.Contains(s.text(), "alt+k selects") {
		t.Fatalf("the next one does not, or goes on telling how:\n%s", s.text())
	}
	s = openRoom(100, 30)
	s.keys(t, "{f1}{esc}")
	s.clock = s.clock.Add(time.Minute)
	if s.keys(t, "{esc}r"); s.focus != writing || s.about() == nil || s.composer.Text() != "" {
		t.Errorf("a minute later it replies to nothing, and %q is written", s.composer.Text())
	}
}

// TestEscOnANotice takes that away, and does nothing else.
func TestEscOnANotice(t *testing.T) {
	for _, keys := range []string{"{alt+c}", "{alt+x}"} { // in the status line; under what is written
		s := openRoom(100, 30)
		s.keys(t, keys)
		said := s.composer.Sentence()
		if said == "" && !s.status.Flashes() {
			t.Fatalf("%s says nothing:\n%s", keys, s.text())
		}
		s.clock = s.clock.Add(time.Minute)
		s.keys(t, "{esc}")
		if s.focus != writing || s.composer.Sentence() != "" || s.status.Flashes() {
			t.Errorf("%s and Esc:\n%s", keys, s.text())
		}
		s.clock = s.clock.Add(time.Minute)
		if s.keys(t, "{esc}"); s.focus != choosing {
			t.Errorf("%s, and Esc twice, selects nothing:\n%s", keys, s.text())
		}
	}
	s := openRoom(100, 30)
	s.keys(t, "{alt+c}")
	s.send(flashEnds{s.flash}) // as one presses Esc
	if s.keys(t, "{esc}p"); s.composer.Text() != "p" || len(s.client.asked) > 0 {
		t.Errorf("%q is written and %q asked", s.composer.Text(), s.client.asked)
	}
}

// typedAhead is what a terminal that sends ESC for both gives the model, in one read.
func typedAhead(t *testing.T, s *screen, text string) {
	t.Helper()
	for _, e := range new(input.Decoder).Feed([]byte(text), s.clock) {
		s.send(tea.KeyPressMsg(e.(uv.KeyPressEvent)))
	}
}

// TestEscAndWhatIsTypedAfterIt: both may come at once, as Alt and a key do.
func TestEscAndWhatIsTypedAfterIt(t *testing.T) {
	for _, c := range []struct {
		before, read string
		text         string
		focus        focus
	}{
		{"{f1}", "\x1b/create lab", "/create lab", writing},
		{"", "\x1bhello", "hello", writing},
		{"", "\x1bHello", "Hello", writing},
		{"", "\x1bé", "é", writing},
		{"", "\x1bz", "z", writing},
		{"{alt+k}", "\x1b/go", "/go", writing},
		{"half", "\x1bfa", "halfa", writing},   // Alt+F
		{"half", "\x1b/go", "halfgo", writing}, // Alt+/, there being no room before
		{"half", "\x1b\x03", "", writing},
		{"half", "\x1b\x15", "", writing},
		{"half of it", "\x1b\x7f", "half of ", writing}, // Alt+Backspace
		{"half of it", "\x1b\b", "half of it", writing}, // as others send it
		{"half", "\x1b\rof", "half\nof", writing},       // Alt+Enter
		{"{ctrl+f}x", "\x1b\x15y", "y", writing},        // Ctrl+U behind Esc has nothing to cut
		{"first{ctrl+u}{ctrl+r}", "\x1b\x03second", "second", writing},
	} {
		s := openRoom(100, 30)
		s.keys(t, c.before)
		typedAhead(t, s, c.read)
		if s.composer.Text() != c.text || s.focus != c.focus {
			t.Errorf("%s and %q write %q, focus %d", c.before, c.read, s.composer.Text(), s.focus)
		}
	}
	s := openRoom(100, 30)
	s.keys(t, "{f1}")
	typedAhead(t, s, "\x1b/create lab\r")
	if len(s.client.drafts) > 0 {
		t.Errorf("a command was said: %v", s.client.drafts)
	}
}

// TestReactingToWhatIsNotThereYet: the words are for that, and never said in the room.
func TestReactingToWhatIsNotThereYet(t *testing.T) {
	s := openRoom(100, 30)
	s.send(chat.Connection{State: chat.Offline})
	s.keys(t, "first{enter}{alt+k}+tada{enter}")
	if len(s.client.drafts) != 1 || s.composer.Text() != "" || s.in() != nil || !strings.Contains(s.text(), "not sent yet: ") {
		t.Errorf("%d messages, %q is written:\n%s", len(s.client.drafts), s.composer.Text(), s.text())
	}
	s = openRoom(100, 30)
	s.keys(t, "first{enter}{alt+k}+tada")
	d := s.client.drafts[0]
	now := said(9, you, time.Hour, "first")
	now.ID = d.ID
	s.send(chat.Arrived{Messages: []chat.Message{now}})
	drainAll(s, s.keys(t, "{enter}"))
	if len(s.client.asked) != 1 || !strings.Contains(s.client.asked[0], `"seq":9,"emoji":"🎉"`) {
		t.Errorf("it was sent meanwhile, and asked is %q:\n%s", s.client.asked, s.text())
	}
}

// TestSentencesThatAreTrueNoMore go.
func TestSentencesThatAreTrueNoMore(t *testing.T) {
	s := openRoom(100, 30)
	s.send(chat.Connection{State: chat.Waiting})
	if s.keys(t, "{alt+k}p"); !strings.Contains(s.text(), noConnection) {
		t.Fatalf("it is not said that it cannot be:\n%s", s.text())
	}
	if s.send(chat.Connection{State: chat.Online}); strings.Contains(s.text(), noConnection) {
		t.Errorf("it is still said:\n%s", s.text())
	}
	s = openRoom(100, 30)
	s.keys(t, "half{esc}")
	if s.keys(t, "{alt+k}"); s.focus != choosing || strings.Contains(s.text(), "alt+k selects") {
		t.Errorf("it is told how to select what is selected:\n%s", s.text())
	}
}

package tui

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestEmojiAreFound by their names and by other words, to write and to react with.
func TestEmojiAreFound(t *testing.T) {
	for _, c := range []struct{ keys, written, asked string }{
		{"a{alt+i}heart{enter}b", "a❤️b", ""},
		{"{alt+i}:tada:{enter}", "🎉", ""},
		{"{alt+i}{enter}", "👍", ""},
		{"{alt+i}approve{enter}", "👍", ""},
		{"{alt+i}rocket{enter}{alt+i}{enter}", "🚀🚀", ""}, // what was used last is first
		{"{alt+i}zzzzzz{enter}{esc}x", "x", ""},
		{"draft{alt+k}{alt+i}rocket{enter}", "draft", `message:react {"room":"general","seq":6,"emoji":"🚀","on":true}`},
		{"{esc}+{alt+i}eyes{enter}", "", `message:react {"room":"general","seq":6,"emoji":"👀","on":true}`},
		{"/react{enter}eyes{enter}", "", `message:react {"room":"general","seq":6,"emoji":"👀","on":true}`},
		{"/+ :shipit:{enter}", "", `message:react {"room":"general","seq":6,"emoji":":shipit:","on":true}`},
		{"/+ done{enter}", "", `message:react {"room":"general","seq":6,"emoji":"✅","on":true}`},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := openTeam(100, 30)
			s.do(t, c.keys)
			if got := strings.Join(s.client.asked, "\n"); s.composer.Text() != c.written || got != c.asked {
				t.Errorf("%s writes %q and asks %q, want %q and %q", c.keys, s.composer.Text(), got, c.written, c.asked)
			}
		})
	}
	s := openTeam(100, 30)
	s.send(chat.Connection{State: chat.Offline})
	if s.keys(t, "{esc}{alt+i}"); !strings.Contains(s.text(), "reacting needs a connection") {
		t.Errorf("the screen has\n%s", s.text())
	}
}

// TestTheNameOfAnEmoji that is typed is in its row, and the first one beside it.
func TestTheNameOfAnEmoji(t *testing.T) {
	s := openTeam(100, 30)
	s.keys(t, "{alt+i}thumbsup")
	text := s.text()
	at := strings.Index(text, "👍 thumbsup ")
	if at < 0 || !strings.Contains(strings.SplitN(text[at:], "\n", 2)[0], "+1 · thumbs up approve ok") {
		t.Errorf("%s", text)
	}
}

// BenchmarkEmoji is what a key costs in the longest list there is.
func BenchmarkEmoji(b *testing.B) {
	s := openTeam(100, 30)
	s.keys(b, "{alt+i}")
	for b.Loop() {
		s.keys(b, "h{backspace}")
		s.View()
	}
}

// TestUnknownEmoji: a slip of the fingers becomes nobody's reaction.
func TestUnknownEmoji(t *testing.T) {
	s := openTeam(100, 30)
	s.keys(t, "{esc}+rokcet{enter}")
	if got := s.text(); len(s.client.asked) > 0 || !strings.Contains(got, "no emoji is called rokcet") || !strings.Contains(got, ":rokcet:") {
		t.Errorf("asked %q:\n%s", s.client.asked, got)
	}
}

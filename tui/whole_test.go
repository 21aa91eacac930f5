package tui

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/keymap"
	"github.com/hobnob-chat/hobnob/tui/timeline"
)

// lines is a text of n numbered lines.
func lines(what string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%s %d\n", what, i+1)
	}
	return b.String()
}

// sequence runs what a command is made of, but for timers, and sends what comes.
func (s *screen) sequence(t *testing.T, cmd tea.Cmd) {
	t.Helper()
	batch, ok := cmd().(tea.BatchMsg)
	if !ok {
		t.Fatal("it asks for nothing")
	}
	inner, ok := batch[0]().(tea.BatchMsg) // Update's batch of open's
	if !ok {
		inner = batch
	}
	s.send(inner[0]())
}

// TestTheLastRowOfASheetNamesTheKeysThatDoSomething, as their user has set them.
func TestTheLastRowOfASheetNamesTheKeysThatDoSomething(t *testing.T) {
	keys := keymap.Default()
	keys.Back.SetHelp("ctrl+g", "close")
	keys.PageUp.SetHelp("f9", "a page up")
	s := openRoom(80, 24)
	s.Model = New(Config{Client: s.client, Keys: &keys})
	last := func() string {
		rows := strings.Split(strings.TrimRight(s.text(), "\n"), "\n")
		return strings.TrimSpace(rows[len(rows)-1])
	}
	for _, c := range []struct{ body, want string }{
		{"short", "ctrl+g closes"}, {lines("long", 100), "pgdown ↓ · ctrl+g closes"},
	} {
		s.read(timeline.Folded{Who: "ada", Text: c.body})
		s.send(tea.WindowSizeMsg{Width: 80, Height: 24})
		if got := last(); got != c.want {
			t.Errorf("%.10q: %q, want %q", c.body, got, c.want)
		}
	}
	if s.keys(t, "{end}"); last() != "f9 ↑ · ctrl+g closes" {
		t.Errorf("at its end: %q", last())
	}
	s.Model.whole = nil
	s.Model.inviting = true
	if s.send(invited{invite: chat.Invite{URL: "http://127.0.0.1/join/x"}}); !strings.HasSuffix(last(), " · ctrl+g closes") {
		t.Errorf("a join line: %q", last())
	}
}

func TestLongMessageCanBeRead(t *testing.T) {
	s := open(80, 24, chat.Reloaded{Room: chat.GeneralRoom, Messages: []chat.Message{
		said(1, ada, 0, lines("first", 500)), said(2, bob, time.Minute, lines("second", 450)), said(3, ada, 2*time.Minute, "short"),
	}})
	if !strings.Contains(s.text(), "… 440 more lines · ctrl+o opens it") {
		t.Fatalf("it is folded without a way out:\n%s", s.text())
	}
	s.keys(t, "kept{ctrl+o}")
	if text := s.text(); !strings.HasPrefix(text, " bob · 23 November 09:11 ") || !strings.Contains(text, " 1–22 of 450\n second 1\n") || !strings.Contains(text, "\n pgdown ↓ · esc closes") {
		t.Fatalf("not opened:\n%s", text)
	}
	if s.View().Cursor != nil {
		t.Error("the composer's cursor is shown")
	}
	for _, c := range []struct{ keys, want string }{
		{"{pgdown}", "second 22\n"},
		{"{end}", "second 450\n"},
		{"{home}", "second 1\n"},
		{" ", "second 43\n"},
		{"b{up}", "second 1\n"},
		{"{down}j", "second 24\n"},
		{"G", "second 450\n"},
		{"{enter}{tab}", "second 450\n"},
	} {
		if s.keys(t, c.keys); !strings.Contains(s.text(), c.want) {
			t.Errorf("%s does not show %q:\n%s", c.keys, c.want, s.text())
		}
	}
	for _, key := range []string{"q", "{esc}", "{ctrl+c}", "{ctrl+o}"} {
		s.keys(t, key)
		if text := s.text(); strings.Contains(text, "of 450") || s.composer.Text() != "kept" || len(s.client.drafts) != 0 {
			t.Errorf("after %s:\n%s", key, text)
		}
		s.keys(t, "{ctrl+o}")
	}
	s.send(tea.PasteMsg{Content: " and pasted"})
	if s.composer.Text() != "kept and pasted" || s.whole != nil {
		t.Error("what is pasted is not seen")
	}
	s.keys(t, "{pgup}") // the end of the second is below the screen, of the first on it
	if s.keys(t, "{ctrl+o}"); !strings.Contains(s.text(), " ada · ") {
		t.Errorf("not the nearest:\n%s", s.text())
	}
	s = open(80, 24)
	if s.keys(t, "{ctrl+o}"); !strings.Contains(s.text(), "no message here is folded") {
		t.Errorf("nothing to open, and nothing said:\n%s", s.text())
	}
}

// TestWhatIsTypedOverAMessageIsWritten: a letter that means nothing where a message is open closes it
// and is written, as where one is selected, and does nothing to that message; so are the letters that
// mean something, where a word goes on with them at once.
func TestWhatIsTypedOverAMessageIsWritten(t *testing.T) {
	for _, c := range []struct {
		preset, keys string
		want         string // what is written
		open         bool
		focus        focus
	}{
		{"", "{alt+k}ohello", "hello", false, writing},
		{"", "{alt+k}odone", "done", false, writing},
		{"", "{alt+k}o/help", "/help", false, writing},
		{"", "{alt+k}ogood", "good", false, writing},
		{"", "{alt+k}ojjk", "", true, choosing},
		{"", "{alt+k}oqj", "", false, choosing},
		{"", "{alt+k}o{esc}j", "", false, choosing},
		{"", "{alt+k}oi", "", false, writing},
		{"vim", "{alt+k}oi", "", false, writing},
		{"", "{alt+k}o{f1}x", "", true, choosing},
		{"", "before {ctrl+o}after", "before after", false, writing},
		{"", "{ctrl+o}quick", "quick", false, writing},
		{"", "{ctrl+o}{tab}{enter} b", "", true, writing},
	} {
		s := open(80, 24, chat.Connection{State: chat.Online}, chat.Reloaded{Room: chat.GeneralRoom, Messages: []chat.Message{said(1, ada, 0, lines("row", 90))}})
		if c.preset != "" {
			s.Model.preset = c.preset
			s.Model.remap()
		}
		s.keys(t, c.keys)
		if got := s.composer.Text(); got != c.want || (s.whole != nil) != c.open || s.focus != c.focus || s.question != nil || len(s.client.drafts) > 0 {
			t.Errorf("%s %s: %q is written, open %t, focus %d", c.preset, c.keys, got, s.whole != nil, s.focus)
		}
	}
}

// Of what is very long the timeline has only the beginning: the rest is read from
// where messages are kept.
func TestVeryLongMessageIsFetched(t *testing.T) {
	long := said(7, ada, 0, lines("line", 9000))
	fresh := func(older func(uint64, int) (chat.History, error)) (*screen, tea.Cmd) {
		s := open(80, 24, chat.Reloaded{Room: chat.GeneralRoom, Messages: []chat.Message{long}})
		s.client.older = older
		return s, s.keys(t, "{ctrl+o}")
	}
	s, cmd := fresh(func(before uint64, limit int) (chat.History, error) {
		if before != 8 || limit != 1 {
			t.Errorf("asked for %d before %d", limit, before)
		}
		return chat.History{Messages: []chat.Message{long}}, nil
	})
	s.sequence(t, cmd)
	if s.keys(t, "{end}"); !strings.Contains(s.text(), "line 9000\n") || !strings.Contains(s.text(), "of 9000") {
		t.Errorf("its end is not shown:\n%s", s.text())
	}
	s, cmd = fresh(func(uint64, int) (chat.History, error) { return chat.History{}, errors.New("not connected") })
	if s.sequence(t, cmd); !strings.Contains(s.text(), "the message cannot be opened: not connected") {
		t.Errorf("it failed, and nothing is said:\n%s", s.text())
	}
	s, cmd = fresh(func(uint64, int) (chat.History, error) {
		return chat.History{Messages: []chat.Message{said(6, bob, 0, "another")}}, nil
	})
	if s.sequence(t, cmd); s.whole != nil || !strings.Contains(s.text(), "does not have it") {
		t.Errorf("another message was opened:\n%s", s.text())
	}
	s, cmd = fresh(func(uint64, int) (chat.History, error) { return chat.History{Messages: []chat.Message{long}}, nil })
	s.keys(t, "typing")
	if s.sequence(t, cmd); s.whole != nil || s.composer.Text() != "typing" {
		t.Error("who types meanwhile is interrupted")
	}
}

// The help is there while a message has the screen, too, and leads back to it.
func TestHelpInAnOpenMessage(t *testing.T) {
	for _, size := range [][2]int{{100, 30}, {40, 12}, {20, 5}} {
		s := open(size[0], size[1], chat.Reloaded{Room: chat.GeneralRoom, Messages: []chat.Message{said(1, ada, 0, lines("long", 500))}})
		s.keys(t, "half{ctrl+o}{pgdown}")
		before := s.text()
		if s.keys(t, "{f1}"); !strings.Contains(s.text(), "esc closes") || strings.Contains(s.text(), "long ") || strings.Count(s.text(), "\n") != size[1]-1 {
			t.Errorf("%v: no help:\n%s", size, s.text())
		}
		seen := ""
		for range 60 {
			seen += s.text()
			s.keys(t, "{pgdown}")
		}
		if !strings.Contains(seen, "q ") || !strings.Contains(seen, "ctrl+y") {
			t.Errorf("%v: not all of the help:\n%s", size, seen)
		}
		if s.keys(t, "edit word"); !strings.Contains(s.text(), "┃ edit word") && !strings.Contains(s.text(), "┃ t word") || s.View().Cursor == nil {
			t.Errorf("%v: nothing is looked for:\n%s", size, s.text())
		}
		for _, leave := range []string{"{f1}", "{f1}{esc}", "{f1}q{esc}", "{f1}{ctrl+c}", "{f1}q {ctrl+c}{ctrl+c}"} {
			if s.keys(t, leave); s.text() != before {
				t.Errorf("%v, %s: not back:\n%s", size, leave, s.text())
			}
		}
		if s.keys(t, "{f1}{ctrl+o}"); s.whole != nil || s.top() != nil || s.composer.Text() != "half" {
			t.Errorf("%v: not closed:\n%s", size, s.text())
		}
	}
}

// TestCtrlZInAnOpenMessage says there what keeps it from doing anything, until the next key.
func TestCtrlZInAnOpenMessage(t *testing.T) {
	for size, want := range map[[2]int]string{
		{100, 30}: "there is no shell to go back to: this terminal runs hobnob and nothing else", {40, 12}: "there is no shell to go back to", {20, 5}: "no shell is here",
	} {
		for _, keys := range []string{"{ctrl+o}", "{ctrl+o}{f1}"} {
			s := open(size[0], size[1], chat.Reloaded{Room: chat.GeneralRoom, Messages: []chat.Message{said(1, ada, 0, lines("long", 500))}})
			s.shell = func() bool { return false }
			s.keys(t, keys)
			before := s.text()
			if cmd := s.keys(t, "{ctrl+z}"); cmd != nil && isSuspend(cmd) {
				t.Errorf("%v, %s: it is suspended", size, keys)
			}
			rows := strings.Split(s.text(), "\n")
			if got := strings.TrimSpace(rows[len(rows)-1]); got != want || len(rows) != size[1] {
				t.Errorf("%v, %s: it says %q in %d rows", size, keys, got, len(rows))
			}
			if s.keys(t, "{down}{up}"); s.text() != before {
				t.Errorf("%v, %s: it stays:\n%s", size, keys, s.text())
			}
		}
	}
	s := open(100, 30, chat.Reloaded{Room: chat.GeneralRoom, Messages: []chat.Message{said(1, ada, 0, lines("long", 500))}})
	s.hosting = true
	if s.keys(t, "{ctrl+o}{ctrl+z}"); !strings.Contains(s.text(), "the server runs in this terminal: ctrl+z would stop it for everybody") {
		t.Errorf("a host is told\n%s", s.text())
	}
	s.hosting = false
	if !isSuspend(s.keys(t, "{ctrl+z}")) {
		t.Error("it is not suspended")
	}
}

// What was said in place of a last row goes with the screen it was said on, however that closes.
func TestWhatASheetSaysEndsWithIt(t *testing.T) {
	const why = "there is no shell"
	long := chat.Reloaded{Room: chat.GeneralRoom, Messages: []chat.Message{said(1, ada, 0, lines("long", 500))}}
	for name, next := range map[string]func(*screen){
		"a message":   func(s *screen) { s.keys(t, "{backspace}{ctrl+o}") },
		"a join line": func(s *screen) { s.keys(t, "{backspace}"); s.send(s.asked(t)) },
	} {
		s := open(100, 30, long)
		s.inviting(nil)
		s.shell = func() bool { return false }
		s.send(s.asked(t))
		if s.keys(t, "{ctrl+z}"); !strings.Contains(s.text(), why) {
			t.Fatalf("it is not said:\n%s", s.text())
		}
		s.keys(t, "x")
		if next(s); s.whole == nil || strings.Contains(s.text(), why) {
			t.Errorf("%s: it is still said:\n%s", name, s.text())
		}
	}
}

// isSuspend tells whether a command stops the program.
func isSuspend(cmd tea.Cmd) bool {
	return slices.ContainsFunc(messages(cmd), func(msg tea.Msg) bool { _, is := msg.(tea.SuspendMsg); return is })
}

// A long text of one's own is counted while it is written, and folded when it is
// sent.
func TestOwnLongMessage(t *testing.T) {
	for _, size := range [][2]int{{100, 30}, {40, 12}, {20, 5}} {
		s := open(size[0], size[1])
		s.send(tea.PasteMsg{Content: strings.TrimSuffix(lines("mine", 500), "\n")})
		s.keys(t, "m") // into the message
		if text := s.text(); !strings.Contains(text, "500 lines") {
			t.Errorf("%v: it is not counted:\n%s", size, text)
		}
		s.keys(t, "{enter}")
		if text := s.text(); strings.Contains(text, "500 lines") || size[1] > 5 && !strings.Contains(text, "more lines · ctrl+o") {
			t.Errorf("%v: it is not folded:\n%s", size, text)
		}
		rows := regexp.MustCompile(`\d+ more lines`).FindString(s.text())
		s.send(tea.PasteMsg{Content: lines("next", 3)})
		if now := s.text(); !strings.Contains(now, rows) {
			t.Errorf("%v: folded anew while the next is written, from %s:\n%s", size, rows, now)
		}
	}
}

// TestHiddenIsSeenInAnOpenMessage, however it was opened, also of one that is had from the server.
func TestHiddenIsSeenInAnOpenMessage(t *testing.T) {
	text := "pay\u200bpal\u202e evil\n" + lines("row", 500)
	for name, long := range map[string]string{"": text, " that is cut": text + strings.Repeat("x", 100_000)} {
		for _, keys := range []string{"{alt+k}o", "{ctrl+o}"} {
			one := said(1, ada, 0, long)
			s := open(80, 24, chat.Reloaded{Room: chat.GeneralRoom, Messages: []chat.Message{one}})
			s.client.older = func(uint64, int) (chat.History, error) { return chat.History{Messages: []chat.Message{one}}, nil }
			if cmd := s.keys(t, keys); s.whole == nil {
				s.sequence(t, cmd)
			}
			if got := s.text(); s.whole == nil || !strings.Contains(got, "pay⟨ZWSP⟩pal⟨RLO⟩ evil") {
				t.Errorf("%s%s:\n%s", keys, name, got)
			}
		}
	}
}

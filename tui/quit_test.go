package tui

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/hobnob-chat/hobnob/net/chat"
)

func TestQuitting(t *testing.T) {
	for _, c := range []struct {
		keys string
		wait time.Duration // before the last key
		last string
		want bool
	}{
		{"", 0, "{ctrl+c}", false},
		{"{ctrl+c}", time.Second, "{ctrl+c}", true},
		{"{ctrl+c}", 3 * time.Second, "{ctrl+c}", false},
		{"text{ctrl+c}", 0, "{ctrl+c}", true},
		{"{ctrl+c}x", 0, "{ctrl+c}", false},
		{"", 0, "{ctrl+d}", true},
		{"text{ctrl+a}", 0, "{ctrl+d}", false},
		{"/quit", 0, "{enter}", true},
	} {
		s := open(80, 24)
		s.keys(t, c.keys)
		s.clock = s.clock.Add(c.wait)
		cmd := s.send(press(t, strings.Trim(c.last, "{}")))
		quits := false
		if c.want || !strings.Contains(c.last, "ctrl+c") { // else it is a flash's timer
			quits = isQuit(cmd)
		}
		if quits != c.want {
			t.Errorf("%s%s: quits is %v", c.keys, c.last, quits)
		}
	}
	s := open(80, 24)
	s.keys(t, "{ctrl+c}")
	if !strings.Contains(s.text(), "ctrl+c again quits") {
		t.Errorf("it does not say so:\n%s", s.text())
	}
	s.send(flashEnds{s.flash - 1})
	if !strings.Contains(s.text(), "again quits") {
		t.Error("the end of another flash took it away")
	}
	if s.send(flashEnds{s.flash}); strings.Contains(s.text(), "again quits") {
		t.Error("it stays")
	}
}

func TestCutTextIsOffered(t *testing.T) {
	s := open(80, 24)
	if s.keys(t, "text{ctrl+c}"); !strings.Contains(s.text(), "ctrl+c again quits · ctrl+y brings the text back") {
		t.Errorf("not offered:\n%s", s.text())
	}
	s = open(80, 24)
	if s.keys(t, "{ctrl+c}"); strings.Contains(s.text(), "brings") {
		t.Errorf("nothing was cut:\n%s", s.text())
	}
}

// TestClearIsTheLayersOnTop: the key that cuts what is written cuts what is typed in a list,
// and then closes it; what is written beneath it stays, and nobody is asked whether they quit.
func TestClearIsTheLayersOnTop(t *testing.T) {
	for open, types := range map[string]string{"{ctrl+f}": "abc", "{ctrl+k}": "abc", "{alt+i}": "abc", "{alt+s}": "", "{ctrl+g}": "", "{alt+k}": ""} {
		synctest.Test(t, func(t *testing.T) {
			s := openTeam(100, 30)
			team(s)
			s.do(t, "my words{ctrl+a}{ctrl+e}"+open+types)
			l, ok := s.top().(*layer)
			if !ok && open != "{alt+k}" {
				t.Fatalf("%s opens nothing:\n%s", open, s.text())
			}
			if ok && l.Query() != types {
				t.Fatalf("%s: typed %q", open, l.Query())
			}
			if types != "" {
				s.do(t, "{ctrl+c}")
				if s.top() != l || l.Query() != "" || s.composer.Text() != "my words" {
					t.Errorf("%s: the first leaves %q, and beneath %q:\n%s", open, l.Query(), s.composer.Text(), s.text())
				}
			}
			s.do(t, "{ctrl+c}")
			if s.top() != nil || s.composer.Text() != "my words" || strings.Contains(s.text(), "quits") {
				t.Errorf("%s: the last leaves beneath %q:\n%s", open, s.composer.Text(), s.text())
			}
			if s.do(t, "{ctrl+c}"); s.quitting || s.composer.Text() != "" {
				t.Errorf("%s: then it does not cut %q, or quits", open, s.composer.Text())
			}
		})
	}
}

// Who leaves a chat with the server in it is told, whichever key is pressed.
func TestHostIsAskedBeforeTheServerStops(t *testing.T) {
	for _, key := range []string{"ctrl+c", "ctrl+d"} {
		s := open(80, 24)
		s.Model = New(Config{Client: s.client, Hosting: true, Now: func() time.Time { return s.clock }})
		s.send(tea.WindowSizeMsg{Width: 80, Height: 24})
		s.keys(t, "{"+key+"}")
		if text := s.text(); !strings.Contains(text, "press "+key+" again to leave; this also stops the server") {
			t.Fatalf("%s does not say so:\n%s", key, text)
		}
		for _, width := range []int{40, 20} {
			if s.send(tea.WindowSizeMsg{Width: width, Height: 5}); !strings.Contains(s.text(), "server") {
				t.Errorf("%s in %d columns:\n%s", key, width, s.text())
			}
		}
		s.send(tea.WindowSizeMsg{Width: 80, Height: 24})
		for id, state := range map[string]chat.PresenceState{"u1": chat.Active, "u2": chat.Away, "u3": chat.Absent} {
			s.send(chat.PresenceChanged{PresenceTold: chat.PresenceTold{User: id, Presence: chat.Presence{State: state}}})
		}
		if cmd := s.keys(t, "{"+key+"}"); isQuit(cmd) || !strings.Contains(s.text(), "2 others are connected: end the team for everybody? y ends it · esc cancels") {
			t.Errorf("the second %s does not ask:\n%s", key, s.text())
		}
		for _, width := range []int{40, 20} {
			if s.send(tea.WindowSizeMsg{Width: width, Height: 5}); !strings.Contains(s.text(), "end") || !strings.Contains(s.text(), "y") {
				t.Errorf("the question in %d columns:\n%s", width, s.text())
			}
		}
		for _, no := range []string{"{" + key + "}", "{esc}", "n", "{enter}"} {
			if isQuit(s.keys(t, no)) || s.question != nil {
				t.Errorf("%s is taken for yes", no)
			}
			s.leaving = time.Time{}
			s.keys(t, "{ctrl+u}{"+key+"}{"+key+"}")
		}
		if !isQuit(s.keys(t, "y")) {
			t.Errorf("the answer to %s does not quit", key)
		}
		s.leaving = time.Time{}
		s.keys(t, "{"+key+"}x{backspace}")
		s.clock = s.clock.Add(time.Millisecond)
		s.keys(t, "{"+key+"}")
		if !strings.Contains(s.text(), "server") {
			t.Errorf("%s, and then something else, counts as once:\n%s", key, s.text())
		}
	}
}

// /quit asks a host as well, and nobody else.
func TestQuitAsksTheHost(t *testing.T) {
	s := open(80, 24)
	if !isQuit(s.keys(t, "/quit{enter}")) {
		t.Error("it does not quit")
	}
	s = open(80, 24)
	s.hosting = true
	if isQuit(s.keys(t, "/quit{enter}")) || !strings.Contains(s.text(), "nobody else is connected: end the team for everybody? y") {
		t.Errorf("it does not ask:\n%s", s.text())
	}
	if !isQuit(s.keys(t, "y")) {
		t.Error("the answer does not quit")
	}
}

// notebook is a Keeper that remembers all it was told.
type notebook struct{ told []string }

func (n *notebook) Keep(u Unsent) { n.told = append(n.told, u.Text) }

func (*notebook) Show(chat.Room) {}

// What is being written is kept at every change, and given back; leaving with
// Ctrl+C keeps what the first press took away.
func TestWhatIsWrittenIsKept(t *testing.T) {
	for _, c := range []struct {
		keys string
		want []string
	}{
		{"!", []string{"text!"}},
		{"{left}{up}", nil},
		{"{enter}", []string{""}},
		{"{ctrl+c}", []string{""}},
		{"{ctrl+c}{ctrl+c}", []string{"", "text"}},
		{"{ctrl+c}x{ctrl+c}{ctrl+c}", []string{"", "x", "", "x"}},
		{"{ctrl+u}{ctrl+c}{ctrl+c}", []string{""}},
	} {
		s := open(80, 24)
		n := &notebook{}
		s.Model = New(Config{Client: s.client, Keeper: n, Unsent: []Unsent{{Room: chat.GeneralRoom, Text: "text"}}, Now: func() time.Time { return s.clock }})
		s.send(tea.WindowSizeMsg{Width: 80, Height: 24})
		if !strings.Contains(s.text(), "┃ text") {
			t.Fatalf("it is not given back:\n%s", s.text())
		}
		s.keys(t, c.keys)
		s.send(chat.Connection{State: chat.Online}) // may come after the last key
		if d := cmp.Diff(c.want, n.told); d != "" {
			t.Errorf("%s: %s", c.keys, d)
		}
	}
}

// A command that leaves is done, and not what somebody was writing.
func TestQuitIsNoDraft(t *testing.T) {
	for _, line := range []string{"/quit{enter}", "/q{enter}", "words{ctrl+u}/quit{enter}"} {
		kept := papers{}
		s := openTeam(100, 30)
		s.keeper = kept
		if !isQuit(s.keys(t, line)) {
			t.Fatalf("%s does not quit", line)
		}
		if len(kept) > 0 {
			t.Errorf("%s: kept is %v", line, kept)
		}
	}
	kept := papers{}
	s := openTeam(100, 30)
	s.keeper = kept
	s.keys(t, "{esc}t/quit{enter}")
	if s.in() == nil || len(kept) > 0 {
		t.Errorf("in a thread %v is kept", kept)
	}
}

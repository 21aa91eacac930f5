package tui

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/keymap"
	"github.com/hobnob-chat/hobnob/tui/settings"
)

// TestHiddenTeamsRest: a team that is not shown asks for nothing and does not tick.
func TestHiddenTeamsRest(t *testing.T) {
	w := openWindow(100, 30, "acme", "beta")
	for name, u := range map[string]chat.Update{
		"waiting": chat.Connection{State: chat.Waiting, RetryAt: w.clock.Add(time.Minute)},
		"typing":  chat.Typing{TypingTold: chat.TypingTold{Room: chat.GeneralRoom, User: ada, On: true}},
		"little":  chat.Reloaded{Room: chat.GeneralRoom, Messages: conversation()[:1], More: true},
		"message": chat.Arrived{Messages: []chat.Message{said(7, ada, time.Hour, "hi")}},
	} {
		if cmd := w.told(1, u); cmd != nil {
			t.Errorf("%s: there is a command", name)
		}
	}
	w.View()
	if w.told(1, chat.Arrived{Messages: []chat.Message{said(8, ada, time.Hour, "hi")}}); !w.stale {
		t.Error("what is unread there is not drawn")
	}
	w.View()
	if w.told(1, chat.PresenceChanged{PresenceTold: chat.PresenceTold{User: bob.ID}}); w.stale {
		t.Error("it is drawn though nothing of it is seen")
	}
	if cmd := w.keys(t, "{alt+.}"); cmd == nil || !w.teams[1].ticking {
		t.Error("nothing counts down where it is seen")
	}
	w.keys(t, "{alt+,}")
	if cmd := w.send(w.For(1, tick{})); cmd != nil || w.teams[1].ticking {
		t.Error("it ticks on")
	}
}

// TestListedTeamsAreAsTheyAre: a list that is looked at says what became of a team meanwhile, and what is
// chosen in it stays.
func TestListedTeamsAreAsTheyAre(t *testing.T) {
	w := openWindow(100, 30, "acme", "beta")
	w.keys(t, "/team{enter}{down}")
	row := func() string {
		for line := range strings.SplitSeq(ansi.Strip(w.text(t)), "\n") {
			if _, listed, ok := strings.Cut(line, "▸ beta"); ok {
				return listed
			}
		}
		return ""
	}
	if !strings.Contains(row(), "connected") {
		t.Fatalf("beta is %q:\n%s", row(), w.text(t))
	}
	w.told(1, chat.Connection{State: chat.Offline})
	if !strings.Contains(row(), "offline") {
		t.Errorf("it went, and is %q", row())
	}
	w.told(1, chat.Connection{State: chat.Online})
	w.told(1, chat.Arrived{Messages: []chat.Message{said(7, ada, time.Hour, "hi")}})
	if got := row(); !strings.Contains(got, "connected") || !strings.Contains(got, "unread") {
		t.Errorf("it came back, and is %q", got)
	}
	if w.keys(t, "{enter}"); w.here() != "beta #general" {
		t.Errorf("enter leads to %s", w.here())
	}
}

// TestAlertsNameTheTeam: and they are told of at one pace.
func TestAlertsNameTheTeam(t *testing.T) {
	w := openWindow(100, 30, "acme", "beta", "gamma")
	w.send(tea.BlurMsg{})
	cmd := w.told(1, chat.Arrived{Messages: []chat.Message{toYou(inRoom("r2", 21, ada, "@you look"))}})
	if got := outcome(cmd); len(got) != 1 || !strings.Contains(fmt.Sprint(got[0]), "ada in #deploys in beta: @you look") {
		t.Errorf("told of %q", got)
	}
	if cmd := w.told(2, chat.Arrived{Messages: []chat.Message{toYou(inRoom("r2", 21, ada, "@you look"))}}); cmd != nil {
		t.Error("told of twice within a moment")
	}
	w.clock = w.clock.Add(time.Minute)
	w.send(tea.FocusMsg{})
	if cmd := w.told(1, chat.Arrived{Messages: []chat.Message{toYou(inRoom("r2", 22, ada, "@you look"))}}); cmd != nil {
		t.Error("told though somebody looks")
	}
}

// TestOneLookForAll: what is set in one team holds in all, and the terminal is the same.
func TestOneLookForAll(t *testing.T) {
	w := openWindow(100, 30, "acme", "beta")
	w.keys(t, "/set preset vim{enter}/set keys.help f2{enter}{alt+m}")
	w.send(tea.WindowSizeMsg{Width: 90, Height: 20})
	w.send(tea.ModeReportMsg{Mode: ansi.ModeUnicodeCore, Value: ansi.ModeReset})
	w.keys(t, "{alt+.}")
	m := w.teams[1]
	if keymap.Name(m.keys.Leave) != "ctrl+]" || keymap.Name(m.keys.Help) != "f2" || m.mouse || m.width != 90 || m.terminal.Measure != ansi.GraphemeWidth {
		t.Errorf("%q, %q, mouse %v, %d cells, measure %v", keymap.Name(m.keys.Leave), keymap.Name(m.keys.Help), m.mouse, m.width, m.terminal.Measure)
	}
	w.keys(t, "{ctrl+]}")
	if cmd := w.keys(t, "{ctrl+]}"); !isQuit(cmd) {
		t.Error("it does not quit")
	}
}

// TestHiddenTeamsHearOfSettings: what is set holds at once where nobody looks, also when
// the answer comes late.
func TestHiddenTeamsHearOfSettings(t *testing.T) {
	w := openWindow(100, 30, "acme", "beta")
	cmd := w.keys(t, "/theme contrast{enter}")
	w.keys(t, "{alt+.}")
	for _, msg := range outcome(cmd) {
		w.send(msg)
	}
	if a, b := w.teams[0].scheme(), w.teams[1].scheme(); a != "contrast" || b != a {
		t.Errorf("the colours are those of %s and %s", a, b)
	}
	w.keys(t, "/set notify none{enter}")
	w.send(tea.BlurMsg{})
	for i := range w.teams {
		if got := outcome(w.told(i, chat.Arrived{Messages: []chat.Message{toYou(inRoom("r2", 21, ada, "@you look"))}})); len(got) > 0 {
			t.Errorf("team %d: told of %v", i, got)
		}
	}
}

// TestLeavingLeavesAll: what is on its way in another team is said first.
func TestLeavingLeavesAll(t *testing.T) {
	w := openWindow(100, 30, "acme", "beta")
	w.teams[1].uploads.list = []*outgoing{{files: []*outfile{{}}, shown: make([]int64, 1), stop: func() {}}}
	if cmd := w.send(w.For(1, filesLook{})); cmd != nil {
		t.Error("it is looked how far a file is that nobody sees")
	}
	if cmd := w.keys(t, "{ctrl+d}"); isQuit(cmd) || !strings.Contains(w.text(t), "1 file is not posted yet") {
		t.Errorf("nothing is said:\n%s", w.text(t))
	}
	if cmd := w.keys(t, "{ctrl+d}"); !isQuit(cmd) {
		t.Error("it does not leave")
	}
}

// TestMistakesAreToldOnce: those of the one file of settings.
func TestMistakesAreToldOnce(t *testing.T) {
	set := Settings{File: "config.toml", Entries: []settings.Entry{{Name: "mose", Value: false, Line: 1}}}
	w := NewWindow(Config{Client: &fake{}, Set: set}, Config{Client: &fake{}, Set: set})
	for i, m := range w.teams {
		m.hidden = false
		m.Update(tea.WindowSizeMsg{Width: 80, Height: 20})
		if told := strings.Contains(m.View().Content, "mose"); told != (i == 0) {
			t.Errorf("team %d: %v", i, told)
		}
	}
}

// TestNamesOfTeams: no two are called the same.
func TestNamesOfTeams(t *testing.T) {
	in := func(server, team, as string) Config {
		return Config{Client: &fake{}, Server: server, Team: team, You: chat.User{ID: as, Name: as}}
	}
	w := NewWindow(in("https://a:1", "acme", "ada"), in("https://b:1", "Acme", "bob"), in("https://c:1", "", "x"), in("https://d:1", "beta", "ada"), in("https://e:1", "beta", "ada"))
	want := []string{"acme (ada)", "Acme (bob)", "c:1", "beta (https://d:1)", "beta (https://e:1)"}
	if !slices.Equal(w.names, want) {
		t.Errorf("%q, want %q", w.names, want)
	}
}

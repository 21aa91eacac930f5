package tui

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/settings"
)

// window is a Window on a screen of a size, at a time that stands still.
type window struct {
	*Window
	clients []*fake
	clock   time.Time
}

// openWindow opens teams, each with the rooms of acme and connected, where nothing is
// unread.
func openWindow(width, height int, names ...string) *window {
	w := &window{clock: monday.Add(time.Hour)}
	var configs []Config
	for range names {
		c := &fake{}
		w.clients = append(w.clients, c)
		configs = append(configs, Config{
			Client: c, Server: "http://127.0.0.1:4626", Now: func() time.Time { return w.clock }, Alerts: Alerts{OSC9: true},
			Ways: []Way{{"hobnob login SERVER", "with a new token"}},
		})
	}
	w.Window = NewWindow(configs...)
	w.send(tea.WindowSizeMsg{Width: width, Height: height})
	for i, name := range names {
		rooms := acme()
		for j := range rooms {
			rooms[j].Read, rooms[j].Mentions = rooms[j].LastSeq, 0
		}
		w.told(i, chat.Identified{You: you, Team: chat.Team{Name: name}, Rooms: rooms})
		w.told(i, chat.Connection{State: chat.Online})
		w.told(i, chat.Reloaded{Room: chat.GeneralRoom, Messages: conversation()})
	}
	return w
}

func (w *window) send(msg tea.Msg) tea.Cmd {
	_, cmd := w.Update(msg)
	return cmd
}

func (w *window) told(i int, u chat.Update) tea.Cmd { return w.send(w.For(i, u)) }

func (w *window) keys(tb testing.TB, text string) (cmd tea.Cmd) {
	tb.Helper()
	for text != "" {
		if name, rest, ok := strings.Cut(strings.TrimPrefix(text, "{"), "}"); ok && text[0] == '{' {
			cmd, text = w.send(press(tb, name)), rest
			continue
		}
		r := []rune(text)[0]
		cmd, text = w.send(tea.KeyPressMsg{Code: r, Text: string(r)}), text[len(string(r)):]
	}
	return cmd
}

// text is the screen without colours, drawn anew: what is kept of the frame before must be
// the same.
func (w *window) text(tb testing.TB) string {
	tb.Helper()
	kept := w.View().Content
	if now := w.teams[w.shown].View().Content; now != kept {
		tb.Fatalf("what is kept of the last frame is old:\n%s\n%s", ansi.Strip(kept), ansi.Strip(now))
	}
	var rows []string
	for r := range strings.SplitSeq(ansi.Strip(kept), "\n") {
		rows = append(rows, strings.TrimRight(r, " "))
	}
	return strings.Join(rows, "\n")
}

// here is the team and room that is shown.
func (w *window) here() string { return w.names[w.shown] + " " + w.teams[w.shown].called() }

func TestTeamsGolden(t *testing.T) {
	for _, size := range [][2]int{{100, 30}, {40, 12}, {20, 5}} {
		for name, prepare := range map[string]func(*window){
			"room": func(*window) {},
			"unread": func(w *window) {
				w.told(1, chat.Arrived{Messages: []chat.Message{toYou(inRoom("r2", 21, ada, "@you look"))}})
			},
			"refused": func(w *window) {
				w.told(1, chat.Connection{State: chat.Refused, Reason: "your sign-in has expired"})
				w.keys(t, "{alt+.}")
			},
			"jump": func(w *window) { w.keys(t, "{ctrl+k}bede") },
			"list": func(w *window) {
				w.told(1, chat.Connection{State: chat.Waiting, Reason: "connection refused"})
				w.keys(t, "/team{enter}")
			},
		} {
			t.Run(fmt.Sprintf("teams-%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				w := openWindow(size[0], size[1], "acme", "beta")
				prepare(w)
				golden(t, w.text(t)+"\n")
			})
		}
	}
}

// toYou has a message name the user.
func toYou(m chat.Message) chat.Message {
	m.Mentions = []string{you.ID}
	return m
}

func TestFromTeamToTeam(t *testing.T) {
	w := openWindow(100, 30, "acme", "beta", "gamma")
	for _, step := range []struct{ keys, want string }{
		{"{alt+.}", "beta #general"},
		{"{alt+.}{alt+.}", "acme #general"},
		{"{alt+,}", "gamma #general"},
		{"{ctrl+k}acme dep{enter}", "acme #deploys"},
		{"{ctrl+k}beta{enter}", "beta #general"},
		{"/team ACME{enter}", "acme #deploys"},
		{"/team ga{enter}", "gamma #general"},
		{"/team nobody{enter}", "gamma #general"},
		{"{ctrl+u}{ctrl+k}bebob{enter}", "beta @bob"},
		{"{alt+c}{alt+,}", "acme #deploys"},
		{"{esc}{alt+.}", "beta @bob"},
		{"{ctrl+f}{alt+.}{esc}{alt+,}", "beta @bob"},
	} {
		if w.keys(t, step.keys); w.here() != step.want {
			t.Fatalf("after %s it is %s, want %s:\n%s", step.keys, w.here(), step.want, w.text(t))
		}
	}
	// Row 2 is gamma's.
	w.send(tea.MouseClickMsg{X: 4, Y: 2, Button: tea.MouseLeft})
	if w.here() != "gamma #general" {
		t.Errorf("after a click it is %s", w.here())
	}
	w.keys(t, "/team b{tab}{enter}")
	if w.here() != "beta @bob" {
		t.Errorf("/team completed leads to %s", w.here())
	}
}

// TestUnreadOfAllTeams: Alt+A goes on to other teams, nothing is read that nobody saw, and
// what is shown is.
func TestUnreadOfAllTeams(t *testing.T) {
	w := openWindow(100, 30, "acme", "beta", "gamma")
	w.told(1, chat.Arrived{Messages: []chat.Message{said(7, ada, time.Hour, "in beta's general")}})
	w.told(2, chat.Arrived{Messages: []chat.Message{toYou(inRoom("r2", 21, ada, "@you look"))}})
	for i, c := range w.clients {
		if len(c.read) > 0 {
			t.Fatalf("team %d: told to be read: %v", i, c.read)
		}
	}
	if title := w.View().WindowTitle; title != "(1) hobnob — acme #general" {
		t.Errorf("the title is %q", title)
	}
	w.keys(t, "{alt+a}")
	if w.here() != "gamma #deploys" || w.clients[2].read["r2"] != 21 || len(w.clients[2].read) != 1 {
		t.Errorf("the mention is first: %s, read %v", w.here(), w.clients[2].read)
	}
	w.keys(t, "{alt+a}")
	if w.here() != "beta #general" || w.clients[1].read[chat.GeneralRoom] != 7 {
		t.Errorf("then what is unread: %s, read %v", w.here(), w.clients[1].read)
	}
	if !strings.Contains(w.text(t), "─ new ─") {
		t.Errorf("nothing says what is new:\n%s", w.text(t))
	}
	w.keys(t, "{alt+a}")
	if w.here() != "beta #general" || !strings.Contains(w.text(t), "nothing is unread") {
		t.Errorf("%s:\n%s", w.here(), w.text(t))
	}
}

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

// TestAnswersComeHome: what comes of a team's command comes to that team, whatever is shown
// then, and what Bubble Tea acts on is left alone.
func TestAnswersComeHome(t *testing.T) {
	w := openWindow(100, 30, "acme", "beta")
	w.keys(t, "{alt+.}")
	mine := func(n int) tea.Cmd { return func() tea.Msg { return flashEnds{n} } }
	for name, c := range map[string]struct {
		cmd  tea.Cmd
		want []tea.Msg
	}{
		"none":     {nil, nil},
		"one":      {mine(1), []tea.Msg{told{1, flashEnds{1}}}},
		"nothing":  {nothing, []tea.Msg{nil}},
		"batch":    {tea.Batch(mine(1), mine(2)), []tea.Msg{told{1, flashEnds{1}}, told{1, flashEnds{2}}}},
		"sequence": {tea.Sequence(mine(1), mine(2)), []tea.Msg{told{1, flashEnds{1}}, told{1, flashEnds{2}}}},
		"both":     {tea.Sequence(tea.Batch(mine(1), mine(2)), tea.Batch(mine(3), tea.Sequence(mine(4), tea.Quit))), []tea.Msg{told{1, flashEnds{1}}, told{1, flashEnds{2}}, told{1, flashEnds{3}}, told{1, flashEnds{4}}, tea.QuitMsg{}}},
		"quit":     {tea.Quit, []tea.Msg{tea.QuitMsg{}}},
		"raw":      {tea.Raw("x"), []tea.Msg{tea.RawMsg{Msg: "x"}}},
		"copy":     {tea.SetClipboard("x"), []tea.Msg{tea.SetClipboard("x")()}},
		"timer":    {tea.Tick(0, func(time.Time) tea.Msg { return tick{} }), []tea.Msg{told{1, tick{}}}},
		"home":     {func() tea.Msg { return w.teams[0].home(tick{}) }, []tea.Msg{told{0, tick{}}}},
	} {
		if got := outcome(w.of(1, c.cmd)); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %#v, want %#v", name, got, c.want)
		}
	}
}

// outcome is all that comes of a command.
func outcome(cmd tea.Cmd) (list []tea.Msg) {
	if cmd == nil {
		return nil
	}
	msg := cmd()
	if kind := reflect.TypeOf(msg); kind != sequences && kind != reflect.TypeFor[tea.BatchMsg]() {
		return []tea.Msg{msg}
	}
	for _, one := range reflect.ValueOf(msg).Seq2() {
		if c, ok := reflect.TypeAssert[tea.Cmd](one); ok {
			list = append(list, outcome(c)...)
		}
	}
	return list
}

// TestLateAnswers: who asked in one team and is in another now sees the answer in the first.
func TestLateAnswers(t *testing.T) {
	w := openWindow(100, 30, "acme", "beta")
	w.clients[0].answer = func(string, any) error { return errors.New("acme says no") }
	cmd := w.keys(t, "/topic hello{enter}")
	w.keys(t, "{alt+.}")
	for _, msg := range outcome(cmd) {
		w.send(msg)
	}
	if strings.Contains(w.text(t), "acme says no") {
		t.Errorf("it is said in beta:\n%s", w.text(t))
	}
	w.keys(t, "{alt+,}")
	if !strings.Contains(w.text(t), "acme says no") {
		t.Errorf("it is not said:\n%s", w.text(t))
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
	if name(m.keys.Leave) != "ctrl+]" || name(m.keys.Help) != "f2" || m.mouse || m.width != 90 || m.terminal.Measure != ansi.GraphemeWidth {
		t.Errorf("%q, %q, mouse %v, %d cells, measure %v", name(m.keys.Leave), name(m.keys.Help), m.mouse, m.width, m.terminal.Measure)
	}
	w.keys(t, "{ctrl+]}")
	if cmd := w.keys(t, "{ctrl+]}"); !isQuit(cmd) {
		t.Error("it does not quit")
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

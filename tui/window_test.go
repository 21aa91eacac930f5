package tui

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/notify"
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
			Client: c, Server: "http://127.0.0.1:4626", Now: func() time.Time { return w.clock }, Alerts: notify.Means{OSC9: true},
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

func (w *window) keys(tb testing.TB, text string) tea.Cmd {
	tb.Helper()
	return typed(tb, w.Window, text)
}

// text is the screen without colours, drawn anew: what is kept of the frame before must be
// the same.
func (w *window) text(tb testing.TB) string {
	tb.Helper()
	kept := w.View().Content
	if now := w.teams[w.shown].View().Content; now != kept {
		tb.Fatalf("what is kept of the last frame is old:\n%s\n%s", ansi.Strip(kept), ansi.Strip(now))
	}
	return stripped(kept)
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

// TestJumpByTheNameOfTheTeamShown: its rooms are found as those of the others are, and of several people
// of one name in another team it is said which they are.
func TestJumpByTheNameOfTheTeamShown(t *testing.T) {
	w := openWindow(100, 30, "acme", "beta")
	for _, keys := range []string{"acme plan", "acme *plan", "Acme #plans"} {
		w.keys(t, "{alt+1}")
		if w.keys(t, "{ctrl+k}"+keys+"{enter}"); w.here() != "acme *plans" {
			t.Errorf("%s leads to %s:\n%s", keys, w.here(), w.text(t))
		}
	}
	other := w.teams[1]
	for _, id := range []string{bob.ID, "u20"} {
		other.mates.take(&chat.User{ID: id, Name: bob.Name}, true)
	}
	if w.keys(t, "{ctrl+k}beta bob"); !regexp.MustCompile("beta @bob +ID " + bob.ID).MatchString(w.text(t)) {
		t.Errorf("which of them is not said:\n%s", w.text(t))
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
		{"{ctrl+u}/go beta #plans{enter}", "beta *plans"},
		{"/go GAMMA general{enter}", "gamma #general"},
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
	w.send(tea.MouseReleaseMsg{X: 4, Y: 2, Button: tea.MouseLeft})
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
		if len(c.read) > 0 || i > 0 && w.teams[i].looks() {
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
	if w.teams[2].looks() {
		t.Error("somebody looks at a team that is not shown")
	}
	w.keys(t, "{alt+a}")
	if w.here() != "beta #general" || !strings.Contains(w.text(t), "nothing is unread") {
		t.Errorf("%s:\n%s", w.here(), w.text(t))
	}
}

// TestCatchUpGoesThroughAllTeams: and reads nothing on its way that was not marked.
func TestCatchUpGoesThroughAllTeams(t *testing.T) {
	w := openWindow(100, 30, "acme", "beta", "gamma")
	w.told(0, chat.Arrived{Messages: []chat.Message{inRoom("r2", 21, ada, "in acme")}})
	w.told(2, chat.Arrived{Messages: []chat.Message{said(7, ada, time.Hour, "in gamma's general")}})
	w.told(2, chat.Arrived{Messages: []chat.Message{inRoom("r2", 21, ada, "and deploys")}})
	w.keys(t, "{alt+c}")
	if w.here() != "acme #deploys" {
		t.Fatalf("it begins in %s", w.here())
	}
	w.keys(t, "{enter}")
	if text := w.text(t); !strings.Contains(text, "all read here · enter goes on in gamma · u undo") {
		t.Fatalf("nothing leads on:\n%s", text)
	}
	w.keys(t, "{enter}")
	if w.here() != "gamma #deploys" || w.clients[0].read["r2"] != 21 || len(w.clients[2].read) > 0 {
		t.Fatalf("then %s, read %v and %v", w.here(), w.clients[0].read, w.clients[2].read)
	}
	w.keys(t, "s{enter}")
	if text := w.text(t); w.here() != "gamma #general" || !strings.Contains(text, "1 room left unread · u undo") {
		t.Fatalf("at its end, in %s:\n%s", w.here(), text)
	}
	w.keys(t, "{enter}")
	if got := w.clients[2].read; w.teams[2].catch != nil || got[chat.GeneralRoom] != 7 || got["r2"] != 0 {
		t.Errorf("read in gamma: %v", got)
	}
	w.keys(t, "{alt+.}{alt+.}{alt+c}")
	if w.here() != "gamma #deploys" {
		t.Errorf("where this team has nothing new it begins in %s", w.here())
	}
	w.keys(t, "{enter}")
	if w.Leave(); w.clients[2].read["r2"] != 21 {
		t.Errorf("told when the program ends: %v", w.clients[2].read)
	}
}

// TestWhoIsInAnotherTeamDoesSomethingElse: an answer to what was asked in a team that is not
// shown any more takes nobody anywhere there, though no key was pressed in it since.
func TestWhoIsInAnotherTeamDoesSomethingElse(t *testing.T) {
	w := openWindow(100, 30, "acme", "beta")
	asked := w.teams[0].origin()
	if !w.teams[0].still(asked) {
		t.Fatal("nothing was done, and it says so")
	}
	w.show(move{team: 1}) // as a click does
	w.show(move{team: 0})
	if w.teams[0].still(asked) {
		t.Error("who was in another team is taken along")
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
	w.clients[0].answer = nil
	cmd = w.keys(t, "/members{enter}")
	w.send(tea.MouseClickMsg{X: 4, Y: 1, Button: tea.MouseLeft})
	w.send(tea.MouseReleaseMsg{X: 4, Y: 1, Button: tea.MouseLeft})
	for _, msg := range outcome(cmd) {
		w.send(msg)
	}
	if w.keys(t, "{alt+,}"); len(w.clients[0].asked) < 2 || w.teams[0].top() != nil {
		t.Errorf("it was asked for %v, and opens over who came back later:\n%s", w.clients[0].asked, w.text(t))
	}
}

// BenchmarkHiddenTeam is what a message costs in a team that is not shown, to the text of
// the whole screen, once so much is unread there that it looks the same with one more.
func BenchmarkHiddenTeam(b *testing.B) {
	w, seq := openWindow(100, 30, "acme", "beta"), uint64(10)
	message := func() {
		seq++
		w.told(1, chat.Arrived{Messages: []chat.Message{said(seq, ada, time.Hour, "one more")}})
		w.View()
	}
	for range manyUnread {
		message()
	}
	b.ReportAllocs()
	for b.Loop() {
		message()
	}
}

// TestTheTeamThatIsShownFirst: it is any of them, in its place among the others, and it alone
// says what is wrong with the settings. Who keeps which one is shown is told of another.
func TestTheTeamThatIsShownFirst(t *testing.T) {
	var front []string
	in := func(name string, first bool) Config {
		return Config{
			Client: &fake{}, Team: name, First: first, Front: func() { front = append(front, name) },
			Set: Settings{File: "~/config.toml", Mistakes: []settings.Mistake{{Line: 1, Says: "odd"}}},
		}
	}
	w := &window{Window: NewWindow(in("acme", false), in("beta", true), in("cats", false))}
	w.send(tea.WindowSizeMsg{Width: 90, Height: 20})
	screen := ansi.Strip(w.View().Content)
	if w.teams[w.shown].team != "beta" || !strings.Contains(screen, "▸○ beta") || !strings.Contains(screen, "line 1: odd") || strings.Index(screen, "acme") > strings.Index(screen, "beta") {
		t.Errorf("shown is %s:\n%s", w.teams[w.shown].team, screen)
	}
	if w.keys(t, "{alt+.}"); strings.Contains(ansi.Strip(w.View().Content), "line 1: odd") {
		t.Error("another one says it, too")
	}
	w.keys(t, "{alt+.}")
	w.send(w.Parts(0)) // which is shown
	if got := strings.Join(front, " "); got != "cats acme beta" {
		t.Errorf("told of %q", got)
	}
}

package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// cell is where a text is on the screen: the cell of its first character.
func (s *screen) cell(tb testing.TB, text string) (x, y int) {
	tb.Helper()
	for y, row := range strings.Split(s.text(), "\n") {
		if before, _, ok := strings.Cut(row, text); ok {
			return s.theme.Measure.StringWidth(before), y
		}
	}
	tb.Fatalf("%q is not on the screen:\n%s", text, s.text())
	return 0, 0
}

func (s *screen) down(x, y int) tea.Cmd {
	return s.send(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
}

func (s *screen) move(x, y int) tea.Cmd {
	return s.send(tea.MouseMotionMsg{X: x, Y: y, Button: tea.MouseLeft})
}

func (s *screen) up(x, y int) tea.Cmd {
	return s.send(tea.MouseReleaseMsg{X: x, Y: y, Button: tea.MouseLeft})
}

// clipboard is what a command puts there first of all, "" for nothing.
func clipboard(cmd tea.Cmd) string {
	if cmd == nil {
		return ""
	}
	msg := cmd()
	if batch, ok := msg.(tea.BatchMsg); ok {
		return clipboard(batch[0])
	}
	if fmt.Sprintf("%T", msg) == fmt.Sprintf("%T", tea.SetClipboard("")()) {
		return fmt.Sprint(msg)
	}
	return ""
}

// marked is what is drawn the other way round, by rows.
func (s *screen) marked() string {
	var rows []string
	for row := range strings.SplitSeq(s.View().Content, "\n") {
		var in strings.Builder
		for part := range strings.SplitSeq(row, "\x1b[27m") {
			if _, turned, ok := strings.Cut(part, "\x1b[7m"); ok {
				in.WriteString(ansi.Strip(turned))
			}
		}
		if in.Len() > 0 {
			rows = append(rows, in.String())
		}
	}
	return strings.Join(rows, "\n")
}

func openMarked(width, height int) *screen {
	return open(width, height, chat.Reloaded{Room: chat.GeneralRoom, Messages: []chat.Message{
		said(1, ada, 0, "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"),
		said(2, ada, time.Minute, "see https://example.org/a_b?c=d#e, and net/client.go:42 at 09:15."),
		said(3, grace, 2*time.Minute, "```\nfunc f() {\n\treturn\n}\n```"),
		said(4, yuki, 3*time.Minute, "日本語 👨‍👩‍👧‍👦 👍🏽!"),
		said(5, bob, 4*time.Minute, "- first\n- second"),
	}}, chat.Connection{State: chat.Online})
}

// TestDragMarksText and nothing else: what is copied is what was said, without the breaks of
// rows, with names where there are several messages.
func TestDragMarksText(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{"two", "our", "two three fo"},
		{"our", "two", "two three fo"},
		{"fifteen", "xteen", "fifteen six"},
		{"one", "ixteen", "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen si"},
		{"本", "👍", "本語 👨‍👩‍👧‍👦 👍🏽"},
		{"func", "}", "func f() {\n\treturn\n}"},
		{"eturn", "}", "eturn\n}"},
		{"fifteen", "see", "ada: fifteen sixteen\ns"},
		{"at 09:15", "func", "ada: at 09:15.\ngrace: f"},
		{"語", "first", "ゆき: 語 👨‍👩‍👧‍👦 👍🏽!\nbob: - f"},
		{"irst", "econd", "irst\n- se"},
	} {
		for _, width := range []int{60, 90} {
			s := openMarked(width, 30)
			x, y := s.cell(t, c.from)
			s.down(x, y)
			if s.marked() != "" {
				t.Errorf("a click marks %q", s.marked())
			}
			x, y = s.cell(t, c.to)
			s.move(x+1, y)
			if s.move(x, y); s.marked() == "" {
				t.Errorf("%s to %s is not seen", c.from, c.to)
			}
			cmd := s.up(x, y)
			if got := clipboard(cmd); got != c.want {
				t.Errorf("%d: %s to %s copies %q, want %q", width, c.from, c.to, got, c.want)
			}
			if !strings.Contains(s.text(), "copied") {
				t.Errorf("nothing says so:\n%s", s.text())
			}
		}
	}
}

// TestWhatIsMarkedIsSeen, over rows, without names, times and bars; what follows it in the row
// looks as before.
func TestWhatIsMarkedIsSeen(t *testing.T) {
	s := openMarked(60, 30)
	x, y := s.cell(t, "nine")
	s.down(x, y)
	x, y = s.cell(t, "return")
	s.move(x+5, y)
	if got, want := s.marked(), "nine\nten eleven twelve thirteen fourteen fifteen\nsixteen\nsee https://example.org/a_b?c=d#e, and\nnet/client.go:42 at 09:15.\nfunc f() {\n    return"; got != want {
		t.Errorf("%q is marked, want %q\n%s", got, want, s.text())
	}
	text := s.text()
	for i, key := range []string{"{esc}", "x"} {
		if s.keys(t, key); s.marked() != "" {
			t.Errorf("key %d leaves %q", i, s.marked())
		}
		s.down(x, y)
		s.move(x+3, y)
		s.up(x+3, y)
	}
	if s.focus != writing || s.composer.Text() != "x" {
		t.Errorf("focus %v, %q written", s.focus, s.composer.Text())
	}
	s.down(0, 0)
	if s.marked() != "" {
		t.Error("a click leaves it")
	}
	if got := strings.Replace(s.text(), "x", "", 1); len(strings.Split(got, "\n")) != len(strings.Split(text, "\n")) {
		t.Errorf("rows moved:\n%s", got)
	}
}

// TestClicksInARow take a word, a line and a message.
func TestClicksInARow(t *testing.T) {
	for _, c := range []struct {
		at     string
		clicks int
		want   string
	}{
		{"hree", 2, "three"},
		{"ample.org", 2, "https://example.org/a_b?c=d#e"},
		{"client.go", 2, "net/client.go:42"},
		{"15.", 2, "09:15"},
		{"本", 2, "日本語"},
		{"👍", 2, "👍🏽"},
		{"return", 3, "\treturn"},
		{"econd", 3, "- second"},
		{"econd", 4, "- first\n- second"},
		{"return", 4, "func f() {\n\treturn\n}"},
		{"nine", 3, "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"},
		{"hree", 1, ""},
		{"hree", 5, ""},
	} {
		s := openMarked(60, 30)
		x, y := s.cell(t, c.at)
		var got string
		for range c.clicks {
			s.down(x, y)
			got = clipboard(s.up(x, y))
			s.clock = s.clock.Add(200 * time.Millisecond)
		}
		if got != c.want {
			t.Errorf("%d clicks on %s copy %q, want %q", c.clicks, c.at, got, c.want)
		}
	}
	s := openMarked(60, 30)
	x, y := s.cell(t, "hree")
	for range 2 {
		s.down(x, y)
		if got := clipboard(s.up(x, y)); got != "" {
			t.Errorf("two slow clicks copy %q", got)
		}
		s.clock = s.clock.Add(time.Second)
	}
	// A second click that is held goes on by words.
	s.down(x, y)
	s.up(x, y)
	s.down(x, y)
	x, y = s.cell(t, "ix ")
	s.move(x, y)
	if got := clipboard(s.up(x, y)); got != "three four five six" {
		t.Errorf("by words: %q", got)
	}
}

// TestDragStaysInTheTimeline: what begins elsewhere marks nothing, Shift is the terminal's, and
// what goes on elsewhere marks up to the edge.
func TestDragStaysInTheTimeline(t *testing.T) {
	s := openTeam(100, 20)
	a := s.areas
	for _, from := range [][2]int{{2, 3}, {a.Composer.X + 4, a.Composer.Y}, {4, a.Status.Y}, {a.Title.X + 3, 0}} {
		s.down(from[0], from[1])
		s.move(a.Timeline.X+20, a.Timeline.Y+10)
		if got := clipboard(s.up(a.Timeline.X+20, a.Timeline.Y+10)); got != "" || s.marked() != "" {
			t.Errorf("from %v: %q", from, got)
		}
	}
	x, y := s.cell(t, "p99")
	s.send(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft, Mod: tea.ModShift})
	s.move(x+5, y)
	if got := clipboard(s.up(x+5, y)); got != "" {
		t.Errorf("with shift: %q", got)
	}
	s.down(x, y)
	s.move(1, y) // over the sidebar
	if got := clipboard(s.up(1, y)); got != "done, p" {
		t.Errorf("to the sidebar: %q", got)
	}
	s.down(x, y)
	s.move(a.Timeline.X+30, a.Status.Y)
	if got := clipboard(s.up(a.Timeline.X+30, a.Status.Y)); got != "p99 is flat 👍🏽 🇩🇪" {
		t.Errorf("below: %q", got)
	}
}

// TestDragMovesOnAtTheEdge, for as long as the button is held there.
func TestDragMovesOnAtTheEdge(t *testing.T) {
	s := open(60, 12)
	var list []chat.Message
	for i := range 60 {
		list = append(list, said(uint64(i+1), ada, time.Duration(i)*time.Second, fmt.Sprintf("message %02d", i)))
	}
	s.send(chat.Reloaded{Room: chat.GeneralRoom, Messages: list})
	x, y := s.cell(t, "message 59")
	s.down(x+9, y)
	if cmd := s.move(x, s.areas.Timeline.Y-1); cmd == nil || !s.drag.ticking {
		t.Fatal("it does not move on")
	}
	for range 30 {
		s.send(dragOn{s.drag.nth})
	}
	if text := s.text(); strings.Contains(text, "message 59") || !s.drag.ticking {
		t.Errorf("it did not move:\n%s", text)
	}
	s.move(x, s.areas.Timeline.Y)
	s.send(dragOn{s.drag.nth})
	if s.drag.ticking {
		t.Error("it moves on in the middle")
	}
	got := clipboard(s.up(x, s.areas.Timeline.Y))
	if rows := strings.Split(got, "\n"); len(rows) < 30 || !strings.HasPrefix(rows[0], "ada: message ") || rows[len(rows)-1] != "message 59" {
		t.Errorf("copied %d rows: %q", len(rows), got)
	}
	before := s.text()
	if s.send(dragOn{s.drag.nth}); s.text() != before {
		t.Error("it moves though nothing is held")
	}
	s.keys(t, "{alt+end}")
	s.down(s.cell(t, "message 58"))
	s.move(x, s.areas.Timeline.Y-1)
	for range 3 {
		s.send(tea.MouseWheelMsg{X: x, Y: s.areas.Timeline.Y + 1, Button: tea.MouseWheelUp})
	}
	if got := clipboard(s.up(x, s.areas.Timeline.Y-1)); strings.Count(got, "\n") < 12 {
		t.Errorf("the wheel marks %q", got)
	}
	s.down(s.cell(t, "message 44"))
	s.move(x, 0)
	s.send(tea.BlurMsg{})
	if before = s.text(); s.send(dragOn{s.drag.nth}) != nil && s.drag.ticking || s.text() != before {
		t.Error("it moves on though the terminal lost the focus")
	}
}

// TestWhatIsMarkedStays: when messages come, the screen gets another size, and the view moves.
func TestWhatIsMarkedStays(t *testing.T) {
	s := openMarked(60, 30)
	x, y := s.cell(t, "ten")
	s.down(x, y)
	x, y = s.cell(t, "fourteen")
	s.move(x+7, y)
	s.up(x+7, y)
	const want = "ten eleven twelve thirteen fourteen"
	for _, do := range []func(){
		func() { s.send(chat.Arrived{Messages: []chat.Message{said(6, bob, time.Hour, "more\nand more")}}) },
		func() { s.send(tea.WindowSizeMsg{Width: 44, Height: 24}) },
		func() { s.send(tea.WindowSizeMsg{Width: 120, Height: 40}) },
		func() { s.send(tea.MouseWheelMsg{X: 30, Y: 5, Button: tea.MouseWheelUp}) },
		func() { s.send(tea.ModeReportMsg{Mode: ansi.ModeUnicodeCore, Value: ansi.ModeReset}) },
	} {
		do()
		if got := strings.ReplaceAll(s.marked(), "\n", " "); got != want {
			t.Errorf("%q is marked:\n%s", got, s.text())
		}
	}
	s.send(chat.MessageErased{MessageChanged: chat.MessageChanged{Room: chat.GeneralRoom, Seq: 1}})
	if got, _ := s.drag.in.Marked(); strings.Contains(got, "eleven") {
		t.Errorf("what was deleted is marked: %q", got)
	}
}

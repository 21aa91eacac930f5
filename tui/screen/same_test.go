//go:build unix

package screen

import (
	"fmt"
	"image/color"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// actor is a model whose screen follows from a number and from what it was told.
type actor struct {
	seed          uint64
	step          int
	width, height int
	keys          int // and pastes
	typed         string
	old           []string // rows of the step before, which may move
	graphemes     bool
}

// step is a message: show what has this number.
type step int

func (a *actor) Init() tea.Cmd { return nil }

func (a *actor) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		a.width, a.height = msg.Width, msg.Height
	case tea.KeyPressMsg:
		a.keys++
		a.typed += msg.String()
	case tea.PasteMsg:
		a.keys++
		a.typed += "<" + msg.Content + ">"
	case tea.ModeReportMsg:
		a.graphemes = a.graphemes || msg.Mode == ansi.ModeUnicodeCore && msg.Value == ansi.ModeReset
	case step:
		a.old = a.rows()
		a.step = int(msg)
		switch {
		case msg < 0:
			return a, tea.Quit
		case msg%7 == 3:
			return a, tea.ClearScreen
		}
	}
	return a, nil
}

// pieces are what rows are made of: styles that end and styles that do not, links, and
// text that everybody measures alike.
var pieces = []string{
	"plain words ", "日本語 ", "한국어", "e\u0301clair ", "🎉", "🚀 ", "a\tb", "  ", "           ", "____________________",
	"\x1b[1mbold\x1b[m ", "\x1b[38;5;202morange\x1b[0m", "\x1b[48;2;20;40;60m on blue \x1b[m", "\x1b[7m reverse \x1b[27m", "\x1b[4:3mcurly\x1b[m",
	"\x1b]8;;https://example.org/a\x1b\\link\x1b]8;;\x1b\\ ", "\x1b]8;id=1;https://example.org/b\x07other\x1b]8;;\x07", "\x1b[2m faint to the end", "\x1b[31m red ",
	"\x1b]8;;https://example.org/c\x1b\\open ",
	"\x1b[38;5;77m\U0010EEEE\u0305\u0305\u030D\U0010EEEE\u0305\u030D\u030D\x1b[m", // cells of a picture
}

// clusters are characters that only a terminal measures rightly that has the mode 2027.
var clusters = []string{"👍🏽", "👨\u200d👩\u200d👧", "🇩🇪 ", "❤\ufe0f "}

func (a *actor) random() *rand.Rand { return rand.New(rand.NewPCG(a.seed, uint64(a.step))) }

func (a *actor) rows() []string {
	r := a.random()
	tame := r.IntN(3) > 0 // no style goes from one row to the next
	var rows []string
	for range r.IntN(a.height + 3) {
		if len(a.old) > 2 && r.IntN(3) > 0 {
			rows = append(rows, a.old[r.IntN(len(a.old))])
			continue
		}
		row := ""
		for range r.IntN(12) {
			row += pieces[r.IntN(len(pieces))]
			if a.graphemes && r.IntN(4) == 0 {
				row += clusters[r.IntN(len(clusters))]
			}
		}
		if tame {
			row += "\x1b[m\x1b]8;;\x1b\\"
		}
		rows = append(rows, row)
	}
	if shift := r.IntN(4); len(a.old) > shift && r.IntN(3) == 0 { // as a timeline moves
		rows = append(append([]string{}, a.old[shift:]...), rows...)
	}
	return rows
}

func (a *actor) View() tea.View {
	r := a.random()
	v := tea.NewView("")
	v.AltScreen = true
	if a.width == 0 || a.height == 0 {
		return v
	}
	rows := append([]string{fmt.Sprintf("%t %d,%d.", a.graphemes, a.step, a.keys), ansi.TruncateLeft(a.typed, max(0, len(a.typed)-20), "")}, a.rows()...)
	v.SetContent(strings.Join(rows, "\n"))
	v.WindowTitle = []string{"", "one", "two — 日本"}[r.IntN(3)]
	v.ReportFocus = r.IntN(2) == 0
	v.MouseMode = tea.MouseMode(r.IntN(3))
	v.DisableBracketedPasteMode = r.IntN(4) == 0
	v.KeyboardEnhancements.ReportEventTypes = r.IntN(4) == 0
	if r.IntN(3) > 0 {
		v.Cursor = tea.NewCursor(r.IntN(a.width), r.IntN(a.height))
		v.Cursor.Shape, v.Cursor.Blink = tea.CursorShape(r.IntN(3)), r.IntN(2) == 0
		if r.IntN(3) == 0 {
			v.Cursor.Color = color.RGBA{uint8(r.IntN(256)), 20, 30, 255}
		}
	}
	if r.IntN(4) == 0 {
		v.BackgroundColor = color.RGBA{10, uint8(r.IntN(256)), 30, 255}
		v.ForegroundColor = color.RGBA{200, 201, uint8(r.IntN(256)), 255}
	}
	if r.IntN(4) == 0 {
		v.ProgressBar = tea.NewProgressBar(tea.ProgressBarDefault, r.IntN(100))
	}
	return v
}

// runner is a program on an emulator.
type runner struct {
	*emulator
	send func(tea.Msg)
	done chan error
}

func runBoth(t *testing.T, seed uint64, width, height int, knows bool, environ []string) (theirs, ours runner) {
	t.Helper()
	theirs, ours = runner{emulator: newEmulator(t, width, height, knows)}, runner{emulator: newEmulator(t, width, height, knows)}
	p := tea.NewProgram(&actor{seed: seed}, tea.WithInput(theirs.theirs), tea.WithOutput(theirs.theirs),
		tea.WithoutSignalHandler(), tea.WithFPS(120), tea.WithEnvironment(environ))
	theirs.send, theirs.done = p.Send, make(chan error, 1)
	q := New(&actor{seed: seed}, Terminal{In: ours.theirs, Out: ours.theirs, Environ: environ}, tea.WithoutSignalHandler())
	ours.send, ours.done = q.Send, make(chan error, 1)
	for run, done := range map[interface{ Run() (tea.Model, error) }]chan error{p: theirs.done, q: ours.done} {
		go func() { _, err := run.Run(); done <- err }()
	}
	return theirs, ours
}

// afterPaste is longer than what is behind a paste belongs to it (tui/screen/input).
const afterPaste = 100 * time.Millisecond

// TestSameScreen drives the same model through Bubble Tea's renderer and through this
// one, and finds the same cells, cursor, modes, colours and title after each step.
func TestSameScreen(t *testing.T) {
	for seed, environ := range [][]string{
		{"TERM=xterm-256color", "COLORTERM=truecolor"},
		{"TERM=xterm-256color"},
		{"TERM=screen-256color"},
		{"TERM=linux"},
		{"TERM=tmux-256color", "NO_COLOR=1"},
		{"TERM=xterm-kitty", "COLORTERM=truecolor"},
	} {
		for _, knows := range []bool{false, true} {
			t.Run(fmt.Sprintf("%v knows %t", environ, knows), func(t *testing.T) {
				t.Parallel()
				r := rand.New(rand.NewPCG(uint64(seed), 7))
				width, height := 40, 12
				theirs, ours := runBoth(t, uint64(seed), width, height, knows, environ)
				keys := 0
				for _, x := range []runner{theirs, ours} {
					x.shows(fmt.Sprintf("%t 0,0.", knows))
				}
				for n := step(1); n <= 60; n++ {
					pasted := false
					switch r.IntN(4) {
					case 0:
						width, height = 14+r.IntN(90), 3+r.IntN(30)
						for _, x := range []runner{theirs, ours} {
							x.resize(width, height)
							x.send(tea.WindowSizeMsg{Width: width, Height: height})
						}
					case 1:
						key := []string{"a", "Z", "\x1b[A", "\x1b[13;2u", "日", "\x03", "\x1b[200~pasted\x1b[201~"}[r.IntN(7)]
						keys++
						pasted = strings.HasPrefix(key, "\x1b[200")
						theirs.write(key)
						ours.write(key)
					}
					theirs.send(n)
					ours.send(n)
					marker := fmt.Sprintf("%d,%d.", n, keys)
					theirs.shows(marker)
					ours.shows(marker)
					// It may be in the middle of a frame.
					theirs.same(n, ours)
					if pasted { // what is pressed sooner is of the paste to ours
						<-time.After(afterPaste)
					}
				}
				for _, x := range []runner{theirs, ours} {
					x.send(step(-1))
					if err := <-x.done; err != nil {
						t.Error(err)
					}
				}
				ours.untouched()
			})
		}
	}
}

// same waits until another terminal is as this one is: one of them may be in the middle
// of a frame.
func (x runner) same(n step, other runner) {
	x.t.Helper()
	deadline := time.After(10 * time.Second)
	for {
		want, got := x.all(), other.all()
		if want == got {
			return
		}
		select {
		case <-x.changed:
		case <-other.changed:
		case <-deadline:
			w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
			for i := range min(len(w), len(g)) {
				if w[i] != g[i] {
					x.t.Errorf("row %d\nof Bubble Tea: %s\nof ours:       %s", i, w[i], g[i])
				}
			}
			x.t.Fatalf("step %d differs", n)
		}
	}
}

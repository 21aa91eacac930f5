package screen

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"

	"github.com/hobnob-chat/hobnob/tui/picture"
)

// terminal is what is drawn on. It is taken, drawn on, and given back, as often as
// need be; while it is not taken, nothing is written. Its methods are safe from any
// goroutine.
//
// Each call writes once, or if it is much in pieces, to the file that Bubble Tea may write
// to also, when it prints a panic: the terminal is given back by then.
type terminal struct {
	// Set once.
	in, out *os.File
	outlet  *outlet
	environ uv.Environ

	mu     sync.Mutex
	before *term.State // what it is given back as; nil while it is not taken
	asks   int         // how much it was asked of what it can do, -1 for not yet

	// What it is.
	width, height int
	profile       colorprofile.Profile
	synchronized  bool // it holds a frame back until it is complete
	graphemes     bool // it measures text by what a person sees as one character

	// What it shows. Nothing before the first frame.
	shown    bool
	view     tea.View
	settings settings
	cells    *cells

	// IDs of the pictures that it was given, and whether more of the last is to come.
	pictures map[uint64]struct{}
	half     bool
	kept     *tea.View // a view that waits for it
	keptFrom time.Time

	known map[uint32]picture.Pixels // those that are drawn over cells, by ID

	buf bytes.Buffer // what is to be written
}

func newTerminal(t Terminal, profile colorprofile.Profile) *terminal {
	return &terminal{in: t.In, out: t.Out, outlet: newOutlet(t.Out), environ: t.Environ, profile: profile, asks: -1, pictures: make(map[uint64]struct{}), known: make(map[uint32]picture.Pixels)}
}

// take makes the terminal the program's. Nothing is shown yet.
func (t *terminal) take() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.before != nil {
		return nil
	}
	before, err := term.MakeRaw(t.in.Fd())
	if err != nil {
		return fmt.Errorf("the terminal cannot be drawn on: %w", err)
	}
	t.before = before
	t.shown, t.view, t.settings = false, tea.View{}, settings{}
	t.cells = newCells(t.environ, t.profile, t.width, t.height, t.graphemes)
	t.cells.pixels.known, t.cells.pixels.given = t.known, t.pictures
	if t.graphemes {
		t.buf.WriteString(ansi.SetModeUnicodeCore)
	}
	if t.asks < 0 {
		t.asks = 0
		if answers(t.environ) {
			t.buf.WriteString(ansi.RequestModeBracketedPaste + ansi.RequestModeSynchronizedOutput + ansi.RequestModeUnicodeCore)
			t.asks = 3
		}
	}
	t.flush()
	return nil
}

// answers tells whether a terminal is known to understand a question about its modes,
// or at least not known to print it: Apple's does, and who knows what is at the other
// end of ssh.
func answers(e uv.Environ) bool {
	if _, windows := e.LookupEnv("WT_SESSION"); windows {
		return true
	}
	for _, name := range []string{"ghostty", "wezterm", "alacritty", "kitty", "rio"} {
		if strings.Contains(e.Getenv("TERM"), name) {
			return true
		}
	}
	_, ssh := e.LookupEnv("SSH_TTY")
	return !ssh && !strings.Contains(e.Getenv("TERM_PROGRAM"), "Apple")
}

// giveBack leaves the terminal as it was found.
func (t *terminal) giveBack() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.before == nil {
		return
	}
	if t.shown {
		change(&t.buf, t.settings, settings{})
		t.cells.leave(&t.buf) // to the last row, where there is no other screen to go back to
		t.buf.WriteString(ansi.ResetModeAltScreenSaveCursor + ansi.SetModeTextCursorEnable)
	}
	if t.graphemes {
		t.buf.WriteString(ansi.ResetModeUnicodeCore)
	}
	t.forget()
	t.outlet.last(t.buf.Bytes())
	t.buf.Reset()
	_ = term.Restore(t.in.Fd(), t.before) // fails when the terminal is gone
	t.before, t.cells, t.kept = nil, nil, nil
}

// draw shows a view.
func (t *terminal) draw(v tea.View) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.before == nil || t.width <= 0 || t.height <= 0 || t.keeps(v) {
		return
	}
	t.show(v)
}

// show writes what draws a view.
func (t *terminal) show(v tea.View) {
	first := !t.shown
	if first {
		t.buf.WriteString(ansi.SetModeAltScreenSaveCursor)
	}
	changed := t.changes(v)
	cursor := v.Cursor != nil
	had := !first && t.view.Cursor != nil
	// A terminal that shows each change as it comes must not show the cursor fly.
	hide := first && !cursor || had && (!cursor || !t.synchronized && len(changed) > 0)
	show := cursor && (!had || hide)
	if t.synchronized && len(changed) > 0 {
		t.buf.WriteString(ansi.SetModeSynchronizedOutput)
	}
	if hide {
		t.buf.WriteString(ansi.ResetModeTextCursorEnable)
	}
	t.buf.Write(changed)
	if show {
		t.buf.WriteString(ansi.SetModeTextCursorEnable)
	}
	if t.synchronized && len(changed) > 0 {
		t.buf.WriteString(ansi.ResetModeSynchronizedOutput)
	}
	t.shown, t.view = true, v
	t.flush()
}

// changes returns what makes the view that is shown into v.
func (t *terminal) changes(v tea.View) []byte {
	var b bytes.Buffer
	to := settingsOf(v)
	change(&b, t.settings, to)
	t.settings = to
	t.cells.draw(&b, v.Content, v.Cursor)
	return b.Bytes()
}

// write says something to the terminal besides what is drawn.
func (t *terminal) write(s string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.before != nil {
		t.noted(s)
		t.buf.WriteString(s)
		t.flush()
		t.showKept()
	}
}

// flush writes. It may wait for the terminal, with the lock: nobody else has anything to
// do with it then. giveUp ends that.
func (t *terminal) flush() {
	t.outlet.write(t.buf.Bytes())
	if t.buf.Reset(); t.buf.Cap() > mostBuffered {
		t.buf = bytes.Buffer{}
	}
}

// mostBuffered is how much stays held for what is written next, in bytes: more than most frames
// are.
const mostBuffered = 256 << 10

// giveUpWhen has nothing wait for the terminal any more, a moment after ended is closed.
// What it returns ends that.
func (t *terminal) giveUpWhen(ended <-chan struct{}) (stop func()) {
	over := make(chan struct{})
	var work sync.WaitGroup
	work.Go(func() {
		select {
		case <-over:
			return
		case <-ended:
		}
		patience := time.NewTimer(lastTime)
		defer patience.Stop()
		select {
		case <-over:
		case <-patience.C:
			t.outlet.giveUp()
		}
	})
	return func() { close(over); work.Wait() }
}

// Of a terminal that is larger than anybody has, four times a screen of letters that can
// just be read, a part is drawn on: what is drawn is kept, cell by cell.
const (
	maxSide  = 1024
	maxCells = 1 << 18
)

// size asks for the terminal's size. One that does not know it, such as a serial line,
// has that of the environment, or 80 by 24. Of one that is larger than anybody's, a part
// is drawn on.
func (t *terminal) size() (width, height int) {
	width, height, err := term.GetSize(t.out.Fd())
	if err != nil {
		width, height = 0, 0
	}
	for _, s := range []struct {
		cells *int
		name  string
		usual int
	}{{&width, "COLUMNS", 80}, {&height, "LINES", 24}} {
		if *s.cells > 0 {
			continue
		}
		if n, err := strconv.Atoi(t.environ.Getenv(s.name)); err == nil && n > 0 {
			*s.cells = n
		} else {
			*s.cells = s.usual
		}
	}
	width = min(width, maxSide)
	return width, min(height, maxSide, maxCells/width)
}

// resize says which size the next view has.
func (t *terminal) resize(width, height int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.width, t.height = width, height
	if t.cells != nil {
		t.cells.resize(width, height)
	}
}

// colours says which colours the terminal has.
func (t *terminal) colours(p colorprofile.Profile) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if p == t.profile {
		return
	}
	t.profile = p
	if t.cells != nil {
		t.cells.colours(p)
	}
}

// erase has the next frame drawn anew, whatever the terminal shows.
func (t *terminal) erase() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.cells != nil {
		t.cells.erase()
	}
}

// synchronize says that the terminal can hold a frame back until it is complete.
func (t *terminal) synchronize() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.synchronized = true
}

// measureGraphemes has the terminal measure text by grapheme clusters, as it said it
// can.
func (t *terminal) measureGraphemes() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.graphemes || t.before == nil {
		return
	}
	t.graphemes = true
	t.cells.measureGraphemes()
	t.buf.WriteString(ansi.SetModeUnicodeCore)
	t.flush()
}

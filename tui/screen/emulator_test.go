//go:build unix

package screen

import (
	"bytes"
	"cmp"
	"fmt"
	"image/color"
	"io"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// emulator is a terminal at the other end of a pseudo-terminal.
type emulator struct {
	t       *testing.T
	tty     *os.File // our end
	theirs  *os.File
	changed chan struct{}

	mu     sync.Mutex
	screen *vt.Emulator
	said   bytes.Buffer // all that was written to it
	state  state
	knows  bool // it answers that it has the modes 2026 and 2027
}

// state is what a terminal is told besides its cells.
type state struct {
	title              string
	hidden             bool
	shape              vt.CursorStyle
	steady             bool
	foreground, ground color.Color
	cursor             color.Color
	modes              map[int]bool // those that are set
}

func newEmulator(t *testing.T, width, height int, knows bool) *emulator {
	t.Helper()
	ours, theirs, err := pty.Open()
	if err != nil {
		t.Skipf("no pseudo-terminal here: %v", err)
	}
	if err := pty.Setsize(ours, &pty.Winsize{Cols: uint16(width), Rows: uint16(height)}); err != nil {
		t.Fatal(err)
	}
	e := &emulator{t: t, tty: ours, theirs: theirs, screen: vt.NewEmulator(width, height), changed: make(chan struct{}, 1), knows: knows}
	e.state.modes = map[int]bool{ansi.ModeAutoWrap.Mode(): true, ansi.ModeTextCursorEnable.Mode(): true}
	e.screen.SetCallbacks(vt.Callbacks{
		Title:            func(s string) { e.state.title = s },
		CursorVisibility: func(visible bool) { e.state.hidden = !visible },
		CursorStyle:      func(s vt.CursorStyle, blink bool) { e.state.shape, e.state.steady = s, !blink },
		CursorColor:      func(c color.Color) { e.state.cursor = c },
		ForegroundColor:  func(c color.Color) { e.state.foreground = c },
		BackgroundColor:  func(c color.Color) { e.state.ground = c },
		EnableMode:       func(m ansi.Mode) { e.state.modes[m.Mode()] = true },
		DisableMode:      func(m ansi.Mode) { delete(e.state.modes, m.Mode()) },
	})
	var work sync.WaitGroup
	work.Go(e.read)
	answers := e.screen
	work.Go(func() { _, _ = io.Copy(ours, answers) })
	t.Cleanup(func() {
		_ = theirs.Close()
		_ = ours.Close()
		if c, ok := answers.InputPipe().(io.Closer); ok {
			_ = c.Close()
		}
		work.Wait()
	})
	return e
}

// read takes what is written to it. A character may come in two parts, which the emulator
// would take for two: what is behind the last escape sequence waits for more.
func (e *emulator) read() {
	chunks := make(chan []byte)
	go func() {
		defer close(chunks)
		for {
			buf := make([]byte, 4<<10)
			n, err := e.tty.Read(buf)
			if err != nil {
				return
			}
			chunks <- buf[:n]
		}
	}()
	var held []byte
	for {
		var late <-chan time.Time
		if len(held) > 0 {
			late = time.After(50 * time.Millisecond)
		}
		select {
		case b, ok := <-chunks:
			if !ok {
				e.take(held)
				return
			}
			held = append(held, b...)
			whole := max(0, bytes.LastIndexByte(held, '\x1b'))
			if wholeSequence.Match(held[whole:]) {
				whole = len(held)
			}
			e.take(held[:whole])
			held = append([]byte{}, held[whole:]...)
		case <-late:
			e.take(held)
			held = nil
		}
	}
}

var wholeSequence = regexp.MustCompile(`^\x1b\[[0-9;?<>=]*[ -/]*[@-~]$`)

func (e *emulator) take(b []byte) {
	if len(b) == 0 {
		return
	}
	e.mu.Lock()
	_, _ = e.screen.Write(b)
	e.said.Write(b)
	if e.knows && bytes.Contains(b, []byte(ansi.RequestModeUnicodeCore)) {
		_, _ = e.tty.WriteString("\x1b[?2004;2$y\x1b[?2026;2$y\x1b[?2027;2$y")
	}
	e.mu.Unlock()
	select {
	case e.changed <- struct{}{}:
	default:
	}
}

// waitFor waits until something is true of it, or fails with what it shows.
func (e *emulator) waitFor(what string, is func() bool) {
	e.t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		e.mu.Lock()
		yes := is()
		e.mu.Unlock()
		if yes {
			return
		}
		select {
		case <-e.changed:
		case <-deadline:
			e.t.Fatalf("%s: does not come\n%s", what, e.all())
		}
	}
}

func (e *emulator) shows(text string) {
	e.t.Helper()
	e.waitFor(strconv.Quote(text), func() bool { return strings.Contains(e.screen.String(), text) })
}

func (e *emulator) write(keys string) {
	e.t.Helper()
	if _, err := e.tty.WriteString(keys); err != nil {
		e.t.Fatal(err)
	}
}

func (e *emulator) resize(width, height int) {
	e.t.Helper()
	e.mu.Lock()
	defer e.mu.Unlock()
	_, _ = e.screen.WriteString("\x1b7\x1b[r\x1b8") // it keeps a scroll region that is out of it
	e.screen.Resize(width, height)
	if err := pty.Setsize(e.tty, &pty.Winsize{Cols: uint16(width), Rows: uint16(height)}); err != nil {
		e.t.Fatal(err)
	}
}

func (e *emulator) text() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.screen.String()
}

// all is everything about the terminal that a person or a program can tell.
func (e *emulator) all() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.describe()
}

func (e *emulator) describe() string {
	var b strings.Builder
	for y := range e.screen.Height() {
		pen := ""
		for x := 0; x < e.screen.Width(); x++ {
			c := e.screen.CellAt(x, y)
			if c == nil || c.Width == 0 {
				c = &uv.EmptyCell // what is left of a wide one that was written over
			}
			style := c.Style
			if c.Content == " " && style.Underline == 0 && style.Attrs&(uv.AttrReverse|uv.AttrStrikethrough) == 0 {
				style = uv.Style{Bg: style.Bg} // nothing else is seen
			}
			if p := fmt.Sprintf("{%q %s}", style.String(), c.Link.URL); p != pen {
				b.WriteString(p)
				pen = p
			}
			b.WriteString(c.Content)
			x += c.Width - 1
		}
		b.WriteByte('\n')
	}
	at := e.screen.CursorPosition()
	if e.state.hidden { // it is nowhere
		at = uv.Pos(0, 0)
	}
	fmt.Fprintf(&b, "cursor %d,%d hidden %t shape %v steady %t colour %v\n", at.X, at.Y, e.state.hidden, e.state.shape, e.state.steady, e.state.cursor)
	fmt.Fprintf(&b, "title %q colours %v %v alternate %t modes %v keys %v\n",
		e.state.title, e.state.foreground, e.state.ground, e.screen.IsAltScreen(), slices.Sorted(maps.Keys(e.state.modes)), e.keyboard())
	return b.String()
}

var keyboardModes = regexp.MustCompile(`\x1b\[([<=>])(\d*)(?:;(\d+))?([um])`)

// keyboard is how it tells of keys: its stack of Kitty's flags, and xterm's
// modifyOtherKeys.
func (e *emulator) keyboard() []string {
	stack, other := []string{}, "0"
	for _, m := range keyboardModes.FindAllStringSubmatch(e.said.String(), -1) {
		switch m[1] + m[4] {
		case ">u":
			stack = append(stack, m[2])
		case "=u":
			stack[len(stack)-1] = m[2]
		case "<u":
			if len(stack) > 0 {
				stack = stack[:len(stack)-1]
			}
		case ">m":
			if m[2] == "4" {
				other = cmp.Or(m[3], "0")
			}
		}
	}
	return append(stack, "other "+other)
}

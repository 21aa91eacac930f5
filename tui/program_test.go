//go:build unix

package tui

import (
	"image"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// terminal is an emulator at the other end of a pseudo-terminal. It answers the
// program's questions as a terminal does.
type terminal struct {
	t       *testing.T
	tty     *os.File // our end
	changed chan struct{}

	// A cell that is read has to be what it was when the next one is; vt's own lock
	// guards only the way to it.
	mu     sync.Mutex
	screen *vt.Emulator // mu for what is on it
}

func newTerminal(t *testing.T, width, height int) (*terminal, *os.File) {
	t.Helper()
	ours, theirs, err := pty.Open()
	if err != nil {
		t.Skipf("no pseudo-terminal here: %v", err)
	}
	if err := pty.Setsize(ours, &pty.Winsize{Cols: uint16(width), Rows: uint16(height)}); err != nil {
		t.Fatal(err)
	}
	x := &terminal{t: t, tty: ours, screen: vt.NewEmulator(width, height), changed: make(chan struct{}, 1)}
	var work sync.WaitGroup
	work.Go(func() {
		buf := make([]byte, 32<<10)
		for {
			n, err := ours.Read(buf)
			if err != nil {
				return
			}
			x.mu.Lock()
			_, _ = x.screen.Write(buf[:n]) // fails when it has to answer and is closed
			x.mu.Unlock()
			select {
			case x.changed <- struct{}{}:
			default:
			}
		}
	})
	// The emulator's answers are read from its pipe; Read blocks until there is
	// one, and ends with the emulator.
	answers := x.screen
	work.Go(func() { _, _ = io.Copy(ours, answers) })
	t.Cleanup(func() {
		_ = theirs.Close()
		_ = ours.Close()
		if c, ok := answers.InputPipe().(io.Closer); ok {
			_ = c.Close() // Emulator.Close would race with its Read
		}
		work.Wait()
	})
	return x, theirs
}

// wait waits until the screen shows text, or fails.
func (x *terminal) wait(text string) {
	x.t.Helper()
	deadline := time.After(5 * time.Second)
	for !strings.Contains(x.text(), text) {
		select {
		case <-x.changed:
		case <-deadline:
			x.t.Fatalf("%q does not come:\n%s", text, x.text())
		}
	}
}

func (x *terminal) text() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	var b strings.Builder
	for y := range x.screen.Height() {
		for col := 0; col < x.screen.Width(); {
			c := x.screen.CellAt(col, y)
			if c == nil || c.Width == 0 {
				b.WriteByte(' ')
				col++
				continue
			}
			b.WriteString(c.Content)
			col += c.Width
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func (x *terminal) cursor() image.Point {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.screen.CursorPosition()
}

// alternate tells whether it shows the screen that programs have to themselves.
func (x *terminal) alternate() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.screen.IsAltScreen()
}

func (x *terminal) write(keys string) {
	x.t.Helper()
	if _, err := x.tty.WriteString(keys); err != nil {
		x.t.Fatal(err)
	}
}

// echo is a Client whose server answers at once.
type echo struct {
	fake
	send chan chat.Update
	seq  uint64
}

func (e *echo) Enqueue(d chat.Draft) error {
	e.seq++
	m := said(e.seq, you, time.Hour, "")
	m.ID, m.Body = d.ID, d.Body
	e.send <- chat.DraftChanged{Draft: d, State: chat.DraftSent}
	e.send <- chat.Arrived{Messages: []chat.Message{m}}
	return nil
}

func TestProgramInATerminal(t *testing.T) {
	x, theirs := newTerminal(t, 80, 24)
	client := &echo{send: make(chan chat.Update, 16)}
	p := tea.NewProgram(New(Config{Client: client, Notices: []string{"invite people with this"}}),
		tea.WithInput(theirs), tea.WithOutput(theirs), tea.WithoutSignalHandler(),
		tea.WithEnvironment([]string{"TERM=xterm-256color", "COLORTERM=truecolor"}))
	var work sync.WaitGroup
	done := make(chan error, 1)
	work.Go(func() {
		for u := range client.send {
			p.Send(u)
		}
	})
	work.Go(func() { _, err := p.Run(); done <- err })
	client.send <- chat.Identified{You: you, Team: chat.Team{Name: "acme"}, Rooms: []chat.Membership{{Room: chat.Room{ID: chat.GeneralRoom, Name: "general"}}}}
	client.send <- chat.Connection{State: chat.Online}

	x.wait("● you · connected")
	x.wait("invite people with this")
	x.write("hello 日本 there")
	x.wait("┃ hello 日本 there")
	if at := x.cursor(); at.X != 3+len("hello ")+4+len(" there") || at.Y != 22 {
		t.Errorf("the cursor is at %+v", at)
	}
	x.write("\r")
	x.wait("you  hello 日本 there")
	x.wait("┃ write to #general")
	x.write("\x1b[200~two\rlines\x1b[201~") // a paste
	x.wait("┃ lines")
	x.write("\x1b\r.\r") // alt+enter, then enter
	x.wait("two  ")
	x.write("\x1bOP")
	x.wait("esc closes")
	x.write("\x1b")
	x.wait("you  hello 日本 there")
	x.write("\x03\x03")
	if err := <-done; err != nil {
		t.Error(err)
	}
	close(client.send)
	work.Wait()
	for deadline := time.After(5 * time.Second); x.alternate(); { // the last bytes may be on their way
		select {
		case <-x.changed:
		case <-deadline:
			t.Fatal("the terminal's own screen is not given back")
		}
	}
}

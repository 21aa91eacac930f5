//go:build unix

package screen

import (
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

// slowly writes pieces with some time between them, as a slow network does. The time is
// what is tested: nothing is waited for.
func (e *emulator) slowly(between time.Duration, pieces ...string) {
	e.t.Helper()
	tick := time.NewTicker(between)
	defer tick.Stop()
	for i, p := range pieces {
		if i > 0 {
			<-tick.C
		}
		e.write(p)
	}
}

// TestCutOnTheWay: what a network cuts in pieces is what it was. Package input has all
// the ways; here they go through a terminal.
func TestCutOnTheWay(t *testing.T) {
	e, cmd, _ := shell(t, `exec env CHILD`)
	e.shows(`ready ""`)
	const gap = 160 * time.Millisecond
	e.slowly(gap, "\x1b[200~precious\rwords \x1b[20", "1~")
	e.shows(`ready "paste precious\rwords "`)
	e.slowly(gap, "\x1b[20", "0~one\rtwo\r\x1b[201~")
	e.shows(`ready "paste one\rtwo\r"`)
	e.slowly(gap, "\x1b]11;rgb:1e1e/1e", "1e/1e1e\x1b", "\\")
	e.shows(`ready "background"`)
	e.slowly(gap, "\xc3", "\xa9")
	e.shows(`ready "é"`)
	e.slowly(60*time.Millisecond, "\x1b", "[D")
	e.shows(`ready "left"`)
	e.write("\x1b")
	e.shows(`ready "esc"`)
	e.write("\x1b[200~never ended")
	e.shows(`ready "paste never ended"`)
	e.write("x")
	e.shows(`ready "x"`)
	e.write(strings.Repeat("not marked\r", 30))
	e.shows(`ready "paste not marked\rnot marked\r`)
	e.write("q")
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

// words is a model that keeps what is pasted.
type words struct{ pasted string }

func (*words) Init() tea.Cmd  { return nil }
func (*words) View() tea.View { return tea.NewView("here") }
func (w *words) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if p, ok := msg.(tea.PasteMsg); ok {
		w.pasted += p.Content
	}
	return w, nil
}

// TestEndsWithinAPaste: the words of a paste that is not over when the program is ended
// reach the model.
func TestEndsWithinAPaste(t *testing.T) {
	e := newEmulator(t, 30, 5, true)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	p := New(&words{}, Terminal{In: e.theirs, Out: e.theirs, Environ: []string{"TERM=xterm-256color"}}, tea.WithContext(ctx), tea.WithoutSignalHandler())
	var model tea.Model
	var work sync.WaitGroup
	work.Go(func() { model, _ = p.Run() })
	e.shows("here")
	e.write("\x1b[200~half a")
	for held := ""; held == ""; { // read, and not given out
		p.loop.reader.lock.Lock()
		if !p.loop.reader.decoder.Due().IsZero() {
			held = "yes"
		}
		p.loop.reader.lock.Unlock()
	}
	stop()
	work.Wait()
	if w, ok := model.(*words); !ok || w.pasted != "half a" {
		t.Errorf("it has %+v", model)
	}
}

// TestTerminalIsGone: a terminal that is closed ends the program.
func TestTerminalIsGone(t *testing.T) {
	ours, theirs, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer ours.Close()
	r, err := newReader(ours, func(tea.Msg) {}, func(f func()) { f() })
	if err != nil {
		t.Fatal(err)
	}
	failed := make(chan error, 1)
	r.start(func(err error) { failed <- err })
	_ = theirs.Close()
	if err := <-failed; err == nil || errors.Is(err, errEnding) {
		t.Error(err)
	}
	r.stop()
}

// TestPaused: what is typed while somebody else has the terminal is theirs.
func TestPaused(t *testing.T) {
	ours, theirs, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer ours.Close()
	defer theirs.Close()
	keys := make(chan tea.Msg)
	r, err := newReader(ours, func(m tea.Msg) { keys <- m }, func(f func()) { f() })
	if err != nil {
		t.Fatal(err)
	}
	r.start(func(err error) { t.Error(err) })
	for range 20 {
		_, _ = theirs.WriteString("a")
		<-keys
		r.pause()
		_, _ = theirs.WriteString("b")
		b := make([]byte, 1)
		if _, err := ours.Read(b); err != nil || b[0] != 'b' {
			t.Fatalf("%q, %v", b, err)
		}
		r.resume()
	}
	r.stop()
}

// TestTypedAhead: what was there before the terminal was the program's has no Alt that may have
// been Esc, also when it comes back; what is typed then has.
func TestTypedAhead(t *testing.T) {
	ours, theirs, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer ours.Close()
	defer theirs.Close()
	keys := make(chan string)
	r, err := newReader(ours, func(m tea.Msg) {
		if k, ok := m.(interface{ String() string }); ok {
			keys <- k.String()
		}
	}, func(f func()) { f() })
	if err != nil {
		t.Fatal(err)
	}
	expect := func(want ...string) {
		t.Helper()
		for _, w := range want {
			if got := <-keys; got != w {
				t.Errorf("%q came, want %q", got, w)
			}
		}
	}
	_, _ = theirs.WriteString("\x1ba")
	r.start(func(err error) { t.Error(err) })
	expect("esc", "a")
	_, _ = theirs.WriteString("\x1ba")
	expect("alt+a")
	r.pause()
	_, _ = theirs.WriteString("\x1ba")
	r.resume()
	expect("esc", "a")
	r.stop()
}

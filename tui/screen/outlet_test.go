//go:build unix

package screen

import (
	"bytes"
	"context"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/term"
	"github.com/creack/pty"
)

// heldTerminal is one that takes nothing: nobody reads at its other end, and it is full.
func heldTerminal(t *testing.T) (ours, theirs *os.File) {
	t.Helper()
	ours, theirs, err := pty.Open()
	if err != nil {
		t.Skipf("no pseudo-terminal here: %v", err)
	}
	t.Cleanup(func() { _, _ = ours.Close(), theirs.Close() })
	if err := pty.Setsize(ours, &pty.Winsize{Cols: 80, Rows: 24}); err != nil {
		t.Fatal(err)
	}
	fill(t, theirs)
	return ours, theirs
}

// fill writes until nothing more is taken.
func fill(t *testing.T, f *os.File) {
	t.Helper()
	for {
		ready, _, err := await(f, true, nil, time.Now().Add(100*time.Millisecond))
		if err != nil {
			t.Fatal(err)
		}
		if !ready {
			return
		}
		if _, err := f.WriteString(strings.Repeat("x", 200)); err != nil {
			t.Fatal(err)
		}
	}
}

// TestEndsThoughTheTerminalIsHeld: who is told to end while the terminal takes nothing
// does, and leaves the terminal's own settings as they were.
func TestEndsThoughTheTerminalIsHeld(t *testing.T) {
	ours, theirs := heldTerminal(t)
	before, err := term.GetState(theirs.Fd())
	if err != nil {
		t.Fatal(err)
	}
	if Takes(theirs) {
		t.Error("it takes something")
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	p := New(&words{}, Terminal{In: theirs, Out: theirs, Environ: []string{"TERM=xterm-256color"}, Ended: ctx.Done()}, tea.WithContext(ctx), tea.WithoutSignalHandler())
	done := make(chan error, 1)
	go func() { _, err := p.Run(); done <- err }()
	go func() {
		for range 100 { // it may also be in the middle of this
			p.Send(tea.PasteMsg{Content: "x"})
		}
		stop()
	}()
	go func() {
		<-time.After(time.Second)
		stop()
	}()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		t.Fatal("it does not end")
	}
	if after, err := term.GetState(theirs.Fd()); err != nil || !reflect.DeepEqual(before, after) {
		t.Errorf("the terminal is %+v, not %+v: %v", after, before, err)
	}
	_ = ours
}

// TestHeldForAWhile: what is written while the terminal is held comes when it goes on.
func TestHeldForAWhile(t *testing.T) {
	ours, theirs := heldTerminal(t)
	if _, err := term.MakeRaw(theirs.Fd()); err != nil {
		t.Fatal(err)
	}
	o := newOutlet(theirs)
	defer o.close()
	text := []byte(strings.Repeat("frame ", 3000) + "end")
	done := make(chan struct{})
	go func() { o.write(text); close(done) }()
	var all []byte
	for buf := make([]byte, 4<<10); !bytes.HasSuffix(all, []byte("end")); {
		n, err := ours.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, buf[:n]...)
	}
	<-done
	if !bytes.HasSuffix(all, text) {
		t.Error("it is not what was written")
	}
	fill(t, theirs)
	o.giveUp()
	o.write(text)
	if o.last([]byte("\x1b[?1049l")); !o.left {
		t.Error("something was taken")
	}
}

// TestLargerThanAnybodys: of a terminal that says it is huge a part is drawn on.
func TestLargerThanAnybodys(t *testing.T) {
	for _, size := range [][4]uint16{{65535, 1, 1024, 1}, {1, 65535, 1, 1024}, {65535, 65535, 1024, 256}, {80, 24, 80, 24}} {
		e := newEmulator(t, 80, 24, false)
		if err := pty.Setsize(e.tty, &pty.Winsize{Cols: size[0], Rows: size[1]}); err != nil {
			t.Fatal(err)
		}
		if w, h := newTerminal(Terminal{In: e.theirs, Out: e.theirs}, 0).size(); w != int(size[2]) || h != int(size[3]) {
			t.Errorf("%dx%d is %dx%d", size[0], size[1], w, h)
		}
	}
	e := newEmulator(t, 80, 24, false)
	if err := pty.Setsize(e.tty, &pty.Winsize{Cols: 65535, Rows: 1}); err != nil {
		t.Fatal(err)
	}
	p := New(&words{}, Terminal{In: e.theirs, Out: e.theirs, Environ: []string{"TERM=xterm-256color"}}, tea.WithoutSignalHandler())
	done := make(chan error, 1)
	go func() { _, err := p.Run(); done <- err }()
	e.shows("here")
	p.Send(tea.Quit())
	if err := <-done; err != nil {
		t.Error(err)
	}
}

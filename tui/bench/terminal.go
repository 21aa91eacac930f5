//go:build linux

package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// The terminal's size, as that of the programs that the budgets were taken from.
const width, height = 100, 30

// patience is how long something may take to come on the screen.
const patience = 30 * time.Second

// terminal is a program in an emulator at the other end of a pseudo-terminal.
type terminal struct {
	cmd     *exec.Cmd
	tty     *os.File
	began   time.Time
	work    sync.WaitGroup
	changed chan struct{}

	mu     sync.Mutex
	screen *vt.Emulator
	read   time.Time // when the last bytes came
	ended  bool
}

// start runs a program. The time runs from before the process is made.
func start(ctx context.Context, env []string, name string) (*terminal, error) {
	ours, theirs, err := pty.Open()
	if err != nil {
		return nil, err
	}
	if err := pty.Setsize(ours, &pty.Winsize{Cols: width, Rows: height}); err != nil {
		return nil, err
	}
	t := &terminal{tty: ours, screen: vt.NewEmulator(width, height), changed: make(chan struct{}, 1)}
	t.cmd = exec.CommandContext(ctx, name)
	t.cmd.Env = append(append(os.Environ(), "TERM=xterm-256color", "COLORTERM=truecolor"), env...)
	t.cmd.Stdin, t.cmd.Stdout, t.cmd.Stderr = theirs, theirs, theirs
	t.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	t.work.Go(t.watch)
	t.work.Go(func() { _, _ = io.Copy(ours, t.screen) }) // what the terminal answers
	t.began = time.Now()
	err = t.cmd.Start()
	_ = theirs.Close()
	if err != nil {
		_ = t.close()
		return nil, err
	}
	return t, nil
}

func (t *terminal) watch() {
	buf := make([]byte, 64<<10)
	for {
		n, err := t.tty.Read(buf)
		now := time.Now()
		t.mu.Lock()
		t.read = now
		t.ended = err != nil
		_, _ = t.screen.Write(buf[:n])
		t.mu.Unlock()
		select {
		case t.changed <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

// close ends the program, kindly if it goes.
func (t *terminal) close() error {
	var err error
	if t.cmd.Process != nil {
		_ = t.cmd.Process.Signal(syscall.SIGTERM)
		late := time.AfterFunc(5*time.Second, func() { _ = t.cmd.Process.Kill() })
		err = t.cmd.Wait()
		late.Stop()
	}
	_ = t.tty.Close()
	if c, ok := t.screen.InputPipe().(io.Closer); ok {
		_ = c.Close()
	}
	t.work.Wait()
	return err
}

// when waits until something is true of the screen, and returns when the bytes came that
// made it so.
func (t *terminal) when(what string, is func() bool) (time.Time, error) {
	deadline := time.After(patience)
	for {
		t.mu.Lock()
		yes, read, ended := is(), t.read, t.ended
		t.mu.Unlock()
		switch {
		case yes:
			return read, nil
		case ended:
			return read, fmt.Errorf("%s: the program has ended:\n%s", what, t.text())
		}
		select {
		case <-t.changed:
		case <-deadline:
			return read, fmt.Errorf("%s does not come:\n%s", what, t.text())
		}
	}
}

func (t *terminal) shows(text string) (time.Time, error) {
	return t.when(text, func() bool { return strings.Contains(t.screen.String(), text) })
}

func (t *terminal) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.screen.String()
}

// press writes a key and waits until something is true of the screen.
func (t *terminal) press(key string, is func() bool) (time.Duration, error) {
	pressed := time.Now()
	if _, err := t.tty.WriteString(key); err != nil {
		return 0, err
	}
	read, err := t.when(fmt.Sprintf("what follows from %q", key), is)
	return read.Sub(pressed), err
}

// keys presses letters, one after another and each at a moment of no frame in particular,
// and returns how long each took to its cell.
func (t *terminal) keys(n int) ([]time.Duration, error) {
	var took []time.Duration
	for i := range n {
		if i%40 == 0 {
			if err := t.clear(); err != nil {
				return took, err
			}
		}
		time.Sleep(30*time.Millisecond + rand.N(50*time.Millisecond)) //nolint:forbidigo,gosec // nobody types faster, and chance is chance
		t.mu.Lock()
		at := t.screen.CursorPosition()
		t.mu.Unlock()
		letter := string(rune('a' + i%26))
		d, err := t.press(letter, func() bool {
			// The composer may have moved, but not sideways.
			now := t.screen.CursorPosition()
			c := t.screen.CellAt(at.X, now.Y)
			return now.X == at.X+1 && c != nil && c.Content == letter
		})
		if err != nil {
			return took, err
		}
		took = append(took, d)
	}
	return took, t.clear()
}

// clear clears what is being written.
func (t *terminal) clear() error {
	_, err := t.press("\x15", func() bool { return t.screen.CursorPosition().X <= 3 })
	return err
}

// quantile is the nearest rank.
func quantile(d []time.Duration, q float64) time.Duration {
	s := slices.Sorted(slices.Values(d))
	if len(s) == 0 {
		return 0
	}
	return s[min(int(q*float64(len(s))), len(s)-1)]
}

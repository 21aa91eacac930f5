//go:build unix

package screen

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// child is a program that is run in a process of its own, in a terminal of its own. A key
// says how it ends.
type child struct {
	said          string
	width, height int
	panics        bool
}

func boom() tea.Msg { panic("boom in a command") }

func (c *child) Init() tea.Cmd { return nil }

func (c *child) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		c.width, c.height = msg.Width, msg.Height
	case tea.ResumeMsg:
		c.said = "resumed"
	case tea.BackgroundColorMsg:
		c.said = "background"
	case tea.PasteMsg:
		c.said = "paste " + msg.Content
	case over:
		c.said = fmt.Sprintf("over: %v", msg.err)
	case tea.KeyPressMsg:
		switch msg.String() {
		case "q":
			return c, tea.Quit
		case "u":
			panic("boom in Update")
		case "v":
			c.panics = true
		case "c":
			return c, boom
		case "b":
			return c, tea.Batch(none, tea.Batch(none, boom))
		case "s":
			return c, tea.Sequence(none, tea.Sequence(none, boom))
		case "P":
			return c, tea.Raw("\x1b_Gm=0;AAAA\x1b\\")
		case "C":
			return c, tea.ClearScreen
		case "z":
			return c, tea.Suspend
		case "B":
			return c, tea.RequestBackgroundColor
		case "y":
			return c, tea.SetClipboard("a copy")
		case "p":
			c.said = "p"
			return c, tea.Raw("\x1b_Ga=T,U=1,q=2,f=100,i=16777232,c=3,r=2,m=1;AAAA\x1b\\")
		case "e":
			cmd := exec.Command("sh", "-c", `stty -a >"$DIR/inside"; echo what now; read line; echo "$line" >"$DIR/line"`)
			cmd.Stdin = os.Stdin
			return c, tea.ExecProcess(cmd, func(err error) tea.Msg { return over{err} })
		}
		c.said = msg.String()
	}
	return c, nil
}

// over says that what was executed is over.
type over struct{ err error }

func (c *child) View() tea.View {
	if c.panics {
		panic("boom in View")
	}
	v := tea.NewView(fmt.Sprintf("ready %q %dx%d", c.said, c.width, c.height))
	v.WindowTitle, v.ReportFocus, v.MouseMode = "the child", true, tea.MouseModeAllMotion
	v.Cursor = tea.NewCursor(3, 0)
	v.Cursor.Shape = tea.CursorBar
	return v
}

func TestMain(m *testing.M) {
	if os.Getenv("SCREEN_TEST_CHILD") == "" {
		os.Exit(m.Run())
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	_, err := New(&child{}, Terminal{}, tea.WithContext(ctx), tea.WithoutSignalHandler()).Run()
	stop()
	if err != nil {
		fmt.Println("ended:", err)
		os.Exit(3)
	}
}

// shell runs a script in a shell with job control, whose terminal the emulator is. In the
// script, CHILD is the program, and stty writes what the terminal is set to.
func shell(t *testing.T, script string) (e *emulator, cmd *exec.Cmd, dir string) {
	t.Helper()
	e = newEmulator(t, 100, 90, true)
	dir = t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd = exec.CommandContext(t.Context(), "sh", "-mc", strings.ReplaceAll(script, "CHILD", "SCREEN_TEST_CHILD=1 "+self))
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "DIR="+dir,
		"GORACE=log_path="+filepath.Join(dir, "race")) // Bubble Tea has one, after a panic in a command
	cmd.Stdin, cmd.Stdout, cmd.Stderr = e.theirs, e.theirs, e.theirs
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return e, cmd, dir
}

// untouched fails unless the terminal is as it was before the program.
func (e *emulator) untouched() {
	e.t.Helper()
	e.waitFor("the terminal as it was", func() bool {
		s := e.state
		return !e.screen.IsAltScreen() && !s.hidden && s.shape == 0 && fmt.Sprint(s.modes) == "map[7:true 25:true]" &&
			fmt.Sprint(e.keyboard()) == "[other 0]" && s.title == ""
	})
}

// settingsIn reads what stty wrote.
func settingsIn(t *testing.T, dir, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(b), "icanon") {
		t.Fatalf("stty says %q", b)
	}
	return string(b)
}

// TestGivenBack ends a program in every way there is. The terminal is what it was, and
// what is printed of a panic is read on the terminal's own screen. Of one in a command
// Bubble Tea prints what it can before the program ends.
func TestGivenBack(t *testing.T) {
	for _, end := range []struct{ keys, printed string }{
		{"q", "code 0"},
		{"u", "boom in Update"},
		{"v", "boom in View"},
		{"c", "ended: program was killed: program experienced a panic"},
		{"b", "ended: program was killed: program experienced a panic"},
		{"s", "ended: program was killed: program experienced a panic"},
		{"", "ended: program was killed"}, // SIGTERM
	} {
		t.Run(end.keys, func(t *testing.T) {
			t.Parallel()
			e, cmd, dir := shell(t, `stty -a >"$DIR/before"; echo hello; CHILD & echo $! >"$DIR/pid"; fg >/dev/null; code=$?; stty -a >"$DIR/after"; echo code $code; echo done`)
			e.shows(`ready "" 100x90`)
			if e.text() == "" || strings.Contains(e.text(), "hello") {
				t.Error("it has not a screen of its own")
			}
			e.write("p")
			e.waitFor("a picture", func() bool { return strings.Contains(e.said.String(), "\x1b_Ga=T") })
			if end.keys == "" {
				pid, err := os.ReadFile(filepath.Join(dir, "pid"))
				if err != nil {
					t.Fatal(err)
				}
				var n int
				if _, err := fmt.Sscan(string(pid), &n); err != nil {
					t.Fatal(err)
				}
				if err := syscall.Kill(n, syscall.SIGTERM); err != nil {
					t.Fatal(err)
				}
			}
			e.write(end.keys)
			e.shows("done")
			e.shows("hello")
			e.waitFor("no picture", func() bool {
				return strings.Contains(e.said.String(), "\x1b_Gm=0,q=2;\x1b\\\x1b_Ga=d,d=I,q=2,i=16777232\x1b\\")
			})
			e.shows(end.printed)
			e.untouched()
			if err := cmd.Wait(); err != nil {
				t.Error(err)
			}
			if before, after := settingsIn(t, dir, "before"), settingsIn(t, dir, "after"); before != after {
				t.Errorf("stty before:\n%s\nand after:\n%s", before, after)
			}
		})
	}
}

// TestSuspended stops a program and lets it go on.
func TestSuspended(t *testing.T) {
	e, cmd, dir := shell(t, `stty -a >"$DIR/before"; CHILD; stty -a >"$DIR/stopped"; echo stopped; read line; fg >/dev/null; stty -a >"$DIR/after"; echo done`)
	e.shows(`ready ""`)
	e.waitFor("what it can do", func() bool { return e.state.modes[ansi.ModeUnicodeCore.Mode()] })
	before := e.all()
	e.write("z")
	e.shows("stopped")
	e.untouched()
	e.resize(50, 8)
	e.write("\r")
	e.shows(`ready "resumed" 50x8`)
	e.resize(100, 90)
	e.shows(`ready "resumed" 100x90`)
	e.waitFor("the same settings", func() bool {
		return strings.Join(last(e.describe(), 3), "\n") == strings.Join(last(before, 3), "\n")
	})
	e.write("q")
	e.shows("done")
	e.untouched()
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	want := settingsIn(t, dir, "before")
	for _, name := range []string{"stopped", "after"} {
		if got := settingsIn(t, dir, name); got != want {
			t.Errorf("stty before:\n%s\nand %s:\n%s", want, name, got)
		}
	}
}

func last(s string, n int) []string {
	lines := strings.Split(s, "\n")
	return lines[max(0, len(lines)-n):]
}

// TestExecuted runs another program in the terminal, which has it as it was.
func TestExecuted(t *testing.T) {
	e, cmd, dir := shell(t, `stty -a >"$DIR/before"; CHILD; echo done`)
	e.shows(`ready ""`)
	e.write("e")
	e.shows("what now")
	e.untouched()
	e.write("an answer\r")
	e.shows(`ready "over: <nil>"`)
	e.waitFor("a screen of its own", func() bool { return e.screen.IsAltScreen() && e.state.title == "the child" })
	e.write("x")
	e.shows(`ready "x"`)
	e.write("q")
	e.shows("done")
	e.untouched()
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	if before, inside := settingsIn(t, dir, "before"), settingsIn(t, dir, "inside"); before != inside {
		t.Errorf("stty before:\n%s\nand inside:\n%s", before, inside)
	}
	if line, err := os.ReadFile(filepath.Join(dir, "line")); err != nil || string(line) != "an answer\n" {
		t.Errorf("it read %q, %v", line, err)
	}
}

// TestNothingIsErasedWithinAPicture: what has the screen drawn anew waits for the rest of a
// picture, which the terminal would let go of, but not for ever.
func TestNothingIsErasedWithinAPicture(t *testing.T) {
	for _, whole := range []bool{true, false} {
		e, cmd, _ := shell(t, `exec env CHILD`)
		said := func(what string) bool {
			e.mu.Lock()
			defer e.mu.Unlock()
			return strings.Contains(e.said.String(), what)
		}
		e.shows(`ready ""`)
		e.write("p")
		e.waitFor("a picture", func() bool { return strings.Contains(e.said.String(), "\x1b_Ga=T") })
		e.mu.Lock()
		e.said.Reset()
		e.mu.Unlock()
		e.write("C")
		began := time.Now()
		for n := 1; whole && n <= 5 || !whole && !said("\x1b[2J"); n++ {
			e.write("B") // something is to be drawn
			e.waitFor("the question", func() bool { return strings.Count(e.said.String(), ansi.RequestBackgroundColor) == n })
			if time.Since(began) > 20*keepTime {
				t.Fatal("the screen stands still")
			}
		}
		e.write("xP")
		e.waitFor("the rest, and a screen that is drawn anew", func() bool {
			return strings.Contains(e.said.String(), "\x1b[2J") && strings.Contains(e.said.String(), "\x1b_Gm=0")
		})
		e.mu.Lock()
		all := e.said.String()
		e.mu.Unlock()
		if whole && strings.Index(all, "\x1b[2J") < strings.Index(all, "\x1b_Gm=0") {
			t.Errorf("it is erased within the picture: %q", all)
		}
		e.shows(`ready "x"`)
		e.write("q")
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	}
}

// TestResized: the terminal says that it has another size.
func TestResized(t *testing.T) {
	e, cmd, _ := shell(t, `exec env CHILD`)
	e.shows(`ready "" 100x90`)
	for _, size := range [][2]int{{20, 5}, {100, 30}, {33, 7}} {
		e.resize(size[0], size[1])
		e.shows(fmt.Sprintf("%dx%d", size[0], size[1]))
	}
	e.write("q")
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

// TestSizeIsTheKernels: a report of another size that nobody asked for changes nothing.
func TestSizeIsTheKernels(t *testing.T) {
	e, cmd, _ := shell(t, `exec env CHILD`)
	e.shows(`ready "" 100x90`)
	for key, report := range map[string]string{"a": "\x1b[48;0;0;0;0t", "d": "\x1b[8;1;1t", "f": "\x1b[48;1;1;1;1t", "g": "\x1b[48;5000;5000;1;1t"} {
		e.write(report)
		e.write(key)
		e.shows(fmt.Sprintf("ready %q 100x90", key))
	}
	e.write("q")
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

// TestSaidAtOnce: what is asked of the terminal and told to it does not wait for a ticker.
func TestSaidAtOnce(t *testing.T) {
	e, cmd, _ := shell(t, `exec env CHILD`)
	e.shows(`ready ""`)
	began := time.Now()
	for range 20 {
		e.write("x")
		e.shows(`ready "x"`)
		e.write("B")
		e.shows(`ready "background"`)
		e.write("y")
		e.waitFor("the clipboard", func() bool { return strings.Contains(e.said.String(), ansi.SetSystemClipboard("a copy")) })
		e.mu.Lock()
		e.said.Reset()
		e.mu.Unlock()
	}
	if took := time.Since(began); took > 10*time.Second { // the ticker ticks once a second
		t.Errorf("twenty questions and answers took %v", took)
	}
	e.write("q")
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

//go:build unix

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/term"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui"
	"github.com/hobnob-chat/hobnob/tui/screen"
)

// modes are what a program sets in a terminal, and takes back: a DEC private mode, a
// level of the kitty keyboard protocol, xterm's other keys.
var modes = regexp.MustCompile(`\x1b\[\?([0-9;]+)([hl])|\x1b\[([<>=])([0-9;]*)u|\x1b\[>4(;[0-9])?m|\x1b\[([0-9]) q`)

// left is what a program has set in a terminal and not taken back, by all it printed.
func left(printed string) (list []string) {
	set := map[string]bool{}
	deep := 0
	for _, m := range modes.FindAllStringSubmatch(printed, -1) {
		switch {
		case m[2] != "":
			for mode := range strings.SplitSeq(m[1], ";") {
				set[mode] = m[2] == "h"
			}
		case m[3] == ">":
			deep++
		case m[3] == "<":
			deep = max(0, deep-1)
		case m[3] == "=":
			n, _, _ := strings.Cut(m[4], ";")
			set["keyboard"] = n != "" && n != "0"
		case strings.HasPrefix(m[0], "\x1b[>4"):
			set["other keys"] = m[5] != "" && m[5] != ";0"
		case m[6] != "":
			set["cursor's shape"] = m[6] != "0"
		}
	}
	if shown, said := set["25"]; said && !shown {
		list = append(list, "the cursor is hidden")
	}
	delete(set, "25")
	if deep > 0 {
		list = append(list, "the keyboard protocol is on")
	}
	for mode, on := range set {
		if on {
			list = append(list, "mode "+mode)
		}
	}
	slices.Sort(list)
	if i := strings.LastIndexByte(printed, 0x1b); i >= 0 && !whole.MatchString(printed[i:]) {
		list = append(list, fmt.Sprintf("half an escape: %q", printed[i:]))
	}
	return list
}

// whole is an escape sequence that is complete.
var whole = regexp.MustCompile(`^\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*\x07|\\|[()*+][A-Za-z0-9]|[0-9A-Za-z=<>])`)

// TestTerminalIsRestored: however the chat ends, the terminal is as it was: its own
// settings, its screen, its cursor, its mouse and its keys.
func TestTerminalIsRestored(t *testing.T) {
	for name, c := range map[string]struct {
		env  string
		end  func(s *silent)
		code int
	}{
		"quit":        {"TERM=xterm-256color", func(s *silent) { s.press("/quit\r") }, 0},
		"ctrl+c":      {"TERM=xterm-kitty", func(s *silent) { s.press("\x03\x03") }, 0},
		"SIGTERM":     {"TERM=xterm-256color", func(s *silent) { _ = s.cmd.Process.Signal(syscall.SIGTERM) }, 0},
		"SIGHUP":      {"TERM=xterm-256color", func(s *silent) { _ = s.cmd.Process.Signal(syscall.SIGHUP) }, 0},
		"SIGQUIT":     {"TERM=xterm-256color", func(s *silent) { _ = s.cmd.Process.Signal(syscall.SIGQUIT); s.prints("goroutine ") }, 2},
		"SIGABRT":     {"TERM=xterm-256color", func(s *silent) { _ = s.cmd.Process.Signal(syscall.SIGABRT); s.prints("goroutine ") }, 2},
		"SIGINT":      {"TERM=screen-256color", func(s *silent) { _ = s.cmd.Process.Signal(os.Interrupt) }, 0},
		"linux":       {"TERM=linux", func(s *silent) { s.press("\x03\x03") }, 0},
		"C":           {"LC_ALL=C", func(s *silent) { s.press("\x03\x03") }, 0},
		"no colour":   {"NO_COLOR=1", func(s *silent) { s.press("\x03\x03") }, 0},
		"in Update":   {"PANIC=update", func(s *silent) { s.press("x\r") }, 1},
		"in command":  {"PANIC=command", func(s *silent) { s.press("/list\r") }, 1},
		"while typed": {"TERM=xterm-256color", func(s *silent) { s.press("half a thought"); _ = s.cmd.Process.Signal(syscall.SIGTERM) }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			home := t.TempDir()
			bus := lockedKeyring(t, home)
			cmd := exec.CommandContext(t.Context(), "hobnob")
			if strings.HasPrefix(c.env, "PANIC=") {
				cmd = exec.CommandContext(t.Context(), "hobnob-that-panics")
			}
			ours, theirs := terminalPair(t)
			before, err := term.GetState(theirs.Fd())
			if err != nil {
				t.Fatal(err)
			}
			// Bubble Tea closes what it reads from while that may still be read: what the
			// race detector says of that is no end of ours.
			s := beginOn(t, ours, theirs, cmd, []string{"TERM=xterm-256color", c.env, "GORACE=exitcode=0 log_path=" + filepath.Join(home, "race")}, home, bus)
			s.shows("acme")
			c.end(s)
			if err := cmd.Wait(); cmd.ProcessState.ExitCode() != c.code {
				t.Errorf("ended with %v, want %d: %q", err, c.code, s.text())
			}
			after, err := term.GetState(theirs.Fd())
			if err != nil || !reflect.DeepEqual(before, after) {
				t.Errorf("the terminal is not as it was: %v, %v: %v", before, after, err)
			}
			_ = theirs.Close()
			s.read.Wait()
			if list := left(s.text()); len(list) > 0 {
				t.Errorf("left behind: %v\n%q", list, s.text())
			}
			if name == "no colour" && regexp.MustCompile(`\x1b\[[0-9;]*[34][0-9][0-9;]*m`).MatchString(s.text()) {
				t.Errorf("there is a colour: %q", s.text())
			}
		})
	}
}

// TestSuspended: Ctrl+Z gives the terminal back as it was, and fg brings the screen back.
func TestSuspended(t *testing.T) {
	home := t.TempDir()
	bus := lockedKeyring(t, home)
	ours, theirs := terminalPair(t)
	cmd := exec.CommandContext(t.Context(), "sh", "-i", "-m")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	s := beginOn(t, ours, theirs, cmd, []string{"TERM=xterm-256color", "PS1=ready> ", "ENV=", "LC_ALL=C.UTF-8"}, home, bus)
	_ = theirs.Close()
	stty := func(n int) string {
		path := filepath.Join(home, "stty"+strconv.Itoa(n))
		s.press("stty -a > " + path + "; echo do''ne" + strconv.Itoa(n) + "\r")
		s.prints("done" + strconv.Itoa(n))
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	// What is typed before the shell asks is the chat's, and ends with it.
	prompted := func(keys string) {
		asked := strings.Count(s.text(), "ready> ")
		s.press(keys)
		s.waitPrinted("another prompt", func(printed string) bool { return strings.Count(printed, "ready> ") > asked })
	}
	s.prints("ready> ")
	before := stty(1)
	s.press("hobnob\r")
	s.shows("acme")
	s.press("a thought")
	s.shows("a thought")
	prompted("\x1a")
	s.prints("topped") // as shells say it: [1]+  Stopped
	if after := stty(2); after != before {
		t.Errorf("suspended: the terminal is not as it was:\n%s\n%s", before, after)
	}
	// The shell's own line editing may set modes again; those of the chat are gone.
	if list := left(s.text()); slices.ContainsFunc(list, func(l string) bool { return l != "mode 2004" }) {
		t.Errorf("suspended: left behind: %v", list)
	}
	s.press("fg\r")
	s.shows("a thought")
	s.press(" more")
	s.shows("a thought more")
	prompted("\x03\x03")
	if after := stty(3); after != before {
		t.Errorf("the terminal is not as it was:\n%s\n%s", before, after)
	}
	s.press("exit\r")
	if printed, _ := s.end(); len(left(printed)) > 0 {
		t.Errorf("left behind: %v", left(printed))
	}
}

// TestNoShellToGoBackTo: where no shell is above, Ctrl+Z says so, and what is typed goes on.
func TestNoShellToGoBackTo(t *testing.T) {
	for name, args := range map[string][]string{"alone": {"hobnob"}, "in a script": {"sh", "-c", "hobnob; true"}} {
		t.Run(name, func(t *testing.T) {
			home := t.TempDir()
			bus := lockedKeyring(t, home)
			ours, theirs := terminalPair(t)
			cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
			cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
			s := beginOn(t, ours, theirs, cmd, []string{"TERM=xterm-256color", "LC_ALL=C.UTF-8"}, home, bus)
			_ = theirs.Close()
			s.shows("acme")
			s.press("half \x1a")
			s.shows("there is no shell to go back to")
			s.press("a thought")
			s.shows("half a thought")
			s.press("\x03\x03")
			if _, code := s.end(); code != 0 {
				t.Errorf("ended with %d", code)
			}
		})
	}
}

// panics is a client that does, where it is told to.
type panics struct{ in string }

func (p panics) Enqueue(chat.Draft) error {
	if p.in == "update" {
		panic("in Update")
	}
	return nil
}

func (p panics) Ask(context.Context, string, any, any) error {
	if p.in == "command" {
		panic("in a command")
	}
	return nil
}

func (panics) Older(context.Context, string, uint64, int) (chat.History, error) {
	return chat.History{}, errors.New("there is none")
}
func (panics) Retry(string) error                     { return nil }
func (panics) Drop(string) error                      { return nil }
func (panics) TakeBack(context.Context, string) error { return nil }
func (panics) Reconnect()                             {}
func (panics) MarkRead(string, uint64)                {}

// panicking is hobnob's screen over such a client, drawn as hobnob draws it.
func panicking() {
	_, err := screen.New(tui.New(tui.Config{Client: panics{os.Getenv("PANIC")}, Team: "acme"}), screen.Terminal{}, tea.WithoutSignalHandler()).Run()
	if err != nil {
		_, _ = io.WriteString(os.Stderr, err.Error()+"\n")
		os.Exit(1)
	}
}

// terminalPair is a pseudo-terminal, both ends of it.
func terminalPair(t *testing.T) (ours, theirs *os.File) {
	t.Helper()
	ours, theirs, err := openTerminal()
	if err != nil {
		t.Skipf("no pseudo-terminal here: %v", err)
	}
	return ours, theirs
}

//go:build unix

package main

import (
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// width and height are the terminal's.
const width, height = 80, 24

// silent is a hobnob in a terminal that answers no question.
type silent struct {
	t       *testing.T
	cmd     *exec.Cmd
	keys    *os.File
	read    sync.WaitGroup
	mu      sync.Mutex
	printed strings.Builder
	changed chan struct{}
}

// begin runs hobnob. bus is where a D-Bus would listen.
func begin(t *testing.T, home, bus string, args ...string) *silent {
	t.Helper()
	return beginWith(t, []string{"TERM=xterm-256color"}, home, bus, args...)
}

// beginWith is begin with more of an environment.
func beginWith(t *testing.T, env []string, home, bus string, args ...string) *silent {
	t.Helper()
	return beginCommand(t, exec.CommandContext(t.Context(), "hobnob", args...), env, home, bus)
}

// openTerminal makes a terminal of the usual size.
func openTerminal() (ours, theirs *os.File, err error) {
	ours, theirs, err = pty.Open()
	if err == nil {
		err = pty.Setsize(ours, &pty.Winsize{Cols: width, Rows: height})
	}
	return ours, theirs, err
}

// beginCommand is beginWith for any command.
func beginCommand(t *testing.T, cmd *exec.Cmd, env []string, home, bus string) *silent {
	t.Helper()
	ours, theirs, err := openTerminal()
	if err != nil {
		t.Skipf("no pseudo-terminal here: %v", err)
	}
	s := beginOn(t, ours, theirs, cmd, env, home, bus)
	_ = theirs.Close()
	return s
}

// beginOn is beginCommand in a terminal whose other end stays open as well.
func beginOn(t *testing.T, ours, theirs *os.File, cmd *exec.Cmd, env []string, home, bus string) *silent {
	t.Helper()
	s := &silent{t: t, keys: ours, changed: make(chan struct{}, 1), cmd: cmd}
	s.cmd.Stdin, s.cmd.Stdout, s.cmd.Stderr = theirs, theirs, theirs
	s.cmd.Env = append(os.Environ(), "HOME="+home, "HOBNOB_SERVER=", "HOBNOB_TOKEN=", "DBUS_SESSION_BUS_ADDRESS=unix:path="+bus)
	s.cmd.Env = append(s.cmd.Env, env...)
	for _, name := range []string{"DATA", "CONFIG", "STATE"} {
		s.cmd.Env = append(s.cmd.Env, "XDG_"+name+"_HOME="+filepath.Join(home, name))
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s.read.Go(func() {
		buf := make([]byte, 4<<10)
		for {
			n, err := ours.Read(buf)
			if err != nil {
				return // nobody holds the other end any more
			}
			s.mu.Lock()
			s.printed.Write(buf[:n])
			s.mu.Unlock()
			select {
			case s.changed <- struct{}{}:
			default:
			}
		}
	})
	return s
}

// sentRow is the row of that message once it is one: at its right is when it was said, and no longer
// how far it is.
var sentRow = regexp.MustCompile(`shipping soon +\d\d:\d\d`)

// hosts is a host who chats, in a team of their own, and has said "shipping soon".
func hosts(t *testing.T) *silent {
	t.Helper()
	home := t.TempDir()
	s := begin(t, home, filepath.Join(home, "no-bus"), "serve", "--chat", "--addr", "127.0.0.1:0", "--team", "acme", "--name", "root")
	s.shows("connected")
	s.types("\x1bOQ", "the keys are those of slack") // F2: what is asked at the first start
	s.types("shipping soon\r", "shipping soon")
	s.until("a message that was sent", sentRow.MatchString)
	s.types("/topic releases\r", "#general   releases")
	return s
}

// leaves is a host who ends the team by leaving, and says so.
func (s *silent) leaves() {
	s.t.Helper()
	s.types("/quit\r", "end the team")
	s.types("y", "")
	if printed, code := s.end(); code != 0 {
		s.t.Errorf("ended with %d: %q", code, printed)
	}
}

func (s *silent) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.printed.String()
}

// screen is what a terminal shows that was told all that was printed, and answers
// nothing. A word drawn in two frames is in pieces only on the way.
func (s *silent) screen() string {
	s.t.Helper()
	emulator := vt.NewEmulator(width, height)
	if answers, ok := emulator.InputPipe().(io.Closer); ok {
		_ = answers.Close() // else an answer would wait to be read
	}
	if _, err := emulator.WriteString(s.text()); err != nil {
		s.t.Fatal(err)
	}
	return emulator.String()
}

// shows waits until some text is on the screen.
func (s *silent) shows(text string) {
	s.t.Helper()
	s.until(strconv.Quote(text), func(screen string) bool { return strings.Contains(screen, text) })
}

// until waits until the screen is as wanted.
func (s *silent) until(what string, wanted func(screen string) bool) {
	s.t.Helper()
	deadline := time.After(20 * time.Second)
	for !wanted(s.screen()) {
		select {
		case <-s.changed:
		case <-deadline:
			s.t.Fatalf("%s is not shown: %q", what, s.text())
		}
	}
}

// end waits until it has ended, and returns all it printed and its exit code.
func (s *silent) end() (printed string, code int) {
	s.t.Helper()
	var ended *exec.ExitError
	if err := s.cmd.Wait(); err != nil && !errors.As(err, &ended) {
		s.t.Fatal(err)
	}
	s.read.Wait()
	_ = s.keys.Close()
	return strings.ReplaceAll(s.text(), "\r\n", "\n"), s.cmd.ProcessState.ExitCode()
}

// TestErrorsAskNothing: an error is printed at once, on a terminal that is told
// and asked nothing else.
func TestErrorsAskNothing(t *testing.T) {
	for _, args := range [][]string{{"nonsense"}, {"--nonsense"}, {"serve", "surplus"}, {"man", "surplus"}, {"join", "nonsense"}} {
		home := t.TempDir()
		printed, code := begin(t, home, filepath.Join(home, "no-bus"), args...).end()
		if code != 2 || strings.Contains(printed, "\x1b") || !strings.HasPrefix(printed, "hobnob: ") || !strings.Contains(printed, "\nhint: ") {
			t.Errorf("hobnob %v ended with %d: %q", args, code, printed)
		}
	}
}

// TestHelpAsksNothing: help has colours and asks the terminal for none. An answer
// that comes late would be typed into the shell.
func TestHelpAsksNothing(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"help"}, {"serve", "--help"}, {"invite"}, {"--version"}} {
		home := t.TempDir()
		printed, code := begin(t, home, filepath.Join(home, "no-bus"), args...).end()
		if code != 0 || strings.Contains(printed, "\x1b]") || strings.Contains(printed, "\x1b[c") {
			t.Errorf("hobnob %v ended with %d: %q", args, code, printed)
		}
		if args[0] != "--version" && (!strings.Contains(printed, "\x1b[") || !strings.Contains(printed, "USAGE")) {
			t.Errorf("hobnob %v is not dressed: %q", args, printed)
		}
	}
}

// TestNoScreenWhereThereCanBeNone: the host's chat in a terminal that cannot be drawn
// on, and a background nobody has, are a sentence and a hint.
func TestNoScreenWhereThereCanBeNone(t *testing.T) {
	for env, want := range map[string]string{
		"TERM=dumb":         "the chat needs a terminal with a screen, and TERM says that this one is dumb",
		"TERM=":             "the chat needs to know what this terminal is, and TERM is not set",
		"HOBNOB_THEME=pink": `HOBNOB_THEME is light, dark or auto, not "pink"`,
	} {
		home := t.TempDir()
		listAccount(t, home, "file")
		for _, args := range [][]string{{}, {"serve", "--chat", "--addr", "127.0.0.1:0"}} {
			if len(args) == 0 && strings.HasPrefix(env, "TERM=") {
				continue // that chat is lines: TestPlainInATerminal
			}
			printed, code := beginWith(t, []string{"TERM=xterm-256color", env}, home, filepath.Join(home, "no-bus"), args...).end()
			if code != 2 || strings.Contains(printed, "\x1b") || !strings.HasPrefix(printed, "hobnob: "+want+"\nhint: ") {
				t.Errorf("%s hobnob %v ended with %d: %q", env, args, code, printed)
			}
		}
	}
}

// TestNoSignInNoScreen: what is wrong with the sign-in is a sentence and a hint,
// and no screen.
func TestNoSignInNoScreen(t *testing.T) {
	for store, want := range map[string]struct {
		code int
		text string
	}{
		"":        {3, "you are not in a team yet"},
		"file":    {3, "your sign-in for ada in acme, http://127.0.0.1:1 is gone from the file"},
		"env":     {3, "you are ada in acme, http://127.0.0.1:1 only with its token in HOBNOB_TOKEN"},
		"keyring": {7, "there is no keyring in this session"},
	} {
		if store == "keyring" && runtime.GOOS == "darwin" {
			continue // there is always one
		}
		home := t.TempDir()
		if store != "" {
			listAccount(t, home, store)
		}
		printed, code := begin(t, home, filepath.Join(home, "no-bus")).end()
		if code != want.code || strings.Contains(printed, "\x1b") || !strings.HasPrefix(printed, "hobnob: "+want.text) || !strings.Contains(printed, "\nhint: ") {
			t.Errorf("%q: ended with %d: %q", store, code, printed)
		}
	}
}

// TestNoKeyringAsks: on a terminal somebody is asked before a token goes into a
// file, and who says no gets the command for later.
func TestNoKeyringAsks(t *testing.T) {
	if runtime.GOOS == "darwin" {
		t.Skip("there is always a keyring")
	}
	team := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"software":"hobnob","team":{"id":"t","name":"acme"}}`)
	}))
	defer team.Close()
	home, link := t.TempDir(), team.URL+"/join/00000-00000-00000-00000"
	s := begin(t, home, filepath.Join(home, "no-bus"), "join", link, "--name", "ada")
	s.shows("\nKeep it in a file that only you can read? [y/N]")
	if _, err := s.keys.WriteString("n\r"); err != nil {
		t.Fatal(err)
	}
	if printed, code := s.end(); code != 7 || !strings.Contains(printed, "hobnob join "+link+" --name ada --token-store file\n") || strings.Contains(printed, "dial unix") {
		t.Errorf("ended with %d: %q", code, printed)
	}
}

// TestSlowKeyring: a keyring that does not answer, since it asks its user for a
// password, keeps neither the screen from opening nor the chat from ending.
func TestSlowKeyring(t *testing.T) {
	if runtime.GOOS == "darwin" {
		t.Skip("there the keyring is not on D-Bus")
	}
	home := t.TempDir()
	bus := lockedKeyring(t, home)
	began := time.Now()
	s := begin(t, home, bus)
	s.shows("acme")
	if _, err := s.keys.WriteString("\x03\x03"); err != nil { // Ctrl+C twice
		t.Fatal(err)
	}
	if printed, code := s.end(); code != 0 || time.Since(began) > 20*time.Second {
		t.Errorf("ended with %d after %v: %q", code, time.Since(began), printed)
	}
}

// lockedKeyring makes a home where somebody is in a team and the keyring waits for
// a password, and says where that listens.
func lockedKeyring(t *testing.T, home string) (bus string) {
	t.Helper()
	bus = filepath.Join(home, "bus")
	l, err := net.Listen("unix", bus)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	listAccount(t, home, "keyring")
	return bus
}

// TestUnsentTextIsBack: what was being written is there the next time, after two
// Ctrl+C, and after the process was killed.
func TestUnsentTextIsBack(t *testing.T) {
	if runtime.GOOS == "darwin" {
		t.Skip("there the keyring is not on D-Bus")
	}
	home := t.TempDir()
	bus := lockedKeyring(t, home)
	s := begin(t, home, bus)
	s.types("half a thought", "half a thought")
	s.types("\x03\x03", "") // Ctrl+C twice
	if printed, code := s.end(); code != 0 {
		t.Fatalf("ended with %d: %q", code, printed)
	}
	s = begin(t, home, bus)
	s.shows("half a thought")
	s.types(" more", "more")
	kept := func() string {
		names, err := filepath.Glob(filepath.Join(home, "STATE", "hobnob", "*", "unsent.json"))
		if err != nil || len(names) > 1 {
			t.Fatalf("%v, %v", names, err)
		}
		text := ""
		for _, name := range names {
			b, err := os.ReadFile(name)
			if err != nil && !os.IsNotExist(err) {
				t.Fatal(err)
			}
			text += string(b)
			_, text, _ = strings.Cut(text, `"text":"`)
			text, _, _ = strings.Cut(text, `"`)
		}
		return text
	}
	for began := time.Now(); kept() != "half a thought more"; time.Sleep(5 * time.Millisecond) {
		if time.Since(began) > 20*time.Second {
			t.Fatalf("kept is %q", kept())
		}
	}
	if err := s.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	s.end()
	s = begin(t, home, bus)
	s.shows("half a thought more")
	s.types("\x15\x04", "") // Ctrl+U and Ctrl+D: nothing is left to be kept
	if printed, code := s.end(); code != 0 || kept() != "" {
		t.Errorf("ended with %d, kept %q: %q", code, kept(), printed)
	}
}

// types presses keys, and waits until the screen shows them.
func (s *silent) types(keys, shown string) {
	s.t.Helper()
	s.shows("acme") // before it reads keys there is no screen
	if _, err := s.keys.WriteString(keys); err != nil {
		s.t.Fatal(err)
	}
	s.shows(shown)
}

// listAccount makes a home where somebody is in a team.
func listAccount(t *testing.T, home, store string) {
	t.Helper()
	text, err := json.Marshal(map[string]any{"accounts": []any{map[string]any{
		"server": "http://127.0.0.1:1", "store": store,
		"user": map[string]string{"id": "u", "name": "ada", "role": "member"}, "team": map[string]string{"id": "t", "name": "acme"},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(home, "CONFIG", "hobnob", "accounts.json")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

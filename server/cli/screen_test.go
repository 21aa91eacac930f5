package cli

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// terminal is a tmux session of its own, and what is on its screen.
type terminal struct {
	t      *testing.T
	tmux   string
	socket string
	name   string
}

// open runs a command in a new terminal. Its environment is that of a person
// whose home is empty.
func open(t *testing.T, socket, name, home string, size [2]int, command ...string) *terminal {
	t.Helper()
	term := &terminal{t: t, tmux: needs(t, "tmux"), socket: socket, name: name}
	if err := os.MkdirAll(home, 0o700); err != nil {
		t.Fatal(err)
	}
	args := []string{"new-session", "-d", "-s", name, "-x", fmt.Sprint(size[0]), "-y", fmt.Sprint(size[1])}
	for _, dir := range []string{"DATA", "CONFIG", "STATE"} {
		args = append(args, "-e", "XDG_"+dir+"_HOME="+filepath.Join(home, dir))
	}
	args = append(args, "-e", "HOME="+home, "-e", "DBUS_SESSION_BUS_ADDRESS=unix:path="+filepath.Join(home, "no-bus"))
	term.run(append(args, command...)...)
	return term
}

func (term *terminal) run(args ...string) string {
	term.t.Helper()
	cmd := exec.CommandContext(term.t.Context(), term.tmux, append([]string{"-S", term.socket, "-f", os.DevNull}, args...)...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		term.t.Fatalf("tmux %s: %v\n%s", args[0], err, out)
	}
	return string(out)
}

func (term *terminal) keys(keys ...string) {
	term.t.Helper()
	term.run(append([]string{"send-keys", "-t", term.name}, keys...)...)
}

func (term *terminal) text() string {
	term.t.Helper()
	return term.run("capture-pane", "-p", "-J", "-t", term.name)
}

// shows waits until the screen has something that matches, and returns it.
func (term *terminal) shows(pattern string) []string {
	term.t.Helper()
	want := regexp.MustCompile(pattern)
	for begun := time.Now(); time.Since(begun) < crashWait; time.Sleep(20 * time.Millisecond) {
		if found := want.FindStringSubmatch(term.text()); found != nil {
			return found
		}
	}
	term.t.Fatalf("%s never showed %q:\n%s", term.name, pattern, term.text())
	return nil
}

// waitForEnd waits for a program whose terminal has gone: it still writes down what it
// has, in a folder that the test removes.
func waitForEnd(t *testing.T, pid string) {
	t.Helper()
	n, err := strconv.Atoi(pid)
	if err != nil {
		t.Fatal(err)
	}
	p, err := os.FindProcess(n)
	if err != nil {
		return
	}
	for begun := time.Now(); p.Signal(syscall.Signal(0)) == nil; time.Sleep(20 * time.Millisecond) {
		if time.Since(begun) > crashWait {
			t.Errorf("process %s does not end without its terminal", pid)
			return
		}
	}
}

// TestChatInTerminals hosts a team and chats in it as people do, each in a
// terminal of their own.
func TestChatInTerminals(t *testing.T) {
	tmux := needs(t, "tmux")
	program, dir := build(t), t.TempDir()
	socket := filepath.Join(dir, "tmux")
	t.Cleanup(func() {
		panes, _ := exec.Command(tmux, "-S", socket, "list-panes", "-a", "-F", "#{pane_pid}").Output()
		cmd := exec.Command(tmux, "-S", socket, "kill-server") // the test's own context has ended
		var errs bytes.Buffer
		cmd.Stderr = &errs
		if err := cmd.Run(); err != nil && !errors.Is(err, exec.ErrNotFound) {
			t.Logf("tmux: %v %s", err, errs.String())
		}
		for pid := range strings.FieldsSeq(string(panes)) {
			waitForEnd(t, pid)
		}
	})
	hostHome, addr := filepath.Join(dir, "host"), freeAddr(t)

	// An empty machine, one command, two names, and one is in the chat.
	host := open(t, socket, "host", hostHome, [2]int{100, 30}, program, "serve", "--chat", "--addr", addr)
	host.shows(`Your name in the team \[.+\]:`)
	host.keys("Enter")
	host.shows(`The team's name \[.+'s team\]:`)
	host.keys("acme", "Enter")
	link := host.shows(`hobnob join\s+(http://\S+)`)[1]
	host.shows(`connected`)
	host.keys("hello from the host", "Enter")
	host.shows(`hello from the host +\d\d:\d\d`)

	// A second terminal of the host just opens.
	second := open(t, socket, "second", hostHome, [2]int{40, 12}, program)
	second.shows(`hello from the host`)

	// Somebody thinks better of it before they have a name: nothing is used up.
	shy := open(t, socket, "shy", filepath.Join(dir, "shy"), [2]int{100, 12}, "sh", "-c", `trap : INT; "$@"; exec sleep 60`, "sh", program, "join", link, "--token-store", "file")
	shy.shows(`Your name in the team`)
	shy.keys("C-c")
	shy.shows(`the link is still good`)

	// Another person joins with the one line.
	guest := open(t, socket, "guest", filepath.Join(dir, "guest"), [2]int{40, 12}, program, "join", link, "--token-store", "file")
	guest.shows(`Your name in the team`)
	guest.keys("grace", "Enter")
	guest.shows(`connected`)
	host.shows(`grace joined with an invite link`)
	if next := host.shows(`(?s)grace joined.*hobnob join\s+(http://\S+)`)[1]; next == link {
		t.Error("the host is shown a line that was used")
	}
	host.shows(`was used by grace`)
	if strings.Contains(host.text(), link) {
		t.Errorf("the line that was used is still there:\n%s", host.text())
	}
	guest.shows(`hello from the host`)
	guest.keys("你好 from 🚀", "Enter")
	for _, term := range []*terminal{host, second, guest} {
		term.shows(`grace:? +你好 from 🚀`)
	}

	// Twenty columns and five rows still have the line being written and the state.
	guest.run("resize-window", "-t", "guest", "-x", "20", "-y", "5")
	guest.keys("tiny")
	guest.shows(`┃ tiny`)
	guest.keys("Enter")
	host.shows(`tiny`)

	// The host leaves; what the guest writes then waits, and is sent later.
	host.keys("C-c", "C-c")
	host.shows(`others? (is|are) connected: end the team`)
	host.keys("y")
	guest.run("resize-window", "-t", "guest", "-x", "60", "-y", "12")
	guest.shows(`offline|connecting`)
	guest.keys("typed while it was down", "Enter")
	guest.shows(`typed while it was down.*waiting`)
	host = open(t, socket, "again", hostHome, [2]int{100, 30}, program, "serve", "--chat", "--addr", addr)
	host.shows(`hello from the host`)
	host.shows(`typed while it was down +\d\d:\d\d`)
	if n := strings.Count(guest.text(), "typed while"); n != 1 {
		t.Errorf("the guest sees it %d times:\n%s", n, guest.text())
	}
}

//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// TestLeavingTheHostsChat: what a terminal shows once the chat is closed says that
// the server stopped, and of the join line above it whether it is any good.
func TestLeavingTheHostsChat(t *testing.T) {
	for _, used := range []bool{false, true} {
		home := t.TempDir()
		bus := filepath.Join(home, "no-bus")
		s := begin(t, home, bus, "serve", "--chat", "--addr", "127.0.0.1:0", "--team", "acme", "--name", "root")
		s.shows("connected")
		if used {
			link := regexp.MustCompile(`hobnob join (http://\S+)`).FindStringSubmatch(s.text())[1]
			cmd := exec.CommandContext(t.Context(), "hobnob", "join", link, "--name", "grace", "--token-store", "file")
			cmd.Env = append(os.Environ(), "XDG_CONFIG_HOME="+filepath.Join(home, "grace"), "XDG_STATE_HOME="+filepath.Join(home, "grace"))
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			s.shows("grace joined with an invite link")
		}
		if _, err := s.keys.WriteString("\x03\x03"); err != nil {
			t.Fatal(err)
		}
		s.shows("end the team")
		if _, err := s.keys.WriteString("y"); err != nil {
			t.Fatal(err)
		}
		printed, code := s.end()
		_, after, stopped := strings.Cut(printed, "stopped: acme is not served any more, until it is started again\n")
		if code != 0 || !stopped || (after != "") != used || strings.Contains(after, "lets nobody in any more") != used {
			t.Errorf("used %t: ended with %d: %q", used, code, printed)
		}
	}
}

// TestLeavingWhileCatchingUp: what was marked as read on a walk through what is unread is
// known to the server when the terminal goes away in the middle of it.
func TestLeavingWhileCatchingUp(t *testing.T) {
	home := t.TempDir()
	bus := filepath.Join(home, "no-bus")
	host := begin(t, home, bus, "serve", "--addr", "127.0.0.1:0", "--team", "acme")
	host.shows("hobnob join")
	t.Cleanup(func() {
		_ = host.cmd.Process.Signal(syscall.SIGTERM)
		host.end()
	})
	run := func(name string, args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "hobnob", args...)
		dir := filepath.Join(home, name)
		cmd.Env = append(os.Environ(), "HOME="+dir, "HOBNOB_SERVER=", "HOBNOB_TOKEN=", "DBUS_SESSION_BUS_ADDRESS=unix:path="+bus,
			"XDG_CONFIG_HOME="+filepath.Join(dir, "CONFIG"), "XDG_STATE_HOME="+filepath.Join(dir, "STATE"), "XDG_DATA_HOME="+filepath.Join(dir, "DATA"))
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %v: %s", args, err, out)
		}
		return string(out)
	}
	link := regexp.MustCompile(`hobnob join (http://\S+)`).FindStringSubmatch(host.text())[1]
	run("grace", "join", link, "--name", "grace", "--token-store", "file")
	list, err := os.ReadFile(filepath.Join(home, "CONFIG", "hobnob", "accounts.json"))
	if err != nil {
		t.Fatal(err)
	}
	me := regexp.MustCompile(`"user":\s*{[^}]*"name":\s*"([^"]+)"`).FindStringSubmatch(string(list))
	if me == nil {
		t.Fatalf("nobody is signed in: %s", list)
	}
	run("grace", "send", "@"+me[1], "for one alone")
	if out := run(".", "unread"); out != "@grace\t1\t0\n" {
		t.Fatalf("before: %q", out)
	}
	s := begin(t, home, bus)
	s.shows("connected")
	s.shows("@1")    // it is known
	s.press("\x1bc") // Alt+C
	s.shows("1 new · enter read")
	s.press("\r")
	s.shows("all read")
	_ = s.cmd.Process.Signal(syscall.SIGHUP)
	if printed, code := s.end(); code != 0 {
		t.Errorf("ended with %d: %q", code, printed)
	}
	if out := run(".", "unread"); out != "" {
		t.Errorf("still unread: %q", out)
	}
}

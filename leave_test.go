//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestLeavingTheHostsChat: what a terminal shows once the chat is closed says that
// the server stopped, and of the join line above it whether it is any good.
func TestLeavingTheHostsChat(t *testing.T) {
	for _, used := range []bool{false, true} {
		home := t.TempDir()
		bus := filepath.Join(home, "no-bus")
		s := begin(t, home, bus, "serve", "--chat", "--addr", "127.0.0.1:0", "--team", "acme")
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
		printed, code := s.end()
		_, after, stopped := strings.Cut(printed, "stopped: acme is not served any more, until it is started again\n")
		if code != 0 || !stopped || (after != "") != used || strings.Contains(after, "lets nobody in any more") != used {
			t.Errorf("used %t: ended with %d: %q", used, code, printed)
		}
	}
}

//go:build unix

package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestSeveralTeams: who is in several teams has them in one window. What is written in one
// goes there and nowhere else, a draft is back in its team, one that lets nobody in says so
// in its place, and leaving once leaves all.
func TestSeveralTeams(t *testing.T) {
	home := t.TempDir()
	bus := filepath.Join(home, "no-bus")
	for _, team := range []string{"acme", "beta"} {
		s := begin(t, home, bus, "serve", "--addr", "127.0.0.1:0", "--team", team, "--data", filepath.Join(home, team))
		s.shows("hobnob join")
		t.Cleanup(func() {
			_ = s.cmd.Process.Signal(syscall.SIGTERM)
			s.end()
		})
	}
	noteAccount(t, home, map[string]any{
		"server": "http://127.0.0.1:1", "store": "file",
		"user": map[string]string{"id": "u", "name": "ada", "role": "member"}, "team": map[string]string{"id": "t", "name": "gone"},
	})
	s := begin(t, home, bus)
	s.shows("▸● beta")
	s.shows(" ● acme")
	s.shows(" ! gone")
	s.types("for beta alone", "for beta alone")
	s.press("\x1b,") // Alt+, and with the next round from the first to the last
	s.shows("▸● acme")
	s.types("for acme alone\r", "write to acme #general")
	s.shows("  for acme alone")
	s.lacks("sending")
	s.press("half a thought")
	s.shows("half a thought")
	s.press("\x1b,")
	s.shows("▸! gone")
	s.shows("you are not signed in")
	s.types("said to nobody\r", "◷ waiting")
	s.press("\x1b,")
	s.shows("┃ for beta alone")
	s.press("\r")
	s.shows("write to beta #general")
	s.lacks("sending")
	s.press("\x03\x03") // Ctrl+C twice
	printed, code := s.end()
	if code != 0 || !strings.HasSuffix(printed, "1 message waits to be sent; it goes when hobnob is next open\n") || len(left(printed)) > 0 {
		t.Errorf("ended with %d, left behind %v: %q", code, left(printed), printed)
	}
	for team, want := range map[string]string{"acme": "for acme alone", "beta": "for beta alone"} {
		cmd := exec.CommandContext(t.Context(), "hobnob", "tail", "general", "--no-follow", "-n", "100", "--account", team)
		cmd.Env = append(os.Environ(), "HOME="+home, "XDG_CONFIG_HOME="+filepath.Join(home, "CONFIG"), "XDG_STATE_HOME="+filepath.Join(home, "STATE"), "XDG_DATA_HOME="+filepath.Join(home, "DATA"))
		out, err := cmd.Output()
		if err != nil || !strings.Contains(string(out), want) || strings.Count(string(out), "alone") != 1 {
			t.Errorf("%s has %q, %v", team, out, err)
		}
	}

	s = begin(t, home, bus)
	s.shows("▸● beta")
	s.press("/team acme\r")
	s.shows("┃ half a thought")
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if printed, code := s.end(); code != 0 || len(left(printed)) > 0 {
		t.Errorf("SIGTERM: ended with %d, left behind %v: %q", code, left(printed), printed)
	}

	s = begin(t, home, bus) // in the team that was shown
	s.shows("▸● acme")
	s.shows("┃ half a thought")
	if screen := s.screen(); strings.Index(screen, " beta ") < strings.Index(screen, " acme ") { // connected or not yet
		t.Errorf("the teams stand in another order:\n%s", screen)
	}
	s.press("\x03\x03")
	if printed, code := s.end(); code != 0 {
		t.Errorf("ended with %d: %q", code, printed)
	}

	// In lines it is the team of the commands that the lines name.
	for said, args := range map[string][]string{
		"-- hobnob: beta, | logout. One more":      {"--plain"},
		"-- hobnob: acme, | logout acme. One more": {"--plain", "-a", "acme"},
	} {
		s = begin(t, home, bus, args...)
		opened, out, _ := strings.Cut(said, " | ")
		s.shows(opened)
		s.shows("-- connected")
		s.press("/logout\r")
		s.shows(out)
		s.press("/quit\r")
		if printed, code := s.end(); code != 0 {
			t.Errorf("%v: ended with %d: %q", args, code, printed)
		}
	}

	s = begin(t, home, bus, "--account", "acme")
	s.shows("┃ half a thought")
	if strings.Contains(s.screen(), "beta") {
		t.Errorf("--account opens others:\n%s", s.screen())
	}
	s.press("\x03\x03")
	if printed, code := s.end(); code != 0 {
		t.Errorf("ended with %d: %q", code, printed)
	}
}

// TestLogoutOfOneTeam: who signs out of one of several teams stays in the others, and the server
// takes the token no longer.
func TestLogoutOfOneTeam(t *testing.T) {
	home := t.TempDir()
	bus := filepath.Join(home, "no-bus")
	run := func(env []string, args ...string) string {
		cmd := exec.CommandContext(t.Context(), "hobnob", args...)
		cmd.Env = append(append(os.Environ(), "HOME="+home), env...)
		for _, name := range []string{"DATA", "CONFIG", "STATE"} {
			cmd.Env = append(cmd.Env, "XDG_"+name+"_HOME="+filepath.Join(home, name))
		}
		out, _ := cmd.CombinedOutput()
		return string(out)
	}
	var beta string
	for _, team := range []string{"acme", "beta"} {
		host := begin(t, filepath.Join(home, team), bus, "serve", "--addr", "127.0.0.1:0", "--team", team)
		host.shows("hobnob join")
		t.Cleanup(func() {
			_ = host.cmd.Process.Signal(syscall.SIGTERM)
			host.end()
		})
		link := regexp.MustCompile(`hobnob join ((http://[^/]+)/\S+)`).FindStringSubmatch(host.text())
		beta = link[2]
		run(nil, "join", link[1], "--name", "grace", "--token-store", "file")
	}
	kept, err := os.ReadFile(filepath.Join(home, "STATE", "hobnob", "tokens.json"))
	if err != nil {
		t.Fatal(err)
	}
	token := regexp.MustCompile(regexp.QuoteMeta(beta) + `":\s*"(eyJ[^"]+)"`).FindSubmatch(kept)
	if token == nil {
		t.Fatalf("no token in %s", kept)
	}
	bare := []string{"HOBNOB_SERVER=" + beta, "HOBNOB_TOKEN=" + string(token[1])}
	if got := run(bare, "rooms"); !strings.Contains(got, "general") {
		t.Fatalf("the token is no good before: %s", got)
	}
	s := begin(t, home, bus)
	s.shows("write to beta #general")
	s.press("/logout\r")
	s.shows("sign out of beta on this machine")
	s.press("y")
	s.shows("you are signed out of beta · the way back is said when you leave")
	s.shows("┃ write to #general")
	if screen := s.screen(); strings.Contains(screen, "come back as") {
		t.Errorf("the way back is among the messages:\n%s", screen)
	}
	s.press("\x03\x03")
	printed, code := s.end()
	if code != 0 || len(left(printed)) > 0 || !strings.Contains(printed, "signed out: grace in beta, ") || !strings.Contains(printed, "to come back as grace: ") {
		t.Errorf("ended with %d: %q", code, printed)
	}
	if got := run(nil, "accounts"); strings.Contains(got, "beta") || !strings.Contains(got, "acme") {
		t.Errorf("on this machine are %s", got)
	}
	if got := run(bare, "rooms"); strings.Contains(got, "general") {
		t.Errorf("the token is still good: %s", got)
	}
}

// lacks waits until some text is on the screen no longer.
func (s *silent) lacks(text string) {
	s.t.Helper()
	deadline := time.After(20 * time.Second)
	for strings.Contains(s.screen(), text) {
		select {
		case <-s.changed:
		case <-deadline:
			s.t.Fatalf("%q is shown: %q", text, s.text())
		}
	}
}

// noteAccount adds an account behind those that are on a machine.
func noteAccount(t *testing.T, home string, account map[string]any) {
	t.Helper()
	path := filepath.Join(home, "CONFIG", "hobnob", "accounts.json")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var list struct {
		Accounts []any `json:"accounts"`
	}
	if err := json.Unmarshal(text, &list); err != nil {
		t.Fatal(err)
	}
	list.Accounts = append(list.Accounts, account)
	if text, err = json.Marshal(list); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

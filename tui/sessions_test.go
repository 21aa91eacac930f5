package tui

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

func TestSessions(t *testing.T) {
	s := openTeam(100, 30)
	s.client.answer = func(request string, out any) error {
		if request != "sessions" {
			return nil
		}
		return json.Unmarshal([]byte(`{"sessions": [
			{"id": "one", "client": "hobnob/1.0", "address": "10.0.0.7", "since": 1795860000000, "current": true},
			{"id": "two", "client": "bad\u001b[31m", "address": "10.0.0.8", "since": 1795860000000}]}`), out)
	}
	run := func(line string) {
		t.Helper()
		if cmd := s.keys(t, line+"{enter}"); cmd != nil {
			drain(s, cmd)
		}
	}
	run("/sessions end 2")
	if got := s.text(); !strings.Contains(got, "/sessions shows them with numbers") {
		t.Errorf("before they were shown:\n%s", got)
	}
	s.keys(t, "{ctrl+u}")
	run("/sessions")
	got := s.text()
	for _, want := range []string{"1  hobnob/1.0 · 10.0.0.7 · since ", " · this one", "2  bad", "10.0.0.8"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	s.client.asked = nil
	run("/sessions end 1")
	if got := s.text(); !strings.Contains(got, "that is this one") {
		t.Errorf("its own:\n%s", got)
	}
	for _, line := range []string{"/sessions end 3", "/sessions end", "/sessions away"} {
		s.keys(t, "{ctrl+u}")
		run(line)
	}
	if len(s.client.asked) > 0 {
		t.Errorf("asked %q", s.client.asked)
	}
	s.keys(t, "{ctrl+u}")
	run("/sessions end 2")
	run("/sessions end others")
	if got, want := strings.Join(s.client.asked, "\n"), "session:end {\"id\":\"two\"}\nsession:end {\"others\":true}"; got != want {
		t.Errorf("asked\n%s", got)
	}
	if got := s.text(); !strings.Contains(got, "it is ended: bad") || !strings.Contains(got, "all your other sign-ins are ended") {
		t.Errorf("after that:\n%s", got)
	}
}

// TestLogout: it asks, and is noted once; nothing is asked of the server before the end.
func TestLogout(t *testing.T) {
	s := openTeam(100, 30)
	if cmd := s.keys(t, "/logout{enter}"); isQuit(cmd) || !strings.Contains(s.text(), "nothing to sign out of") {
		t.Errorf("where there is nothing:\n%s", s.text())
	}
	s.keys(t, "{ctrl+u}")
	noted := 0
	s.signOut = func() { noted++ }
	s.keys(t, "/logout{enter}")
	if !strings.Contains(s.text(), "sign out of acme on this machine") {
		t.Errorf("it does not ask:\n%s", s.text())
	}
	if cmd := s.keys(t, "{esc}"); isQuit(cmd) || noted > 0 {
		t.Errorf("esc signed out %d times", noted)
	}
	if cmd := s.keys(t, "/logout{enter}y"); !isQuit(cmd) || noted != 1 {
		t.Errorf("y signed out %d times", noted)
	}
}

// TestSignInWithoutVersion: of a program that knew no version of itself the name is shown.
func TestSignInWithoutVersion(t *testing.T) {
	for client, want := range map[string]string{"hobnob/": "hobnob · 1.2.3.4", "hobnob/1.2": "hobnob/1.2 · 1.2.3.4", "": "a program that says nothing of itself · 1.2.3.4"} {
		if got := signIn(chat.Session{Client: client, Address: "1.2.3.4"}); !strings.HasPrefix(got, want) {
			t.Errorf("%q is %q", client, got)
		}
	}
}

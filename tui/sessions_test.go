package tui

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// signedInTwice is a team whose user is signed in here, and with others.
func signedInTwice(width, height int) *screen {
	s := openTeam(width, height)
	s.client.answer = func(request string, out any) error {
		if request != "sessions" {
			return nil
		}
		return json.Unmarshal([]byte(`{"sessions": [
			{"id": "three", "address": "2001:db8::1", "since": 1791117960000, "connected": true},
			{"id": "one", "client": "hobnob/1.0", "device": "desk", "address": "10.0.0.7", "since": 1793613600000, "connected": true, "current": true},
			{"id": "two", "client": "hobnob/0.9", "device": "bad\u001b[31m · x", "address": "10.0.0.8", "since": 1793613600000, "seen": 1795389000000},
			{"id": "four", "client": "hobnob send/1.0", "device": "build server", "address": "10.0.0.9", "since": 1791117960000, "seen": 1794924120000}]}`), out)
	}
	return s
}

// line writes a line and sends it, and waits for what comes of it.
func (s *screen) line(t *testing.T, line string) {
	t.Helper()
	if cmd := s.keys(t, "{ctrl+u}"+line+"{enter}"); cmd != nil {
		drainAll(s, cmd)
	}
}

func TestSessionsGolden(t *testing.T) {
	for _, size := range [][2]int{{100, 30}, {40, 12}, {20, 5}} {
		for name, keys := range map[string]string{"sessions": "", "sessions-other": "{down}", "sessions-others": "{up}{down}{down}{down}{down}", "sessions-end": "{down}{down}{enter}"} {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				s := signedInTwice(size[0], size[1])
				s.line(t, "/sessions")
				s.keys(t, keys)
				golden(t, s.text()+"\n")
			})
		}
	}
}

// TestSignInsAreEnded: one that is chosen, or all others, when that was asked; never this one.
func TestSignInsAreEnded(t *testing.T) {
	for keys, want := range map[string]struct{ asked, says string }{
		"{enter}":                         {"", "that is this one: /logout ends it"},
		"{down}{enter}":                   {"", "end unnamed program · here now"},
		"{down}{down}{enter}":             {"", "end bad␛[31m · x · last here yesterday 23:10 · since 2 November 10:00?"},
		"{down}{down}{enter}n":            {"", ""},
		"{down}{down}{enter}{esc}":        {"", ""},
		"{down}{down}{enter}y":            {`session:end {"id":"two"}`, "it is ended: bad␛[31m · x · last here yesterday 23:10"},
		"build{enter}y":                   {`session:end {"id":"four"}`, "it is ended: build server"},
		"2001:db8{enter}y":                {`session:end {"id":"three"}`, "it is ended: unnamed program"},
		"nowhere{enter}":                  {"", "nothing you are signed in with is called that"},
		"all but{enter}y":                 {`session:end {"others":true}`, "all your other sign-ins are ended"},
		"{down}{down}{down}{down}{enter}": {"", "end all your sign-ins but this one?"},
		"{esc}":                           {"", ""},
	} {
		s := signedInTwice(100, 30)
		s.line(t, "/sessions")
		s.client.asked = nil
		drainAll(s, s.keys(t, keys))
		if got := strings.Join(s.client.asked, "\n"); got != want.asked || !strings.Contains(s.text(), want.says) {
			t.Errorf("%s asked %q\n%s", keys, got, s.text())
		}
	}
}

// TestSessions: who did something since has lines, whose numbers the command takes.
func TestSessions(t *testing.T) {
	s := signedInTwice(100, 30)
	s.line(t, "/sessions end 2")
	if got := s.text(); !strings.Contains(got, "/sessions shows them with numbers") {
		t.Errorf("before they were shown:\n%s", got)
	}
	cmd := s.keys(t, "{ctrl+u}/sessions{enter}")
	s.keys(t, "x") // before the answer
	drainAll(s, cmd)
	got := s.text()
	for _, want := range []string{
		"you are signed in:", "1  desk · this one · since 2 November 10:00 · hobnob/1.0 · 10.0.0.7", "2  unnamed program · here now · since 4 October 12:46 · 2001:db8::1",
		"3  bad␛[31m · x · last here yesterday 23:10 · since 2 November 10:00", "4  build server · last here Tuesday 14:02 · since 4 October 12:46 ·", "┃ x",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	s.client.asked = nil
	s.line(t, "/sessions end 1")
	if got := s.text(); !strings.Contains(got, "that is this one") {
		t.Errorf("its own:\n%s", got)
	}
	for _, line := range []string{"/sessions end 5", "/sessions end", "/sessions away"} {
		s.line(t, line)
	}
	if len(s.client.asked) > 0 {
		t.Errorf("asked %q", s.client.asked)
	}
	s.line(t, "/sessions end 3")
	if got := s.text(); !strings.Contains(got, "it is ended: bad") {
		t.Errorf("after the first:\n%s", got)
	}
	s.line(t, "/sessions end others")
	if got, want := strings.Join(s.client.asked, "\n"), "session:end {\"id\":\"two\"}\nsession:end {\"others\":true}"; got != want {
		t.Errorf("asked\n%s", got)
	}
	if got := s.text(); strings.Contains(got, "it is ended") || !strings.Contains(got, "all your other sign-ins are ended") {
		t.Errorf("after that:\n%s", got)
	}
}

package tui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

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

// signsOut is a window of teams that can be signed out of, and what was done: +N for a team that
// was signed out of alone, !N for one with which the chat was left.
func signsOut(width, height int, names ...string) (*window, *string) {
	w, done := openWindow(width, height, names...), new(string)
	for i, m := range w.teams {
		m.part = func() { *done += fmt.Sprintf("+%d", i) }
		m.signOut = func() { *done += fmt.Sprintf("!%d", i) }
	}
	return w, done
}

// waiting has messages wait in a team.
func (w *window) waiting(team, n int) {
	for i := range n {
		w.told(team, chat.DraftChanged{Draft: chat.Draft{ID: fmt.Sprint("d", i), Room: chat.GeneralRoom, Body: chat.TextBody("waits")}, State: chat.DraftWaiting})
	}
}

// TestLogoutOfOneTeam leaves that alone; of the last one it leaves the chat.
func TestLogoutOfOneTeam(t *testing.T) {
	w, done := signsOut(100, 30, "acme", "beta")
	w.waiting(0, 2)
	w.waiting(1, 1)
	w.keys(t, "/logout{enter}")
	if want := "sign out of acme on this machine, and go on in beta? 2 messages unsent"; !strings.Contains(w.text(t), want) {
		t.Errorf("no %q:\n%s", want, w.text(t))
	}
	w.keys(t, "n")
	if w.keys(t, "/logout{enter}{esc}"); *done != "" || len(w.teams) != 2 {
		t.Errorf("after no: %q", *done)
	}
	if cmd := w.keys(t, "/logout{enter}y"); isQuit(cmd) || *done != "+0" || len(w.teams) != 1 || w.teams[0].team != "beta" {
		t.Errorf("after yes: %q, %d teams, %v", *done, len(w.teams), isQuit(cmd))
	}
	if !strings.Contains(w.text(t), "you are signed out of acme") || strings.Contains(w.text(t), "● acme") {
		t.Errorf("after yes:\n%s", w.text(t))
	}
	w.keys(t, "/logout{enter}")
	if want := "sign out of beta on this machine, and leave? 1 message unsent"; !strings.Contains(w.text(t), want) {
		t.Errorf("no %q:\n%s", want, w.text(t))
	}
	if cmd := w.keys(t, "y"); !isQuit(cmd) || *done != "+0!1" {
		t.Errorf("the last: %q, %v", *done, isQuit(cmd))
	}
}

// TestLogoutAsksAgain where the team that was to be next is gone meanwhile: the chat is not left
// by an answer to another question.
func TestLogoutAsksAgain(t *testing.T) {
	w, done := signsOut(100, 30, "acme", "beta")
	w.keys(t, "/logout{enter}")
	w.send(w.Parts(1))
	if cmd := w.keys(t, "y"); isQuit(cmd) || *done != "" || !strings.Contains(w.text(t), "and leave?") {
		t.Errorf("%q, %v\n%s", *done, isQuit(cmd), w.text(t))
	}
	if cmd := w.keys(t, "y"); !isQuit(cmd) || *done != "!0" {
		t.Errorf("%q, %v", *done, isQuit(cmd))
	}
}

func TestLogoutGolden(t *testing.T) {
	for _, size := range [][2]int{{100, 30}, {40, 12}, {20, 5}} {
		t.Run(fmt.Sprintf("logout-%dx%d", size[0], size[1]), func(t *testing.T) {
			w, _ := signsOut(size[0], size[1], "acme", "beta")
			w.waiting(0, 2)
			w.keys(t, "/logout{enter}")
			golden(t, w.text(t)+"\n")
		})
	}
}

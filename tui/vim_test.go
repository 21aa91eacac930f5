package tui

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// openVim is a room with the keys of vim.
func openVim(t *testing.T) *screen {
	t.Helper()
	s := openRoom(100, 30)
	s.keys(t, "/set preset vim{enter}")
	s.clock = s.clock.Add(time.Minute)
	return s
}

// What leaves and saves in vim is said to nobody: it quits, or says what does.
func TestVimLinesAreNotSaid(t *testing.T) {
	for _, c := range []struct {
		line  string
		quits bool
		says  string
	}{
		{":q", true, ""},
		{":q!", true, ""},
		{":qa!", true, ""},
		{":wq", true, ""},
		{":x", true, ""},
		{":x ", true, ""},
		{":w", false, "what you write is kept by itself, and sent by enter; :q quits"},
		{":w!", false, ":q quits"},
	} {
		s := openVim(t)
		cmd := s.keys(t, c.line+"{enter}")
		if n := len(s.client.drafts); n > 0 || isQuit(cmd) != c.quits || s.quitting != c.quits || !strings.Contains(s.composer.Sentence(), c.says) || s.composer.Text() != "" {
			t.Errorf("%s posts %q, quits: %v, says %q, leaves %q", c.line, s.client.sent(), s.quitting, s.composer.Sentence(), s.composer.Text())
		}
	}
	for _, line := range []string{":quiet please", ": q", " :q", ":smile:", "q"} {
		s := openVim(t)
		if s.keys(t, line+"{enter}"); !slices.Equal(s.client.sent(), []string{line}) && line != ":smile:" || len(s.client.drafts) != 1 || s.quitting {
			t.Errorf("%s posts %q", line, s.client.sent())
		}
	}
	s := openRoom(100, 30)
	if s.keys(t, ":q{enter}"); s.quitting || len(s.client.drafts) != 1 {
		t.Errorf("with other keys it posts %q", s.client.sent())
	}
}

// TestVimLinesInAnEdit save nothing, and lose nothing.
func TestVimLinesInAnEdit(t *testing.T) {
	s := openVim(t)
	s.keys(t, "{up}{ctrl+u}:wq{enter}")
	if a := s.about(); a == nil || a.editing == nil || s.quitting || len(s.client.asked) > 0 || !strings.Contains(s.text(), "you are editing a message, and nothing was saved") {
		t.Errorf("asked %q, quits: %v:\n%s", s.client.asked, s.quitting, s.text())
	}
}

// TestVimHint says what such a line does before it is done.
func TestVimHint(t *testing.T) {
	s := openVim(t)
	if s.keys(t, ":q"); !strings.Contains(s.text(), ":q · quit; a space before it says it to #general") {
		t.Errorf("it is not said:\n%s", s.text())
	}
}

// Esc leads from what is written to the messages with the keys of vim, also where something is said;
// i leads back to it, as it was.
func TestEscInVimSelects(t *testing.T) {
	s := openVim(t)
	s.keys(t, "hello vim{esc}kk")
	if what, ok := s.shown().Chosen(); !ok || s.focus != choosing || !strings.HasPrefix(what.Text, "done, p99") || s.composer.Text() != "hello vim" {
		t.Fatalf("%q is selected, %q is written", what.Text, s.composer.Text())
	}
	if s.keys(t, "i!"); s.composer.Text() != "hello vim!" || s.focus != writing {
		t.Errorf("behind i: %q", s.composer.Text())
	}
	if s.keys(t, "{enter}"); !slices.Equal(s.client.sent(), []string{"hello vim!"}) {
		t.Errorf("posted %q", s.client.sent())
	}
	s.clock = s.clock.Add(time.Minute)
	if s.keys(t, "/frob{enter}{esc}"); s.focus != choosing || s.composer.Sentence() != "" || s.composer.Text() != "/frob" {
		t.Errorf("with something said: focus %d, %q is said, %q is written", s.focus, s.composer.Sentence(), s.composer.Text())
	}
	s = openVim(t)
	if s.keys(t, "{alt+k}tin a thread{esc}"); s.focus != choosing || s.in() == nil {
		t.Errorf("in a thread: focus %d\n%s", s.focus, s.text())
	}
	s = openRoom(100, 30)
	if s.keys(t, "hello{esc}k"); s.focus != writing || s.composer.Text() != "hellok" {
		t.Errorf("with other keys: %q", s.composer.Text())
	}
}

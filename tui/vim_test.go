package tui

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
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

// A line of vim that is typed where a message is selected is no part of what is written: that stays, and
// neither is ever sent.
func TestVimLinesWhereAMessageIsSelected(t *testing.T) {
	const draft = "my draft here!"
	for _, c := range []struct {
		keys, written string
		quits         bool
		says, aside   string
	}{
		{draft + "{esc}:q{enter}", draft, true, "", ""},
		{draft + "{esc}:wq!{enter}", draft, true, "", ""},
		{"{esc}:q{enter}", "", true, "", ""},
		{draft + "{esc}:w{enter}", draft, false, "what you write is kept by itself, and sent by enter; :q quits", ""},
		{draft + "{esc}:set nu{enter}", draft, false, ":set nu does nothing here, and was not sent; :q quits · ctrl+r finds what you wrote", ":set nu"},
		{draft + "{esc}:1{enter}", draft, false, ":1 does nothing here, and was not sent; :q quits", ""},
		{draft + "{esc}:q{esc}i?", draft + "?", false, "", ""},
		{draft + "{esc}:so it is{esc}", draft, false, "", ":so it is"},
		{"{esc}:so it is{esc}", ":so it is", false, "this is being written now: enter posts it", ""},
		{"{up}!{esc}:wq{enter}", "mine!", false, "you are editing a message, and nothing was saved: i goes on with it, then enter saves it", ""},
	} {
		kept := papers{}
		s := openVim(t)
		s.keeper = kept
		cmd := s.keys(t, c.keys)
		if n := len(s.client.drafts); n > 0 || len(s.client.asked) > 0 || s.quitting != c.quits || c.quits && !isQuit(cmd) || s.composer.Text() != c.written || s.composer.Sentence() != c.says {
			t.Errorf("%s posts %q, quits: %v, leaves %q, says %q", c.keys, s.client.sent(), s.quitting, s.composer.Text(), s.composer.Sentence())
		}
		if got := s.putBy[chat.GeneralRoom]; len(got) > 1 || c.aside != "" && (len(got) != 1 || got[0].Text != c.aside) {
			t.Errorf("%s: put aside is %v", c.keys, got)
		}
		if u := kept[slot{at: chat.GeneralRoom}]; c.quits && u.Text != c.written {
			t.Errorf("%s: kept is %q", c.keys, u.Text)
		}
	}
	s := openVim(t)
	if s.keys(t, draft+"{esc}:q"); !strings.Contains(s.text(), "enter quits; what you write is kept") {
		t.Errorf("while it is typed:\n%s", s.text())
	}
}

// Esc with the keys of vim keeps what is written the answer that it is, and the edit: the letters behind it
// are no part of it. Where nothing is written it is the answer's end.
func TestEscInVimKeepsTheAnswer(t *testing.T) {
	s := openVim(t)
	s.keys(t, "{esc}r")
	if s.keys(t, "{esc}"); s.about() != nil {
		t.Errorf("an empty answer stays: %+v", s.about())
	}
	s = openVim(t)
	s.keys(t, "{esc}r")
	to := s.about().message.ID
	if s.keys(t, "I agree"); strings.Contains(s.text(), "esc cancels") || !strings.Contains(s.text(), "replying to") {
		t.Errorf("the hint:\n%s", s.text())
	}
	s.keys(t, "{esc}kk")
	if s.focus != choosing || s.composer.Text() != "I agree" || s.about() == nil {
		t.Fatalf("focus %d, %q is written for %+v", s.focus, s.composer.Text(), s.about())
	}
	if s.keys(t, "i{enter}"); len(s.client.drafts) != 1 || s.client.drafts[0].ReplyTo != to || s.client.sent()[0] != "I agree" {
		t.Errorf("posted %+v", s.client.drafts)
	}
	s = openVim(t)
	if s.keys(t, "{up}!"); !strings.Contains(s.text(), "ctrl+c cancels") {
		t.Errorf("an edit says:\n%s", s.text())
	}
	if s.keys(t, "{esc}kk"); s.about() == nil || s.about().editing == nil || s.composer.Text() != "mine!" {
		t.Errorf("%q is written for %+v", s.composer.Text(), s.about())
	}
	if s.keys(t, "i{ctrl+c}"); s.about() != nil || s.composer.Text() != "" {
		t.Errorf("after ctrl+c %q is written for %+v", s.composer.Text(), s.about())
	}
}

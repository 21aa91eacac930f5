package tui

import (
	"slices"
	"strings"
	"testing"
)

// TestACommandThatLooksLikeAPath: who types a slash for a space is asked before it is posted, once.
// Paths are posted as ever.
func TestACommandThatLooksLikeAPath(t *testing.T) {
	for _, line := range []string{"/msg/bob hello secret", "/part/go m3", "/quit/", "/dm/bob hello secret", "/query/bob x", "/MSG/bob x"} {
		s := openTeam(100, 30)
		s.keys(t, line+"{enter}")
		if len(s.client.drafts) > 0 || s.composer.Text() != line || !strings.Contains(s.text(), "enter again posts this to #general; /") {
			t.Errorf("%s: sent %q, and says\n%s", line, s.client.sent(), s.text())
		}
		if s.keys(t, "{enter}"); !slices.Equal(s.client.sent(), []string{line}) || len(s.meant) > 0 {
			t.Errorf("%s: enter again sends %q", line, s.client.sent())
		}
	}
	for _, path := range []string{"/etc/hosts", "/home/x is full", "/r/golang", "/m/bob", "/q/x", "/usr/bin/msg", "/message/bob", "see /msg/bob"} {
		s := openTeam(100, 30)
		if s.keys(t, path+"{enter}"); !slices.Equal(s.client.sent(), []string{path}) {
			t.Errorf("%s: sent %q\n%s", path, s.client.sent(), s.text())
		}
	}
	// What is corrected is not asked about any more.
	s := openTeam(100, 30)
	s.keys(t, "/me/waves{enter}{ctrl+a}/{enter}")
	s.keys(t, "/me/waves{enter}{backspace}{backspace}{backspace}{backspace}{backspace}{backspace} waves{enter}")
	if !slices.Equal(s.client.sent(), []string{"/me/waves", "waves"}) {
		t.Errorf("sent %q\n%s", s.client.sent(), s.text())
	}
}

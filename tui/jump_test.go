package tui

import (
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/tui/overlay"
)

// The room one is in is among those to go to, as the last, and is gone to by staying.
func TestJumpHasThisRoom(t *testing.T) {
	s := openTeam(100, 30)
	s.show("r2")
	s.keys(t, "{ctrl+k}")
	l := s.top().(*layer)
	if one, ok := l.list.(*overlay.Pick).Chosen(); !ok || one.ID == "r2" {
		t.Errorf("first is %v", one)
	}
	s.keys(t, "deploys")
	if text := s.text(); !strings.Contains(text, "▸ #deploys   you are here") {
		t.Errorf("%s", text)
	}
	if s.keys(t, "{enter}hello"); s.top() != nil || s.room != "r2" || s.composer.Text() != "hello" || s.last == "r2" {
		t.Errorf("it is in %s after %s, %q is written:\n%s", s.room, s.last, s.composer.Text(), s.text())
	}
}

// Who is looked for among the rooms, and has none, is written to otherwise.
func TestGoToSomebody(t *testing.T) {
	s := openTeam(100, 30)
	if s.keys(t, "{ctrl+k}carol"); !strings.Contains(s.text(), "/list finds others, /msg a person") {
		t.Errorf("%s", s.text())
	}
	s.setNames(map[string]string{"carol": "u7", "bob smith": "u8"})
	for who, want := range map[string]string{"carol": "/msg carol writes to them", "@carol": "/msg carol writes to them", "Bob Smith": `/msg "Bob Smith" writes to them`} {
		if s.keys(t, "{esc}{ctrl+u}/go "+who+"{enter}"); !strings.Contains(s.text(), want) {
			t.Errorf("%s:\n%s", who, s.text())
		}
	}
}

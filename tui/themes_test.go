package tui

import (
	"errors"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/tui/theme"
)

// shelf is Themes with one file.
type shelf struct {
	kept []string
	full error
}

func (*shelf) Names() []string { return []string{"sea"} }

func (s *shelf) Load(name string) (*theme.Scheme, []string, error) {
	if name != "sea" {
		return nil, nil, errors.New("there is no theme \x1b[2J" + name)
	}
	scheme, wrong, err := theme.Parse("sea", []byte("[dark]\naccent = \"#123456\"\nbad = \"puce\"\n"))
	return scheme, wrong, err
}

func (s *shelf) Keep(name string) error {
	s.kept = append(s.kept, name)
	return s.full
}

func TestThemeIsPutOn(t *testing.T) {
	s := openTeam(100, 30)
	files := &shelf{}
	s.themes = files
	s.send(tea.ColorProfileMsg{Profile: theme.Unknown.Profile})
	s.terminal.Background = theme.Dark
	before := s.View().Content
	drain(s, s.keys(t, "/theme{enter}"))
	if text := s.text(); !strings.Contains(text, "contrast, default, sea,") {
		t.Errorf("not listed:\n%s", text)
	}
	drain(s, s.keys(t, "/theme sea{enter}"))
	after := s.View().Content
	if !strings.Contains(after, "18;52;86") || strings.Contains(before, "18;52;86") || !strings.Contains(s.text(), "line 3: dark.bad") {
		t.Errorf("not put on:\n%q", after)
	}
	drain(s, s.keys(t, "/theme nothing{enter}"))
	if said := s.View().Content; !strings.Contains(said, "there is no theme ␛[2Jnothing") || strings.Contains(said, "\x1b[2J") || s.terminal.Scheme.Name != "sea" {
		t.Errorf("%q", said)
	}
	if strings.Join(files.kept, " ") != "sea" {
		t.Error(files.kept)
	}
	files.full = errors.New("the disk is full")
	drain(s, s.keys(t, "/theme sea{enter}"))
	if !strings.Contains(s.text(), "the disk is full") {
		t.Errorf("%s", s.text())
	}
}

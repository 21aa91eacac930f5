package tui

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/tui/theme"
)

// shelf is Themes with one file.
type shelf struct{}

func (*shelf) Names() []string { return []string{"sea"} }

func (s *shelf) Load(name string) (*theme.Scheme, []string, error) {
	if s := theme.BuiltIn(name); s != nil {
		return s, nil, nil
	}
	if name != "sea" {
		return nil, nil, errors.New("there is no theme \x1b[2J" + name)
	}
	scheme, wrong, err := theme.Parse("sea", []byte("[dark]\naccent = \"#123456\"\nbad = \"puce\"\n"))
	return scheme, wrong, err
}

func TestThemeIsPutOn(t *testing.T) {
	s := openTeam(100, 30)
	var kept []any
	var full error
	s.themes = &shelf{}
	s.Model.set.Save = func(name string, value any) error {
		kept = append(kept, name, value)
		return full
	}
	s.send(tea.ColorProfileMsg{Profile: theme.Unknown.Profile})
	s.terminal.Background = theme.Dark
	before := s.View().Content
	drainSettings(s, s.keys(t, "/theme{enter}"))
	if text := s.text(); !strings.Contains(text, "▸ default   is on") || !strings.Contains(text, "enter puts it on") {
		t.Errorf("not listed:\n%s", text)
	}
	drainSettings(s, s.keys(t, "sea{enter}"))
	if s.top() != nil || s.terminal.Scheme == nil || s.terminal.Scheme.Name != "sea" {
		t.Errorf("not chosen:\n%s", s.text())
	}
	kept = nil
	drainSettings(s, s.keys(t, "/theme sea{enter}"))
	after := s.View().Content
	if !strings.Contains(after, "18;52;86") || strings.Contains(before, "18;52;86") || !strings.Contains(s.text(), "line 3: dark.bad") {
		t.Errorf("not put on:\n%q", after)
	}
	drainSettings(s, s.keys(t, "/theme nothing{enter}"))
	if said := s.View().Content; !strings.Contains(said, "there is no theme ␛[2Jnothing") || strings.Contains(said, "\x1b[2J") || s.terminal.Scheme.Name != "sea" {
		t.Errorf("%q", said)
	}
	if said := s.composer.Sentence(); !strings.HasSuffix(said, " · there are contrast, default, sea, terminal") {
		t.Errorf("which there are: %q", said)
	}
	if fmt.Sprint(kept) != "[theme sea]" {
		t.Error(kept)
	}
	full = errors.New("the disk is full")
	drainSettings(s, s.keys(t, "/theme sea{enter}"))
	if !strings.Contains(s.text(), "the disk is full") {
		t.Errorf("%s", s.text())
	}
}

package tui

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
)

const whose = "which program's keys do you want?"

// openFirst is a chat that is opened for the first time, and what is saved.
func openFirst(width, height int) (*screen, *[]string) {
	s, saved := open(width, height, chat.Reloaded{Room: chat.GeneralRoom, Messages: conversation()}, chat.Connection{State: chat.Online}), new([]string)
	s.Model.firstTime = true
	s.Model.set.Save = func(name string, value any) error {
		*saved = append(*saved, fmt.Sprint(name, "=", value))
		return nil
	}
	s.send(nil)
	return s, saved
}

// TestFirstQuestion: one key answers it, or Esc, and nothing that is typed does.
func TestFirstQuestion(t *testing.T) {
	for _, c := range []struct{ keys, preset, saved, text string }{
		{"{f2}", "slack", "preset=slack", ""},
		{"{f3}", "irc", "preset=irc", ""},
		{"half a {f4}word", "vim", "preset=vim", "half a word"},
		{"{esc}", "slack", "", ""},
		{"{esc}{f3}", "slack", "", ""},
		{"/set preset vim{enter}", "vim", "preset=vim", ""},
	} {
		s, saved := openFirst(100, 30)
		if !strings.Contains(s.text(), whose) {
			t.Fatalf("not asked:\n%s", s.text())
		}
		for _, k := range splitKeys(c.keys) {
			drainSettings(s, s.keys(t, k))
		}
		if got := strings.Join(*saved, " "); got != c.saved || s.Model.preset != c.preset || s.composer.Text() != c.text || strings.Contains(s.text(), whose) {
			t.Errorf("%s: saved %q, preset %s, written %q:\n%s", c.keys, got, s.Model.preset, s.composer.Text(), s.text())
		}
	}
}

// TestFirstQuestionHoldsNothingUp: one writes, sends, looks and goes elsewhere beneath it.
func TestFirstQuestionHoldsNothingUp(t *testing.T) {
	s, saved := openFirst(100, 30)
	for _, keys := range []string{"1 2 3 vim irc slack", "{enter}", "{pgup}", "{alt+end}", "{ctrl+k}{esc}", "{f1}{f1}", "{alt+k}{esc}", "/help{enter}{esc}"} {
		s.keys(t, keys)
	}
	if got := s.client.sent(); len(got) != 1 || got[0] != "1 2 3 vim irc slack" || len(*saved) > 0 || !strings.Contains(s.text(), whose) {
		t.Errorf("sent %q, saved %q:\n%s", got, *saved, s.text())
	}
	if s.keys(t, "{ctrl+k}{f3}"); s.Model.preset != "slack" {
		t.Error("it is answered unseen")
	}
}

// TestFirstQuestionIsClicked on a choice; beside those it marks no text beneath.
func TestFirstQuestionIsClicked(t *testing.T) {
	s, saved := openFirst(100, 30)
	x, y := s.cell(t, whose)
	s.down(x, y)
	s.move(x+20, y+20)
	if got := clipboard(s.up(x+20, y+20)); got != "" || len(*saved) > 0 {
		t.Errorf("marked %q, saved %q", got, *saved)
	}
	x, y = s.cell(t, "vim   ")
	s.down(x, y)
	drainSettings(s, s.up(x, y))
	if s.Model.preset != "vim" || len(*saved) != 1 || strings.Contains(s.text(), whose) {
		t.Errorf("%s, %q:\n%s", s.Model.preset, *saved, s.text())
	}
}

func TestFirstGolden(t *testing.T) {
	for _, size := range [][2]int{{100, 30}, {40, 12}, {20, 5}} {
		t.Run(fmt.Sprintf("first-%dx%d", size[0], size[1]), func(t *testing.T) {
			s, _ := openFirst(size[0], size[1])
			s.send(tea.FocusMsg{})
			golden(t, s.text()+"\n")
		})
	}
}

package tui

import (
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestAnEditThatIsLeftIsKept: whatever ends an edit, what was changed in it is on the disk, and
// there again as the edit that it was, by ↑ and ctrl+r, also in a new process.
func TestAnEditThatIsLeftIsKept(t *testing.T) {
	left := slot{at: chat.GeneralRoom, edit: 7, also: 1}
	for _, ends := range []string{"{esc}", "{ctrl+c}", "{alt+k}r", "{alt+k}r{esc}"} {
		for _, back := range []string{"{up}", "{ctrl+r}{enter}"} {
			for _, restart := range []bool{false, true} {
				kept := papers{}
				s := openRoom(100, 30)
				s.keeper = kept
				s.keys(t, "{up} long new words"+ends)
				if kept[left].Text != "mine long new words" {
					t.Fatalf("%s keeps %v", ends, kept)
				}
				if !strings.Contains(s.text(), "ctrl+r: unsent text") && !strings.Contains(s.text(), "ctrl+r brings back what you had changed") {
					t.Errorf("%s: nothing says that it is there:\n%s", ends, s.text())
				}
				if restart {
					s.again(kept)
					s.send(chat.Reloaded{Room: chat.GeneralRoom, Messages: []chat.Message{said(7, you, 0, "mine")}})
					if s.about() != nil || s.composer.Text() != "" {
						t.Fatalf("%s: %q is written after a start, for %+v", ends, s.composer.Text(), s.about())
					}
				}
				if s.about() != nil { // the answer
					s.keys(t, "{esc}")
				}
				s.keys(t, back)
				if s.composer.Text() != "mine long new words" || s.about() == nil || s.about().editing == nil {
					t.Fatalf("%s, %s: %q is written for %+v\n%s", ends, back, s.composer.Text(), s.about(), s.text())
				}
				s.client.asked = nil
				drainAll(s, s.keys(t, "!{enter}"))
				if len(s.client.sent()) > 0 || len(s.client.asked) != 1 || !strings.HasPrefix(s.client.asked[0], `message:edit ["mine long new words!"`) {
					t.Errorf("%s: sent %q, asked %q", ends, s.client.sent(), s.client.asked)
				}
			}
		}
	}
}

// TestWhatIsLeftOfAnEdit: what was not changed is not put aside, nor what was cleared, and what
// was taken out of it and sent is forgotten. Another message is edited by ↑ as ever.
func TestWhatIsLeftOfAnEdit(t *testing.T) {
	for _, keys := range []string{"{up}{esc}", "{up}!{backspace}{esc}", "{up}{ctrl+u}{esc}", "{up} x{esc}{up}{ctrl+u}{esc}", "{up} x{esc}{ctrl+y}{enter}"} {
		kept := papers{}
		s := openRoom(100, 30)
		s.keeper = kept
		if s.keys(t, keys); len(kept) > 0 || strings.Contains(s.text(), "ctrl+r: unsent") {
			t.Errorf("%s keeps %v\n%s", keys, kept, s.text())
		}
	}
	s := openRoom(100, 30)
	s.keys(t, "{up} x{esc}")
	s.send(chat.Arrived{Messages: []chat.Message{said(9, you, 0, "newer")}})
	if s.keys(t, "{up}"); s.composer.Text() != "newer" {
		t.Errorf("↑ edits %q", s.composer.Text())
	}
	if s.keys(t, "{esc}{ctrl+r}"); !strings.Contains(s.text(), "an edit:") || s.composer.Text() != "mine x" {
		t.Errorf("%q is found:\n%s", s.composer.Text(), s.text())
	}
}

// TestEditingWhatIsBeingEdited goes on with it, and takes nothing of it away.
func TestEditingWhatIsBeingEdited(t *testing.T) {
	s := openRoom(100, 30)
	if s.keys(t, "{up} long new words{alt+k}ke"); s.composer.Text() != "mine long new words" || s.focus != writing || len(s.unsaved) > 0 {
		t.Errorf("%q is written, aside are %v\n%s", s.composer.Text(), s.unsaved, s.text())
	}
}

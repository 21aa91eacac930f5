package tui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// What was being written in a thread can be seen from its room, and gone to, also after the
// chat was killed.
func TestDraftsInThreadsAreFound(t *testing.T) {
	kept := papers{}
	s := openTeam(100, 30)
	s.keeper = kept
	answer := said(9, bob, 0, "an answer")
	answer.Thread = "m7"
	s.send(chat.Arrived{Messages: []chat.Message{said(7, ada, 0, "with answers"), said(8, bob, 0, "without"), answer}})
	s.keys(t, "half{esc}{alt+k}t")
	if s.in() == nil {
		t.Fatal("no thread is open")
	}
	id := s.in().id
	s.keys(t, "thread draft words")
	s.again(kept)
	s.keeper = kept
	s.send(chat.Arrived{Messages: []chat.Message{said(7, ada, 0, "with answers"), said(8, bob, 0, "without"), answer}})
	text := s.text()
	if !strings.Contains(text, "↳ ✎") || !strings.Contains(text, "▸# general   ✎") {
		t.Errorf("nothing says that it is there:\n%s", text)
	}
	s.keys(t, "{alt+1}{alt+2}")
	if text := s.text(); !strings.Contains(text, "▸# general   ✎") || !strings.Contains(text, "half") {
		t.Errorf("in its room nothing says so:\n%s", text)
	}
	s.keys(t, "{ctrl+r}{enter}")
	if s.in() == nil || s.in().id != id || s.composer.Text() != "thread draft words" {
		t.Fatalf("%q is written in %s", s.composer.Text(), s.place())
	}
	if s.keys(t, "{esc}"); s.composer.Text() != "half" {
		t.Errorf("in the room there is %q", s.composer.Text())
	}
	s.keys(t, "{ctrl+u}{alt+1}{alt+2}")
	if text := s.text(); !strings.Contains(text, "ctrl+r: unsent reply") {
		t.Errorf("where nothing is written it says\n%s", text)
	}
	// It is found from elsewhere as well, and there is no mark where it was sent.
	s.keys(t, "{alt+1}{ctrl+r}thread dr{enter}")
	if s.room != chat.GeneralRoom || s.composer.Text() != "thread draft words" {
		t.Fatalf("%q is written in %s", s.composer.Text(), s.place())
	}
	if s.keys(t, "{enter}{esc}"); strings.Contains(s.text(), "✎") || len(kept) > 0 {
		t.Errorf("it was sent:\n%s", s.text())
	}
}

func TestDraftsInThreadsGolden(t *testing.T) {
	for _, size := range [][2]int{{100, 30}, {40, 12}, {20, 5}} {
		t.Run(fmt.Sprintf("thread-drafts-%dx%d", size[0], size[1]), func(t *testing.T) {
			s := talk(size[0], size[1])
			s.restore([]Unsent{
				{Room: s.room, Thread: "m1", Text: "x"}, {Room: s.room, Thread: "m6", Text: "y"}, {Room: s.room, Thread: "m4", Text: "z"},
			})
			s.keys(t, "x{backspace}")
			golden(t, s.text()+"\n")
		})
	}
}

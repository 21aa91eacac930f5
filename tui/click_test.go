package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// clicks presses the button on a text of the screen, and lets it go.
func (s *screen) clicks(tb testing.TB, text string) tea.Cmd {
	x, y := s.cell(tb, text)
	s.clock = s.clock.Add(time.Second)
	s.down(x, y)
	return s.up(x, y)
}

// What looks as if it could be clicked on can be.
func TestClicksInATimeline(t *testing.T) {
	answered := func() *screen {
		s := openTeam(100, 30)
		answer := said(8, bob, time.Hour, "an answer")
		answer.Thread = "m7"
		s.send(chat.Arrived{Messages: []chat.Message{said(7, ada, 0, "with answers"), said(9, bob, time.Hour, "between"), answer}})
		return s
	}
	s := answered()
	if s.clicks(t, "1 reply"); s.in() == nil || s.in().id != "m7" {
		t.Errorf("the replies lead nowhere:\n%s", s.text())
	}
	s = answered()
	if s.clicks(t, "with answers"); s.in() != nil {
		t.Error("a text opens the thread")
	}
	x, y := s.cell(t, "1 reply")
	s.down(x, y)
	s.move(x-3, y-1)
	if s.up(x-3, y-1); s.in() != nil {
		t.Error("marking text opens the thread")
	}
	// An answer of which it is said that there is one.
	s = openTeam(100, 30)
	answer := said(9, bob, time.Hour, "an answer")
	answer.Thread = "m2"
	s.send(chat.Arrived{Messages: []chat.Message{said(7, ada, time.Hour, "between"), answer}})
	if s.clicks(t, "a reply by bob to"); s.in() == nil || s.in().id != "m2" {
		t.Errorf("a reply leads nowhere:\n%s", s.text())
	}
	// More of a message, and what is below.
	s = openTeam(100, 30)
	s.send(chat.Arrived{Messages: []chat.Message{said(7, ada, time.Hour, strings.Repeat("line\n", 60)+"the end")}})
	if s.clicks(t, "more lines"); s.whole == nil {
		t.Fatalf("it is not opened:\n%s", s.text())
	}
	s.keys(t, "{esc}")
	for i := range 40 {
		s.send(chat.Arrived{Messages: []chat.Message{said(uint64(8+i), bob, time.Hour, fmt.Sprint("number ", i))}})
	}
	s.keys(t, "{pgup}{pgup}")
	if s.clicks(t, "↓"); !s.shown().AtBottom() {
		t.Errorf("it is not at the end:\n%s", s.text())
	}
	// How many are in the room, and who.
	s = openTeam(160, 30)
	was := s.peopleOn
	if s.clicks(t, "12 members"); s.peopleOn == was {
		t.Errorf("nobody is shown:\n%s", s.text())
	}
}

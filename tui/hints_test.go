package tui

import (
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestKeysThatMeanNothing leave the selection as it is, and write nothing.
func TestKeysThatMeanNothing(t *testing.T) {
	for _, key := range []string{"{alt+k}", "{left}", "{ctrl+w}", "{alt+enter}"} {
		s := openRoom(100, 30)
		s.keys(t, "{alt+k}"+key)
		if _, ok := s.shown().Chosen(); !ok || s.focus != choosing {
			t.Errorf("%s deselects", key)
		}
		if s.keys(t, "r"); s.about() == nil || !s.composer.Empty() {
			t.Errorf("after %s r does not reply: %q is written", key, s.composer.Text())
		}
	}
	s := openRoom(100, 30)
	if s.keys(t, "{alt+k}zebra"); s.focus != writing || s.composer.Text() != "zebra" {
		t.Errorf("what is typed: %q", s.composer.Text())
	}
}

// TestEscOnceMoreInVim changes nothing there; i leads back.
func TestEscOnceMoreInVim(t *testing.T) {
	s := openRoom(100, 30)
	s.keys(t, "/set preset vim{enter}")
	s.clock = s.clock.Add(time.Minute)
	s.keys(t, "{esc}{esc}{esc}k")
	what, ok := s.shown().Chosen()
	if !ok || what.Text != "mine" || !s.composer.Empty() {
		t.Fatalf("selected %q, written %q", what.Text, s.composer.Text())
	}
	if !strings.Contains(s.text(), "i writes") || strings.Contains(s.text(), "esc cancels") {
		t.Errorf("how one goes back is not said:\n%s", s.text())
	}
	if s.keys(t, "ihello"); s.composer.Text() != "hello" {
		t.Errorf("after i: %q", s.composer.Text())
	}
}

// TestHintsLookAtTheMessage: no key is offered that does nothing with it.
func TestHintsLookAtTheMessage(t *testing.T) {
	erased := said(9, ada, 24*time.Minute, "")
	erased.Deleted = 1
	withFile := said(9, ada, 24*time.Minute, "it")
	withFile.Files = []chat.File{{ID: "f1", Name: "notes.txt"}}
	for _, c := range []struct {
		name    string
		width   int
		last    chat.Update
		yes, no string
	}{
		{"of somebody else", 100, nil, "r reply · + react · t thread · y copy · p pin", "edit"},
		{"one's own", 100, chat.Arrived{Messages: []chat.Message{said(9, you, 24*time.Minute, "it")}}, " ● you · connected     r reply · + react · t thread · e edit · d delete · f1 all keys · esc cancels", "retry"},
		{"with much room", 120, chat.Arrived{Messages: []chat.Message{said(9, you, 24*time.Minute, "it")}}, "● you · connected        r reply · + react · t thread · e edit · d delete · y copy · p pin", "retry"},
		{"at 80", 80, nil, "● you · connected     r reply · + react · t thread · f1 all keys · esc cancels", "pin"},
		{"at 70", 70, nil, "●           r reply · + react · t thread · f1 all keys · esc cancels", "pin"},
		{"with a file", 100, chat.Arrived{Messages: []chat.Message{withFile}}, " o open · r reply · + react · t thread · y copy", "delete"},
		{"with a file, narrow", 40, chat.Arrived{Messages: []chat.Message{withFile}}, "o open · r reply", "connected"},
		{"deleted", 100, chat.Arrived{Messages: []chat.Message{erased}}, "f1 all keys · esc cancels", "reply"},
		{"refused", 100, chat.DraftChanged{Draft: chat.Draft{ID: "d", Room: chat.GeneralRoom, Body: chat.TextBody("no"), At: monday.Add(time.Hour)}, State: chat.DraftFailed, Err: errors.New("no")}, "e edit · alt+r retry · alt+x drop", "reply"},
		{"narrow", 40, nil, "r reply · + react · esc cancels", "connected"},
		{"very narrow", 20, nil, "esc cancels", "connected"},
	} {
		s := openRoom(c.width, 30)
		if c.last != nil {
			s.send(c.last)
		}
		s.keys(t, "{alt+k}")
		rows := strings.Split(strings.TrimRight(s.text(), "\n"), "\n")
		if line := rows[len(rows)-1]; !strings.Contains(line, c.yes) || strings.Contains(line, c.no) {
			t.Errorf("%s: %q, want %q and not %q", c.name, line, c.yes, c.no)
		}
	}
}

// TestDeleteIsOfferedToWhoMay: of what others said to owners and admins.
func TestDeleteIsOfferedToWhoMay(t *testing.T) {
	for role, offered := range map[chat.Role]bool{chat.RoleOwner: true, chat.RoleAdmin: true, chat.RoleMember: false, chat.RoleGuest: false} {
		s := openRoom(100, 30)
		s.you.Role = role
		if s.keys(t, "{alt+k}"); strings.Contains(s.text(), "d delete") != offered {
			t.Errorf("%s:\n%s", role, s.text())
		}
	}
}

// TestHintsWithoutKeys: what no key does is not spoken of.
func TestHintsWithoutKeys(t *testing.T) {
	s := openRoom(100, 30)
	s.send(chat.RoomsChanged{Rooms: []chat.Membership{{Room: chat.Room{ID: chat.GeneralRoom, Name: "general"}}, {Room: chat.Room{ID: "r2", Name: "two"}}}})
	for _, key := range []string{"rooms.jump", "help", "choose.react"} {
		s.keys(t, "/set keys."+key+" none{enter}")
	}
	s.keys(t, "{alt+k}")
	rows := strings.Split(strings.TrimRight(s.text(), "\n"), "\n")
	if line := rows[len(rows)-1]; !strings.Contains(line, "r reply · t thread · y copy · p pin · esc cancels") {
		t.Errorf("with a message selected: %q", line)
	}
	s.keys(t, "{esc}")
	rows = strings.Split(strings.TrimRight(s.text(), "\n"), "\n")
	if line := rows[len(rows)-1]; strings.Contains(line, "rooms") || strings.Contains(line, "help") {
		t.Errorf("hints without keys: %q", line)
	}
}

// TestEscHasOneWord on one screen.
func TestEscHasOneWord(t *testing.T) {
	for _, size := range []tea.WindowSizeMsg{{Width: 120, Height: 30}, {Width: 40, Height: 12}} {
		for _, keys := range []string{"{alt+k}t", "{alt+k}r", "{alt+k}t{alt+k}r", "{alt+k}t{alt+k}", "{alt+k}d", "{alt+k}r{ctrl+k}", "{alt+k}t{ctrl+k}", "{alt+k}t{ctrl+r}", "{alt+k}r{ctrl+f}", "{alt+k}p", "{alt+k}t{alt+t}{alt+k}p", "{alt+k}{f1}", "{alt+k}{ctrl+k}"} {
			s := openRoom(size.Width, size.Height)
			s.keys(t, keys)
			text := s.text()
			closes, cancels := strings.Count(text, "esc closes"), strings.Count(text, "esc cancels")
			for _, word := range []string{"leaves", "keeps", "stops", "does not", "goes on"} {
				if strings.Contains(text, "esc "+word) {
					t.Errorf("%s says esc %s:\n%s", keys, word, text)
				}
			}
			if closes > 0 && cancels > 0 {
				t.Errorf("%s in %d columns says both:\n%s", keys, size.Width, text)
			}
		}
	}
}

// TestGreetingIsWhole in a window of the usual size.
func TestGreetingIsWhole(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {100, 30}, {60, 24}} {
		s, _ := openFirst(size[0], size[1])
		for _, row := range s.Model.greetingRows() {
			if strings.Contains(row, "…") {
				t.Errorf("at %dx%d it is cut: %s", size[0], size[1], row)
			}
		}
	}
}

// TestAnswersAreNoLitter: what a command of one's own did stands below the line until the next,
// and nothing of it among the messages.
func TestAnswersAreNoLitter(t *testing.T) {
	s := openRoom(100, 30)
	for _, c := range []struct{ line, says string }{
		{"/set typing off", "typing is off now"},
		{"/away lunch", "others see that you are away"},
		{"/set keys.redraw f5", "keys.redraw is f5 now"},
		{"/mute", "this room is muted"},
		{"/topic", "topic"},
	} {
		drainAll(s, s.keys(t, c.line+"{enter}"))
		if !s.composer.Empty() || !s.composer.Told() || !strings.Contains(s.composer.Sentence(), c.says) {
			t.Errorf("%s: %q is said, %q written", c.line, s.composer.Sentence(), s.composer.Text())
		}
		if strings.Contains(s.shown().View(), c.says) {
			t.Errorf("%s is among the messages:\n%s", c.line, s.text())
		}
	}
	if s.keys(t, "w"); s.composer.Sentence() != "" {
		t.Errorf("after the next key: %q", s.composer.Sentence())
	}
	s.keys(t, "{ctrl+u}")
	answer := s.keys(t, "/back{enter}")
	s.keys(t, "hel")
	drainAll(s, answer)
	if s.keys(t, "lo"); s.composer.Text() != "hello" || !strings.Contains(s.composer.Sentence(), "you are back") {
		t.Errorf("who types on: %q, %q", s.composer.Text(), s.composer.Sentence())
	}
	if s.keys(t, "{enter}"); s.composer.Sentence() != "" {
		t.Errorf("after it was sent: %q", s.composer.Sentence())
	}
}

// TestClearTakesOurLines out of the room, and no message.
func TestClearTakesOurLines(t *testing.T) {
	s := openRoom(100, 30)
	for i := range 3 {
		s.send(chat.Noticed{Text: strings.Repeat("ours ", i+1)})
	}
	before := s.text()
	if s.keys(t, "/clear{enter}"); !strings.Contains(before, strings.Repeat("ours ", 2)) || strings.Contains(s.text(), "ours") || !strings.Contains(s.text(), "theirs") {
		t.Errorf("before\n%s\nafter\n%s", before, s.text())
	}
}

// TestOwnLinesAreMarked at every width, by more than a colour.
func TestOwnLinesAreMarked(t *testing.T) {
	for _, width := range []int{20, 40, 60, 100} {
		s := openRoom(width, 20)
		s.send(chat.Noticed{Text: "ours, and long enough to need another row in a narrow window"})
		if !strings.Contains(s.text(), "· ") || !strings.Contains(s.text(), "·  ours") && !strings.Contains(s.text(), "· ours") {
			t.Errorf("%d columns:\n%s", width, s.text())
		}
	}
}

// TestJoinLineStandsOut among the lines around it.
func TestJoinLineStandsOut(t *testing.T) {
	s := openRoom(100, 20)
	s.send(chat.Noticed{Text: "Let one person in with this line:\nhobnob join https://example.org/join/7Q4XR\nand so on"})
	for row := range strings.SplitSeq(s.shown().View(), "\n") {
		switch {
		case strings.Contains(row, "hobnob join"):
			if !strings.Contains(row, s.theme.Strong.Render("hobnob join https://example.org/join/7Q4XR")) {
				t.Errorf("%q", row)
			}
		case strings.Contains(row, "and so on") && !strings.Contains(row, s.theme.Dim.Render("and so on")):
			t.Errorf("%q", row)
		}
	}
}

// TestOldErrorsGo when something is asked.
func TestOldErrorsGo(t *testing.T) {
	s := openRoom(100, 30)
	s.keys(t, "{alt+k}")
	s.composer.Say("nothing failed: there is nothing to be dropped")
	if s.keys(t, "d"); strings.Contains(s.text(), "nothing failed") {
		t.Errorf("still there:\n%s", s.text())
	}
}

// TestNothingSentBefore says so, with what was sought.
func TestNothingSentBefore(t *testing.T) {
	s := openRoom(100, 30)
	if s.keys(t, "{ctrl+r}"); !strings.Contains(s.text(), "find what you sent before:") {
		t.Errorf("nothing is asked:\n%s", s.text())
	}
	if s.keys(t, "hello"); !strings.Contains(s.text(), "nothing sent before has hello") {
		t.Errorf("not said:\n%s", s.text())
	}
	s.keys(t, "{esc}{ctrl+r}mine")
	if s.keys(t, "{ctrl+r}"); !strings.Contains(s.text(), "nothing else sent before has mine") {
		t.Errorf("not said:\n%s", s.text())
	}
}

// TestAQuestionSaysOnceHowToCancelIt: in its own line.
func TestAQuestionSaysOnceHowToCancelIt(t *testing.T) {
	for _, width := range []int{100, 60, 40} {
		s := openTeam(width, 30)
		s.keys(t, "/archive{enter}")
		if got := strings.Count(s.text(), "esc"); got != 1 || strings.Contains(s.text(), "f1") {
			t.Errorf("%d columns: esc is said %d times:\n%s", width, got, s.text())
		}
	}
}

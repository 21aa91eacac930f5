package tui

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/overlay"
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

// clicked is a screen with something to click on everywhere.
func clicked(width, height int) *screen {
	s := house(width, height)
	fun := said(7, ada, time.Hour, "with reactions")
	fun.Reactions = []chat.Reaction{{Emoji: "🚀", Count: 2, Users: []string{bob.ID, grace.ID}}, {Emoji: ":shipit:", Count: 1, Users: []string{you.ID}}}
	s.send(chat.Arrived{Messages: []chat.Message{fun}})
	s.client.asked = nil
	return s
}

// TestEveryRegionTakesAClick, on a screen with all panes and on one without.
func TestEveryRegionTakesAClick(t *testing.T) {
	asked := func(want string) func(*screen) bool {
		return func(s *screen) bool { return strings.Contains(strings.Join(s.client.asked, "\n"), want) }
	}
	writes := func(text string) func(*screen) bool {
		return func(s *screen) bool { return s.composer.Text() == text && s.top() == nil && s.focus == writing }
	}
	closed := func(s *screen) bool { return s.top() == nil && s.room == chat.GeneralRoom }
	for _, c := range []struct {
		what, keys, text string // pressed before, and what is clicked on
		dx               int
		then             string // keys after it
		done             func(*screen) bool
	}{
		{"a room in a list", "{ctrl+k}", "#deploys", 3, "", func(s *screen) bool { return s.room == "r2" && s.top() == nil }},
		{"a row of a list, beside its name", "{ctrl+k}", "▸ ", -1, "", func(s *screen) bool { return s.top() == nil }},
		{"the title of a list", "{ctrl+k}de", "┃ de", 1, "", func(s *screen) bool { return s.top() != nil }},
		{"a row that is none", "{ctrl+k}plans", "esc closes", 0, "", func(s *screen) bool { return s.top() != nil }},
		{"beside a list", "{ctrl+k}", "┃ write to", 3, "", closed},
		{"below a list", "{ctrl+k}", "● you", 0, "", closed},
		{"beside the help", "{f1}", "● you", 0, "", closed},
		{"an empty row of the sidebar", "{ctrl+k}", "┃ write to", -10, "", closed},
		{"the help", "{f1}", "┃ write to", 20, "", closed},
		{"an emoji", "{alt+i}rocket", "ship launch", 3, "", writes("🚀")},
		{"a theme", "/theme{enter}", "contrast", 2, "", func(s *screen) bool { return s.top() == nil }},
		{"a setting's name", "{alt+s}", "typing", 1, "", func(s *screen) bool { return strings.Contains(s.text(), "▸ typing   [on]  off") }},
		{"a setting's value", "{alt+s}", "typing   [on]  off", 16, "", func(s *screen) bool { return strings.Contains(s.text(), "▸ typing    on  [off]") }},
		{"a room in the sidebar, or in what is below it", "{ctrl+k}", "random", 1, "", func(s *screen) bool { return s.room == "r3" }},
		{"reaction of others", "", "🚀 2", 1, "", asked(`message:react {"room":"general","seq":7,"emoji":"🚀","on":true}`)},
		{"my reaction", "", "[:shipit: 1]", 4, "", asked(`message:react {"room":"general","seq":7,"emoji":":shipit:","on":false}`)},
		{"between reactions", "", "🚀 2", 4, "", func(s *screen) bool { return len(s.client.asked) == 0 && s.focus == writing }},
		{"a name", "", "grace", 2, "", func(s *screen) bool { return s.top() != nil && strings.Contains(s.text(), "grace") }},
		{"the time", "", "09:31", 2, "r", func(s *screen) bool { return s.about() != nil && s.about().message.Seq == 6 }},
		{"the margin", "", "@you can", -1, "r", func(s *screen) bool { return s.about() != nil && s.about().message.Seq == 3 }},
		{"a text", "", "done, p99", 1, "x", writes("x")},
		{"the composer", "one two", "one two", 4, "x", writes("one xtwo")},
		{"the composer, while a message is selected", "one two{alt+k}", "one two", 0, "x", writes("xone two")},
		{"the composer, while something is asked", "one two{alt+k}d", "one two", 3, "x", writes("onex two")},
		{"the end of a line", "uno{ctrl+j}two", "uno", 9, "x", writes("unox\ntwo")},
		{"the second line", "one{ctrl+j}two", "two", 1, "x", writes("one\ntxwo")},
		{"a wide character", "中文字", "中文字", 3, "x", writes("中x文字")},
		{"what is offered", "@{tab}", "@bob", 1, "", func(s *screen) bool { return s.composer.Text() == "@bob " && !s.composer.Offering() }},
	} {
		for _, size := range [][2]int{{100, 30}, {60, 20}} {
			s := clicked(size[0], size[1])
			drainAll(s, s.keys(t, c.keys))
			if !strings.Contains(s.text(), c.text) {
				t.Errorf("%s, %v: there is no %q:\n%s", c.what, size, c.text, s.text())
				continue
			}
			x, y := s.cell(t, c.text)
			s.clock = s.clock.Add(time.Second)
			s.down(x+c.dx, y)
			drainAll(s, s.up(x+c.dx, y))
			s.keys(t, c.then)
			if !c.done(s) {
				t.Errorf("%s, %v: asked %q, %q is written, in %s:\n%s", c.what, size, s.client.asked, s.composer.Text(), s.room, s.text())
			}
		}
	}
}

// TestClicksThatOnlyChoose: what Enter would end is not ended by a click.
func TestClicksThatOnlyChoose(t *testing.T) {
	s := signedInTwice(100, 30)
	s.line(t, "/sessions")
	s.client.asked = nil
	if s.clicks(t, "unnamed program"); s.question != nil || len(s.client.asked) > 0 || !strings.Contains(s.text(), "▸ unnamed program") {
		t.Errorf("asked %q:\n%s", s.client.asked, s.text())
	}
	if drainAll(s, s.keys(t, "{enter}y")); !strings.Contains(strings.Join(s.client.asked, "\n"), "session:end") {
		t.Errorf("asked %q:\n%s", s.client.asked, s.text())
	}
}

// TestClickOnWhatIsFound goes there, also where a message takes two rows.
func TestClickOnWhatIsFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, size := range [][2]int{{100, 30}, {60, 20}} {
			s := clicked(size[0], size[1])
			s.do(t, "{ctrl+f}e")
			text := "a sentence in a far room"
			s.client.answer = nil
			l := s.top().(*layer)
			hits := l.list.(*overlay.Hits)
			hits.SetHits([]overlay.Hit{{Room: "#ops", Who: "ada", Text: "uppermost", At: "09:10"}, {Room: "#ops", Who: "ada", Text: text, At: "09:10"}})
			entered := -1
			l.enter = func() tea.Cmd { entered = hits.Chosen(); return nil }
			if s.clicks(t, text); entered != 1 {
				t.Errorf("%v: %d is entered:\n%s", size, entered, s.text())
			}
			s.clock = s.clock.Add(time.Second)
			entered = -1
			x, y := s.cell(t, "uppermost")
			s.down(x, y)
			s.move(x, y+1)
			s.move(x, y)
			if s.up(x, y); entered != -1 {
				t.Errorf("%v: a drag is a click", size)
			}
		}
	})
}

// TestSecondClickDoesNothingBehind: a double click on a list is not a click on what was below it,
// and one on a reaction does not take it back.
func TestSecondClickDoesNothingBehind(t *testing.T) {
	s := clicked(100, 30)
	s.send(chat.Arrived{Messages: []chat.Message{said(8, bob, 2*time.Hour, "below\nit")}})
	x, y := s.cell(t, "🚀 2")
	for range 3 {
		s.down(x, y)
		drainAll(s, s.up(x, y))
	}
	if n := strings.Count(strings.Join(s.client.asked, "\n"), "message:react"); n != 1 {
		t.Errorf("%d times", n)
	}
	s.clock = s.clock.Add(time.Second)
	s.client.asked = nil
	s.keys(t, "{ctrl+k}")
	places := make([]overlay.Place, 40)
	for i := range places {
		places[i].Name = fmt.Sprint("place ", i)
	}
	went := 0
	s.closeLayer()
	s.pick(overlay.Words{Title: "places"}, places, func(overlay.Place) tea.Cmd { went++; return nil })
	s.send(tea.WindowSizeMsg{Width: 100, Height: 30})
	for range 2 {
		s.down(x, y)
		drainAll(s, s.up(x, y))
	}
	if went != 1 || len(s.client.asked) > 0 {
		t.Errorf("went %d times, asked %q", went, s.client.asked)
	}
}

// TestWhatIsClickedOnIsWhatWasThere when the button was pressed, whatever comes until it is let go.
func TestWhatIsClickedOnIsWhatWasThere(t *testing.T) {
	s := clicked(100, 30)
	x, y := s.cell(t, "🚀 2")
	s.down(x, y)
	s.send(chat.Arrived{Messages: []chat.Message{said(8, bob, 2*time.Hour, "meanwhile")}})
	drainAll(s, s.up(x, y))
	if got := strings.Join(s.client.asked, "\n"); !strings.Contains(got, `"seq":7,"emoji":"🚀"`) {
		t.Errorf("asked %q", got)
	}
}

// TestWhatMovedIsNotClickedOn: where something else is listed when the button is let go, nothing is done.
func TestWhatMovedIsNotClickedOn(t *testing.T) {
	comes := func(s *screen) {
		s.send(chat.RoomsChanged{Rooms: append(acme(), chat.Membership{Room: chat.Room{ID: "r8", Name: "picnic"}, Joined: true})})
	}
	for _, c := range []struct {
		what, keys, text string
		moves            func(*screen)
		went             func(*screen) bool
	}{
		{"a room of a list", "{ctrl+k}", "#deploys", func(s *screen) { s.keys(t, "r") }, func(s *screen) bool { return s.top() == nil || s.room != chat.GeneralRoom }},
		{"a message of a list", "{ctrl+f}", "the first", func(s *screen) {
			s.top().(*layer).list.(*overlay.Hits).SetHits([]overlay.Hit{{Who: "bob", Text: "another"}, {Who: "ada", Text: "the first"}})
		}, func(s *screen) bool { return s.top() == nil }},
		{"a room in the sidebar", "", "# random", comes, func(s *screen) bool { return s.room != chat.GeneralRoom }},
		{"a member", "{f8}", "● bob", func(s *screen) {
			s.send(peopleCame{room: chat.GeneralRoom, list: []chat.Member{{User: grace, Presence: chat.Presence{State: chat.Active}}, {User: bob, Presence: chat.Presence{State: chat.Active}}}})
		}, func(s *screen) bool { return s.top() != nil }},
	} {
		for _, moved := range []bool{true, false} {
			s := clicked(160, 30)
			s.send(peopleCame{room: chat.GeneralRoom, list: nil})
			s.keys(t, c.keys)
			switch c.what {
			case "a message of a list":
				l := s.top().(*layer)
				l.list.(*overlay.Hits).SetHits([]overlay.Hit{{Who: "ada", Text: "the first"}, {Who: "bob", Text: "another"}})
				l.enter = func() tea.Cmd { s.closeLayer(); return nil }
			case "a member":
				s.send(peopleCame{room: chat.GeneralRoom, list: []chat.Member{{User: bob, Presence: chat.Presence{State: chat.Active}}, {User: grace, Presence: chat.Presence{State: chat.Active}}}})
			}
			x, y := s.cell(t, c.text)
			s.clock = s.clock.Add(time.Second)
			s.down(x+2, y)
			if moved {
				c.moves(s)
			}
			if drainAll(s, s.up(x+2, y)); c.went(s) == moved {
				t.Errorf("%s, moved %v: in %s:\n%s", c.what, moved, s.room, s.text())
			}
		}
	}
}

// TestClicksOnWhatATextNames: people, rooms and files; what only looks like one leads nowhere.
func TestClicksOnWhatATextNames(t *testing.T) {
	begin := func() (*screen, *folder) {
		s := openTeam(100, 30)
		s.setNames(map[string]string{"bob": bob.ID, "cyn o": "u7"})
		f := &folder{}
		s.fetching = newFetching(Files{Save: f.save, Show: f.show})
		with := said(9, ada, time.Minute, "ask @bob, @Cyn O or @nobody in #plans, not in #nowhere")
		with.Files = []chat.File{graph, notes}
		with.Reactions = []chat.Reaction{{Emoji: "👍", Count: 1, Users: []string{ada.ID}}}
		only := said(10, ada, 2*time.Minute, "")
		only.Files = []chat.File{{ID: "f3", Name: "alone.txt", Type: "text/plain", Size: 7}}
		s.send(chat.Arrived{Messages: []chat.Message{with, only}})
		return s, f
	}
	// Who is asked for is looked up, and nobody answers here.
	for text, want := range map[string]struct{ room, asked, saved string }{
		"@bob,":     {chat.GeneralRoom, bob.ID, "[]"},
		"Cyn O":     {chat.GeneralRoom, "u7", "[]"},
		"@nobody":   {chat.GeneralRoom, "", "[]"},
		"#plans":    {"r4", "", "[]"},
		"#nowhere":  {chat.GeneralRoom, "", "[]"},
		"ask":       {chat.GeneralRoom, "", "[]"},
		"p99.png":   {chat.GeneralRoom, "", "[f1]"},
		"notes.txt": {chat.GeneralRoom, "", "[f2]"},
		"alone.txt": {chat.GeneralRoom, "", "[f3]"},
	} {
		s, f := begin()
		if !strings.Contains(s.text(), text) {
			t.Fatalf("%q is not shown:\n%s", text, s.text())
		}
		s.client.asked = nil
		settle(s, s.clicks(t, text))
		if got := strings.Join(s.client.asked, " "); s.room != want.room || (want.asked == "") != (got == "") || want.asked != "" && !strings.Contains(s.text(), "is called "+want.asked) || fmt.Sprint(f.saves) != want.saved {
			t.Errorf("%s: in %s, asked %q, saved %v:\n%s", text, s.room, got, f.saves, s.text())
		}
	}
	s, f := begin()
	x, y := s.cell(t, "👍 1")
	s.down(x+20, y)
	if settle(s, s.up(x+20, y)); len(f.saves) > 0 {
		t.Errorf("beside a reaction %v is opened", f.saves)
	}
}

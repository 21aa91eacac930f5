package tui

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// papers is a Keeper that knows all of what is kept.
type papers map[slot]Unsent

func (k papers) Keep(u Unsent) {
	if k[u.slot()] = u; u.Text == "" {
		delete(k, u.slot())
	}
}

func (papers) Show(chat.Room) {}

// again makes the screen that of a new process, with what the one before kept.
func (s *screen) again(kept papers) {
	list := slices.SortedFunc(maps.Values(kept), func(a, b Unsent) int { return int(a.Edit) - int(b.Edit) })
	s.Model = New(Config{Client: s.client, You: you, Unsent: list, Now: func() time.Time { return s.clock }})
	s.send(tea.WindowSizeMsg{Width: 100, Height: 30})
	s.send(chat.Identified{You: you, Team: chat.Team{Name: "acme"}, Rooms: acme()})
	s.send(chat.Connection{State: chat.Online})
}

// While a message is edited no line is a command, and none becomes its text unmeant.
func TestNoCommandBecomesAnEdit(t *testing.T) {
	s := openTeam(100, 30)
	s.send(chat.Arrived{Messages: []chat.Message{said(7, you, time.Hour, "mine")}})
	if s.keys(t, "{up}{ctrl+u}"); !strings.Contains(s.text(), "┃ the new text of your message") || !strings.Contains(s.text(), "editing your message: mine · esc cancels") {
		t.Errorf("an emptied edit says\n%s", s.text())
	}
	drainAll(s, s.keys(t, "/kick carol{enter}"))
	if len(s.client.asked) > 0 || s.composer.Text() != "/kick carol" || !strings.Contains(s.text(), "you are editing a message, and nothing was done") {
		t.Errorf("asked %q, and says\n%s", s.client.asked, s.text())
	}
	s.keys(t, "{esc}{ctrl+y}")
	drainAll(s, s.keys(t, "{enter}y"))
	if len(s.client.asked) != 1 || !strings.HasPrefix(s.client.asked[0], "room:remove") {
		t.Errorf("afterwards it asks %q", s.client.asked)
	}
	for _, c := range []struct{ was, keys, want string }{
		{"mine", "{ctrl+u}//kick carol{enter}", `"/kick carol"`},
		{"/usr is full", "!{enter}", `"/usr is full!"`},
		{"mine", "{ctrl+u}/usr/bin{enter}", `"/usr/bin"`},
	} {
		s := openTeam(100, 30)
		s.send(chat.Arrived{Messages: []chat.Message{said(7, you, time.Hour, c.was)}})
		drainAll(s, s.keys(t, "{up}"+c.keys))
		if len(s.client.asked) != 1 || !strings.HasPrefix(s.client.asked[0], "message:edit ["+c.want) {
			t.Errorf("%s, %s: asked %q", c.was, c.keys, s.client.asked)
		}
	}
}

// What is not sent yet is the newest message, and no older one is meant in its place.
func TestTheNewestMessageIsMeant(t *testing.T) { synctest.Test(t, theNewestMessageIsMeant) }

func theNewestMessageIsMeant(t *testing.T) {
	for _, keys := range []string{"{up}", "/edit{enter}", "/edit other{enter}", "/delete{enter}"} {
		s := openRoom(100, 30)
		s.keys(t, "newest{enter}")
		drainAll(s, s.keys(t, keys))
		if s.about() != nil || s.question != nil || len(s.client.asked)+len(s.client.takenBack) > 0 ||
			!strings.Contains(s.text(), "not sent yet") && !strings.Contains(s.text(), mayBeThere) {
			t.Errorf("%s:\n%s", keys, s.text())
		}
	}
	s := openRoom(100, 30)
	s.keys(t, "newest{enter}")
	d := s.client.drafts[0]
	s.send(chat.DraftChanged{Draft: d, State: chat.DraftFailed, Err: errors.New("too fast")})
	if s.keys(t, "{up}"); s.composer.Text() != "newest" || !slices.Equal(s.client.droppedIDs, []string{d.ID}) {
		t.Errorf("what was refused: %q is written, dropped %q", s.composer.Text(), s.client.droppedIDs)
	}
	// Far up, where the newest are not loaded, none of what is there is meant.
	for _, keys := range []string{"{up}", "/reply yes{enter}", "/react tada{enter}", "/delete{enter}", "/edit x{enter}", "/pin{enter}", "/thread{enter}"} {
		s := openTeam(100, 30)
		var page []chat.Message
		for i := uint64(1); i <= 50; i++ {
			page = append(page, said(i, []chat.User{ada, you}[i%2], time.Duration(i)*time.Minute, fmt.Sprint("old ", i)))
		}
		s.shown().Around(chat.History{Messages: page}, true)
		s.send(chat.Arrived{Messages: []chat.Message{said(900, bob, 2*time.Hour, "the newest")}})
		drainAll(s, s.keys(t, keys))
		if len(s.client.drafts) > 0 || s.about() != nil || s.question != nil || s.threads[s.room] != nil || !strings.Contains(s.text(), "alt+end goes to the newest message") {
			t.Errorf("%s:\n%s", keys, s.text())
		}
		for _, asked := range s.client.asked {
			if strings.HasPrefix(asked, "message:") {
				t.Errorf("%s: asked %s", keys, asked)
			}
		}
	}
	// Scrolled up, it is the newest all the same, and it is said which.
	s = openRoom(100, 12)
	if s.keys(t, "{pgup}/reply yes{enter}"); !strings.Contains(s.text(), "replied to ada: theirs") {
		t.Errorf("it does not say what was answered:\n%s", s.text())
	}
	drainAll(s, s.keys(t, "/react tada{enter}"))
	if !strings.Contains(s.text(), "🎉 for ada: theirs") {
		t.Errorf("it does not say what was reacted to:\n%s", s.text())
	}
}

// An edit that is not saved takes no keys from who writes something else, and is one key
// away.
func TestFailedEditTakesNoKeys(t *testing.T) { synctest.Test(t, failedEditTakesNoKeys) }

func failedEditTakesNoKeys(t *testing.T) {
	s := openRoom(100, 30)
	s.client.answer = func(string, any) error { return &chat.Error{Message: "it was edited meanwhile"} }
	answer := s.keys(t, "{up}!{enter}")
	if !strings.Contains(s.text(), "saving your edit") {
		t.Errorf("nothing says that it is on its way:\n%s", s.text())
	}
	s.keys(t, "a new mess")
	drainAll(s, answer)
	s.client.asked = nil
	drainAll(s, s.keys(t, "age{enter}"))
	if len(s.client.asked) > 0 || !slices.Equal(s.client.sent(), []string{"a new message"}) {
		t.Errorf("asked %q, sent %q", s.client.asked, s.client.sent())
	}
	if text := s.text(); !strings.Contains(text, "the edit was not saved: it was edited meanwhile") || strings.Contains(text, "saving your edit") {
		t.Errorf("nothing is said:\n%s", text)
	}
	if s.keys(t, "{up}"); s.composer.Text() != "mine!" || s.about() == nil {
		t.Errorf("%q is written", s.composer.Text())
	}
}

// That no answer came does not mean that it was not saved.
func TestAnEditWithoutAnAnswer(t *testing.T) {
	revised := chat.MessageRevised{MessageChanged: chat.MessageChanged{Room: chat.GeneralRoom, Seq: 7}, Body: chat.TextBody("mine!")}
	revised.Revision = 1
	for _, told := range []string{"never", "before", "after"} {
		s := openRoom(100, 30)
		s.client.answer = func(string, any) error { return context.DeadlineExceeded }
		answer := s.keys(t, "{up}!{enter}")
		if told == "before" {
			s.send(revised)
		}
		drainAll(s, answer)
		text := s.text()
		if asked := strings.Contains(text, "no answer came: the edit may have been saved, or not"); asked != (told != "before") || strings.Contains(text, "deadline") {
			t.Errorf("told %s:\n%s", told, text)
		}
		if told == "after" {
			s.keys(t, "{esc}")
			drainAll(s, s.keys(t, "{up}"))
			s.send(revised)
		}
	}
	// Of other requests the same is said.
	s := openRoom(100, 30)
	s.client.answer = func(string, any) error { return context.DeadlineExceeded }
	drainAll(s, s.keys(t, "/topic new{enter}"))
	if text := s.text(); !strings.Contains(text, "/topic new: no answer came; it may have been done all the same") {
		t.Errorf("it says\n%s", text)
	}
}

// All that is written is kept as what it is: a new message, an answer, an edit, also while
// it is on its way, each beside the others.
func TestWhatIsWrittenIsKeptAsWhatItIs(t *testing.T) {
	s := openRoom(100, 30)
	begin := func(keys string) papers {
		kept := papers{}
		s = openRoom(100, 30)
		s.keeper = kept
		s.keys(t, keys)
		return kept
	}
	draft, edit := slot{at: chat.GeneralRoom}, slot{at: chat.GeneralRoom, edit: 7}
	for _, c := range []struct {
		keys        string
		draft, edit string
	}{
		{"half a thought{alt+k}ke", "half a thought", ""},
		{"half a thought{alt+k}ke, corrected", "half a thought", "mine, corrected"},
		{"half a thought{alt+k}ke{ctrl+c}{ctrl+c}", "half a thought", ""},
		{"half a thought{alt+k}ke, corrected{ctrl+c}{ctrl+c}", "half a thought", "mine, corrected"},
		{"{up}, corrected{enter}", "", "mine, corrected"},
		{"{up}, corrected{enter}{ctrl+d}{ctrl+d}", "", "mine, corrected"},
		{"{up}, corrected{enter}next", "next", "mine, corrected"},
		{"/topic new words{enter}", "/topic new words", ""},
	} {
		kept := begin(c.keys)
		if kept[draft].Text != c.draft || kept[edit].Text != c.edit {
			t.Errorf("%s keeps %v", c.keys, kept)
		}
	}
	// Back again, each is what it was.
	s.again(begin("half a thought{alt+k}ke, corrected{ctrl+c}{ctrl+c}"))
	if s.composer.Text() != "mine, corrected" || !strings.Contains(s.text(), "editing your message: mine · esc cancels") {
		t.Errorf("%q is written:\n%s", s.composer.Text(), s.text())
	}
	drainAll(s, s.keys(t, "!{enter}"))
	if len(s.client.sent()) > 0 || len(s.client.asked) == 0 || !strings.HasPrefix(s.client.asked[len(s.client.asked)-1], `message:edit ["mine, corrected!"`) {
		t.Errorf("sent %q, asked %q", s.client.sent(), s.client.asked)
	}
	if s.composer.Text() != "half a thought" {
		t.Errorf("beneath there is %q", s.composer.Text())
	}
	s.again(begin("{esc}ran answer"))
	s.keys(t, "{enter}")
	if d := s.client.drafts; len(d) != 1 || d[0].ReplyTo != "m8" {
		t.Errorf("sent %+v", d)
	}
	// An answer beneath an edit is one afterwards.
	begin("{esc}ran answer")
	s.keys(t, "{alt+k}ke!{esc}")
	if a := s.about(); a == nil || a.editing != nil {
		t.Errorf("what was answered is %+v\n%s", a, s.text())
	}
}

// Who leaves while an edit is on its way is told.
func TestLeavingWithAnEditOnItsWay(t *testing.T) { synctest.Test(t, leavingWithAnEditOnItsWay) }

func leavingWithAnEditOnItsWay(t *testing.T) {
	s := openRoom(100, 30)
	s.keys(t, "{up}!{enter}")
	if cmd := s.keys(t, "{ctrl+d}"); isQuit(cmd) || !strings.Contains(s.text(), "an edit is on its way") {
		t.Errorf("it says\n%s", s.text())
	}
	if !isQuit(s.keys(t, "{ctrl+d}")) {
		t.Error("the second press does not leave")
	}
}

// Who saves an edit again that was refused has seen what the message became meanwhile.
func TestARefusedEditIsSavedOverWhatIsSeen(t *testing.T) {
	s := openRoom(100, 30)
	s.client.answer = func(string, any) error { return &chat.Error{Message: "it was edited meanwhile"} }
	answer := s.keys(t, "{up}!{enter}")
	other := chat.MessageRevised{MessageChanged: chat.MessageChanged{Room: chat.GeneralRoom, Seq: 7}, Body: chat.TextBody("from my telephone")}
	other.Revision = 3
	s.send(other)
	drainAll(s, answer)
	if s.composer.Text() != "mine!" {
		t.Fatalf("%q is written", s.composer.Text())
	}
	s.client.asked = nil
	drainAll(s, s.keys(t, "!{enter}"))
	if len(s.client.asked) != 1 || !strings.Contains(s.client.asked[0], `"revision":3`) {
		t.Errorf("asked %q", s.client.asked)
	}
}

// An answer that comes after an edit was seen to be saved says nothing of it any more.
func TestALateAnswerToAnEdit(t *testing.T) {
	s := openRoom(100, 30)
	s.client.answer = func(string, any) error { return context.DeadlineExceeded }
	answer := s.keys(t, "{up}!{enter}")
	for i, text := range []string{"mine!", "edited on a telephone"} {
		revised := chat.MessageRevised{MessageChanged: chat.MessageChanged{Room: chat.GeneralRoom, Seq: 7}, Body: chat.TextBody(text)}
		revised.Revision = i + 1
		s.send(revised)
	}
	drainAll(s, answer)
	if text := s.text(); strings.Contains(text, "no answer came") || s.about() != nil || s.composer.Text() != "" {
		t.Errorf("it says\n%s", text)
	}
}

// TestAnEditThatCameThereIsNotKept: it was on its way when the program ended, and is what the
// message says when it is opened again; beneath it is what was written there.
func TestAnEditThatCameThereIsNotKept(t *testing.T) {
	for _, how := range []string{"revised", "reloaded", "another text"} {
		kept := papers{}
		s := openRoom(100, 30)
		s.keeper = kept
		s.keys(t, "half a thought{alt+k}ke, corrected{enter}")
		s.again(kept)
		s.send(chat.Reloaded{Room: chat.GeneralRoom, Messages: []chat.Message{said(7, you, 0, "mine")}}) // of the cache
		if s.composer.Text() != "mine, corrected" {
			t.Fatalf("%q is written", s.composer.Text())
		}
		s.keeper = kept
		want, text := "half a thought", "mine, corrected"
		if how == "another text" {
			want, text = "mine, corrected", "mine, otherwise"
		}
		if how == "reloaded" {
			now := said(7, you, 0, text)
			now.Revision = 1
			s.send(chat.Reloaded{Room: chat.GeneralRoom, Messages: []chat.Message{now}})
		} else {
			s.send(chat.MessageRevised{MessageChanged: chat.MessageChanged{Room: chat.GeneralRoom, Seq: 7, Revision: 1}, Body: chat.TextBody(text)})
		}
		if s.composer.Text() != want {
			t.Errorf("%s: %q is written:\n%s", how, s.composer.Text(), s.text())
		}
		if _, still := kept[slot{at: chat.GeneralRoom, edit: 7}]; still != (how == "another text") {
			t.Errorf("%s: kept is %v", how, kept)
		}
	}
}

// TestAnEditThatWasNotSavedIsPutAside where a command edits the same message anew.
func TestAnEditThatWasNotSavedIsPutAside(t *testing.T) {
	s := openTeam(100, 30)
	s.send(chat.Arrived{Messages: []chat.Message{inRoom(chat.GeneralRoom, 60, you, "mine")}})
	s.client.answer = func(string, any) error { return errors.New("nobody answers") }
	answer := s.keys(t, "/edit the long way round{enter}")
	s.keys(t, "x")
	drainAll(s, answer)
	s.client.answer = nil
	drainAll(s, s.keys(t, "{ctrl+u}/edit short{enter}"))
	if s.keys(t, "{ctrl+r}"); !strings.Contains(s.text(), "┃ the long way round") {
		t.Errorf("it is gone:\n%s", s.text())
	}
}

// Who clears an edit writes a message next, and not the new text of an old one.
func TestClearEndsAnEdit(t *testing.T) {
	s := openTeam(100, 30)
	s.send(chat.Arrived{Messages: []chat.Message{said(7, you, time.Hour, "mine")}})
	s.keys(t, "{up}, changed{ctrl+c}")
	if text := s.text(); s.about() != nil || !s.composer.Empty() || !strings.Contains(text, "ctrl+c again quits · ctrl+y brings the text back") || strings.Contains(text, "editing") {
		t.Fatalf("%q is written:\n%s", s.composer.Text(), text)
	}
	drainAll(s, s.keys(t, "please{enter}"))
	if len(s.client.asked) > 0 || !slices.Equal(s.client.sent(), []string{"please"}) {
		t.Errorf("asked %q, sent %q", s.client.asked, s.client.sent())
	}
	if s.keys(t, "{ctrl+y}"); s.composer.Text() != "mine, changed" {
		t.Errorf("ctrl+y brings %q", s.composer.Text())
	}
	// What was being written before is there again, and nothing is promised that is not there.
	s = openTeam(100, 30)
	s.send(chat.Arrived{Messages: []chat.Message{said(7, you, time.Hour, "mine")}})
	if s.keys(t, "draft{alt+k}e{ctrl+c}"); s.composer.Text() != "draft" || strings.Contains(s.text(), "ctrl+y") {
		t.Errorf("%q is written:\n%s", s.composer.Text(), s.text())
	}
	// The second press quits, and the edit is kept.
	kept := papers{}
	s = openTeam(100, 30)
	s.keeper = kept
	s.send(chat.Arrived{Messages: []chat.Message{said(7, you, time.Hour, "mine")}})
	if s.keys(t, "{up}!{ctrl+c}"); !isQuit(s.keys(t, "{ctrl+c}")) || len(kept) != 1 {
		t.Errorf("kept is %v", kept)
	}
}

// Who may not delete a message of somebody else is told so, and not asked first.
func TestDeletingIsNotAskedInVain(t *testing.T) {
	for role, asks := range map[chat.Role]bool{chat.RoleOwner: true, chat.RoleAdmin: true, chat.RoleMember: false, chat.RoleGuest: false, chat.RoleBot: false, "": true} {
		s := openTeam(100, 30)
		s.you.Role = role
		s.keys(t, "{alt+k}d")
		if asked := s.question != nil; asked != asks || !asks && !strings.Contains(s.text(), "only bob, or an owner or admin of the team, can delete that message") {
			t.Errorf("%s is asked: %v\n%s", role, asked, s.text())
		}
		s = openTeam(100, 30)
		s.you.Role = role
		s.send(chat.Arrived{Messages: []chat.Message{said(7, you, time.Hour, "mine")}})
		if s.keys(t, "{alt+k}d"); s.question == nil {
			t.Errorf("%s is not asked about their own:\n%s", role, s.text())
		}
	}
}

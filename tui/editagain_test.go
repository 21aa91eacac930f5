package tui

import (
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestAnEditIsCorrectedOnItsWay: what is written for a second correction while the first is on its
// way is one, and is asked for when that is answered; nothing of it is a new message.
func TestAnEditIsCorrectedOnItsWay(t *testing.T) {
	s := openRoom(100, 30)
	first := s.keys(t, "{up} k1{enter}")
	second := s.keys(t, "{up} k2{enter}")
	third := s.keys(t, "{up} k3{enter}")
	if len(s.client.sent()) > 0 || second != nil || third != nil || s.composer.Text() != "" {
		t.Fatalf("sent %q, %q is written", s.client.sent(), s.composer.Text())
	}
	for cmd := first; cmd != nil; { // each answer makes the next request
		answers := messages(cmd)
		cmd = nil
		for _, answer := range answers {
			if _, is := answer.(edited); is {
				cmd = s.send(answer)
			}
		}
	}
	want := []string{`message:edit ["mine k1"`, `message:edit ["mine k1 k2"`, `message:edit ["mine k1 k2 k3"`}
	if !slices.EqualFunc(s.client.asked, want, strings.HasPrefix) {
		t.Errorf("asked %q", s.client.asked)
	}
	for i, revision := range []string{`"revision":0`, `"revision":1`, `"revision":2`} {
		if i < len(s.client.asked) && !strings.Contains(s.client.asked[i], revision) {
			t.Errorf("asked %q, not of %s", s.client.asked[i], revision)
		}
	}
	if len(s.unsaved) > 0 {
		t.Errorf("on its way are still %v", s.unsaved)
	}
}

// TestAnEditThatFollowsOneThatIsRefused is there with the words of both, also while it is being
// written, and is kept all the time.
func TestAnEditThatFollowsOneThatIsRefused(t *testing.T) {
	edit := slot{at: chat.GeneralRoom, edit: 7}
	for _, enter := range []string{"{enter}", ""} {
		kept := papers{}
		s := openRoom(100, 30)
		s.keeper = kept
		s.client.answer = func(string, any) error { return &chat.Error{Message: "too late"} }
		first := s.keys(t, "{up} k1{enter}")
		s.keys(t, "{up}")
		if kept[edit].Text != "mine k1" {
			t.Errorf("kept is %v", kept)
		}
		s.keys(t, " k2"+enter)
		if kept[edit].Text != "mine k1 k2" || len(kept) != 1 {
			t.Errorf("kept is %v", kept)
		}
		drainAll(s, first)
		if enter != "" {
			s.keys(t, "{up}")
		}
		if s.composer.Text() != "mine k1 k2" || s.about() == nil || len(s.unsaved) > 0 || len(s.client.sent()) > 0 || enter == "" && !strings.Contains(s.text(), "the edit was not saved: too late") {
			t.Errorf("%q is written, aside are %v\n%s", s.composer.Text(), s.unsaved, s.text())
		}
		s.client.asked, s.client.answer = nil, nil
		drainAll(s, s.keys(t, "{enter}"))
		if len(s.client.asked) != 1 || !strings.HasPrefix(s.client.asked[0], `message:edit ["mine k1 k2"`) || len(kept) > 0 {
			t.Errorf("asked %q, kept is %v", s.client.asked, kept)
		}
	}
}

// What was changed in an edit is put aside where something that was recalled is saved in its place; what is
// saved is what is kept until that is answered.
func TestAnEditThatSavesWhatWasRecalled(t *testing.T) {
	kept := papers{}
	s := openRoom(100, 30)
	s.keeper = kept
	s.putAside(chat.GeneralRoom, Unsent{Text: "another"})
	cmd := s.keys(t, "{up} SS{ctrl+r}{enter}{enter}")
	if u := kept[slot{at: chat.GeneralRoom, edit: 7}]; u.Text != "another" {
		t.Errorf("kept are %+v", kept)
	}
	if drainAll(s, cmd); len(s.client.asked) != 1 || !strings.HasPrefix(s.client.asked[0], `message:edit ["another"`) {
		t.Fatalf("asked %q", s.client.asked)
	}
	if got := s.putBy[chat.GeneralRoom]; len(got) != 1 || got[0].Text != "mine SS" {
		t.Errorf("put aside are %+v", got)
	}
}

// A second edit that is refused takes no keys from who writes something else since.
func TestASecondEditThatIsRefusedTakesNoKeys(t *testing.T) {
	s := openRoom(100, 30)
	first := s.keys(t, "{up} k1{enter}")
	s.keys(t, "{up} k2{enter}{esc}{esc}a new mess{ctrl+u}")
	var second []tea.Msg
	for _, answer := range messages(first) {
		if _, is := answer.(edited); is {
			s.client.answer = func(string, any) error { return &chat.Error{Message: "too late"} }
			second = messages(s.send(answer))
		}
	}
	for _, answer := range second {
		s.send(answer)
	}
	if len(s.client.asked) != 2 || s.about() != nil || s.composer.Text() != "" {
		t.Errorf("asked %q, %q is written for %+v", s.client.asked, s.composer.Text(), s.about())
	}
}

// A space at the end changes nothing, whatever key ends the edit; and what was said of one that is gone on
// with is not said again.
func TestAnEditThatChangesNothingIsNotPutAside(t *testing.T) {
	for _, keys := range []string{"{up} {enter}", "{up} {esc}"} {
		kept := papers{}
		s := openRoom(100, 30)
		s.keeper = kept
		if s.keys(t, keys); len(s.unsaved) > 0 || len(kept) > 0 || s.composer.Sentence() != "" || s.about() != nil {
			t.Errorf("%s: on its way are %v, kept are %v, said is %q", keys, s.unsaved, kept, s.composer.Sentence())
		}
	}
	s := openRoom(100, 30)
	if s.keys(t, "{up}!{esc}"); s.composer.Sentence() != "ctrl+r brings back what you had changed" {
		t.Fatalf("said is %q", s.composer.Sentence())
	}
	if s.keys(t, "{up}{ctrl+u}{esc}"); len(s.unsaved) > 0 || s.composer.Sentence() != "" {
		t.Errorf("on its way are %v, said is %q", s.unsaved, s.composer.Sentence())
	}
}

// What a message said that is deleted is kept no longer, with an edit of it that was left, and an answer that
// was put aside; what was written is.
func TestWhatIsDeletedIsNotKeptWithAnEdit(t *testing.T) {
	kept := papers{}
	s := openRoom(100, 30)
	s.keeper = kept
	s.keys(t, "{up}!{esc}")
	s.putAside(chat.GeneralRoom, Unsent{Text: "an answer", To: To{ID: "m7", Seq: 7, Says: "mine"}})
	s.keys(t, "x")
	if len(kept) != 3 {
		t.Fatalf("kept are %+v", kept)
	}
	s.send(chat.MessageErased{MessageChanged: chat.MessageChanged{Room: chat.GeneralRoom, Seq: 7, Revision: 1}})
	for _, u := range kept {
		if u.To.Says == "mine" || u.Text == "" {
			t.Errorf("kept is %+v", u)
		}
	}
}

// Who replaces an edit that is on its way has given its words up only if that is saved: refused, they
// are put aside.
func TestAnEditThatReplacesOneThatIsRefused(t *testing.T) {
	for _, refused := range []bool{true, false} {
		s := openRoom(100, 30)
		first := s.keys(t, "{up} and the graphs{enter}")
		s.keys(t, "/edit all is well{enter}")
		if refused {
			s.client.answer = func(string, any) error { return &chat.Error{Message: "too late"} }
		}
		for _, answer := range messages(first) {
			drainAll(s, s.send(answer))
		}
		aside := ""
		for _, list := range s.putBy {
			for _, u := range list {
				aside += u.Text
			}
		}
		if strings.Contains(aside, "and the graphs") != refused {
			t.Errorf("refused %v: %q is put aside, asked %q\n%s", refused, aside, s.client.asked, s.text())
		}
	}
}

package tui

import (
	"slices"
	"strings"
	"testing"

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

package tui

import (
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// watchful is a keeper that looks, once something is kept, that it goes on being so.
type watchful struct {
	papers
	t    *testing.T
	word string
	had  bool
}

func (w *watchful) Keep(u Unsent) {
	w.papers.Keep(u)
	has := false
	for _, k := range w.papers {
		has = has || strings.Contains(k.Text, w.word)
	}
	if w.had && !has {
		w.t.Errorf("%q is not kept, but %v", w.word, w.papers)
	}
	w.had = w.had || has
}

// A command that is refused while one types something else is kept as what was put aside, at
// its place, also for the next start; and is gone from there when it was done.
func TestRefusedCommandIsKept(t *testing.T) {
	for where, keys := range map[string]string{"there": "hello", "elsewhere": "hello{alt+1}", "in front of a list": "{f1}{f1}"} {
		s := openRoom(100, 30)
		kept := &watchful{papers: papers{}, t: t, word: "/topic new"}
		s.keeper = kept
		s.client.answer = func(string, any) error { return &chat.Error{Message: "you may not"} }
		answer := s.keys(t, "/topic new{enter}")
		if !kept.had {
			t.Errorf("%s: it is not kept while it waits", where)
		}
		s.keys(t, keys)
		drainAll(s, answer)
		if text := s.text(); !strings.Contains(text, "you may not") {
			t.Errorf("%s: it says\n%s", where, text)
		}
		kept.had = false
		for at, u := range kept.papers {
			kept.had = kept.had || at.at == chat.GeneralRoom && strings.Contains(u.Text, "/topic new")
		}
		if !kept.had {
			t.Fatalf("%s: kept is %v", where, kept.papers)
		}
		s.again(kept.papers)
		s.keeper = kept.papers
		s.client.answer = nil
		s.keys(t, "{ctrl+r}topic{enter}")
		if s.composer.Text() != "/topic new" || s.room != chat.GeneralRoom {
			t.Errorf("%s: the next time %q is found in %s", where, s.composer.Text(), s.room)
		}
		drainAll(s, s.keys(t, "{enter}"))
		for _, u := range kept.papers {
			if strings.Contains(u.Text, "topic") {
				t.Errorf("%s: it was done, and there is %+v", where, u)
			}
		}
	}
}

// An edit that was not saved as far as was known, and is being written again, is over when its
// message says so after all; one that was changed since stays. No moment is without it on disk.
func TestFailedEditThatWasSavedIsOver(t *testing.T) {
	for keys, want := range map[string]string{"": "below", "?": "mine!?"} {
		s := openRoom(100, 30)
		kept := &watchful{papers: papers{}, t: t, word: "mine!"}
		s.keeper = kept
		s.keys(t, "below{alt+k}ke")
		s.client.answer = func(string, any) error { return &chat.Error{Message: "no answer"} }
		drainAll(s, s.keys(t, "!{enter}"))
		if s.composer.Text() != "mine!" {
			t.Fatalf("%q is written:\n%s", s.composer.Text(), s.text())
		}
		s.keys(t, keys)
		kept.word = want
		s.send(chat.MessageRevised{MessageChanged: chat.MessageChanged{Room: chat.GeneralRoom, Seq: 7, Revision: 1}, Body: chat.TextBody("mine!")})
		if s.composer.Text() != want || strings.Contains(s.text(), "your edit was saved after all") != (keys == "") {
			t.Errorf("%q: %q is written:\n%s", keys, s.composer.Text(), s.text())
		}
		if _, edit := kept.papers[slot{at: chat.GeneralRoom, edit: 7}]; edit != (keys != "") {
			t.Errorf("%q: kept is %v", keys, kept.papers)
		}
	}
}

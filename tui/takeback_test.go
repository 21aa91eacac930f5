package tui

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// offlineWith is a room without a connection in which something was written.
func offlineWith(t *testing.T, keys string) *screen {
	s := openRoom(100, 30)
	s.send(chat.Connection{State: chat.Offline})
	s.keys(t, keys)
	return s
}

// What is not sent yet is taken back by each way there is, is being written again, and the outbox
// lets go of it when it is kept.
func TestTakenBack(t *testing.T) { synctest.Test(t, takenBack) }

func takenBack(t *testing.T) {
	for _, keys := range []string{"{alt+k}d", "{alt+k}e", "{up}", "/edit{enter}", "/delete{enter}", "{alt+x}", "/drop{enter}"} {
		s, kept, looked := offlineWith(t, ""), papers{}, 0
		s.keeper = kept
		s.keys(t, "first{enter}wrong room{enter}")
		s.Model.client = dropping{s.client, func() {
			if looked++; kept[slot{at: s.place()}].Text != "wrong room" {
				t.Errorf("%s: when it is dropped there is kept %v", keys, kept)
			}
		}}
		cmd := s.keys(t, keys)
		if len(s.client.takenBack) > 0 || s.composer.Text() != "" {
			t.Errorf("%s: it was not waited for", keys)
		}
		drainAll(s, cmd)
		id := s.client.drafts[1].ID
		if !slices.Equal(s.client.takenBack, []string{id}) || !slices.Equal(s.client.droppedIDs, []string{id}) || looked != 1 {
			t.Errorf("%s: taken back %q, dropped %q", keys, s.client.takenBack, s.client.droppedIDs)
		}
		if got := s.text(); s.composer.Text() != "wrong room" || s.focus != writing || !strings.Contains(got, "taken back, and not sent") || s.shown().HasDraft(id) || !strings.Contains(got, "1 waiting") {
			t.Errorf("%s: %q is written\n%s", keys, s.composer.Text(), got)
		}
		if s.keys(t, " indeed{enter}"); s.client.sent()[2] != "wrong room indeed" || s.client.drafts[2].ID == id {
			t.Errorf("%s: then %q was sent", keys, s.client.sent())
		}
	}
}

// Where something is written by then, it is put aside, as the answer it was.
func TestTakenBackBesideWhatIsWritten(t *testing.T) { synctest.Test(t, takenBackBeside) }

func takenBackBeside(t *testing.T) {
	for _, keys := range []string{"draft{alt+k}d", "draft{alt+k}e", "draft{alt+x}"} {
		s := offlineWith(t, "{alt+k}rwrong room{enter}")
		answered := s.client.drafts[0].ReplyTo
		drainAll(s, s.keys(t, keys))
		if got := s.text(); s.composer.Text() != "draft" || len(s.client.droppedIDs) != 1 || !strings.Contains(got, "taken back, and not sent · ctrl+r brings it back") {
			t.Errorf("%s: %q is written\n%s", keys, s.composer.Text(), got)
		}
		s.setFocus(writing)
		s.keys(t, "{ctrl+r}{enter}")
		if a := s.about(); s.composer.Text() != "wrong room" || a == nil || a.message.ID != answered || answered == "" {
			t.Errorf("%s: %q comes back, %+v", keys, s.composer.Text(), a)
		}
	}
	// So it is for who has begun to write meanwhile.
	s := offlineWith(t, "wrong room{enter}")
	cmd := s.keys(t, "{alt+x}")
	s.keys(t, "n")
	if drainAll(s, cmd); s.composer.Text() != "n" || s.putBy[s.place()][0].Text != "wrong room" {
		t.Errorf("%q is written, put aside %v", s.composer.Text(), s.putBy)
	}
}

// A new text takes the place of the old one at once.
func TestEditedBeforeItIsSent(t *testing.T) { synctest.Test(t, editedBefore) }

func editedBefore(t *testing.T) {
	s := offlineWith(t, "/me wronng{enter}")
	drainAll(s, s.keys(t, "/edit wrong{enter}"))
	d := s.client.drafts
	if len(d) != 2 || s.client.sent()[1] != "wrong" || d[1].Extra.Style != chat.StyleMe || d[1].ID == d[0].ID || !slices.Equal(s.client.droppedIDs, []string{d[0].ID}) {
		t.Errorf("sent %q, dropped %q", s.client.sent(), s.client.droppedIDs)
	}
	if s.shown().HasDraft(d[0].ID) || !s.shown().HasDraft(d[1].ID) || s.composer.Text() != "" {
		t.Errorf("%q is written\n%s", s.composer.Text(), s.text())
	}
}

// What may be there is not taken back, and that is said; up again recalls what was sent.
func TestNotTakenBack(t *testing.T) { synctest.Test(t, notTakenBack) }

func notTakenBack(t *testing.T) {
	for _, keys := range []string{"{alt+k}d", "{alt+k}e", "{up}", "/delete{enter}", "/edit other{enter}", "{alt+x}"} {
		s := offlineWith(t, "there{enter}")
		s.client.left = errors.New(mayBeThere)
		drainAll(s, s.keys(t, keys))
		if got := s.text(); len(s.client.droppedIDs) > 0 || len(s.client.drafts) != 1 || !strings.Contains(got, mayBeThere) || !s.shown().HasDraft(s.client.drafts[0].ID) {
			t.Errorf("%s: dropped %q\n%s", keys, s.client.droppedIDs, got)
		}
		if strings.HasPrefix(keys, "/") {
			continue // the line is there to be changed
		}
		if keys == "{up}" {
			if drainAll(s, s.keys(t, "{up}")); s.composer.Text() != "there" {
				t.Errorf("up again: %q", s.composer.Text())
			}
		}
	}
	// What is on a wire is not even asked for.
	s := openRoom(100, 30)
	s.keys(t, "there{enter}")
	if drainAll(s, s.keys(t, "{alt+k}d")); len(s.client.takenBack) > 0 || !strings.Contains(s.text(), mayBeThere) {
		t.Errorf("on the wire:\n%s", s.text())
	}
}

// Twice at once is once.
func TestTakenBackTwice(t *testing.T) { synctest.Test(t, takenBackTwice) }

func takenBackTwice(t *testing.T) {
	s := offlineWith(t, "wrong room{enter}")
	first, second := s.keys(t, "{up}"), s.keys(t, "{up}")
	drainAll(s, first)
	drainAll(s, second)
	if len(s.client.takenBack) > 1 || len(s.client.droppedIDs) > 1 {
		t.Errorf("taken back %q, dropped %q", s.client.takenBack, s.client.droppedIDs)
	}
}

// A message that no line says stays where it is, as one that was not sent.
func TestTakenBackAsItIs(t *testing.T) { synctest.Test(t, takenBackAsItIs) }

func takenBackAsItIs(t *testing.T) {
	s := offlineWith(t, "")
	d := chat.Draft{ID: "d", Room: chat.GeneralRoom, Body: chat.TextBody("x := 1"), Extra: chat.Extra{Style: chat.StyleCode}}
	s.send(chat.DraftChanged{Draft: d, State: chat.DraftWaiting})
	cmd := s.keys(t, "{alt+k}d")
	s.send(chat.DraftChanged{Draft: d, State: chat.DraftFailed, Err: errors.New("you took it back")})
	drainAll(s, cmd)
	if got := s.text(); len(s.client.droppedIDs) > 0 || len(s.client.takenBack) != 1 || !strings.Contains(got, "alt+r sends it as it is · alt+x drops it") {
		t.Errorf("dropped %q\n%s", s.client.droppedIDs, got)
	}
}

// Words that are typed over a message which is not sent are whole, also where their first letter
// takes it back: that is put aside then.
func TestWordsOverWhatIsNotSent(t *testing.T) { synctest.Test(t, wordsOverWhatIsNotSent) }

func wordsOverWhatIsNotSent(t *testing.T) {
	for _, words := range []string{"ready to deploy", "true", "please", "unless", "done", "every", "deploy", "edit"} {
		for _, atOnce := range []bool{false, true} { // whether it is taken back before the next letter
			s := offlineWith(t, "mine{enter}{alt+k}")
			cmd := s.keys(t, words[:1])
			if atOnce {
				drainAll(s, cmd)
			}
			s.keys(t, words[1:])
			if !atOnce {
				drainAll(s, cmd)
			}
			if s.composer.Text() != words {
				t.Errorf("%s, %v: %q is written", words, atOnce, s.composer.Text())
			}
			s.keys(t, "{enter}")
			if got := s.client.sent(); got[len(got)-1] != words {
				t.Errorf("%s: sent %q", words, got)
			}
			takes := strings.ContainsAny(words[:1], "de")
			if aside := s.putBy[s.place()]; takes != (len(aside) == 1 && aside[0].Text == "mine") || takes != (len(s.client.droppedIDs) == 1) {
				t.Errorf("%s: put aside %v, dropped %q", words, aside, s.client.droppedIDs)
			}
		}
	}
	// And over one that is there, where the letter does nothing now.
	s := offlineWith(t, "{alt+k}please")
	if s.composer.Text() != "please" {
		t.Errorf("over one that is there: %q", s.composer.Text())
	}
}

// A new text that cannot be sent, or comes while the old one is being taken back, is there to be sent
// again, and so is the old one.
func TestANewTextIsNotLost(t *testing.T) { synctest.Test(t, newTextNotLost) }

func newTextNotLost(t *testing.T) {
	s := offlineWith(t, "old{enter}")
	s.limits.Body = 10
	drainAll(s, s.keys(t, "/edit longer than that{enter}"))
	if got := s.text(); s.composer.Text() != "/edit longer than that" || len(s.client.droppedIDs) > 0 || !strings.Contains(got, "too long") {
		t.Errorf("too long: %q is written, dropped %q\n%s", s.composer.Text(), s.client.droppedIDs, got)
	}

	s = offlineWith(t, "old{enter}")
	first := s.keys(t, "/edit new{enter}")
	s.keys(t, "/edit newer{enter}")
	if s.composer.Text() != "/edit newer" || !strings.Contains(s.text(), "is being taken back") {
		t.Errorf("twice: %q is written\n%s", s.composer.Text(), s.text())
	}
	if drainAll(s, first); s.composer.Text() != "/edit newer" || s.client.sent()[1] != "new" {
		t.Errorf("then %q is written, sent %q", s.composer.Text(), s.client.sent())
	}

	s = offlineWith(t, "")
	d := chat.Draft{ID: "d", Room: chat.GeneralRoom, Body: chat.TextBody("x := 1"), Extra: chat.Extra{Style: chat.StyleCode}}
	s.send(chat.DraftChanged{Draft: d, State: chat.DraftWaiting})
	drainAll(s, s.keys(t, "/edit y := 2{enter}"))
	if s.composer.Text() != "/edit y := 2" || len(s.client.takenBack) > 0 {
		t.Errorf("a block of code: %q is written, taken back %q\n%s", s.composer.Text(), s.client.takenBack, s.text())
	}
}

// Who leaves before it is known has it in the outbox, as one that was not sent: nothing is kept any more.
func TestTakenBackWhileLeaving(t *testing.T) { synctest.Test(t, takenBackLeaving) }

func takenBackLeaving(t *testing.T) {
	s := offlineWith(t, "wrong room{enter}")
	cmd := s.keys(t, "{alt+x}")
	s.quitting = true
	if drainAll(s, cmd); len(s.client.takenBack) != 1 || len(s.client.droppedIDs) > 0 {
		t.Errorf("taken back %q, dropped %q", s.client.takenBack, s.client.droppedIDs)
	}
}

// What a reply answers is remembered where that is not loaded, too.
func TestTakenBackAnswersWhatIsNotLoaded(t *testing.T) { synctest.Test(t, takenBackNotLoaded) }

func takenBackNotLoaded(t *testing.T) {
	s := offlineWith(t, "")
	s.send(chat.DraftChanged{Draft: chat.Draft{ID: "d", Room: chat.GeneralRoom, ReplyTo: "long-ago", Body: chat.TextBody("yes")}, State: chat.DraftWaiting})
	drainAll(s, s.keys(t, "draft{alt+x}"))
	if list := s.putBy[s.place()]; len(list) != 1 || list[0].To.ID != "long-ago" || list[0].Text != "yes" {
		t.Errorf("put aside is %+v\n%s", list, s.text())
	}
}

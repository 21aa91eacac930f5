package tui

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// refuse lets the newest draft be refused, or one of another program that says yes.
func (s *screen) refuse(with func(*chat.Draft)) chat.Draft {
	d := chat.Draft{ID: "other", Room: chat.GeneralRoom, Body: chat.TextBody("yes"), At: s.clock}
	if with != nil {
		with(&d)
	} else {
		d = s.client.drafts[len(s.client.drafts)-1]
	}
	s.client.drafts = nil
	s.send(chat.DraftChanged{Draft: d, State: chat.DraftFailed, Err: errors.New("muted")})
	return d
}

// A text that was sent as one is never a command when it is had again, whichever way.
func TestNoTextBecomesACommand(t *testing.T) { synctest.Test(t, noTextBecomesACommand) }

func noTextBecomesACommand(t *testing.T) {
	for _, c := range []struct{ text, keys, want string }{
		{"/kick carol", "{up}", "//kick carol"},                       // taken back
		{"/kick carol", "{alt+x}{ctrl+r}kick{enter}", "//kick carol"}, // of what was sent from here
		{"//kick carol", "{up}", "///kick carol"},                     // a text may begin with two
		{"/usr/bin is full", "{up}", "/usr/bin is full"},              // which is no command
		{"/kick carol", "{up}{ctrl+u}{ctrl+y}", "//kick carol"},       //
		{"/", "{up}", "//"}, //
	} {
		s := openRoom(100, 30)
		s.keys(t, "/"+c.text+"{enter}")
		if strings.HasPrefix(c.text, "/usr/") {
			s.client.drafts[0].Body = chat.TextBody(c.text)
		}
		s.refuse(nil)
		s.client.asked = nil
		drainAll(s, s.keys(t, c.keys))
		if s.composer.Text() != c.want {
			t.Errorf("%s, %s: %q is written", c.text, c.keys, s.composer.Text())
		}
		drainAll(s, s.keys(t, "{enter}"))
		if got := s.client.sent(); len(got) != 1 || got[0] != c.text {
			t.Errorf("%s, %s: sent %q, asked %q", c.text, c.keys, got, s.client.asked)
		}
	}
	// What is loaded, also where it is edited, and what was changed there.
	for keys, want := range map[string]string{
		"{ctrl+r}kick{enter}{enter}": "/kick carol", "{up}!{esc}{ctrl+y}{enter}": "/kick carol!", "{ctrl+r}waves{enter}{enter}": "waves",
	} {
		s := openTeam(100, 30)
		me := said(8, you, time.Hour, "waves")
		me.Style = chat.StyleMe
		s.send(chat.Arrived{Messages: []chat.Message{me, said(9, you, time.Hour, "/kick carol")}})
		drainAll(s, s.keys(t, keys))
		if got := s.client.sent(); !slices.Equal(got, []string{want}) || len(s.client.asked) > 0 {
			t.Errorf("%s: sent %q, asked %q", keys, got, s.client.asked)
		} else if want == "waves" && s.client.drafts[0].Extra.Style != chat.StyleMe {
			t.Errorf("%s: sent %+v", keys, s.client.drafts[0])
		}
	}
	// The same holds of edits that were kept, and of the user's editor.
	kept := papers{}
	s := openTeam(100, 30)
	s.keeper = kept
	s.send(chat.Arrived{Messages: []chat.Message{said(9, you, time.Hour, "/kick carol")}})
	drainAll(s, s.keys(t, "{up}!"))
	s.again(kept)
	var had string
	var run Editing
	s.helps.Editor = func(text Unsent) Editing {
		had, run = text.Text, &editor{leaves: text.Text + "?"}
		return run
	}
	s.keys(t, "{alt+e}")
	s.send(wrote{s.composer, s.place(), had, run, nil})
	drainAll(s, s.keys(t, "{enter}"))
	if had != "//kick carol!" || len(s.client.asked) == 0 || !strings.HasPrefix(s.client.asked[len(s.client.asked)-1], `message:edit ["/kick carol!?"`) {
		t.Errorf("the editor had %q; asked %q", had, s.client.asked)
	}
}

// What is taken back is what it was: an answer, in its thread, with its style.
func TestTakenBackAsWhatItWas(t *testing.T) {
	for _, c := range []struct{ name, keys, want string }{
		{"an answer", "{esc}ryes{enter}", "yes"},
		{"what one does", "/me waves{enter}", "/me waves"},
		{"in a thread", "{esc}tyes{enter}{esc}", "yes"},
		{"in a thread that is open", "{esc}tyes{enter}", "yes"},
	} {
		s := openRoom(100, 30)
		s.keys(t, c.keys)
		was := s.refuse(nil)
		if s.keys(t, "{up}"); s.composer.Text() != c.want {
			t.Errorf("%s: %q is written", c.name, s.composer.Text())
		}
		s.keys(t, "{enter}")
		if len(s.client.drafts) != 1 {
			t.Errorf("%s: sent %d", c.name, len(s.client.drafts))
			continue
		}
		now := s.client.drafts[0]
		if now.ID, now.At = was.ID, was.At; !cmp.Equal(was, now) {
			t.Errorf("%s: %s", c.name, cmp.Diff(was, now))
		}
	}
	// What is answered may not be loaded.
	s := openRoom(100, 30)
	s.refuse(func(d *chat.Draft) { d.ReplyTo = "long ago" })
	if s.keys(t, "{up}"); !strings.Contains(s.text(), "replying to an earlier message") {
		t.Errorf("it says\n%s", s.text())
	}
	if s.keys(t, "{enter}"); s.client.drafts[0].ReplyTo != "long ago" {
		t.Errorf("sent %+v", s.client.drafts[0])
	}
	// What no line says stays as it is.
	for says, with := range map[string]func(*chat.Draft){
		"a block of code cannot be changed here": func(d *chat.Draft) { d.Extra.Style = chat.StyleCode },
		"a message with files cannot be changed": func(d *chat.Draft) { d.Extra.Files = []chat.File{{ID: "f", Name: "a.png"}} },
		"that message cannot be changed here":    func(d *chat.Draft) { d.Extra.Style, d.Body = chat.StyleMe, chat.TextBody("a\nb") },
	} {
		s := openRoom(100, 30)
		s.refuse(with)
		if s.keys(t, "{up}"); s.composer.Text() != "" || len(s.client.droppedIDs) > 0 || !strings.Contains(s.text(), says) {
			t.Errorf("%s: %q is written, dropped %q\n%s", says, s.composer.Text(), s.client.droppedIDs, s.text())
		}
	}
}

// An edit with an emoji's name that became the message is saved, whatever comes of the request.
func TestAnEditWithAnEmojiIsSaved(t *testing.T) {
	revised := chat.MessageRevised{MessageChanged: chat.MessageChanged{Room: chat.GeneralRoom, Seq: 7}, Body: chat.TextBody("mine 🚀")}
	revised.Revision = 1
	for _, told := range []string{"before", "after", "only here"} {
		s := openRoom(100, 30)
		s.client.answer = func(string, any) error { return context.DeadlineExceeded }
		answer := s.keys(t, "{up} :rocket:{enter}")
		switch told {
		case "before":
			s.send(revised)
			drainAll(s, answer)
		case "after":
			s.keys(t, "x") // so it is a key away, and not on the screen
			drainAll(s, answer)
			s.send(revised)
		case "only here":
			s.timeline(s.room).Revised(revised)
			drainAll(s, answer)
		}
		if len(s.unsaved) > 0 || strings.Contains(s.composer.Text(), "rocket") || told != "after" && strings.Contains(s.text(), "no answer came") {
			t.Errorf("told %s: %v is unsaved\n%s", told, s.unsaved, s.text())
		}
	}
}

// dropping is a client that looks what is kept when something is dropped.
type dropping struct {
	*fake
	looks func()
}

func (d dropping) Drop(id string) error { d.looks(); return d.fake.Drop(id) }

// What is taken back is kept before the outbox lets go of it, and is not where it does not.
func TestTakenBackIsKeptFirst(t *testing.T) {
	for _, keys := range []string{"words{enter}", "{esc}rwords{enter}", "{esc}twords{enter}"} {
		s, kept := openRoom(100, 30), papers{}
		s.keeper = kept
		s.keys(t, keys)
		s.refuse(nil)
		looked := 0
		s.Model.client = dropping{s.client, func() {
			if looked++; len(kept) != 1 || kept[slot{at: s.place()}].Text != "words" {
				t.Errorf("%s: when it is dropped there is kept %v", keys, kept)
			}
		}}
		s.client.refuse = errors.New("it was sent meanwhile")
		if s.keys(t, "{up}"); looked != 1 || len(kept) != 0 || s.composer.Text() != "" || s.about() != nil {
			t.Errorf("%s: not dropped, and %q is written, kept %v", keys, s.composer.Text(), kept)
		}
		s.client.refuse = nil
		if s.keys(t, "{up}"); looked != 2 || s.composer.Text() != "words" {
			t.Errorf("%s: %q is written", keys, s.composer.Text())
		}
	}
}

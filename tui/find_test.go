package tui

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// vimTeam is openTeam with the keys of vim.
func vimTeam(t *testing.T) *screen {
	t.Helper()
	s := openTeam(100, 30)
	s.keys(t, "/set preset vim{enter}")
	s.clock = s.clock.Add(time.Minute)
	return s
}

// With the keys of vim a command that is typed where a message is selected is a search, and says so. It is done by
// one more Enter, and by nothing else; what is written next, for the room it was to lead to, is
// asked about before it is posted in this one.
func TestCommandsTypedAsSearches(t *testing.T) {
	s := vimTeam(t)
	s.keys(t, "{esc}/go deploys")
	if text := s.text(); !strings.Contains(text, "this is a search, since a message is selected: /go is not done by it") {
		t.Errorf("while it is typed:\n%s", text)
	}
	s.keys(t, "{enter}")
	if text := s.text(); s.room != chat.GeneralRoom || !strings.Contains(text, "that was a search, since a message is selected · enter again does /go deploys") {
		t.Fatalf("it does not offer it:\n%s", text)
	}
	if s.keys(t, "{enter}"); s.room != "r2" || s.focus != writing || !s.composer.Empty() {
		t.Fatalf("enter leads to %s, and %q is written:\n%s", s.room, s.composer.Text(), s.text())
	}

	s = vimTeam(t)
	s.keys(t, "{esc}/go deploys{enter}my own root message{enter}")
	if text := s.text(); len(s.client.drafts) > 0 || s.composer.Text() != "my own root message" ||
		!strings.Contains(text, "enter again posts this to #general; /go was a search, and was not done") {
		t.Fatalf("%q is posted to %s, %q is written:\n%s", s.client.sent(), s.room, s.composer.Text(), text)
	}
	if s.keys(t, "{enter}"); !slices.Equal(s.client.sent(), []string{"my own root message"}) {
		t.Errorf("who wants it there posts %q", s.client.sent())
	}
	if s.keys(t, "more{enter}"); len(s.client.sent()) != 2 {
		t.Errorf("afterwards it asks again:\n%s", s.text())
	}
}

// None is done by searching, whatever it would do.
func TestSearchesDoNothing(t *testing.T) {
	for _, line := range []string{"/me waves", "/mute", "/dnd lunch", "/kick bob", "/topic x", "/quit", "/away"} {
		s := vimTeam(t)
		drainAll(s, s.keys(t, "{esc}"+line+"{enter}"))
		if len(s.client.asked) > 0 || len(s.client.drafts) > 0 || s.quitting || s.question == nil {
			t.Errorf("%s asks %q and posts %q:\n%s", line, s.client.asked, s.client.sent(), s.text())
		}
		want, leads := "", choosing
		if strings.Contains(line, " ") {
			want, leads = line, writing // its words are not lost
		}
		if s.keys(t, "{esc}"); s.focus != leads || s.composer.Text() != want || s.question != nil || len(s.meant) > 0 {
			t.Errorf("%s: esc leaves %v, and %q is written", line, s.focus, s.composer.Text())
		}
	}
	s := vimTeam(t)
	s.keys(t, "{esc}/me waves{enter}{enter}")
	if len(s.client.drafts) != 1 || s.client.drafts[0].Extra.Style != chat.StyleMe || !slices.Equal(s.client.sent(), []string{"waves"}) {
		t.Errorf("posted %+v", s.client.drafts)
	}
	// What is found is what was sought, and what is no command is looked for as ever.
	s = vimTeam(t)
	if s.keys(t, "{esc}/go deploys{backspace}{backspace}{backspace}{backspace}{backspace}{backspace}{backspace}{backspace}{enter}"); s.question != nil || s.sought != "go" {
		t.Errorf("sought %q:\n%s", s.sought, s.text())
	}
	s = openTeam(100, 30)
	if s.keys(t, "{esc}/nowhere{enter}"); s.question != nil || !strings.Contains(s.text(), "no message that is loaded says that") {
		t.Errorf("a text:\n%s", s.text())
	}
}

// What is being written is there again after a command that was typed elsewhere; where that was not done,
// and is there to be changed, it is put aside.
func TestCommandsTypedAsSearchesKeepTheDraft(t *testing.T) {
	s := openTeam(100, 30)
	s.keys(t, "my draft{alt+k}/topic{enter}")
	if text := s.text(); len(s.client.drafts) > 0 || s.composer.Text() != "my draft" || !strings.Contains(text, "the topic of #general is") {
		t.Fatalf("%q is written:\n%s", s.composer.Text(), text)
	}
	if s.keys(t, "{alt+k}/go deploys{enter}"); s.room != "r2" || s.composer.Text() != "" {
		t.Errorf("in %s %q is written", s.room, s.composer.Text())
	}
	if s.show(chat.GeneralRoom); s.composer.Text() != "my draft" {
		t.Errorf("back again %q is written", s.composer.Text())
	}
	if s.keys(t, "{alt+k}/go nowhere{enter}"); s.composer.Text() != "/go nowhere" || !strings.Contains(s.text(), "ctrl+r: unsent text") {
		t.Errorf("%q is written:\n%s", s.composer.Text(), s.text())
	}
	if s.keys(t, "{ctrl+r}{enter}"); s.composer.Text() != "my draft" {
		t.Errorf("found: %q", s.composer.Text())
	}
}

// The words of a command that was typed as a search are kept from its first word on, and whatever
// ends the search they are being written, or where something else is, put aside.
func TestCommandsTypedAsSearchesKeepTheirWords(t *testing.T) {
	const line = "/msg cyn lostwords today"
	long := "/msg cyn " + strings.Repeat("words ", 60) + "end"
	for _, c := range []struct{ keys, written, aside string }{
		{"{alt+k}" + line, "", line},
		{"{alt+k}" + long, "", long},
		{"{alt+k}" + line + "{esc}", line, ""},
		{"{alt+k}" + line + "{enter}", "", line},
		{"{alt+k}" + line + "{enter}{esc}", line, ""},
		{"{alt+k}" + line + "{enter}{ctrl+c}", line, ""},
		{"draft{alt+k}" + line + "{enter}{esc}", "draft", line},
		{"{alt+k}" + line + "{enter}hello", "hello", line},
		{"{alt+k}" + line + "{enter}k", "", line},
		{"{alt+k}/msg cyn{enter}{alt+k}/me too{backspace}{backspace}{backspace}{backspace}", "", "/msg cyn"},
	} {
		kept := papers{}
		s := vimTeam(t)
		s.keeper = kept
		s.keys(t, c.keys)
		got := kept.all(chat.GeneralRoom)
		if s.composer.Text() != c.written || strings.Join(got, "|") != strings.Trim(c.written+"|"+c.aside, "|") && (c.written != "" || strings.Join(got, "|") != "|"+c.aside) {
			t.Errorf("%.40s: %q is written, kept are %q\n%s", c.keys, s.composer.Text(), got, s.text())
		}
	}
	kept := papers{}
	s := openTeam(100, 30)
	s.keeper = kept
	if drainAll(s, s.keys(t, "{alt+k}/topic all new{enter}{enter}")); len(kept) > 1 || len(s.putBy) > 0 {
		t.Errorf("after it was done kept are %v", kept)
	}
}

// With other keys a command that is typed where a message is selected is done, and says so before; only
// where a message says the same is it found first, and the command offered.
func TestCommandsWhereAMessageIsSelected(t *testing.T) {
	s := openTeam(100, 30)
	if s.keys(t, "{esc}/go deploys"); !strings.Contains(s.text(), "enter does /go: no message here says that") {
		t.Errorf("while it is typed:\n%s", s.text())
	}
	if s.keys(t, "{enter}"); s.room != "r2" || s.focus != writing || !s.composer.Empty() {
		t.Errorf("it leads to %s, and %q is written:\n%s", s.room, s.composer.Text(), s.text())
	}
	s = openTeam(100, 30)
	drainAll(s, s.keys(t, "{esc}/dnd lunch{enter}"))
	if len(s.client.asked) != 1 || !strings.HasPrefix(s.client.asked[0], "presence ") || s.focus != writing || len(s.putBy) > 0 {
		t.Errorf("asked %q, put aside %v", s.client.asked, s.putBy)
	}
	said := func(text string) *screen {
		s := openTeam(100, 30)
		s.send(chat.Arrived{Messages: []chat.Message{said(70, ada, 0, text), said(71, ada, 0, "and more")}})
		return s
	}
	s = said("I am back")
	if s.keys(t, "{esc}/back"); !strings.Contains(s.text(), "enter finds this in the messages, since one is selected; enter again does /back") {
		t.Errorf("while it is typed:\n%s", s.text())
	}
	drainAll(s, s.keys(t, "{enter}"))
	if what, _ := s.shown().Chosen(); what.Seq != 70 || len(s.client.asked) > 0 || !strings.Contains(s.text(), "found, since a message is selected · enter again does /back") {
		t.Fatalf("%d is selected, asked %q:\n%s", what.Seq, s.client.asked, s.text())
	}
	drainAll(s, s.keys(t, "{enter}"))
	if len(s.client.asked) != 1 || s.focus != writing || s.sought != "back" {
		t.Errorf("asked %q, sought %q", s.client.asked, s.sought)
	}
	s = said("me too")
	if s.keys(t, "{esc}/me too{enter}{esc}{esc}hello{enter}"); !slices.Equal(s.client.sent(), []string{"hello"}) || len(s.putBy) > 0 {
		t.Errorf("what is written after a search that found: %q, put aside %v", s.client.sent(), s.putBy)
	}
}

// Who quits by a command that is typed where a message is selected does not lose what they were writing.
func TestQuitWhereAMessageIsSelectedKeepsTheDraft(t *testing.T) {
	for _, keys := range []string{"my draft", "{esc}rmy draft"} {
		kept := papers{}
		s := openTeam(100, 30)
		s.keeper = kept
		s.keys(t, keys+"{alt+k}")
		answers := s.about() != nil
		if s.keys(t, "/quit{enter}{enter}"); !s.quitting {
			t.Fatalf("%s: it does not quit:\n%s", keys, s.text())
		}
		if u := kept[slot{at: chat.GeneralRoom}]; len(kept) != 1 || u.Text != "my draft" || (u.To.ID != "") != answers {
			t.Errorf("%s: kept are %+v", keys, kept)
		}
	}
}

// A command that is typed where a message is selected is no part of the answer that is being written, and
// leaves it what it was.
func TestCommandsTypedAsSearchesKeepTheAnswer(t *testing.T) {
	s := openRoom(100, 30)
	s.keys(t, "{esc}rdraft{alt+k}/me waves{enter}{enter}")
	if d := s.client.drafts; len(d) != 1 || d[0].ReplyTo != "" || s.composer.Text() != "draft" || s.about() == nil || s.about().message.ID != "m8" {
		t.Fatalf("posted %+v, and %q is written for %+v", d, s.composer.Text(), s.about())
	}
	if s.keys(t, "{enter}"); len(s.client.drafts) != 2 || s.client.drafts[1].ReplyTo != "m8" || s.about() != nil {
		t.Errorf("posted %+v", s.client.drafts)
	}

	// Where it is not done at once, the answer is put aside as one.
	s = openTeam(100, 30)
	s.keys(t, "{esc}r")
	to := s.about().message.ID
	s.keys(t, "draft{alt+k}/go nowhere{enter}")
	if got := s.putBy[chat.GeneralRoom]; s.composer.Text() != "/go nowhere" || s.about() != nil || len(got) != 1 || got[0].Text != "draft" || got[0].To.ID != to {
		t.Fatalf("%q is written for %v, put aside is %+v", s.composer.Text(), s.about(), got)
	}
	if s.keys(t, "{ctrl+r}{enter}"); s.composer.Text() != "draft" || s.about() == nil || s.about().message.ID != to {
		t.Errorf("found: %q for %+v", s.composer.Text(), s.about())
	}

	// So is what had been put aside for a text that was recalled.
	s = openTeam(100, 30)
	s.keys(t, "sent{enter}draft{up}!{alt+k}/go nowhere{enter}")
	var texts []string
	for _, u := range s.putBy[chat.GeneralRoom] {
		texts = append(texts, u.Text)
	}
	if !slices.Equal(texts, []string{"draft", "sent!"}) {
		t.Errorf("put aside are %q", texts)
	}

	// An edit that it begins is over the answer.
	s = openRoom(100, 30)
	s.keys(t, "{esc}rdraft{alt+k}/edit{enter}{enter}")
	if a := s.about(); a == nil || a.editing == nil || s.composer.Text() != "mine" {
		t.Fatalf("%q is written for %+v", s.composer.Text(), a)
	}
	if s.keys(t, "{esc}"); s.composer.Text() != "draft" || s.about() == nil || s.about().message.ID != "m8" {
		t.Errorf("after the edit %q is written for %+v", s.composer.Text(), s.about())
	}
}

// The line of a command that is refused later, where something else is written, is put aside.
func TestRefusedCommandsTypedAsSearchesArePutAside(t *testing.T) {
	const line = "/dnd a long reason"
	kept := papers{}
	s := openTeam(100, 30)
	s.keeper = kept
	s.client.answer = func(string, any) error { return &chat.Error{Message: "not now"} }
	drainAll(s, s.keys(t, "draft{alt+k}"+line+"{enter}"))
	if got := kept.all(chat.GeneralRoom); s.composer.Text() != "draft" || !slices.Equal(got, []string{"draft", line}) ||
		!strings.Contains(s.composer.Sentence(), "not now · ctrl+r finds what you wrote") {
		t.Errorf("%q is written, kept are %q, said is %q", s.composer.Text(), got, s.composer.Sentence())
	}
}

// What was said of a text that is sought goes with the search.
func TestWhatIsSaidOfASearchGoesWithIt(t *testing.T) {
	s := openTeam(100, 30)
	s.keys(t, "{alt+k}/nowhere at all")
	if s.composer.Sentence() == "" {
		t.Fatal("nothing is said")
	}
	if s.keys(t, "{esc}"); s.composer.Sentence() != "" {
		t.Errorf("%q is said", s.composer.Sentence())
	}
}

// What posts or changes anything is offered where it was sought in vain: it may have been a text. What
// is said below the selected message is found, too.
func TestCommandsSoughtInVainAreOffered(t *testing.T) {
	for _, line := range []string{"/edit the doc", "/r u there", "/me too", "/close", "/topic x", "/q bob hi", "/invite", "/mute", "/create plan", "/join plans"} {
		s := openTeam(100, 30)
		s.send(chat.Arrived{Messages: []chat.Message{said(70, you, 0, "mine"), said(71, ada, 0, "hers")}})
		word, _, _ := strings.Cut(line, " ")
		if s.keys(t, "{alt+k}"+line); !strings.Contains(s.text(), "no message here says that; enter twice does "+word) {
			t.Errorf("%s: while it is typed\n%s", line, s.text())
		}
		drainAll(s, s.keys(t, "{enter}"))
		if len(s.client.asked)+len(s.client.drafts) > 0 || s.going != nil || s.about() != nil || !strings.Contains(s.text(), "enter again does "+line) {
			t.Errorf("%s: asked %q, sent %q\n%s", line, s.client.asked, s.client.sent(), s.text())
		}
	}
	s := openTeam(100, 30)
	if s.keys(t, "{alt+k}/me too{enter}{enter}"); !slices.Equal(s.client.sent(), []string{"too"}) {
		t.Errorf("enter again sends %q", s.client.sent())
	}
	s = openTeam(100, 30)
	s.send(chat.Arrived{Messages: []chat.Message{said(70, ada, 0, "mine"), said(71, ada, 0, "me too")}})
	s.keys(t, "{alt+k}{alt+k}/me too{enter}")
	if what, _ := s.shown().Chosen(); what.Seq != 71 || !strings.Contains(s.text(), "found, since a message is selected") {
		t.Errorf("%d is selected\n%s", what.Seq, s.text())
	}
}

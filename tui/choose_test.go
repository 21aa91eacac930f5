package tui

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/slash"
)

// openRoom is a room with a conversation in which the user spoke, too.
func openRoom(width, height int) *screen {
	list := append(conversation(), said(7, you, 22*time.Minute, "mine"), said(8, ada, 23*time.Minute, "theirs"))
	return open(width, height, chat.Reloaded{Room: chat.GeneralRoom, Messages: list}, chat.Connection{State: chat.Online})
}

// TestWhatIsDoneWithASelectedMessage asks the server for the right thing.
func TestWhatIsDoneWithASelectedMessage(t *testing.T) {
	for _, c := range []struct{ keys, asked string }{
		{"{esc}py", `message:pin {"room":"general","seq":8,"on":true}`},
		{"{esc}pn", ""},
		{"{esc}p{enter}", ""},
		{"{esc}p{esc}", ""},
		{"/pin{enter}n", ""},
		{"{esc}kkpy", `message:pin {"room":"general","seq":6,"on":true}`},
		{"{esc}gpy", `message:pin {"room":"general","seq":1,"on":true}`},
		{"{esc}gjjGpy", `message:pin {"room":"general","seq":8,"on":true}`},
		{"{esc}{up}{down}py", `message:pin {"room":"general","seq":8,"on":true}`},
		{"{alt+k}py", `message:pin {"room":"general","seq":8,"on":true}`},
		{"{esc}+🚀{enter}", `message:react {"room":"general","seq":8,"emoji":"🚀","on":true}`},
		{"{esc}+:tada:{enter}", `message:react {"room":"general","seq":8,"emoji":"🎉","on":true}`},
		{"{esc}+:shipit:{enter}", `message:react {"room":"general","seq":8,"emoji":":shipit:","on":true}`},
		{"{esc}+2{enter}", `message:react {"room":"general","seq":8,"emoji":"❤️","on":true}`},
		{"{esc}+x{backspace}{enter}", ""},
		{"{esc}+tada{esc}", ""},
		{"{esc}dy", `message:delete {"room":"general","seq":8}`},
		{"{esc}dn", ""},
		{"{esc}d{esc}", ""},
		{"{esc}d{enter}", ""},
		{"{esc}e", ""},
		{"{esc}/GRAPHS{enter}py", `message:pin {"room":"general","seq":3,"on":true}`},
		{"{esc}/i{enter}npy", `message:pin {"room":"general","seq":7,"on":true}`},
		{"{esc}/i{enter}nnNpy", `message:pin {"room":"general","seq":7,"on":true}`},
		{"{esc}/graphs{esc}py", `message:pin {"room":"general","seq":8,"on":true}`},
		{"{esc}/テキスト{enter}py", `message:pin {"room":"general","seq":5,"on":true}`},
		{"{esc}ke{ctrl+u}yours{enter}", `message:edit ["yours",{"room":"general","seq":7,"revision":0}]`},
		{"{up}!{enter}", `message:edit ["mine!",{"room":"general","seq":7,"revision":0}]`},
		{"{up}{enter}", ""},
		{"{up}{ctrl+u}/etc/hosts is it{enter}", `message:edit ["/etc/hosts is it",{"room":"general","seq":7,"revision":0}]`},
		{"{up}{ctrl+u}{enter}y", `message:delete {"room":"general","seq":7}`},
		{"{up}{ctrl+u}{enter}n", ""},
		{"/edit{enter}!{enter}", `message:edit ["mine!",{"room":"general","seq":7,"revision":0}]`},
		{"/e :tada:{enter}", `message:edit ["🎉",{"room":"general","seq":7,"revision":0}]`},
		{"/e ours{enter}", `message:edit ["ours",{"room":"general","seq":7,"revision":0}]`},
		{"/delete{enter}y", `message:delete {"room":"general","seq":7}`},
		{"/react :rocket:{enter}", `message:react {"room":"general","seq":8,"emoji":"🚀","on":true}`},
		{"/+ 🚀{enter}", `message:react {"room":"general","seq":8,"emoji":"🚀","on":true}`},
		{"/pin{enter}y", `message:pin {"room":"general","seq":8,"on":true}`},
	} {
		s := openRoom(100, 30)
		for _, k := range splitKeys(c.keys) {
			drainAll(s, s.keys(t, k))
		}
		if got := strings.Join(s.client.asked, "\n"); got != c.asked {
			t.Errorf("%s asks for\n%s, want\n%s\n%s", c.keys, got, c.asked, s.text())
		}
		if len(s.client.drafts) > 0 {
			t.Errorf("%s sends %q", c.keys, s.client.sent())
		}
	}
}

// TestReactionsAreTakenBack where the user reacted with the same.
func TestReactionsAreTakenBack(t *testing.T) {
	s := openRoom(100, 30)
	s.send(chat.MessageReaction{MessageChanged: chat.MessageChanged{Told: chat.Told{By: you}, Room: chat.GeneralRoom, Seq: 8, Emoji: "🎉"}})
	drainAll(s, s.keys(t, "{esc}+tada{enter}"))
	if got, want := strings.Join(s.client.asked, "\n"), `message:react {"room":"general","seq":8,"emoji":"🎉","on":false}`; got != want {
		t.Errorf("asked for %s", got)
	}
	if s.keys(t, "+"); !strings.Contains(s.text(), "react with 1 🎉") {
		t.Errorf("what was used last is not offered first:\n%s", s.text())
	}
}

// TestOfflineSaysThatItNeedsAConnection, and keeps what was typed.
func TestOfflineSaysThatItNeedsAConnection(t *testing.T) {
	for keys, want := range map[string]string{
		"{esc}p": "pinning a message needs a connection", "{esc}+": "reacting needs a connection", "{esc}kd": "deleting a message needs a connection",
		"{esc}ke!{enter}": "editing a message needs a connection", "/react 👍{enter}": "reacting needs a connection",
	} {
		s := openRoom(100, 30)
		s.send(chat.Connection{State: chat.Offline})
		s.keys(t, keys)
		if text := s.text(); !strings.Contains(text, want) || len(s.client.asked) > 0 {
			t.Errorf("%s asks for %v:\n%s", keys, s.client.asked, text)
		}
		if strings.Contains(keys, "!") && s.composer.Text() != "mine!" {
			t.Errorf("the edit is %q", s.composer.Text())
		}
	}
}

// TestNothingThatIsWrittenIsLost, whatever is begun and left.
func TestNothingThatIsWrittenIsLost(t *testing.T) {
	for _, c := range []struct{ keys, text string }{
		{"draft{esc}{esc}", "draft"},
		{"draft{alt+k}r", "draft"},
		{"draft{alt+k}r{esc}", "draft"},
		{"draft{alt+k}ke", "mine"},
		{"draft{alt+k}ke!!{esc}", "draft"},
		{"{esc}ke!!{esc}{ctrl+y}", "mine!!"},
		{"draft{alt+k}+tada{esc}{esc}", "draft"},
		{"draft{alt+k}/find{enter}{esc}", "draft"},
		{"draft{alt+k}xzw{esc}!", "draftxzw!"},
		{"draft{alt+k}t", ""},
		{"draft{alt+k}tin thread{esc}", "draft"},
		{"draft{alt+k}tin thread{esc}{alt+k}t", "in thread"},
		{"draft{alt+k}u", "draft"},
		{"draft{alt+k}{ctrl+c}", "draft"},
	} {
		s := openRoom(100, 30)
		s.keys(t, c.keys)
		if got := s.composer.Text(); got != c.text {
			t.Errorf("%s leaves %q, want %q\n%s", c.keys, got, c.text, s.text())
		}
	}
	s := openRoom(100, 30)
	s.client.answer = func(string, any) error { return &chat.Error{Message: "it was edited meanwhile"} }
	drainAll(s, s.keys(t, "draft{alt+k}ke!!{enter}"))
	if text := s.text(); s.composer.Text() != "mine!!" || !strings.Contains(text, "the edit was not saved: it was edited meanwhile") {
		t.Errorf("an edit that fails leaves %q:\n%s", s.composer.Text(), text)
	}
	if s.keys(t, "{esc}"); s.composer.Text() != "draft" {
		t.Errorf("the draft is %q", s.composer.Text())
	}
}

// drainAll runs a command, and those in it, and updates the model with the answers that
// come. What comes of those is not done.
func drainAll(s *screen, cmd tea.Cmd) {
	for _, msg := range messages(cmd) {
		switch msg.(type) {
		case asked, acted, edited, older, gotText, tookBack, signedIn, themed:
			s.send(msg)
		}
	}
}

// TestAnswersSayWhatTheyAnswer: replies, and what is said in a thread.
func TestAnswersSayWhatTheyAnswer(t *testing.T) {
	type sent struct{ Text, ReplyTo, Thread, Style string }
	for _, c := range []struct {
		keys string
		want []sent
	}{
		{"{esc}rsure{enter}and more{enter}", []sent{{"sure", "m8", "", ""}, {"and more", "", "", ""}}},
		{"{esc}r{esc}no{enter}", []sent{{"no", "", "", ""}}},
		{"{esc}tin there{enter}{esc}here{enter}", []sent{{"in there", "", "m8", ""}, {"here", "", "", ""}}},
		{"{esc}t{alt+k}rin there{enter}", []sent{{"in there", "m8", "m8", ""}}},
		{"/me waves{enter}", []sent{{"waves", "", "", "me"}}},
		{"up :rocket: `:rocket:`{enter}/me :tada:{enter}", []sent{{"up 🚀 `:rocket:`", "", "", ""}, {"🎉", "", "", "me"}}},
		{"/reply sure{enter}", []sent{{"sure", "m8", "", ""}}},
		{"/r{enter}sure{enter}", []sent{{"sure", "m8", "", ""}}},
		{"/t{enter}in there{enter}", []sent{{"in there", "", "m8", ""}}},
		{"/shrug{enter}", []sent{{slash.Shrug, "", "", ""}}},
		{"/shrug oh well{enter}", []sent{{"oh well " + slash.Shrug, "", "", ""}}},
	} {
		s := openRoom(100, 30)
		s.keys(t, c.keys)
		var got []sent
		for _, d := range s.client.drafts {
			text, _ := d.Body.Text()
			got = append(got, sent{text, d.ReplyTo, d.Thread, string(d.Extra.Style)})
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: %s", c.keys, d)
		}
	}
}

// TestAThreadHasThePlaceOfItsRoom, with what the room has of it, and what is asked for.
func TestAThreadHasThePlaceOfItsRoom(t *testing.T) {
	list := conversation()
	for i := range uint64(3) {
		m := said(7+i, bob, time.Duration(30+i)*time.Minute, fmt.Sprint("answer ", i+1))
		m.Thread = "m2"
		list = append(list, m)
	}
	s := open(100, 30, chat.Reloaded{Room: chat.GeneralRoom, Messages: list[:8], More: true}, chat.Connection{State: chat.Online})
	s.keys(t, "{esc}t")
	if text := s.text(); !strings.Contains(text, "#general › thread   ada: shipping 2.4") || !strings.Contains(text, "answer 2") || strings.Contains(text, "watch the graphs") {
		t.Fatalf("not in the thread:\n%s", text)
	}
	s.send(chat.Arrived{Messages: list[8:]})
	s.send(chat.Arrived{Messages: []chat.Message{said(10, ada, time.Hour, "elsewhere")}})
	s.send(chat.MessageRevised{MessageChanged: chat.MessageChanged{Room: chat.GeneralRoom, Seq: 7, Revision: 1}, Body: chat.TextBody("the first answer")})
	if text := s.text(); !strings.Contains(text, "answer 3") || strings.Contains(text, "elsewhere") || !strings.Contains(text, "the first answer (edited)") {
		t.Errorf("what is said there is not shown alone:\n%s", text)
	}
	s.keys(t, "mine{enter}")
	if text := s.text(); !strings.Contains(text, "mine") || !strings.Contains(text, "↑ sending") {
		t.Errorf("what is sent is not shown:\n%s", text)
	}
	s.keys(t, "{esc}")
	if text := s.text(); !strings.Contains(text, "elsewhere") || !strings.Contains(text, "↳ 1 reply") || strings.Contains(text, "answer 3") {
		t.Errorf("not back in the room:\n%s", text)
	}

	s = open(100, 30, chat.Reloaded{Room: chat.GeneralRoom, Messages: list[6:], More: true}, chat.Connection{State: chat.Online})
	s.client.answer = func(request string, out any) error {
		page, ok := out.(*chat.History)
		if request != "history" || !ok {
			t.Errorf("asked for %s", request)
			return nil
		}
		page.Messages = list[1:2]
		return nil
	}
	drainAll(s, s.keys(t, "{esc}t"))
	if got, want := strings.Join(s.client.asked, "\n"), `history {"room":"general","thread":"m2","before":7,"limit":100}`; got != want {
		t.Errorf("asked for %s", got)
	}
	if text := s.text(); !strings.Contains(text, "shipping 2.4") {
		t.Errorf("what began the thread is not shown:\n%s", text)
	}
}

// TestItIsSaidThatOneIsInAThread, on the smallest screens as well: what is written does
// not go to the room.
func TestItIsSaidThatOneIsInAThread(t *testing.T) {
	for _, size := range [][2]int{{100, 30}, {40, 12}, {30, 5}, {20, 5}, {16, 3}} {
		s := openRoom(size[0], size[1])
		if s.keys(t, "{esc}ttext"); !strings.Contains(s.text(), "thread") {
			t.Errorf("%v:\n%s", size, s.text())
		}
	}
}

// TestUnreadFromHere: the room is unread until it is gone to again.
func TestUnreadFromHere(t *testing.T) {
	s := openTeam(100, 30)
	s.keys(t, "{esc}kku")
	if r := s.member(chat.GeneralRoom); s.unread.Of(r) != 3 || len(s.client.read) > 0 {
		t.Errorf("%d unread, told %v", s.unread.Of(r), s.client.read)
	}
	s.send(chat.RoomsChanged{Rooms: acme()})
	if r := s.member(chat.GeneralRoom); s.unread.Of(r) != 3 || !strings.Contains(s.text(), "─ new ──") {
		t.Errorf("%d unread:\n%s", s.unread.Of(r), s.text())
	}
	s.keys(t, "{alt+1}")
	if r := s.member(chat.GeneralRoom); s.unread.Of(r) != 3 {
		t.Errorf("%d unread after leaving", s.unread.Of(r))
	}
	s.keys(t, "{alt+/}")
	if r := s.member(chat.GeneralRoom); s.unread.Of(r) != 0 {
		t.Errorf("%d unread after coming back", s.unread.Of(r))
	}
}

// TestCopyingAndOpening: all that a message says, also what the timeline let go.
func TestCopyingAndOpening(t *testing.T) {
	s := openRoom(100, 30)
	cmd := s.keys(t, "{esc}ky")
	if batch, ok := cmd().(tea.BatchMsg); !ok || batch[0]() != tea.SetClipboard("mine")() {
		t.Error("the message is not copied")
	}
	s.keys(t, "o")
	if text := s.text(); !strings.Contains(text, "you · 23 November 09:32") || !strings.Contains(text, "esc closes") {
		t.Errorf("not open:\n%s", text)
	}
	s.keys(t, "{esc}")
	long := said(9, you, time.Hour, strings.Repeat("a long line\n", 5000)+"its end")
	s.send(chat.Arrived{Messages: []chat.Message{long}})
	s.client.older = func(uint64, int) (chat.History, error) {
		return chat.History{Messages: []chat.Message{long}}, nil
	}
	s.keys(t, "G")
	for _, c := range s.keys(t, "o")().(tea.BatchMsg)[:1] {
		drainAll(s, c)
	}
	if s.keys(t, "{end}"); !strings.Contains(s.text(), "its end") {
		t.Errorf("not all of it:\n%s", s.text())
	}
}

// TestCopyingAFileCopiesItsName: of a message that says nothing the names of its files, and what is
// in the clipboard is never taken away.
func TestCopyingAFileCopiesItsName(t *testing.T) {
	for _, c := range []struct {
		text  string
		files []string
		want  string // copied, "" for nothing
		says  string
	}{
		{"", []string{"p99.png"}, "p99.png", "the file's name is copied"},
		{" \n", []string{"a\x1bb.txt", "b.txt"}, "a␛b.txt\nb.txt", "the names of 2 files are copied"},
		{"see this", []string{"p99.png"}, "see this", "the message is copied"},
		{"", nil, "", "that message says nothing: nothing was copied"},
	} {
		s := openRoom(100, 30)
		m := said(9, you, time.Hour, c.text)
		for _, f := range c.files {
			m.Files = append(m.Files, chat.File{ID: f, Name: f})
		}
		s.send(chat.Arrived{Messages: []chat.Message{m}})
		got := ""
		if cmd := s.keys(t, "{esc}Gy"); cmd != nil {
			got = fmt.Sprint(cmd().(tea.BatchMsg)[0]())
		}
		if got != c.want || !strings.Contains(s.text(), c.says) {
			t.Errorf("%q with %q: %q is copied, not %q:\n%s", c.text, c.files, got, c.want, s.text())
		}
	}
}

// TestWhatIsDeletedIsSaidNowhere: not in the lines that speak of it either.
func TestWhatIsDeletedIsSaidNowhere(t *testing.T) {
	for _, keys := range []string{"{esc}r", "{esc}t", "{esc}d", "{esc}ty{enter}{esc}", "{esc}o"} {
		s := openRoom(100, 30)
		s.keys(t, keys)
		if !strings.Contains(s.text(), "theirs") {
			t.Fatalf("%s does not show it:\n%s", keys, s.text())
		}
		if s.send(chat.MessageErased{MessageChanged: chat.MessageChanged{Room: chat.GeneralRoom, Seq: 8}}); strings.Contains(s.text(), "theirs") {
			t.Errorf("after %s:\n%s", keys, s.text())
		}
	}
}

// TestWhoSpeaksHasRead: a room that was made unread is so no longer.
func TestWhoSpeaksHasRead(t *testing.T) {
	s := openTeam(100, 30)
	s.keys(t, "{esc}kku")
	s.send(chat.Arrived{Messages: []chat.Message{said(7, you, time.Hour, "mine")}})
	s.send(chat.Arrived{Messages: []chat.Message{said(8, ada, time.Hour, "theirs")}})
	if r := s.member(chat.GeneralRoom); s.unread.Of(r) != 0 || s.client.read[chat.GeneralRoom] != 8 {
		t.Errorf("%d unread, told %v", s.unread.Of(r), s.client.read)
	}
}

// TestAnswersInThreadsAreActedOnThere: what cannot be read is not answered, reacted to or
// deleted by mistake.
func TestAnswersInThreadsAreActedOnThere(t *testing.T) {
	answer := said(9, bob, time.Hour, "unseen")
	answer.Thread = "m2"
	for _, key := range []string{"r", "e", "d", "+", "p"} {
		s := openRoom(100, 30)
		s.send(chat.Arrived{Messages: []chat.Message{answer}})
		drainAll(s, s.keys(t, "{esc}"+key))
		if text := s.text(); len(s.client.asked) > 0 || s.question != nil || s.about() != nil || !strings.Contains(text, "that is read in its thread; t leads there") {
			t.Errorf("%s asks for %v:\n%s", key, s.client.asked, text)
		}
	}
	s := openRoom(100, 30)
	s.send(chat.Arrived{Messages: []chat.Message{answer}})
	if s.keys(t, "{esc}t"); !strings.Contains(s.text(), "unseen") || !strings.Contains(s.text(), "shipping 2.4") {
		t.Errorf("not in its thread:\n%s", s.text())
	}
}

// TestPasting goes where one types: into the line that is asked for, else what is written.
func TestPasting(t *testing.T) {
	s := openRoom(100, 30)
	s.keys(t, "{esc}+")
	s.send(tea.PasteMsg{Content: "🎉"})
	drainAll(s, s.keys(t, "{enter}"))
	if got, want := strings.Join(s.client.asked, "\n"), `message:react {"room":"general","seq":8,"emoji":"🎉","on":true}`; got != want {
		t.Errorf("asked for %s", got)
	}
	s.keys(t, "d")
	s.send(tea.PasteMsg{Content: "yes"})
	if s.composer.Text() != "yes" || s.question != nil || len(s.client.asked) != 1 {
		t.Errorf("pasted over a question: %q, %v", s.composer.Text(), s.client.asked)
	}
}

// TestWhatIsRefusedIsTakenBack, and what could not be sent is there again.
func TestWhatIsRefusedIsTakenBack(t *testing.T) {
	s := openRoom(100, 30)
	s.keys(t, "too soon{enter}")
	d := s.client.drafts[0]
	s.send(chat.DraftChanged{Draft: d, State: chat.DraftFailed, Err: errors.New("slow mode")})
	s.keys(t, "draft{alt+k}e")
	if s.composer.Text() != "draft" || len(s.client.droppedIDs) > 0 {
		t.Errorf("%q is written, %v dropped", s.composer.Text(), s.client.droppedIDs)
	}
	s.keys(t, "{esc}{ctrl+u}{alt+k}e")
	if s.composer.Text() != "too soon" || len(s.client.droppedIDs) != 1 || strings.Contains(s.text(), "not sent") {
		t.Errorf("%q is written, %v dropped:\n%s", s.composer.Text(), s.client.droppedIDs, s.text())
	}
	for _, line := range []string{"/me waves", "/shrug oh"} {
		s = openRoom(100, 30)
		s.client.refuse = errors.New("the disk is full")
		if s.keys(t, line+"{enter}"); s.composer.Text() != line || !strings.Contains(s.text(), "nothing was sent: the disk is full") {
			t.Errorf("%q is left of %q:\n%s", s.composer.Text(), line, s.text())
		}
	}
	s = openRoom(100, 30)
	s.client.answer = func(string, any) error { return errors.New("there are too many pins") }
	if drainAll(s, s.keys(t, "{esc}py")); !strings.Contains(s.text(), "pinning a message failed: there are too many pins") {
		t.Errorf("nobody is told:\n%s", s.text())
	}
}

// TestOneEscTooMany: letters do things only to who means it.
func TestOneEscTooMany(t *testing.T) {
	for _, c := range []struct{ keys, text string }{
		{"half a {esc}done", "half a done"},
		{"half a {esc}{esc}pope", "half a pope"},
		{"{f1}{esc}{esc}done", "done"},
		{"{alt+k}t{esc}{esc}pod", "pod"},
		{"{esc}hello", "hello"},
		{"{alt+k}{esc}{esc}done", "done"},
	} {
		s := openRoom(100, 30)
		s.keys(t, c.keys)
		if s.composer.Text() != c.text || len(s.client.asked) > 0 || s.question != nil || s.focus != writing {
			t.Errorf("%s writes %q and asks %q", c.keys, s.composer.Text(), s.client.asked)
		}
	}
	s := openRoom(100, 30)
	if s.keys(t, "half{esc}"); !strings.Contains(s.text(), "alt+k selects a message") {
		t.Errorf("it is not said how:\n%s", s.text())
	}
}

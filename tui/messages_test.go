package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"pgregory.net/rapid"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// busyRoom is a conversation with all that messages can have.
func busyRoom() []chat.Message {
	exit := 1
	list := []chat.Message{
		said(1, ada, 0, "shipping 2.4 in ten minutes"),
		said(2, grace, time.Minute, "@you can you watch the graphs?"),
		said(3, you, 2*time.Minute, "yes"),
		said(4, bob, 3*time.Minute, "me too"),
		said(5, grace, 4*time.Minute, "make: *** [test] Error 1\nFAIL ./net"),
		said(6, ada, 5*time.Minute, "func (r *Room) Send(m Message) error {\n\treturn nil\n}"),
		said(7, bob, 6*time.Minute, "waves"),
		said(8, bob, 7*time.Minute, "the graphs"),
		said(9, yuki, 8*time.Minute, "never mind"),
		said(10, bob, 9*time.Minute, "@room lunch"),
		said(11, ada, 10*time.Minute, "in the thread of something else"),
	}
	list[0].Pinned, list[0].Revision = true, 1
	list[0].Reactions = []chat.Reaction{{Emoji: "🚀", Count: 2, Users: []string{you.ID, bob.ID}}, {Emoji: ":shipit:", Count: 1, Users: []string{grace.ID}}}
	list[0].Replies = &chat.Replies{Count: 1, Last: list[3].At, LastBy: bob}
	list[1].Mentions = []string{you.ID}
	list[2].ReplyTo = list[1].ID
	list[3].Thread = list[0].ID
	list[4].Style, list[4].Block = chat.StyleOutput, &chat.Block{Title: "make test", Exit: &exit, Duration: 3210}
	list[5].Style, list[5].Block = chat.StyleCode, &chat.Block{Title: "room.go", Language: "go", Exit: nil}
	list[6].Style = chat.StyleMe
	list[7].Files = []chat.File{{ID: "f", Name: "p99.png", Type: "image/png", Size: 240_000}, {ID: "g", Name: "notes.txt", Type: "text/plain", Size: 120}}
	list[8].Deleted = 1
	list[9].Mentions = []string{chat.MentionRoom}
	list[10].Thread = list[1].ID
	return list
}

func TestMessagesGolden(t *testing.T) {
	for _, size := range [][2]int{{100, 30}, {40, 34}, {20, 12}} {
		for name, prepare := range map[string]func(*screen){
			"messages": func(*screen) {},
			"selected": func(s *screen) { s.keys(t, "a draft{alt+k}kkk") },
			"replying": func(s *screen) { s.keys(t, "{esc}krsure") },
			"editing":  func(s *screen) { s.keys(t, "{up}, gladly") },
			"deleting": func(s *screen) { s.keys(t, "{esc}gjjd") },
			"reacting": func(s *screen) { s.keys(t, "{esc}k+tad") },
			"finding":  func(s *screen) { s.keys(t, "{esc}/graphs") },
			"thread":   func(s *screen) { s.keys(t, "{esc}gt") },
		} {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				s := open(size[0], size[1], chat.Reloaded{Room: chat.GeneralRoom, Messages: busyRoom()}, chat.Connection{State: chat.Online})
				prepare(s)
				golden(t, s.text()+"\n")
			})
		}
	}
}

// TestReactionsAndPinsAreShown as they come and go.
func TestReactionsAndPinsAreShown(t *testing.T) {
	s := open(80, 24, chat.Reloaded{Room: chat.GeneralRoom, Messages: conversation()})
	on, off := true, false
	change := func(by chat.User, emoji string, on *bool) chat.MessageChanged {
		return chat.MessageChanged{Told: chat.Told{By: by}, Room: chat.GeneralRoom, Seq: 2, Emoji: emoji, On: on}
	}
	for _, step := range []struct {
		update     chat.Update
		want, gone string
	}{
		{chat.MessageReaction{MessageChanged: change(bob, "🚀", nil)}, "🚀 1", "[🚀"},
		{chat.MessageReaction{MessageChanged: change(you, "🚀", &on)}, "[🚀 2]", ""},
		{chat.MessageReaction{MessageChanged: change(you, "🚀", &on)}, "[🚀 2]", ""},
		{chat.MessageReaction{MessageChanged: change(you, "🚀", &off)}, "🚀 1", "[🚀"},
		{chat.MessagePin{MessageChanged: change(bob, "", nil)}, "(pinned)", ""},
		{chat.MessagePin{MessageChanged: change(bob, "", &off)}, "🚀 1", "pinned"},
		{chat.MessageErased{MessageChanged: change(bob, "", nil)}, "(deleted)", "🚀"},
		{chat.MessageReaction{MessageChanged: change(bob, "🎉", nil)}, "(deleted)", "🎉"},
	} {
		s.send(step.update)
		if text := s.text(); !strings.Contains(text, step.want) || step.gone != "" && strings.Contains(text, step.gone) {
			t.Fatalf("after %+v, want %q and not %q:\n%s", step.update, step.want, step.gone, text)
		}
	}
}

// TestAnswersInThreadsAreCounted: the message that began a thread says how many there
// are, once each, and what a deleted one said is quoted nowhere.
func TestAnswersInThreadsAreCounted(t *testing.T) {
	s := open(80, 24, chat.Reloaded{Room: chat.GeneralRoom, Messages: conversation()})
	answer := func(seq uint64, text string) chat.Message {
		m := said(seq, bob, 30*time.Minute, text)
		m.Thread, m.Position.Offset = "m2", seq
		return m
	}
	s.send(chat.Arrived{Messages: []chat.Message{answer(7, "first")}})
	s.send(chat.Arrived{Messages: []chat.Message{answer(7, "first"), answer(8, "second")}})
	if text := s.text(); !strings.Contains(text, "↳ 2 replies, last by bob 09:40") || !strings.Contains(text, "↳ 2 replies, last by bob, to ada: shipping 2.4") || strings.Contains(text, "second") {
		t.Errorf("after two answers:\n%s", text)
	}
	gone := chat.MessageErased{MessageChanged: chat.MessageChanged{Room: chat.GeneralRoom, Seq: 8, Thread: "m2", Told: chat.Told{Position: chat.Position{Offset: 9}}}}
	s.send(gone)
	s.send(gone)
	if text := s.text(); !strings.Contains(text, "↳ 1 reply, last by bob 09:40") {
		t.Errorf("after one is gone:\n%s", text)
	}
	reply := said(9, bob, 31*time.Minute, "which?")
	reply.ReplyTo = "m3"
	s.send(chat.Arrived{Messages: []chat.Message{reply}})
	if text := s.text(); !strings.Contains(text, "↱ grace: @you can you watch") {
		t.Errorf("no quote:\n%s", text)
	}
	s.send(chat.MessageErased{MessageChanged: chat.MessageChanged{Room: chat.GeneralRoom, Seq: 3}})
	if text := s.text(); !strings.Contains(text, "↱ grace: (deleted)") || strings.Contains(text, "watch the graphs") {
		t.Errorf("what is deleted is quoted:\n%s", text)
	}
}

// TestTheNewLine stands at the first unread until the room is left.
func TestTheNewLine(t *testing.T) {
	s := openTeam(100, 30)
	for seq := uint64(15); seq <= 20; seq++ {
		s.send(chat.Arrived{Messages: []chat.Message{inRoom("r2", seq, ada, fmt.Sprint("text ", seq))}})
	}
	at := func() int {
		rows := strings.Split(s.text(), "\n")
		for i, r := range rows {
			if strings.HasSuffix(r, "─ new ──") {
				if !strings.Contains(rows[i+1], "text 18") && !strings.Contains(rows[i+1], "more") {
					t.Errorf("the line stands above %q", rows[i+1])
				}
				return i
			}
		}
		return -1
	}
	s.keys(t, "{alt+1}")
	if at() < 0 {
		t.Fatalf("no line:\n%s", s.text())
	}
	s.send(chat.Arrived{Messages: []chat.Message{inRoom("r2", 21, ada, "seen")}})
	if at() < 0 {
		t.Error("it does not stay")
	}
	s.keys(t, "{alt+/}{alt+/}")
	if at() >= 0 {
		t.Error("it is there after the room was left")
	}
	s.send(chat.Arrived{Messages: []chat.Message{inRoom("r2", 22, ada, "seen, too")}})
	if at() >= 0 {
		t.Error("what is seen as it comes is new")
	}
	s.send(tea.BlurMsg{})
	s.send(chat.Arrived{Messages: []chat.Message{inRoom("r2", 23, ada, "more")}})
	s.send(chat.Arrived{Messages: []chat.Message{inRoom("r2", 24, ada, "and more")}})
	if at() < 0 {
		t.Error("nothing says what came meanwhile")
	}
}

// dressed puts on a message what it may have beside its text.
func dressed(t *rapid.T, m chat.Message, text string) chat.Message {
	ids := []string{"", "", "m100", "m101", "m102", "none"}
	m.ReplyTo, m.Thread = rapid.SampledFrom(ids).Draw(t, "answers"), rapid.SampledFrom(ids).Draw(t, "thread")
	m.Style = rapid.SampledFrom([]chat.Style{"", "", chat.StyleMe, chat.StyleCode, chat.StyleOutput}).Draw(t, "style")
	m.Mentions = rapid.SampledFrom([][]string{nil, {you.ID}, {chat.MentionHere}, {chat.MentionHere, you.ID}}).Draw(t, "mentions")
	if rapid.Bool().Draw(t, "yours") {
		m.From = you
	}
	if rapid.Bool().Draw(t, "files") {
		m.Files = []chat.File{{Name: text, Type: text, Size: 1 << 40}}
		m.Block = &chat.Block{Title: text, Language: text}
	}
	return m
}

// became is something that became of a message.
func became(t *rapid.T, text string, newest uint64) chat.Update {
	about := chat.MessageChanged{
		Told: chat.Told{By: chat.User{ID: text, Name: text}}, Room: chat.GeneralRoom, Seq: rapid.Uint64Range(90, newest+1).Draw(t, "seq"),
		Emoji: text, Revision: rapid.IntRange(0, 3).Draw(t, "revision"), Thread: rapid.SampledFrom([]string{"", "m101"}).Draw(t, "in"),
	}
	switch rapid.IntRange(0, 5).Draw(t, "became") {
	case 0:
		return chat.MessageRevised{MessageChanged: about, Body: chat.TextBody(text)}
	case 1:
		return chat.MessageErased{MessageChanged: about}
	case 2:
		return chat.MessagePin{MessageChanged: about}
	case 3:
		return chat.Reloaded{Room: chat.GeneralRoom, Messages: []chat.Message{said(newest, ada, time.Duration(newest)*time.Hour, text)}, More: true}
	case 4:
		return chat.HistoryTrimmed{RoomTrimmedTold: chat.RoomTrimmedTold{Room: chat.GeneralRoom, Seq: about.Seq - 5}}
	}
	return chat.MessageReaction{MessageChanged: about}
}

// TestTheNewLineAfterAStart stands where the server says, however old the cache is.
func TestTheNewLineAfterAStart(t *testing.T) {
	rooms := func(read uint64) []chat.Membership {
		return []chat.Membership{{Room: chat.Room{ID: chat.GeneralRoom, Name: "general", LastSeq: 6}, Read: read}}
	}
	for read, want := range map[uint64]bool{6: false, 4: true} {
		s := open(80, 24)
		s.send(chat.Identified{You: you, Rooms: rooms(2)})
		s.send(chat.Reloaded{Room: chat.GeneralRoom, Messages: conversation()})
		if !strings.Contains(s.text(), "─ new ──") {
			t.Error("the cache's is not shown")
		}
		s.send(chat.Identified{You: you, Rooms: rooms(read)})
		s.send(chat.Connection{State: chat.Online})
		if got := strings.Contains(s.text(), "─ new ──"); got != want {
			t.Errorf("read up to %d of 6: %v\n%s", read, got, s.text())
		}
		s.send(chat.Identified{You: you, Rooms: rooms(6)})
		if got := strings.Contains(s.text(), "─ new ──"); got != want {
			t.Errorf("it does not stay: %v", got)
		}
	}
}

// TestAnswersAreNotCountedTwice: a page of history has counted what is told afterwards,
// when it is from before. Right below what began the thread, no row says it again.
func TestAnswersAreNotCountedTwice(t *testing.T) {
	root := said(1, ada, 0, "a question")
	root.Replies = &chat.Replies{Count: 2, Last: root.At, LastBy: bob}
	s := open(80, 24, chat.Reloaded{Room: chat.GeneralRoom, Messages: []chat.Message{said(5, ada, time.Minute, "later")}, More: true})
	answer := func(seq, offset uint64) chat.Message {
		m := said(seq, bob, time.Hour, "an answer")
		m.Thread, m.Position.Offset = "m1", offset
		return m
	}
	s.send(older{room: chat.GeneralRoom, before: 5, page: chat.History{Messages: []chat.Message{root}, Position: chat.Position{Offset: 50}}})
	s.send(chat.Arrived{Messages: []chat.Message{answer(6, 50), answer(7, 51)}})
	if text := s.text(); !strings.Contains(text, "↳ 3 replies") || strings.Contains(text, "to ada") {
		t.Errorf("two and one are not three:\n%s", text)
	}
	s.send(chat.Reloaded{Room: chat.GeneralRoom, Messages: []chat.Message{root, answer(2, 20)}})
	if text := s.text(); !strings.Contains(text, "↳ 2 replies") || strings.Contains(text, "a reply by") {
		t.Errorf("said twice:\n%s", text)
	}
}

// TestWhatIsSelectedMayGo: then a key does nothing, and is not written either.
func TestWhatIsSelectedMayGo(t *testing.T) {
	for _, key := range []string{"r", "d", "x", "+"} {
		s := openRoom(100, 30)
		s.keys(t, "{esc}")
		s.send(chat.HistoryTrimmed{RoomTrimmedTold: chat.RoomTrimmedTold{Room: chat.GeneralRoom, Seq: 8}})
		if s.keys(t, key); s.composer.Text() != "" || s.question != nil || s.about() != nil {
			t.Errorf("%s does something: %q\n%s", key, s.composer.Text(), s.text())
		}
		if s.keys(t, "x"); s.composer.Text() != "x" {
			t.Errorf("nothing is written after it: %q", s.composer.Text())
		}
	}
}

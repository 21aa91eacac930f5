package tui

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/overlay"
)

// settle runs a command and what comes of it until nothing more does. Time does not
// pass but in its timers: it is to be called in a bubble of synctest.
func settle(s *screen, cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil, flashEnds, writersLook:
	case tea.BatchMsg:
		for _, c := range msg {
			settle(s, c)
		}
	default:
		settle(s, s.send(msg))
	}
}

// do presses keys one by one, each when what came of the one before is there.
func (s *screen) do(tb testing.TB, text string) {
	tb.Helper()
	for _, k := range splitKeys(text) {
		settle(s, s.keys(tb, k))
	}
}

// team is a server with messages that answers what is asked of it.
func team(s *screen) {
	s.client.older = func(before uint64, limit int) (chat.History, error) {
		return history(before, limit), nil
	}
	s.client.answer = func(request string, out any) error {
		raw := strings.SplitN(s.client.asked[len(s.client.asked)-1], " ", 2)[1]
		switch out := out.(type) {
		case *chat.Found:
			*out = foundBy(request, raw)
		case *chat.RoomList:
			out.Rooms = append(acme(), chat.Membership{Room: chat.Room{ID: "n1", Name: "ops", Kind: chat.RoomPublic, Members: 3, Topic: "on call"}},
				chat.Membership{Room: chat.Room{ID: "n2", Name: "lunch", Kind: chat.RoomPublic, Members: 1}})
		case *chat.History:
			var q chat.HistoryRequest
			if err := json.Unmarshal([]byte(raw), &q); err != nil {
				return err
			}
			if q.After != nil {
				for seq := *q.After + 1; seq <= 20 && len(out.Messages) < q.Limit; seq++ {
					out.Messages = append(out.Messages, deployed(seq))
				}
				return nil
			}
			*out = history(q.Before, q.Limit)
		}
		return nil
	}
}

// deployed is a message of #deploys.
func deployed(seq uint64) chat.Message {
	m := inRoom("r2", seq, []chat.User{ada, bob, grace}[seq%3], fmt.Sprintf("deploy %d is out", seq))
	m.At = chat.ToMillis(monday.Add(time.Duration(seq)*time.Minute - 20*time.Hour))
	m.Position = chat.Position{Epoch: "e", Offset: seq}
	if seq%9 == 0 {
		m.Mentions, m.Body = []string{you.ID}, chat.TextBody(fmt.Sprintf("@you deploy %d needs you", seq))
	}
	return m
}

func history(before uint64, limit int) (h chat.History) {
	for seq := max(before, uint64(limit)+1) - uint64(limit); seq < before && seq <= 20; seq++ {
		h.Messages = append(h.Messages, deployed(seq))
	}
	h.More = len(h.Messages) > 0 && h.Messages[0].Seq > 1
	return h
}

func foundBy(request, raw string) (f chat.Found) {
	for seq := uint64(20); seq > 0; seq-- {
		msg := deployed(seq)
		text, _ := msg.Text()
		switch {
		case request == "inbox" && len(msg.Mentions) == 0, request == "pins" && seq%7 != 0, request == "search" && !strings.Contains(text, "needs") && strings.Contains(raw, "needs"),
			strings.Contains(raw, "nothing"):
			continue
		}
		f.Messages = append(f.Messages, msg)
	}
	return f
}

func TestLookGolden(t *testing.T) {
	for _, size := range [][2]int{{100, 30}, {40, 12}, {20, 5}} {
		for name, keys := range map[string]string{
			"search": "{ctrl+f}deploy{down}", "search-none": "{ctrl+f}nothing", "search-empty": "{ctrl+f}", "inbox": "{ctrl+g}", "list": "/list{enter}", "pins": "{alt+1}/pins{enter}",
			"found": "{ctrl+f}needs{down}{enter}", "first-new": "{alt+1}{alt+u}",
		} {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := openTeam(size[0], size[1])
					team(s)
					if name == "first-new" {
						s.send(chat.Reloaded{Room: "r2", Messages: history(21, 20).Messages})
					}
					s.do(t, keys)
					golden(t, s.text()+"\n")
				})
			})
		}
		t.Run(fmt.Sprintf("search-offline-%dx%d", size[0], size[1]), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := openTeam(size[0], size[1])
				s.send(chat.Connection{State: chat.Offline})
				s.do(t, "{ctrl+f}in:general the")
				golden(t, s.text()+"\n")
			})
		})
	}
}

// TestSearchIsAskedOncePerPause: a request for what is typed, not one for each letter.
func TestSearchIsAskedOncePerPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := openTeam(100, 30)
		team(s)
		var cmds []tea.Cmd
		for _, k := range splitKeys("{ctrl+f}in:#deploys dep") {
			cmds = append(cmds, s.keys(t, k))
		}
		for _, cmd := range cmds {
			settle(s, cmd)
		}
		if got, want := strings.Join(s.client.asked, "\n"), `search {"query":"in:#deploys dep*","limit":50}`; got != want {
			t.Errorf("asked\n%s\nwant\n%s", got, want)
		}
		s.do(t, "{ctrl+u}")
		if text := s.text(); strings.Contains(text, "is out") || !strings.Contains(text, "from:name") {
			t.Errorf("with nothing typed:\n%s", text)
		}
	})
}

// TestLateAnswersAreNotShown: what was found for what was typed before.
func TestLateAnswersAreNotShown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := openTeam(100, 30)
		team(s)
		s.keys(t, "{ctrl+f}")
		due := s.keys(t, "n")
		ask := s.send(due())
		s.do(t, "othing")
		settle(s, ask)
		if strings.Contains(s.text(), "is out") || !strings.Contains(s.text(), "nothing found") {
			t.Errorf("the screen has\n%s", s.text())
		}
	})
}

func TestSearchErrorsAreSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := openTeam(100, 30)
		s.client.answer = func(string, any) error { return errors.New("there is no room #nowhere \x1b[2J") }
		s.do(t, "{ctrl+f}in:#nowhere x{enter}")
		if text := s.text(); !strings.Contains(text, "there is no room #nowhere") || !strings.Contains(text, "search ┃ in:#nowhere x") {
			t.Errorf("the screen has\n%s", text)
		}
	})
}

// TestMessagesAreReached wherever they are, and are selected there.
func TestMessagesAreReached(t *testing.T) {
	for _, c := range []struct {
		keys, room string
		seq        uint64
	}{
		{"{ctrl+f}needs{enter}", "r2", 18},
		{"{ctrl+f}needs{down}{enter}", "r2", 9},
		{"/search needs{enter}{enter}", "r2", 18},
		{"{ctrl+g}j{enter}", "r2", 9},
		{"/mentions{enter}{enter}", "r2", 18},
		{"{alt+n}", "r2", 18}, // above 17, which is read
		{"{alt+p}", "r2", 18},
		{"{alt+p}{alt+p}", "r2", 9},
		{"{alt+p}{alt+p}{alt+p}", "r2", 9},
		{"{alt+p}{alt+p}{alt+n}", "r2", 18},
		{"{alt+1}/pins{enter}{enter}", "r2", 14},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := openTeam(100, 30)
			team(s)
			s.keys(t, "draft")
			s.keys(t, "{ctrl+u}")
			s.do(t, c.keys)
			got, _ := s.shown().Chosen()
			if s.room != c.room || got.Seq != c.seq || s.focus != choosing || len(s.overlays) > 0 {
				t.Errorf("%s leads to %s, %d\n%s", c.keys, s.room, got.Seq, s.text())
			}
		})
	}
}

// TestARoomIsJoinedFromTheList of those there are.
func TestARoomIsJoinedFromTheList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := openTeam(100, 30)
		team(s)
		s.do(t, "/list{enter}lu{enter}")
		if got := s.client.asked[len(s.client.asked)-1]; got != `room:join {"room":"n2"}` {
			t.Errorf("asked %s", got)
		}
	})
}

// TestASearchIsDoneAgainWithAConnection, where there was none.
func TestASearchIsDoneAgainWithAConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := openTeam(100, 30)
		team(s)
		s.send(chat.Connection{State: chat.Offline})
		if s.do(t, "{ctrl+f}graphs"); !strings.Contains(s.text(), "1 message of what is loaded here, for there is no connection") {
			t.Errorf("the screen has\n%s", s.text())
		}
		settle(s, s.send(chat.Connection{State: chat.Online}))
		if text := s.text(); !strings.Contains(text, "20 messages, newest first") {
			t.Errorf("the screen has\n%s", text)
		}
	})
}

// TestThreadsAreReached: a message of a thread is shown in it.
func TestThreadsAreReached(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := openTeam(100, 30)
		team(s)
		settle(s, s.showAt(spot{room: "r2", thread: "r2-3", seq: 12, choose: true}))
		got, _ := s.shown().Chosen()
		if th := s.threads["r2"]; th == nil || th.id != "r2-3" || got.Seq != 12 {
			t.Errorf("shown is %+v\n%s", got, s.text())
		}
		if !strings.Contains(strings.Join(s.client.asked, "\n"), `history {"room":"r2","thread":"r2-3","before":13,"limit":100}`) {
			t.Errorf("asked %q", s.client.asked)
		}
	})
}

// TestAThreadThatIsLoadedAnewKeepsNoSelection: what was selected in it may not be there, and
// a letter must not do something with it.
func TestAThreadThatIsLoadedAnewKeepsNoSelection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := openTeam(100, 30)
		team(s)
		settle(s, s.showAt(spot{room: "r2", thread: "r2-3", seq: 12, choose: true}))
		if s.focus != choosing {
			t.Fatalf("nothing is selected:\n%s", s.text())
		}
		s.send(chat.Reloaded{Room: "r2", Messages: history(21, 20).Messages})
		if _, some := s.shown().Chosen(); some || s.focus != writing {
			t.Errorf("the focus is %d, selected: %t\n%s", s.focus, some, s.text())
		}
		if s.keys(t, "d"); s.question != nil || s.composer.Text() != "d" {
			t.Errorf("a letter is not written:\n%s", s.text())
		}
	})
}

// TestFindingEnds: a list asks for more near its end, and for no more than anybody looks at.
func TestFindingEnds(t *testing.T) {
	s := openTeam(100, 30)
	team(s)
	for n, want := range map[int]bool{maxFound - 1: true, maxFound: false} {
		f := &finding{hits: overlay.NewHits(s.theme, overlay.Words{}), lines: make([]foundLine, n), more: true, request: func(chat.Position) (string, any) { return "inbox", struct{}{} }}
		l := s.openFinding(f)
		if got := l.more() != nil; got != want {
			t.Errorf("with %d it asks for more: %t", n, got)
		}
		s.closeLayer()
	}
}

// TestNobodyIsTakenAwayFromWhatTheyDo: a place that comes late is not gone to.
func TestNobodyIsTakenAwayFromWhatTheyDo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := openTeam(100, 30)
		team(s)
		s.do(t, "{alt+1}")
		cmd := s.showAt(spot{room: "r2", seq: 1, choose: true})
		if cmd != nil {
			s.keys(t, "hello")
			settle(s, cmd)
		}
		if s.focus != writing || s.composer.Text() != "hello" {
			t.Errorf("focus %d, %q", s.focus, s.composer.Text())
		}
		settle(s, s.showAt(spot{room: "secret", seq: 1}))
		s.send(tea.FocusMsg{})
		if !strings.Contains(s.text(), "you are not in that room") {
			t.Errorf("the screen has\n%s", s.text())
		}
	})
}

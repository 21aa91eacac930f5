package tui

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// threadsOf is a server that answers which threads the user follows: one with new answers
// in #deploys, one that is read in #general.
func threadsOf(s *screen) {
	team(s)
	others := s.client.answer
	s.client.answer = func(request string, out any) error {
		list, is := out.(*chat.Threads)
		if !is {
			return others(request, out)
		}
		old := said(2, ada, 0, "who has the\nkeys of the \x1b[31mvan?")
		old.Replies = &chat.Replies{Count: 1, Last: chat.ToMillis(monday.Add(-48 * time.Hour)), LastBy: bob}
		fresh := deployed(9)
		fresh.Replies = &chat.Replies{Count: 4, Last: chat.ToMillis(monday), LastBy: bob}
		list.Threads = []chat.Thread{
			{Message: fresh, Newest: chat.Position{Epoch: "e", Offset: 90}, LastSeq: 20, Unread: 2},
			{Message: old, Newest: chat.Position{Epoch: "e", Offset: 80}, LastSeq: 4},
		}
		return nil
	}
}

func TestThreadsGolden(t *testing.T) {
	for _, size := range [][2]int{{100, 30}, {40, 12}, {20, 5}} {
		t.Run(fmt.Sprintf("threads-%dx%d", size[0], size[1]), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := openTeam(size[0], size[1])
				threadsOf(s)
				settle(s, s.askFollowed())
				s.do(t, "{alt+g}")
				golden(t, s.text()+"\n")
			})
		})
	}
}

// TestAThreadIsOpenedFromTheList, in its room, by key and by command.
func TestAThreadIsOpenedFromTheList(t *testing.T) {
	for _, keys := range []string{"{alt+g}{enter}", "/threads{enter}{enter}"} {
		synctest.Test(t, func(t *testing.T) {
			s := openTeam(100, 30)
			threadsOf(s)
			s.do(t, keys)
			if s.room != "r2" || s.threadID() != "r2-9" || len(s.overlays) > 0 || s.focus != writing {
				t.Errorf("%s leads to %s, thread %q\n%s", keys, s.room, s.threadID(), s.text())
			}
		})
	}
}

// TestThreadsSayWhy there are none.
func TestThreadsSayWhy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := openTeam(100, 30)
		for want, err := range map[string]error{"you follow no thread yet": nil, "it is not there": errors.New("it is not there")} {
			s.client.answer = func(string, any) error { return err }
			if s.do(t, "{alt+g}"); !strings.Contains(s.text(), want) {
				t.Errorf("%q is not said:\n%s", want, s.text())
			}
			s.do(t, "{esc}")
		}
		s.send(chat.Connection{State: chat.Offline})
		if s.do(t, "{alt+g}"); len(s.overlays) > 0 || !strings.Contains(s.text(), "the list of threads") {
			t.Errorf("without a connection:\n%s", s.text())
		}
	})
}

// TestRoomsWithUnreadThreads are marked: of threads the user follows, until the room is read.
func TestRoomsWithUnreadThreads(t *testing.T) {
	answer := func(seq uint64, from chat.User, thread string, mentions ...string) chat.Arrived {
		m := inRoom("r2", seq, from, "an answer")
		m.Thread, m.Mentions = thread, mentions
		return chat.Arrived{Messages: []chat.Message{m}}
	}
	mine := inRoom("r2", 1, you, "who is on call?")
	for name, c := range map[string]struct {
		updates []chat.Update
		marked  bool
	}{
		"of others":         {[]chat.Update{answer(21, ada, "r2-2")}, false},
		"begun":             {[]chat.Update{answer(21, ada, mine.ID)}, true},
		"named":             {[]chat.Update{answer(21, ada, "r2-2", you.ID)}, true},
		"written in, again": {[]chat.Update{answer(21, you, "r2-2"), answer(22, ada, "r2-2")}, true},
		"written in":        {[]chat.Update{answer(21, you, "r2-2")}, false},
		"asked for":         {[]chat.Update{chat.ThreadFollow{FollowTold: chat.FollowTold{Room: "r2", Thread: "r2-2", On: true}}, answer(21, ada, "r2-2")}, true},
		"left":              {[]chat.Update{answer(21, ada, mine.ID), chat.ThreadFollow{FollowTold: chat.FollowTold{Room: "r2", Thread: mine.ID}}}, false},
		"read elsewhere":    {[]chat.Update{answer(21, ada, mine.ID), chat.MarkerSet{Marker: chat.Marker{Room: "r2", Read: 21}}}, false},
		"and one more":      {[]chat.Update{answer(21, ada, mine.ID), chat.MarkerSet{Marker: chat.Marker{Room: "r2", Read: 21}}, answer(22, ada, mine.ID)}, true},
	} {
		s := openTeam(100, 30)
		s.send(chat.Reloaded{Room: "r2", Messages: []chat.Message{mine, inRoom("r2", 2, ada, "hi")}})
		for _, u := range c.updates {
			s.send(u)
		}
		if got := strings.Contains(s.sidebar.View(), "↳"); got != c.marked {
			t.Errorf("%s: marked %t\n%s", name, got, s.sidebar.View())
		}
	}
}

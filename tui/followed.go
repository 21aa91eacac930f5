package tui

import (
	"context"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/unread"
)

// followed are the newest threads that the user follows, as the server was asked.
type followed []chat.Thread

// followedPage is how many of the threads one follows are asked for to mark the rooms of
// those with unread answers: what is older has seldom any.
const followedPage = 100

// listThreads lists the threads that the user follows, those with the newest answers first.
func (m *Model) listThreads() tea.Cmd {
	if !m.online("the list of threads") {
		return nil
	}
	f := &finding{
		what: "thread", none: "you follow no thread yet: you do where you begin one, write in one, or are named",
		hits: m.newHits("threads you follow", "opens it"),
	}
	unseen := m.unread.Unseen() // as it is when this is asked: the answer is read elsewhere
	f.read = func(ctx context.Context, client Client, before chat.Position) ([]foundLine, bool, error) {
		var page chat.Threads
		err := client.Ask(ctx, "thread:list", chat.ThreadsRequest{Before: before, Limit: foundPage}, &page)
		lines := make([]foundLine, len(page.Threads))
		for i := range page.Threads {
			t := &page.Threads[i]
			// The server counts what is above the marker, and those are below it. Of a marker that it
			// was not told yet it counts them too.
			t.Unread += unseen[roomOf(t.Message.Room)][t.Message.ID].Count
			if r := t.Message.Replies; r != nil {
				t.Unread = min(t.Unread, r.Count)
			}
			lines[i] = threadLine(t)
		}
		return lines, page.More, err
	}
	f.hits.SetState("looking …")
	m.openFinding(f)
	return m.askFound(f, chat.Position{})
}

// threadLine is a thread in a list: who began it with what, how many replies it has, and
// when the newest was written. It leads to that answer, in the thread.
func threadLine(t *chat.Thread) foundLine {
	line := foundLine{Envelope: t.Message.Envelope}
	line.Position = t.Newest // what follows it is asked for by that
	counts := ""
	if r := t.Message.Replies; r != nil {
		line.At, counts = r.Last, replies(r.Count, "")
	}
	if t.Unread > 0 {
		counts = replies(t.Unread, "new ")
	}
	line.text = strings.TrimPrefix(counts+" · "+textOf(&t.Message), " · ")
	line.to = &spot{room: roomOf(t.Message.Room), thread: t.Message.ID, seq: t.LastSeq}
	return line
}

// replies is a number of replies of a kind.
func replies(n int, kind string) string {
	if n == 1 {
		return "1 " + kind + "reply"
	}
	return fmt.Sprintf("%d %sreplies", n, kind)
}

// askFollowed asks which threads there are with unread answers. A server that does not
// know is none.
func (m *Model) askFollowed() tea.Cmd {
	client := m.client
	return func() tea.Msg {
		ctx, cancel := askContext()
		defer cancel()
		var page chat.Threads
		if client.Ask(ctx, "thread:list", chat.ThreadsRequest{Limit: followedPage}, &page) != nil {
			return nil
		}
		return followed(page.Threads)
	}
}

// followedNow takes which threads the user follows. What was told since the server
// answered stays.
func (m *Model) followedNow(list followed) {
	for i := range list {
		t := &list[i]
		seq := uint64(0)
		if t.Unread > 0 {
			seq = t.LastSeq
		}
		m.unread.Follow(unread.Thread{Room: roomOf(t.Message.Room), ID: t.Message.ID}, seq)
	}
}

// inThread notes an answer in a thread: who writes in one or is named there follows it, as
// does who began it.
func (m *Model) inThread(msg *chat.Message) {
	if msg.Thread == "" {
		return
	}
	t := unread.Thread{Room: roomOf(msg.Room), ID: msg.Thread}
	_, known := m.unread.Follows(t)
	switch {
	case msg.From.ID == m.you.ID:
		m.unread.Answered(t, !msg.Auto)
	case known, slices.Contains(msg.Mentions, m.you.ID), m.timeline(t.Room).By(t.ID) == m.you.ID:
		m.unread.Follow(t, msg.Seq)
	}
}

// followErased takes that the newest answer of a thread is deleted. Where it is not known which is
// the newest then, the server is asked.
func (m *Model) followErased(e chat.MessageErased) tea.Cmd {
	thread := unread.Thread{Room: roomOf(e.Room), ID: e.Thread}
	r, t := m.member(thread.Room), m.timeline(thread.Room)
	if newest, follows := m.unread.Follows(thread); !follows || r == nil || newest != e.Seq || e.Seq <= r.Read {
		return nil
	}
	last := t.AnswersBetween(thread.ID, r.Read, e.Seq).Last
	m.unread.Newest(thread, last)
	if last > 0 || t.Has(r.Read+1) && t.Has(e.Seq) || m.connection.State != chat.Online {
		return nil
	}
	return m.askFollowed()
}

// followChanged takes that the user follows a thread from now on, or no longer.
func (m *Model) followChanged(u chat.ThreadFollow) {
	t := unread.Thread{Room: roomOf(u.Room), ID: u.Thread}
	if u.On {
		m.unread.Follow(t, 0)
		return
	}
	m.unread.Unfollow(t)
}

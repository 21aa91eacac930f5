package tui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/keymap"
	"github.com/hobnob-chat/hobnob/tui/timeline"
)

// spot is a place among messages, loaded or not.
type spot struct {
	room   string
	thread string // the ID of the message whose thread it is in, "" for the room
	seq    uint64
	choose bool // the message is selected; else it stands at the top of the screen
}

// spotOf is where a message is.
func spotOf(msg *chat.Envelope) spot {
	return spot{room: roomOf(msg.Room), thread: msg.Thread, seq: msg.Seq, choose: true}
}

// around is what is around a spot, or why that could not be had.
type around struct {
	spot
	page  chat.History
	newer bool // there are messages below those of the page
	err   error
}

// showAt shows a room, or a thread of it, at a message, wherever that is. It is the one
// way to a message that is not on the screen.
func (m *Model) showAt(s spot) tea.Cmd {
	m.overlays, m.whole = nil, nil
	if m.member(s.room) == nil {
		m.composer.Say("you are not in that room; /join comes in, /list shows which there are")
		return nil
	}
	m.showRoom(s.room)
	m.over()
	m.setFocus(writing)
	switch t := m.threads[s.room]; {
	case s.thread == "":
		m.toRoom()
	case m.in() == nil || t.id != s.thread:
		m.enterThread(s.thread)
	}
	m.arrange() // what has just been made has no size, and so no place to show
	if m.placeAt(s) {
		return nil
	}
	m.seeking = &s
	return tea.Batch(m.lookAroundSpot(s), m.say("going there …"))
}

// placeAt moves to a message that is loaded, and tells whether it is.
func (m *Model) placeAt(s spot) bool {
	t := m.shown()
	if !t.Has(s.seq) {
		return false
	}
	if !s.choose {
		return t.ShowFrom(s.seq)
	}
	if !t.ChooseAt(s.seq) {
		return false
	}
	m.setFocus(choosing)
	return true
}

// lookAroundSpot asks for what is around a spot. The client has much of a room itself; a
// thread it asks the server for.
func (m *Model) lookAroundSpot(s spot) tea.Cmd {
	client, limit := m.client, m.pageLimit()
	if s.thread == "" {
		return func() tea.Msg {
			ctx, cancel := context.WithTimeout(context.Background(), olderTimeout)
			defer cancel()
			page, err := client.Older(ctx, s.room, s.seq+uint64(limit/2), limit)
			return around{spot: s, page: page, err: err}
		}
	}
	return func() tea.Msg {
		ctx, cancel := askContext()
		defer cancel()
		var page, after chat.History
		err := client.Ask(ctx, "history", chat.HistoryRequest{Room: s.room, Thread: s.thread, Before: s.seq + 1, Limit: limit}, &page)
		if err == nil {
			err = client.Ask(ctx, "history", chat.HistoryRequest{Room: s.room, Thread: s.thread, After: &s.seq, Limit: limit}, &after)
		}
		page.Messages = append(page.Messages, after.Messages...)
		return around{spot: s, page: page, newer: after.More, err: err}
	}
}

// aroundNow goes to a spot whose surroundings came. Who did something else meanwhile is
// not taken there.
func (m *Model) aroundNow(a around) {
	if m.seeking == nil || *m.seeking != a.spot || m.room != a.room || len(m.overlays) > 0 || m.whole != nil {
		return
	}
	m.seeking = nil
	m.areErased(a.page.Messages)
	m.status.SetFlash("")
	t := m.shown()
	if a.err != nil {
		m.composer.Say("the message cannot be shown: " + cut(a.err.Error()))
		return
	}
	newest := t.Told()
	if r := m.member(a.room); r != nil && a.thread == "" {
		newest = max(newest, r.LastSeq)
	}
	n := len(a.page.Messages)
	if n == 0 {
		m.composer.Say("there is no such message any more")
		return
	}
	newer := a.newer
	if a.thread == "" {
		newer = a.page.Messages[n-1].Seq < newest
	}
	if !m.placeAt(a.spot) { // it may have come meanwhile
		t.Around(a.page, newer)
	}
	if !m.placeAt(a.spot) {
		t.ShowFrom(a.seq)
		m.composer.Say("that message is gone; this is where it was")
	}
}

// pageLimit is how many messages a page has.
func (m *Model) pageLimit() int {
	if m.limits.History > 0 {
		return min(olderLimit, m.limits.History)
	}
	return olderLimit
}

// newer is a page of messages above the seq after, or why there is none.
type newer struct {
	room, thread string
	after        uint64
	page         chat.History
	err          error
}

// newerPage asks for what follows where the timeline is away from its newest message.
func (m *Model) newerPage(t *thread) tea.Cmd {
	id, shown := "", m.timeline(m.room)
	if t != nil {
		id, shown = t.id, t.timeline
	}
	after, ok := shown.AskNewer()
	if !ok {
		return nil
	}
	room, client, limit := m.room, m.client, m.pageLimit()
	return func() tea.Msg {
		ctx, cancel := askContext()
		defer cancel()
		var page chat.History
		err := client.Ask(ctx, "history", chat.HistoryRequest{Room: room, Thread: id, After: &after, Limit: limit}, &page)
		return newer{room, id, after, page, err}
	}
}

// newerNow takes a page of newer messages.
func (m *Model) newerNow(n newer) {
	m.areErased(n.page.Messages)
	var t *timeline.Timeline
	if n.thread == "" {
		t = m.timeline(n.room)
	} else if open := m.threads[n.room]; open != nil && open.id == n.thread {
		t = open.timeline
	}
	if t != nil {
		t.Newer(n.after, n.page, n.err)
	}
}

// firstUnread goes to the first message below the line above what is new.
func (m *Model) firstUnread() tea.Cmd {
	m.toRoom()
	seq, ok := m.timeline(m.room).New()
	if !ok {
		m.composer.Say("nothing is new here; " + keymap.Name(m.keys.Rooms.Unread) + " goes to the next room where something is")
		return nil
	}
	return m.showAt(spot{room: m.room, seq: seq})
}

// looked takes what came of looking for messages or people.
func (m *Model) looked(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case older:
		m.olderNow(msg)
	case around:
		m.aroundNow(msg)
	case newer:
		m.newerNow(msg)
	case searchDue:
		return m.searchNow(msg)
	case found:
		m.foundNow(msg)
	case mentioned:
		return m.mentionedNow(msg)
	case caughtUp:
		m.caughtUpNow(msg)
	case peopleCame:
		m.peopleNow(msg)
	}
	return nil
}

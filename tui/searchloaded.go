package tui

import (
	"cmp"
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/timeline"
)

// soughtAtOnce is how much of messages is looked at before something else may be done, in
// bytes: some milliseconds' work. Rooms may have millions of messages together.
const soughtAtOnce = 512 << 10

// searchLoaded finds among the messages that are loaded, without a connection: first in the
// room that is shown.
func (m *Model) searchLoaded(f *finding) tea.Cmd {
	f.lines, f.left, f.below = nil, nil, 0
	q := loadedQuery(f.hits.Query())
	for i := range m.rooms {
		r := &m.rooms[i]
		switch {
		case m.timelines[r.ID] == nil, q.in != "" && chat.FoldName(m.label(r.Room)) != q.in:
		case r.ID == m.room:
			f.left = slices.Insert(f.left, 0, r.ID)
		default:
			f.left = append(f.left, r.ID)
		}
	}
	return m.searchOn(f)
}

// searchOn looks at so much of what is loaded as takes no time, and asks to go on.
func (m *Model) searchOn(f *finding) tea.Cmd {
	q := loadedQuery(f.hits.Query())
	sought := 0
	for len(f.left) > 0 && sought < soughtAtOnce {
		room := f.left[0]
		t := m.timelines[room]
		if t == nil {
			f.left, f.below = f.left[1:], 0
			continue
		}
		list, on, looked := t.Saying(timeline.Seek{
			Words: q.words, Below: f.below, Limit: foundPage, Bytes: soughtAtOnce - sought,
			By: func(who chat.User) bool { return q.from == "" || chat.FoldName(who.Name) == q.from },
		})
		sought += looked
		for i := range list {
			msg := &list[i]
			f.lines = append(f.lines, foundLine{Envelope: chat.Envelope{ID: msg.ID, Room: room, Seq: msg.Seq, From: msg.From, At: chat.ToMillis(msg.At), Thread: msg.Thread}, text: withoutFences(msg.Text)})
		}
		if f.below = on; on == 0 {
			f.left = f.left[1:]
		}
	}
	if len(f.left) > 0 {
		f.hits.SetState("looking through what is loaded here, for there is no connection")
		next := searchDue{of: f, round: f.round, on: true}
		return func() tea.Msg { return next }
	}
	slices.SortStableFunc(f.lines, func(a, b foundLine) int { return cmp.Compare(b.At, a.At) })
	f.lines = f.lines[:min(len(f.lines), maxFound)]
	f.hits.SetHits(m.hitsOf(f, f.lines))
	f.hits.SetState(plural(len(f.lines), "message") + " of what is loaded here, for there is no connection")
	return nil
}

package tui

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/sidebar"
)

// setRooms takes all rooms the user is in, in the order in which they are shown: the
// rooms by name, then the people.
func (m *Model) setRooms(rooms []chat.Membership) tea.Cmd {
	m.missed(rooms)
	say := m.roomsMoved(rooms)
	m.remember(rooms)
	had := m.unread.HeldMentions(m.member)
	m.rooms = slices.Clone(rooms)
	m.findRooms()
	m.forgetRooms()
	m.unread.HoldAgain(m.rooms, had)
	m.keepCaught()
	m.setNames(m.known())
	slices.SortStableFunc(m.rooms, func(a, b chat.Membership) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(m.label(a.Room), m.label(b.Room)))
	})
	m.findRooms()
	m.hint()
	m.outOfRoom()
	m.unbar()
	cmd := m.goWanted()
	for id, t := range m.timelines {
		if m.member(id) == nil && id != m.room { // what is being written there is kept
			for _, what := range t.Failures() {
				m.lost(lost{what.ID, id, lineOf(what.Style, what.Text), what.Reason})
			}
			m.forgetPictures(func(in seenIn) bool { return in.room == id })
			delete(m.timelines, id)
			delete(m.threads, id)
			continue
		}
		t.SetRoom(m.calledOf(id))
	}
	m.placeholder()
	say()
	return cmd
}

// rank is the group of a room in the sidebar.
func rank(r chat.Membership) int {
	if r.Kind == chat.RoomDirect {
		return 1
	}
	return 0
}

// findRooms notes where in their order the rooms are.
func (m *Model) findRooms() {
	m.roomAt = make(map[string]int, len(m.rooms))
	for i := range m.rooms {
		m.roomAt[m.rooms[i].ID] = i
	}
}

// member is a room the user is in, nil if they are not. Who is in thousands of rooms hears
// of all of them whenever somebody comes into one: they are not looked through for each.
func (m *Model) member(id string) *chat.Membership {
	if i, in := m.roomAt[id]; in {
		return &m.rooms[i]
	}
	return nil
}

// label is what a room is called; foreign.
func (m *Model) label(r chat.Room) string {
	if r.Kind != chat.RoomDirect {
		return r.Name
	}
	var names []string
	for _, p := range r.People {
		if p.ID != m.you.ID {
			names = append(names, p.Name)
		}
	}
	if len(names) == 0 {
		return m.you.Name
	}
	return strings.Join(names, ", ")
}

// nameOf is what a room is called; foreign.
func (m *Model) nameOf(id string) string {
	if r := m.member(id); r != nil {
		return m.label(r.Room)
	}
	return id
}

// roomSigns are all that sign returns.
const roomSigns = "#@*"

// sign is what stands before a room's name.
func sign(r chat.Room) string {
	switch r.Kind {
	case chat.RoomDirect:
		return "@"
	case chat.RoomPrivate:
		return "*"
	}
	return "#"
}

// show goes to a room, also from a thread of it: who asks for a room by its name is not put
// into a thread, where what they write would be read by few. What is being written to a room
// stays with it.
func (m *Model) show(id string) {
	if m.showRoom(id); id == m.room {
		m.toRoom()
	}
}

// showRoom is show for who may be on the way into a thread of the room that is shown.
func (m *Model) showRoom(id string) {
	m.wanted = wanted{}
	if id == m.room || m.member(id) == nil {
		return
	}
	m.over()
	m.setFocus(writing)
	m.composer.Forget() // nobody looks whether it is still true
	m.toRoom()          // so that one comes back to that
	m.leaveRoom()
	m.last, m.room = m.room, id
	m.enterRoom()
	m.whole, m.opening, m.overlays = nil, 0, nil
	m.use()
	m.timeline(id).SetRoom(m.calledOf(id))
}

// called is what the room that is shown is called, with its sign; sanitised.
func (m *Model) called() string { return chat.SanitizeLine(cut(m.calledOf(m.room))) }

// calledOf is what a room is called, with its sign; foreign.
func (m *Model) calledOf(id string) string {
	if r := m.member(id); r != nil {
		return sign(r.Room) + m.label(r.Room)
	}
	if r, was := m.gone[id]; was {
		return sign(r) + m.label(r)
	}
	if r := m.opened; r.ID == id {
		return sign(r) + m.label(r)
	}
	return "#" + m.nameOf(id)
}

// step shows the n-th room from the one that is shown, round and round.
func (m *Model) step(n int) {
	if len(m.rooms) == 0 {
		return
	}
	at := slices.IndexFunc(m.rooms, func(r chat.Membership) bool { return r.ID == m.room })
	if at < 0 && n < 0 {
		at = 0 // from a room the user is in no longer: to the last
	}
	m.show(m.rooms[((at+n)%len(m.rooms)+len(m.rooms))%len(m.rooms)].ID)
}

// nth shows the n-th room of the sidebar, from 1.
func (m *Model) nth(n int) {
	if n < 1 || n > len(m.rooms) {
		m.composer.Tell(fmt.Sprintf("there is no room %d: the list has %d", n, len(m.rooms)))
		return
	}
	m.show(m.rooms[n-1].ID)
}

// nextUnread shows the next room in which something is unread, those first where the
// user is mentioned.
func (m *Model) nextUnread() bool {
	for _, wanted := range []func(chat.Membership) bool{
		func(r chat.Membership) bool { return m.unread.Calling(&r) > 0 },
		func(r chat.Membership) bool { return m.unread.Fresh(&r) },
	} {
		at := slices.IndexFunc(m.rooms, func(r chat.Membership) bool { return r.ID == m.room })
		for i := range m.rooms {
			r := m.rooms[(at+1+i)%len(m.rooms)]
			if r.ID != m.room && wanted(r) {
				m.show(r.ID)
				return true
			}
		}
	}
	return false
}

// heard counts messages that came: whose room they are unread in, and whether they
// name the user. What one says oneself has been read.
func (m *Model) heard(messages []chat.Message) {
	for i := range messages {
		msg := &messages[i]
		r := m.member(msg.Room)
		if r == nil || msg.Seq <= r.LastSeq {
			continue
		}
		m.unheard(r, msg)
		if m.composer.Sentence() == nothingUnread {
			m.composer.Say("")
		}
		m.newHere(r, msg)
		reads := msg.From.ID == m.you.ID && !msg.Auto && msg.Seq > r.Read && !m.unread.Holds(r.ID)
		if reads { // the room, and not its threads
			m.unread.Pass(r, m.timeline(r.ID), m.seesThread)
		}
		m.inThread(msg)
		r.LastSeq, r.LastAt = msg.Seq, msg.At
		switch {
		case reads:
			r.Read, r.Mentions = msg.Seq, 0
		case msg.Seq > r.Read && m.named(msg):
			r.Mentions++
		}
		m.notify(r, msg)
	}
}

// named tells whether a message names the user.
func (m *Model) named(msg *chat.Message) bool {
	return chat.Calls(msg.Mentions, m.you.ID)
}

// marked takes how far a room has been read, on whichever device.
func (m *Model) marked(k chat.Marker) {
	if r := m.member(k.Room); r != nil && k.Read >= r.Read && !m.unread.Holds(k.Room) {
		r.Read, r.Mentions = k.Read, k.Mentions
	}
}

// markRead tells that the room that is shown has been read, up to the last message that
// is on a screen somebody looks at, and tells whether that is news.
func (m *Model) markRead() bool {
	r := m.member(m.room)
	if r == nil || r.LastSeq <= r.Read || !m.looks() && !m.onlyOneThread(r) {
		return false
	}
	t := m.timeline(m.room)
	seen := min(t.Newest(), r.LastSeq)
	if seen <= r.Read {
		return false
	}
	m.unread.Pass(r, m.timeline(r.ID), m.seesThread)
	r.Mentions = max(r.Mentions-t.Named(r.Read+1), 0)
	if r.Read = seen; seen == r.LastSeq {
		r.Mentions = 0
	}
	m.client.MarkRead(r.ID, seen)
	return true
}

// archivedMark stands before the name of a room that can only be read.
const archivedMark = "⊘"

// side are the rows of the sidebar; none where there is nothing to choose.
func (m *Model) side() []sidebar.Row {
	if len(m.rooms) < 2 && m.window == nil || m.folded {
		return nil
	}
	rows := make([]sidebar.Row, len(m.rooms))
	drafts, threads := m.draftRooms(), m.unread.WithThreads(m.member)
	for i := range m.rooms {
		r := &m.rooms[i]
		row := &rows[i]
		row.Mark, row.Name, row.Shown = sign(r.Room), m.label(r.Room), r.ID == m.room
		row.Unread, row.Mentions, row.Threads = m.unread.Of(r), m.unread.Calling(r), len(threads) > 0 && threads[r.ID]
		row.Muted, row.Gap = r.Notify == chat.NotifyNone, i > 0 && rank(*r) != rank(m.rooms[i-1])
		row.Draft = len(drafts) > 0 && drafts[r.ID] && (!row.Shown || m.writtenUnseen())
		switch row.Archived = r.Archived; {
		case r.Kind == chat.RoomDirect:
			row.Mark, row.Present = m.presence(r.Room)
		case r.Archived:
			row.Mark = archivedMark
		}
	}
	return rows
}

// elsewhere says what is unread in the rooms that are not shown, in texts that get shorter;
// none if nothing is.
func (m *Model) elsewhere() []string {
	rooms, mentions := m.otherTeams()
	for _, r := range m.rooms {
		if r.ID == m.room {
			continue
		}
		mentions += m.unread.Calling(&r)
		if m.unread.Fresh(&r) {
			rooms++
		}
	}
	switch {
	case mentions > 0:
		return []string{fmt.Sprintf("@%d elsewhere", mentions), fmt.Sprintf("@%d", mentions)}
	case rooms > 0:
		return []string{plural(rooms, "room") + " unread", fmt.Sprintf("%d unread", rooms)}
	}
	if refused := m.refusedElsewhere(); refused != "" {
		return []string{refused, m.theme.Truncate(refused, 12, "…")}
	}
	return nil
}

// presence is how the other person of a direct room can be reached: a mark, and
// whether they are there.
func (m *Model) presence(r chat.Room) (mark string, there bool) {
	if len(r.People) != 2 {
		return "@", false
	}
	for _, p := range r.People {
		if p.ID == m.you.ID {
			continue
		}
		now, _ := m.reachOf(p.ID)
		return markOf(now)
	}
	return "○", false
}

package tui

import (
	"cmp"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/keymap"
	"github.com/hobnob-chat/hobnob/tui/theme"
	"github.com/hobnob-chat/hobnob/tui/timeline"
	"github.com/hobnob-chat/hobnob/tui/unread"
)

// catchUp is a walk through all that is unread, room by room and there thread by thread.
// The server's markers never go back, so it is told of what was read when the walk ends:
// until then each step can be undone. Meanwhile nothing is read because it is seen.
type catchUp struct {
	stops []stop // the last is the one that is shown, unless it is over
	over  bool   // nothing is left
	marks map[string]uint64
	left  map[string]bool // rooms that stay unread
	teams map[int]bool    // those it came through, where there are several
}

// stop is a room or a thread on that walk.
type stop struct {
	room, thread string
	seq          uint64           // of the first new message there
	was          chat.Marker      // of the room, before
	upTo         uint64           // what is read of the room, once its threads are
	rest         []timeline.Start // threads that come after this
	unseen       unread.Answers   // of the thread, before: what the marker passed
	newest       uint64           // of the thread, before: the newest answer that was told of
	marked, left bool
}

// caughtUp tells that all has been read for a while.
type caughtUp struct {
	of    *catchUp
	stops int
}

// caughtUpTime is how long the last step can be undone when nothing is left.
const caughtUpTime = 30 * time.Second

// beginCatchUp begins the walk.
func (m *Model) beginCatchUp() tea.Cmd { return m.catchUpAfter(nil) }

// catchUpAfter begins it, or goes on with it, in this team.
func (m *Model) catchUpAfter(teams map[int]bool) tea.Cmd {
	m.setFocus(writing) // which ends another one
	m.catch = &catchUp{marks: make(map[string]uint64), left: make(map[string]bool), teams: teams}
	return m.catchOn()
}

// toCatch is the next room with something unread: those first in which the user is
// mentioned. It is nil when there is none. rooms and messages are how much is left.
func (m *Model) toCatch() (next *chat.Membership, rooms, messages int) {
	for i := range m.rooms {
		r := &m.rooms[i]
		if !m.unread.Wants(r) || m.catch.left[r.ID] {
			continue
		}
		rooms++
		messages += m.unread.Of(r)
		if next == nil || m.unread.Calling(r) > 0 && m.unread.Calling(next) == 0 {
			next = r
		}
	}
	return next, rooms, messages
}

// catchOn goes to the next room.
func (m *Model) catchOn() tea.Cmd {
	c := m.catch
	r, _, _ := m.toCatch()
	if (r == nil || m.unread.Calling(r) == 0) && m.catchUnseen(true) {
		return m.catchShow()
	}
	if r != nil {
		c.stops = append(c.stops, stop{room: r.ID, seq: r.Read + 1, was: chat.Marker{Room: r.ID, Read: r.Read, Mentions: r.Mentions}})
		return m.catchShow()
	}
	if m.catchUnseen(false) {
		return m.catchShow()
	}
	if len(c.stops) == 0 {
		if m.catchElsewhere() {
			return nil
		}
		m.catch = nil
		return m.say("all read: nothing is new anywhere", "all read")
	}
	c.over = true
	m.hint()
	ends := caughtUp{c, len(c.stops)}
	return tea.Tick(caughtUpTime, func(time.Time) tea.Msg { return ends })
}

// catchUnseen goes to the next thread with answers that were not seen where all of its room is
// read, and tells whether there is one: only to one that is for the user, where that is wanted.
func (m *Model) catchUnseen(calling bool) bool {
	for i := range m.rooms {
		r := &m.rooms[i]
		if f, ok := m.unread.WantsAnswers(r); ok && !m.catch.left[r.ID] && (!calling || !m.unread.Wants(r) && m.unread.Calling(r) > 0) {
			m.catch.stops = append(m.catch.stops, stop{
				room: r.ID, thread: f.ID, seq: m.unread.Answers(f).From, upTo: r.Read,
				was: chat.Marker{Room: r.ID, Read: r.Read, Mentions: r.Mentions},
			})
			return true
		}
	}
	return false
}

// catchShow shows the stop that is the last.
func (m *Model) catchShow() tea.Cmd {
	s := m.catch.stops[len(m.catch.stops)-1]
	m.focus = writing // this is no leaving
	cmd := m.showAt(spot{room: s.room, thread: s.thread, seq: s.seq})
	if s.seq <= s.was.Read { // what the marker passed is new in the thread alone
		m.shown().SetNew(s.seq - 1)
	} else {
		m.timeline(s.room).SetNew(s.was.Read)
		m.shown().SetNew(s.was.Read)
	}
	m.focus = catching
	m.hint()
	return cmd
}

// whileCatching takes a key on the walk. Keys that turn pages do so; all others that mean
// nothing here end it, and do what they do: what is typed is written.
func (m *Model) whileCatching(msg tea.KeyPressMsg) (cmd tea.Cmd, took bool) {
	switch k := m.keys; {
	case matches(msg, k.Look.CatchUp, k.Look.CatchRead):
		return m.catchRead(), true
	case matches(msg, k.Look.CatchUndo):
		return m.catchBack(), true
	case matches(msg, k.Look.CatchLeave) && !m.catch.over:
		s := &m.catch.stops[len(m.catch.stops)-1]
		s.left, m.catch.left[s.room] = true, true
		return m.catchOn(), true
	case matches(msg, k.Back, k.Clear):
		m.setFocus(writing)
		return nil, true
	case matches(msg, k.PageUp, k.PageDown, k.Top, k.Bottom, k.Help, k.Mouse, k.Redraw, k.Sleep, k.Rooms.Side):
		return nil, false
	case msg.Text != "":
		m.setFocus(writing) // who types answers what is shown
		m.composer.Press(msg)
		return nil, true
	}
	m.setFocus(writing)
	return nil, false
}

// catchRead goes on: to the next thread of the room, or when all of it was seen, marks
// it as read and goes to the next room.
func (m *Model) catchRead() tea.Cmd {
	c := m.catch
	if c.over {
		if !m.catchElsewhere() {
			m.setFocus(writing)
		}
		return nil
	}
	s := &c.stops[len(c.stops)-1]
	r, at := m.member(s.room), unread.Thread{Room: s.room, ID: s.thread}
	switch {
	case r == nil:
		return m.catchOn()
	case m.seeking != nil:
		return m.say("this is still being loaded; "+keymap.Name(m.keys.Look.CatchLeave)+" leaves it unread", "still loading")
	}
	if s.thread == "" {
		s.rest, s.upTo = m.timeline(s.room).NewThreads(s.was.Read), r.LastSeq
	}
	s.newest, _ = m.unread.Follows(at)
	s.unseen = m.unread.Seen(at)
	if len(s.rest) > 0 {
		next := s.rest[0]
		c.stops = append(c.stops, stop{room: s.room, thread: next.ID, seq: next.Seq, was: s.was, upTo: s.upTo, rest: s.rest[1:]})
		return m.catchShow()
	}
	s.marked = true
	r.Read = max(r.Read, s.upTo)
	r.Mentions = m.timeline(s.room).Named(r.Read + 1)
	m.catchMark(s.room, r.Read)
	return m.catchOn()
}

// catchMark notes how far a room is read on the walk. It is kept at once, so that whatever
// kills the program in the middle of it, what was marked is told the next time.
func (m *Model) catchMark(room string, seq uint64) {
	m.catch.marks[room] = seq
	if m.caught != nil {
		m.caught(room, seq)
	}
}

// catchBack undoes the last step: what it marked is unread again, and shown.
func (m *Model) catchBack() tea.Cmd {
	c := m.catch
	if !c.over {
		if len(c.stops) < 2 {
			return m.say("there is nothing to undo yet", "nothing to undo")
		}
		c.stops = c.stops[:len(c.stops)-1]
	}
	c.over = false
	s := &c.stops[len(c.stops)-1]
	if r := m.member(s.room); r != nil && s.marked {
		r.Read, r.Mentions = s.was.Read, s.was.Mentions
		m.catchMark(s.room, s.was.Read)
	}
	if s.left {
		delete(c.left, s.room)
	}
	m.unread.Unsee(unread.Thread{Room: s.room, ID: s.thread}, s.unseen, s.newest)
	s.unseen, s.newest = unread.Answers{}, 0
	s.marked, s.left = false, false
	return m.catchShow()
}

// Leave is to be called when the program has ended, before the client is closed: a walk
// that nobody ended counts as far as it went.
func (m *Model) Leave() { m.stopCatching() }

// Leave is Model's, of all teams.
func (w *Window) Leave() {
	for _, m := range w.teams {
		m.Leave()
	}
}

// stopCatching ends the walk, and tells the server what was read.
func (m *Model) stopCatching() {
	if m.catch == nil {
		return
	}
	for room, seq := range m.catch.marks {
		m.client.MarkRead(room, seq)
	}
	m.catch = nil
	m.readAllErased()
}

// caughtUpNow ends the walk when all has been read for a while.
func (m *Model) caughtUpNow(c caughtUp) {
	if m.catch != nil && m.catch == c.of && c.of.over && len(c.of.stops) == c.stops {
		m.setFocus(writing)
	}
}

// keepCaught keeps what was read on the walk so far, when all rooms are told anew.
func (m *Model) keepCaught() {
	if m.catch == nil {
		return
	}
	for room, seq := range m.catch.marks {
		if r := m.member(room); r != nil && r.Read < seq {
			r.Read, r.Mentions = seq, m.timeline(room).Named(seq+1)
		}
	}
}

// catchLine says where the walk is, what is left, and which keys go on, in texts that
// get shorter.
func (m *Model) catchLine() []string {
	k := m.keys.Look
	undo := does(k.CatchUndo, "undo")
	if len(m.catch.stops) < 2 && !m.catch.over { // there is nothing to be undone yet
		undo = ""
	}
	if m.catch.over {
		all, short := "all read", "all read"
		if n := len(m.catch.left); n > 0 {
			all, short = "that was all; "+plural(n, "room")+" left unread", fmt.Sprintf("all but %d", n)
		}
		if team, more := m.teamToCatch(); more {
			on := does(k.CatchRead, "goes on in "+m.window.names[team])
			return []string{theme.Dots(all+" here", on, undo, m.closes()), theme.Dots(all, on, undo), theme.Dots(short, on), on, short}
		}
		return []string{theme.Dots(all, undo, m.closes()), theme.Dots(all, undo), theme.Dots(short, undo), short}
	}
	s := m.catch.stops[len(m.catch.stops)-1]
	_, rooms, messages := m.toCatch()
	fresh, then, more := 0, "", ""
	if r := m.member(s.room); r != nil {
		fresh = m.unread.Of(r)
	}
	if rooms > 1 {
		then = fmt.Sprintf(" · then %d in %s", messages-fresh, plural(rooms-1, "other room"))
		more = fmt.Sprintf(" · %s more", plural(rooms-1, "room"))
	}
	what := fmt.Sprintf("%d new", fresh)
	if s.thread != "" {
		what = "new in a thread"
	}
	read, skip := does(k.CatchRead, "read"), does(k.CatchLeave, "skip")
	return []string{
		theme.Dots("catching up: "+what+then, does(k.CatchRead, "read, go on"), does(k.CatchLeave, "leave unread"), undo, m.closes()),
		theme.Dots(what+then, read, skip, undo, m.closes()),
		theme.Dots(what+then, read, skip, undo, keymap.Name(m.keys.Back)),
		theme.Dots(what+more, read, skip, undo, m.closes()),
		theme.Dots(what+more, read, skip, undo, keymap.Name(m.keys.Back)),
		theme.Dots(what+more, read, skip, undo),
		theme.Dots(what, read, skip, undo, keymap.Name(m.keys.Back)),
		theme.Dots(what, read, skip, undo),
		theme.Dots(what, read, undo),
		theme.Dots(what, read),
		cmp.Or(read, what),
	}
}

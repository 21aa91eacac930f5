package tui

import (
	"math"
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/timeline"
)

// A room has one marker, and its threads have none of their own: what is said in them is passed
// by it as soon as the room is read. Of an answer the room shows that there is one, and none of
// its words, so it is remembered here, on this screen, until its thread was looked at.

// unseen are the answers in a thread that the marker of its room has passed, and that were on no
// screen.
type unseen struct {
	from  uint64 // the first of them
	count int
	calls int // of them, those that name the user
}

// maxUnseenIn bounds the threads of a room of which that is remembered: anybody may begin them.
const maxUnseenIn = 500

// unseens are those of each room and thread, by their IDs.
type unseens map[string]map[string]unseen

// at are those in a thread, none by their count.
func (l unseens) at(f follow) unseen { return l[f.room][f.thread] }

// forget forgets those in a thread.
func (l unseens) forget(f follow) {
	if delete(l[f.room], f.thread); len(l[f.room]) == 0 {
		delete(l, f.room)
	}
}

// passes notes which answers the marker of a room is about to pass unseen: those in threads that
// the user follows, and in others those that name everybody, or all where all is for the user.
func (m *Model) passes(r *chat.Membership) {
	t := m.timeline(r.ID)
	answers := t.AnswersAbove(r.Read)
	for f, newest := range m.follows {
		if f.room != r.ID || newest <= r.Read || m.seesThread(f) {
			continue
		}
		a := answers[f.thread]
		if a.Count == 0 && t.Has(newest) { // it is gone, and others before it were none
			continue
		}
		if a.Count == 0 { // what the server told of is not loaded
			a = timeline.Answered{First: newest, Count: 1}
		}
		m.passesIn(r, f, a)
	}
	for thread, a := range answers {
		f := follow{r.ID, thread}
		if _, follows := m.follows[f]; !follows && !m.seesThread(f) && (a.Calls > 0 || allForYou(r)) {
			m.passesIn(r, f, a)
		}
	}
}

// passesIn is passes of the answers in one thread.
func (m *Model) passesIn(r *chat.Membership, f follow, a timeline.Answered) {
	u := m.unseen.at(f)
	if u.count == 0 || u.from > r.Read { // in a room that was made unread they are noted again
		u = unseen{from: a.First}
	}
	u.count += a.Count
	u.calls += a.Calls
	m.noteUnseen(f, u)
}

func (m *Model) noteUnseen(f follow, u unseen) {
	if m.unseen == nil {
		m.unseen = make(unseens)
	}
	in := m.unseen[f.room]
	if in == nil {
		in = make(map[string]unseen)
		m.unseen[f.room] = in
	}
	if _, known := in[f.thread]; known || len(in) < maxUnseenIn {
		in[f.thread] = u
	}
}

// seesThread tells whether the end of a thread is on a screen.
func (m *Model) seesThread(f follow) bool {
	t := m.threads[m.room]
	return f.room == m.room && t != nil && t.id == f.thread && m.looksAtThread()
}

// answersSeen takes down that the newest of a thread was seen.
func (m *Model) answersSeen(f follow) {
	m.unseen.forget(f)
	if _, follows := m.follows[f]; follows {
		m.follows[f] = 0
	}
}

// unseenErased takes one of the answers off where it is gone. It is to be called before the
// timeline is told, which knows whose it was until then.
func (m *Model) unseenErased(e chat.MessageErased) {
	t, r := m.timeline(e.Room), m.member(e.Room)
	for thread, u := range m.unseen[e.Room] {
		f := follow{e.Room, thread}
		if e.Seq < u.from || r != nil && r.Read >= u.from && e.Seq > r.Read {
			continue
		}
		in := e.Thread == f.thread || e.Seq == u.from
		if t.Has(e.Seq) { // else it is let go of, or was never loaded
			in = t.AnswerIn(e.Seq) == f.thread
		}
		if !in {
			continue
		}
		if t.Calls(e.Seq) || !t.Has(e.Seq) && chat.Calls(e.Mentioned, m.you.ID) {
			u.calls--
		}
		if u.count--; e.Seq == u.from {
			u.from = m.nextAnswer(f, e.Seq)
		}
		m.leaveUnseen(f, u)
	}
}

// nextAnswer is the number of the next answer after one: the newest that was told of, where none
// is loaded, and 0 where there is none.
func (m *Model) nextAnswer(f follow, seq uint64) uint64 {
	t := m.timeline(f.room)
	if a := t.AnswersBetween(f.thread, seq, math.MaxUint64); a.Count > 0 {
		return a.First
	}
	if newest := m.follows[f]; newest > seq && !t.Has(newest) {
		return newest
	}
	return 0
}

// leaveUnseen notes what is left of the answers in a thread, if anything is.
func (m *Model) leaveUnseen(f follow, u unseen) {
	if u.count <= 0 || u.from == 0 {
		m.unseen.forget(f)
		return
	}
	u.calls = min(max(u.calls, 0), u.count)
	m.noteUnseen(f, u)
}

// unseenFrom takes off what is above the marker again where a room is made unread from a message: it
// counts there. It is to be called before the marker is moved.
func (m *Model) unseenFrom(r *chat.Membership, seq uint64) {
	for thread, u := range m.unseen[r.ID] {
		if u.from >= seq || u.from > r.Read {
			continue // which is noted anew when that is read
		}
		f := follow{r.ID, thread}
		a := m.timeline(r.ID).AnswersBetween(f.thread, seq-1, r.Read)
		u.count, u.calls = u.count-a.Count, u.calls-a.Calls
		m.leaveUnseen(f, u)
	}
}

// unseenRevised counts anew how many of the answers that were not seen name the user, where one has
// another text. It is to be called when the timeline was told.
func (m *Model) unseenRevised(room string, seq uint64) {
	r, t := m.member(room), m.timeline(room)
	for thread, u := range m.unseen[room] {
		if r == nil || seq < u.from || seq > r.Read || t.AnswerIn(seq) != thread {
			continue
		}
		f := follow{room, thread}
		if a := t.AnswersBetween(f.thread, u.from-1, r.Read); a.Count >= u.count { // all are loaded
			u.calls = a.Calls
			m.leaveUnseen(f, u)
		}
	}
}

// unseenTrimmed takes off what is gone of a room up to a number. It is to be called before the
// marker of the room is moved.
func (m *Model) unseenTrimmed(room string, seq uint64) {
	for thread, u := range m.unseen[room] {
		if u.from > seq {
			continue
		}
		f := follow{room, thread}
		t := m.timeline(room)
		upTo := uint64(math.MaxUint64)
		if r := m.member(room); r != nil && r.Read >= u.from { // what is above it was never passed
			upTo = max(seq, r.Read)
		}
		left := t.AnswersBetween(f.thread, seq, upTo)
		u.from = m.nextAnswer(f, seq)
		if left.Count == 0 && u.from > 0 && !t.Has(u.from) { // of what is not loaded, one is known
			left.Count = 1
		}
		u.count, u.calls = min(left.Count, u.count), min(left.Calls, u.calls)
		m.leaveUnseen(f, u)
	}
}

// unseenIn is the thread of a room with the first answer that was not seen, those first in which one
// names the user, and whether there is one.
func (m *Model) unseenIn(room string) (first follow, ok bool) {
	before := func(a, b unseen) bool {
		if (a.calls > 0) != (b.calls > 0) {
			return a.calls > 0
		}
		return a.from < b.from
	}
	for thread, u := range m.unseen[room] {
		if !ok || before(u, m.unseen.at(first)) {
			first, ok = follow{room, thread}, true
		}
	}
	return first, ok
}

// unseenThreads are the threads of the room that is shown with answers that were not seen.
func (m *Model) unseenThreads() (threads map[string]timeline.Unseen) {
	for thread, u := range m.unseen[m.room] {
		if threads == nil {
			threads = make(map[string]timeline.Unseen)
		}
		threads[thread] = timeline.Unseen{From: u.from, Calls: u.calls > 0}
	}
	return threads
}

// isNew tells whether a message was not read: it stands above the marker of its room, or is an
// answer that this passed unseen.
func (m *Model) isNew(msg *chat.Envelope) bool {
	room := roomOf(msg.Room)
	r, u := m.member(room), m.unseen.at(follow{room, msg.Thread})
	return r != nil && (msg.Seq > r.Read || u.count > 0 && msg.Seq >= u.from)
}

// fresh tells whether a room has something to be gone to: what is unread, and answers that were
// not seen. Of a muted room that is what is for the user, as its row says.
func (m *Model) fresh(r *chat.Membership) bool {
	if r.Notify == chat.NotifyNone {
		return m.calling(r) > 0
	}
	_, answers := m.unseenIn(r.ID)
	return answers || m.unread(r) > 0
}

// wants tells whether what is unread in a room is to be gone to: in a muted one, where it names the user.
func (m *Model) wants(r *chat.Membership) bool {
	return m.unread(r) > 0 && (r.Notify != chat.NotifyNone || r.Mentions > 0)
}

// wantsAnswers is unseenIn of what is to be gone to.
func (m *Model) wantsAnswers(r *chat.Membership) (f follow, ok bool) {
	f, ok = m.unseenIn(r.ID)
	return f, ok && (r.Notify != chat.NotifyNone || m.unseen.at(f).calls > 0)
}

// onlyOneThread tells whether all that is unread in the room that is shown was said in its
// thread, and is seen there.
func (m *Model) onlyOneThread(r *chat.Membership) bool {
	t := m.threads[r.ID]
	return t != nil && m.catch == nil && !m.holds(r.ID) && m.looksAtThread() && m.timeline(r.ID).AllIn(t.id, r.Read, r.LastSeq)
}

// nothingUnread is said by the key that goes to what is unread, and is true until something is.
const nothingUnread = "nothing is unread"

// seeksUnread takes the key that goes to what is unread.
func (m *Model) seeksUnread(msg tea.KeyPressMsg) (cmd tea.Cmd, took bool) {
	if !matches(msg, m.keys.Rooms.Unread) {
		return nil, false
	}
	return m.toUnread(), true
}

// toUnread goes to what is unread next: answers in the room that is shown, then other rooms, those
// first in which something is for the user. Where there is nothing but answers, it leads into their
// thread.
func (m *Model) toUnread() tea.Cmd {
	r := m.member(m.room)
	if r != nil && m.in() != nil && !m.split() && m.wants(r) {
		m.closeThread() // which has the place of what else is new here
		return nil
	}
	if r != nil {
		if f, ok := m.wantsAnswers(r); ok && !m.seesThread(f) && (m.calling(r) > 0 || !m.calledElsewhere()) {
			return m.showAt(spot{room: f.room, thread: f.thread, seq: m.unseen.at(f).from})
		}
	}
	if m.nextUnread() {
		return m.intoThread()
	}
	if !m.nextUnreadTeam() {
		m.composer.Say(nothingUnread)
	}
	return nil
}

// calledElsewhere tells whether something is for the user in another room of the team.
func (m *Model) calledElsewhere() bool {
	return slices.ContainsFunc(m.rooms, func(r chat.Membership) bool { return r.ID != m.room && m.calling(&r) > 0 })
}

// intoThread goes into the thread where all that is new in the room that was gone to is.
func (m *Model) intoThread() tea.Cmd {
	r := m.member(m.room)
	if !m.wants(r) {
		f, ok := m.wantsAnswers(r)
		if !ok {
			return nil
		}
		return m.showAt(spot{room: r.ID, thread: f.thread, seq: m.unseen.at(f).from})
	}
	if t := m.timeline(r.ID); t.AllIn("", r.Read, r.LastSeq) {
		if list := t.NewThreads(r.Read); len(list) > 0 {
			return m.showAt(spot{room: r.ID, thread: list[0].ID, seq: list[0].Seq})
		}
	}
	return nil
}

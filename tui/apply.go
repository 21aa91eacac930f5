package tui

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/timeline"
)

const (
	// olderLimit is how many messages a page of history has: some screens, and
	// no more than every server gives.
	olderLimit = 100

	// olderTimeout is how long a page may take before the user is told.
	olderTimeout = 15 * time.Second
)

// older is the page of history below the seq before, or why there is none.
type older struct {
	room   string
	thread string // the ID of the message that began the thread, "" for the room
	before uint64
	page   chat.History
	err    error
}

// tick moves the countdown.
type tick struct{}

// apply takes what the client tells.
func (m *Model) apply(u chat.Update) tea.Cmd {
	switch u := u.(type) {
	case chat.Connection:
		return m.connected(u)
	case chat.Identified:
		return m.identified(u)
	case chat.Arrived:
		return m.takeArrived(u.Messages)
	case chat.RoomsChanged:
		m.writersLeft(u.Rooms)
		return tea.Batch(m.setRooms(u.Rooms), m.stillWriting())
	case chat.MarkerSet:
		m.marked(u.Marker)
	case chat.UserChanged:
		m.met(&u.UserTold)
	case chat.PresenceChanged:
		m.reaches(u.User, u.Presence)
		m.gathered.stale = true
	case chat.Typing:
		return m.writes(u.TypingTold)
	case chat.Reloaded:
		m.reloaded(u)
		m.spoken(u.Messages)
		m.ownSent(u.Messages)
	case chat.DraftChanged:
		m.sentSince(u.Draft.Room, u.Draft.Thread, u.Draft.ID, u.Draft.Body)
		m.drafted(u)
		m.unanswered.sent(u, m.now())
		m.status.SetUnanswered(m.unanswered.since)
		m.countWaiting()
		return m.tick()
	case chat.MessageRevised:
		m.revised(u)
	case chat.MessageErased:
		return m.erased(u)
	case chat.MessageReaction:
		m.each(u.Room, func(t *timeline.Timeline) { t.Reacted(u) })
	case chat.MessagePin:
		m.each(u.Room, func(t *timeline.Timeline) { t.Pinned(u) })
	case chat.ThreadFollow:
		m.followChanged(u)
	case chat.HistoryTrimmed:
		m.trimmed(u)
		m.forgetPictures(func(in seenIn) bool { return in.room == u.Room && in.seq <= u.Seq })
		m.each(u.Room, func(t *timeline.Timeline) { t.Trimmed(u.Seq) })
	case chat.Noticed:
		m.noticed(u)
	case chat.InputHistory:
		m.sentLast(u)
	}
	m.countWaiting() // a draft may also have gone because its message came
	return nil
}

// takeArrived takes messages that came now.
func (m *Model) takeArrived(messages []chat.Message) tea.Cmd {
	m.areErased(messages)
	for len(messages) > 0 {
		// What the user says reads what came before it, and the timeline knows what that is once it has it.
		n := 1
		for n < len(messages) && (messages[n].From.ID != m.you.ID || messages[n-1].From.ID == m.you.ID) {
			n++
		}
		part := messages[:n]
		m.heard(part)
		m.spoken(part)
		m.ownSent(part)
		m.typing.spoke(part)
		m.arrived(part)
		messages = messages[n:]
	}
	m.readAllErased()
	m.letGo()
	m.countWaiting()
	return m.ring()
}

// noticed shows a line of our own, at the end or in place of another.
func (m *Model) noticed(n chat.Noticed) {
	if n.Instead == "" {
		m.shown().Notice(n.Text)
		return
	}
	m.replace(n.Instead, n.Text)
}

// replace puts a line of our own in place of another, or none if it is "". The
// other is in the room that was shown then.
func (m *Model) replace(old, text string) {
	m.every(func(t *timeline.Timeline) { t.Replace(old, text) })
}

// connected takes a new state of the connection. A refusal is also said in the
// timeline, with the ways out of it: it asks for something to be done, and the
// status line may be too narrow for that. It is said once, below what came last
// when it was first said, however often it is tried again, and no longer when one
// is signed in.
func (m *Model) connected(c chat.Connection) tea.Cmd {
	if c.State == chat.Online && strings.HasSuffix(m.composer.Sentence(), noConnection) {
		m.composer.Say("")
	}
	if c.State == chat.Refused && m.connection != c {
		why := ""
		if c.Reason != "" {
			why = ": " + cut(c.Reason)
		}
		say := []string{"the server refused you" + why}
		if !c.RetryAt.IsZero() {
			say = append(say, "it is tried again by itself, less and less often; /reconnect tries at once")
		}
		ways := m.ways
		if c.Banned {
			say, ways = append(say, "an admin of the team can let you in again"), nil
		}
		for _, w := range ways {
			say = append(say, w.Run+": "+w.What)
		}
		m.refusal(strings.Join(say, "\n"))
	}
	if c.State == chat.Online {
		m.been = true
		m.picturesAgain()
		m.refusal("")
		m.every((*timeline.Timeline).Online)
	}
	if c.State != chat.Online {
		m.unanswered.over()
		m.status.SetUnanswered(time.Time{})
	}
	came := c.State == chat.Online && m.connection.State != chat.Online
	m.gathered.stale = m.gathered.stale || (c.State == chat.Online) != (m.connection.State == chat.Online)
	m.connection = c
	c.Reason = cut(c.Reason)
	m.status.SetConnection(c)
	asks := m.requestsNow()
	if came {
		m.gathered.room = "" // who came or left meanwhile is not told
		return tea.Batch(asks, m.tick(), m.lookAround(), m.askFollowed())
	}
	return tea.Batch(asks, m.tick())
}

// refusal says why the server refused, in place of what was said before.
func (m *Model) refusal(text string) {
	if text == m.refused {
		return
	}
	if m.refused != "" {
		m.replace(m.refused, "")
	}
	if m.refused = text; text != "" {
		m.shown().Notice(text)
	}
}

// tick asks to be woken at the next second of the countdown, while there is one,
// or of what the server does not answer.
func (m *Model) tick() tea.Cmd {
	left := m.connection.RetryAt.Sub(m.now())
	if since := m.unanswered.since; !since.IsZero() {
		left = time.Second - m.now().Sub(since)%time.Second
	} else if m.connection.RetryAt.IsZero() {
		left = 0
	}
	if m.ticking || left <= 0 || m.hidden {
		return nil
	}
	m.ticking = true
	step := left % time.Second
	if step == 0 {
		step = time.Second
	}
	return tea.Tick(step, func(time.Time) tea.Msg { return tick{} })
}

func (m *Model) identified(u chat.Identified) (cmd tea.Cmd) {
	m.you = u.You // by whom rooms between people are called
	if u.Rooms != nil {
		cmd = m.setRooms(u.Rooms)
	}
	m.isIn(u)
	return cmd
}

// isIn takes who the user is, and in which team.
func (m *Model) isIn(u chat.Identified) {
	m.you, m.team = u.You, chat.SanitizeLine(cut(u.Team.Name))
	if u.Limits != (chat.Limits{}) {
		m.limits = u.Limits
	}
	m.status.SetYou(u.You.Name)
	m.sidebar.SetTitle(m.team)
	if m.window != nil {
		m.window.rename()
	}
	m.placeholder()
	m.timeline(m.room) // so that its drafts have somebody to belong to
	for id, t := range m.timelines {
		t.SetRoom(m.calledOf(id))
	}
	m.every(func(t *timeline.Timeline) { t.SetYou(u.You) })
}

// erased takes what a message said off the screen, wherever it is.
func (m *Model) erased(u chat.MessageErased) tea.Cmd {
	m.unread.Deleted(roomOf(u.Room), u.Seq)
	m.unread.Erased(m.member(u.Room), m.timeline(u.Room), u, m.you.ID)
	m.forgetPictures(func(in seenIn) bool { return in == seenIn{u.Room, u.Seq} })
	m.each(u.Room, func(t *timeline.Timeline) { t.Erased(u) })
	m.forget(u.Room, u.Seq)
	if _, reads := m.whole.(*timeline.Whole); reads && u.Room == m.room && m.reading == u.Seq {
		m.whole = nil
	}
	if u.Room == m.room && m.opening == u.Seq {
		m.opening = 0
	}
	m.countWaiting()
	cmd := m.followErased(u)
	m.readErased(roomOf(u.Room))
	return cmd
}

// arrived hands messages to their rooms, whole runs at once.
func (m *Model) arrived(messages []chat.Message) {
	for len(messages) > 0 {
		n := 1
		for n < len(messages) && messages[n].Room == messages[0].Room {
			n++
		}
		m.timeline(roomOf(messages[0].Room)).Arrived(messages[:n])
		m.toThread(roomOf(messages[0].Room), messages[:n])
		messages = messages[n:]
	}
}

// roomOf is the room an ID means: a message without one is for everybody.
func roomOf(id string) string {
	if id == "" {
		return chat.GeneralRoom
	}
	return id
}

func (m *Model) countWaiting() {
	n := 0
	for _, t := range m.timelines {
		n += t.Waiting()
	}
	m.status.SetWaiting(n)
}

// olderPage asks for history when the timeline wants some.
func (m *Model) olderPage(t *thread) tea.Cmd {
	room, client, limit := m.room, m.client, m.pageLimit()
	if t != nil {
		before, ok := t.timeline.AskOlder()
		if !ok {
			return nil
		}
		return m.olderInThread(t, before, limit)
	}
	before, ok := m.timeline(room).AskOlder()
	if !ok {
		return nil
	}
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), olderTimeout)
		defer cancel()
		page, err := client.Older(ctx, room, before, limit)
		return older{room, "", before, page, err}
	}
}

package tui

import (
	"cmp"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/tui/theme"
	"github.com/hobnob-chat/hobnob/tui/timeline"
)

// A message that has not left this machine can be taken back: the client decides that on the disk,
// since a connection may come in the same moment. When it is known that it is not sent, its words
// are being written again where nothing is, or are put aside; and only then the outbox lets go
// of them.

const (
	// mayBeThere is said of a message that was sent and not answered.
	mayBeThere = "it may be there already; it can be deleted when it is"

	// isTakenBack is said of one that was taken back.
	isTakenBack = "taken back, and not sent"
)

// tookBack is what came of a message that was to be taken back.
type tookBack struct {
	from origin
	what timeline.Message
	text string // that is to be sent in its place, "" for none
	err  error
}

// takesBack has a message that is not sent yet taken back, and another text sent in its place where
// there is one.
func (m *Model) takesBack(what timeline.Message, text string) tea.Cmd {
	if !what.Waiting {
		m.composer.Say(mayBeThere)
		return nil
	}
	if m.takenBack[what.ID] { // that is answered in a moment
		if text != "" {
			m.composer.Say("that message is being taken back; try again in a moment")
		}
		return nil
	}
	if m.takenBack == nil {
		m.takenBack = make(map[string]bool)
	}
	m.takenBack[what.ID] = true
	client, from := m.client, m.origin()
	m.waits(from)
	return func() tea.Msg {
		ctx, cancel := askContext()
		defer cancel()
		return tookBack{from, what, text, client.TakeBack(ctx, what.ID)}
	}
}

// tookBackNow takes what came of it.
func (m *Model) tookBackNow(t tookBack) tea.Cmd {
	if m.quitting { // nothing is kept any more: it is in the outbox, as one that was not sent
		return nil
	}
	m.settled(t.from)
	delete(m.takenBack, t.what.ID)
	if t.err != nil {
		m.stays = t.what.ID
		return m.undone(t.from, cut(unanswerable(t.err).Error()))
	}
	what := t.what
	what.Failed = true // it is in the outbox still, and does not go
	switch at := where(what.Room, what.Thread); {
	case !what.Whole || m.asItIs(&what) != "":
		m.tells(t.from, theme.Dots(isTakenBack, does(m.keys.Retry, "sends it as it is"), does(m.keys.Drop, "drops it")))
	case t.text != "":
		m.composer.Say("")
		if !m.postTo(spotToWrite{what.Room, what.Thread, what.Answers}, t.text, what.Style) {
			return m.undone(t.from, theme.Dots(cmp.Or(m.composer.Sentence(), "nothing was sent"), "what it was to replace is not sent either"))
		}
		m.dropTaken(what)
	case m.still(t.from) && m.freeFor(at):
		if m.takeBack(what); m.place() == at && !m.composer.Empty() {
			m.composer.Say(theme.Dots(isTakenBack, does(m.keys.Send, "sends what is written here")))
			m.goesOn(at)
		}
	default:
		return m.besideWhatIsWritten(t.from, what)
	}
	return nil
}

// freeFor tells whether a message can be written again where it was written.
func (m *Model) freeFor(at string) bool {
	room, thread := roomAt(at)
	if room != m.room || m.onTheWay() != nil || m.covered() || m.in() != nil && m.in().id != thread {
		return false
	}
	c := m.composers[at]
	return (c == nil || c.Empty()) && m.abouts[at] == nil
}

// besideWhatIsWritten puts aside what a message said that was taken back.
func (m *Model) besideWhatIsWritten(from origin, what timeline.Message) tea.Cmd {
	at := where(what.Room, what.Thread)
	u := Unsent{Text: lineOf(what.Style, what.Text)}
	if what.Answers != "" {
		answered := answeredBy(m.timelineAt(at), &what)
		u.To = to(&answered)
		u.To.Revision = 0
	}
	m.putAside(at, u)
	m.keepAt(at) // first: at any moment it is kept here or there
	m.dropTaken(what)
	m.tells(from, theme.Dots(isTakenBack, does(m.keys.Write.Search, "brings it back")))
	return nil
}

// answeredBy is the message that another one answers, as far as it is known: it may not be loaded.
func answeredBy(t *timeline.Timeline, what *timeline.Message) timeline.Message {
	if answered, ok := t.ByID(what.Answers); ok {
		return answered
	}
	return timeline.Message{Room: what.Room, ID: what.Answers, Who: "an earlier message", Chat: true}
}

// dropTaken has the outbox let go of what was taken back.
func (m *Model) dropTaken(what timeline.Message) {
	if err := m.client.Drop(what.ID); err != nil {
		return // it stays as one that was not sent
	}
	m.each(what.Room, func(t *timeline.Timeline) { t.Dropped(what.ID) })
	m.countWaiting()
}

// goesOn takes down that a message was taken back by a letter, which is the first of a word if
// that goes on at once: then the word is what is being written, and the message is put aside.
func (m *Model) goesOn(at string) {
	if m.begun.key.Text == "" {
		return
	}
	c, line, about := m.composer, m.composer.Text(), m.about()
	m.begun.first = func() {
		if c != m.composer || c.Text() != line {
			return
		}
		u := Unsent{Text: line}
		if about != nil {
			u.To = to(&about.message)
			u.To.Revision = 0
			m.setAbout(nil)
		}
		m.putAside(at, u)
		m.keepsAt(at)
		c.Clear()
	}
}

// typesOver tells whether a key does nothing with a message that is not sent yet, and is a letter
// of what somebody writes.
func (m *Model) typesOver(msg tea.KeyPressMsg, what timeline.Message) bool {
	k := m.keys.Choose
	return what.Seq == 0 && msg.Text != "" && !what.Aside && matches(msg, k.Reply, k.Thread, k.Pin, k.Unread)
}

package tui

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/keymap"
	"github.com/hobnob-chat/hobnob/tui/theme"
	"github.com/hobnob-chat/hobnob/tui/timeline"
)

// origin is where something was asked for, and when: the place where the user was, and
// how much they had done by then. Whatever comes of it is told there and nowhere else, and
// takes the screen only from who has done nothing since: nothing moves under fingers that
// type.
type origin struct {
	at   string // the place
	done int    // Model.presses
	line string // the command that asked, as it was written; "" for none
}

// origin is that of what is asked for now.
func (m *Model) origin() origin { return origin{m.place(), m.presses, m.running} }

// still tells whether the user is where they asked, and has done nothing since.
func (m *Model) still(o origin) bool { return o.at == m.place() && o.done == m.presses }

// roomAt is the room of a place, and the thread in it, "" for none.
func roomAt(at string) (room, thread string) {
	room, thread, _ = strings.Cut(at, "\x00")
	return room, thread
}

// timelineAt is the timeline of a place: of its thread while that is open, else of its
// room. Of a room the user is in no longer there is none to go to: it is the one shown.
func (m *Model) timelineAt(at string) *timeline.Timeline {
	room, thread := roomAt(at)
	switch t := m.threads[room]; {
	case m.member(room) == nil && len(m.rooms) > 0:
		return m.shown()
	case t != nil && t.id == thread:
		return t.timeline
	}
	return m.timeline(room)
}

// undone says why something was not done, where it was asked for. The line that asked is
// there again to be changed, if nothing was done since; else it is put aside.
func (m *Model) undone(o origin, why string) tea.Cmd {
	if g := m.going; g != nil && g.from == o {
		return m.cannotGo(g, why)
	}
	why = lineSays(o.line) + why
	if m.still(o) && m.whole == nil {
		if m.composer.Empty() && o.line != "" {
			m.composer.Return(o.line)
		}
		switch {
		case o.line == "":
			m.composer.Say(why)
		case m.composer.Text() == o.line:
			m.composer.SayOn(why) // who changes the line wants to read on
		default:
			m.composer.Say(why + m.lineAside(o))
		}
		return nil
	}
	why += m.lineAside(o)
	m.timelineAt(o.at).Warn(why)
	if o.at == m.place() {
		return nil
	}
	room, _ := roomAt(o.at)
	return m.say(cut(m.calledOf(room))+": "+why, why)
}

// lineAside puts aside the line that asked for something which was not done, else it would be in memory
// alone. It says where it is, as the end of a sentence; nothing of no line.
func (m *Model) lineAside(o origin) string {
	if o.line == "" {
		return ""
	}
	m.putAside(o.at, Unsent{Text: o.line})
	m.keepsAt(o.at)
	if search := keymap.Name(m.keys.Write.Search); search != "" {
		return " · " + search + " finds what you wrote"
	}
	return ""
}

// tells says what was done, below the line where it was asked for, until something else is said
// or done there: nobody has to read it twice. A list stands among the messages.
func (m *Model) tells(from origin, text string) {
	room, _ := roomAt(from.at)
	c := m.composer
	if from.at != m.place() && m.member(room) != nil {
		c = m.composerAt(from.at)
	}
	switch {
	case strings.Contains(text, "\n"):
		m.timelineAt(from.at).Notice(text)
	case m.still(from) || c.Empty():
		c.Tell(text)
	default:
		c.TellOn(text) // who types on wants to read it
	}
}

// maxQuoted is how much of a line says which one it was, in bytes.
const maxQuoted = 40

// lineSays is the beginning of a sentence about a line, "" about none.
func lineSays(line string) string {
	if line == "" {
		return ""
	}
	return theme.Clip(line, maxQuoted) + ": "
}

// waits takes down that a command waits for its answer: until that is there, what it says
// is kept as what is being written is.
func (m *Model) waits(from origin) {
	if from.line != "" {
		m.waiting = append(m.waiting, from)
	}
}

// settled takes down that it waits no longer.
func (m *Model) settled(from origin) {
	if i := slices.Index(m.waiting, from); i >= 0 {
		m.waiting = slices.Delete(m.waiting, i, i+1)
		m.keepsAt(from.at)
	}
}

// remember keeps what rooms are called that the user is taken out of, before rooms become
// these.
func (m *Model) remember(rooms []chat.Membership) {
	for i := range m.rooms {
		m.gone[m.rooms[i].ID] = m.rooms[i].Room
	}
	for i := range rooms {
		delete(m.gone, rooms[i].ID)
		m.rememberLevel(&rooms[i])
	}
	if len(m.gone) > maxGone {
		written := m.draftRooms()
		maps.DeleteFunc(m.gone, func(id string, _ chat.Room) bool { return id != m.room && !written[id] })
	}
}

// maxGone is how many rooms that the user is in no longer are remembered where nothing is
// being written in them.
const maxGone = 100

// forgetRooms lets go of what is known of rooms that the user is in no longer. What is
// being written there is kept.
func (m *Model) forgetRooms() {
	in := make(map[string]bool, len(m.rooms))
	for i := range m.rooms {
		in[m.rooms[i].ID] = true
	}
	maps.DeleteFunc(m.spoke, func(id string, _ []string) bool { return !in[id] })
	m.unread.Keep(in)
	maps.DeleteFunc(m.muted, func(id string, _ chat.Notify) bool { return !in[id] })
	maps.DeleteFunc(m.typing.rooms, func(id string, _ writers) bool { return !in[id] })
}

// outOfRoom is for who is in the room that is shown no longer. Who asked for that goes to
// the first room; everybody else stays, for they may be writing, and can write no more
// there.
func (m *Model) outOfRoom() {
	if m.member(m.room) != nil {
		m.parted = ""
		return
	}
	was, known := m.gone[m.room]
	leaves := m.leavesNow()
	switch {
	case len(m.rooms) == 0 || m.parted == m.room:
		return
	case known && leaves == nil && (m.parting.room != m.room || m.busy()):
		m.parted = m.room
		m.bar(m.room, "you are in "+sign(was)+m.label(was)+" no longer; "+m.elsewhereKeys(), nil)
		m.use()
		return
	}
	said := "you are in " + m.called() + " no longer"
	m.parting = wanted{}
	if leaves != nil {
		m.cameAlong(leaves, said)
		return
	}
	m.show(m.firstRoom())
	if known {
		m.shown().Notice(said)
	}
}

// firstRoom is where one is who is nowhere else.
func (m *Model) firstRoom() string {
	if m.member(chat.GeneralRoom) != nil {
		return chat.GeneralRoom
	}
	return m.rooms[0].ID
}

// elsewhereKeys says how to go to another room.
func (m *Model) elsewhereKeys() string {
	if jump := keymap.Name(m.keys.Rooms.Jump); jump != "" {
		return jump + " goes to another room"
	}
	return "/go goes to another room"
}

// busy tells whether something is being written, asked or looked for.
func (m *Model) busy() bool {
	return !m.composer.Empty() || m.about() != nil || m.going != nil || m.covered()
}

// covered tells whether something else than the composer has the keys.
func (m *Model) covered() bool {
	return m.question != nil || len(m.overlays) > 0 || m.whole != nil || m.catch != nil
}

// unanswerable says of a request that took too long what is true of it.
func unanswerable(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return errNoAnswer
	}
	return err
}

// errNoAnswer is what is known of a request whose answer did not come.
var errNoAnswer = errors.New("no answer came; it may have been done all the same")

package tui

import (
	"slices"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/composer"
	"github.com/hobnob-chat/hobnob/tui/timeline"
)

// Unsent is what is being written: for a room, or for a thread of it, and there a new
// message or the new text of one. The Text of one that was sent is "".
type Unsent struct {
	Room, Thread string
	Edit         uint64 // the seq of the message whose new text it is, 0 for a new message
	Also         int    // which of the texts it is that are put aside there (aside.go), 0 for none of them; 1 of an edit that was left
	Text         string
	To           To // what a new message answers, or what is edited; zero for nothing
}

// To is what somebody writes about a message, with what is said of it on screen.
type To struct {
	ID        string
	Seq       uint64
	Who, Says string
	Revision  int // of one that is edited
}

// Keeper keeps what is being written, and which room is shown, so that they can be
// Config.Unsent and Config.Room the next time. It is told every change, and returns at once.
type Keeper interface {
	Keep(u Unsent)
	Show(r chat.Room)
}

// slot is what there is one Unsent of.
type slot struct {
	at   string
	edit uint64
	also int
}

func (u *Unsent) slot() slot { return slot{where(u.Room, u.Thread), u.Edit, u.Also} }

// where is a room, or a thread in it: what is written belongs to one.
func where(room, thread string) string {
	if thread != "" {
		return room + "\x00" + thread
	}
	return room
}

// restore puts what was being written where it belongs.
func (m *Model) restore(list []Unsent) {
	m.kept, m.restored.texts = make(map[slot]Unsent), make(map[string]string)
	for _, u := range list {
		u.Room = roomOf(u.Room)
		at := where(u.Room, u.Thread)
		if m.composers[at] == nil {
			m.composers[at] = composer.New(m.theme, m.keys.Edit)
		}
		if clean := chat.Sanitize(u.Text); len(u.Text) <= MaxText && len(clean) > MaxText {
			u.Text = clean // else no composer would take it, and nothing say so
		}
		_, twice := m.kept[u.slot()]
		m.kept[u.slot()] = u
		switch c := m.composers[at]; {
		case u.Edit != 0 && u.Also != 0 && !twice && len(u.Text) <= MaxText:
			m.unsaved[at] = append(m.unsaved[at], m.keptEdit(u))
		case u.Also != 0 || twice || len(u.Text) > MaxText || u.Edit == 0 && !c.Empty():
			m.putAside(at, u)
		case u.Edit != 0:
			m.restoreEdit(at, u)
		default:
			c.Paste(u.Text)
			if a := m.abouts[at]; u.To.ID != "" && a == nil {
				m.abouts[at] = &about{message: u.message(m.you)}
			} else if u.To.ID != "" {
				a.under = &about{message: u.message(m.you)}
			}
			u.Text = c.Text()
			m.kept[u.slot()] = u
			if u.To.ID == "" {
				m.restored.texts[at] = u.Text
			}
		}
	}
	m.use()
	for at := range m.putBy {
		if c := m.composerAt(at); !c.Empty() { // else the line says so where nothing is written
			c.Say(m.asides(at))
		}
	}
}

// restoreEdit is restore of the new text of a message.
func (m *Model) restoreEdit(at string, u Unsent) {
	a := m.keptEdit(u)
	switch other := m.abouts[at]; {
	case other != nil && other.editing != nil:
		m.unsaved[at] = append(m.unsaved[at], a)
		return
	default:
		a.under = other
	}
	m.abouts[at] = a
}

// keptEdit is an edit that was kept.
func (m *Model) keptEdit(u Unsent) *about {
	a := &about{message: u.message(m.you), editing: composer.New(m.theme, m.keys.Edit), kept: true, left: u.Also != 0}
	a.editing.Paste(u.Text)
	return a
}

// message is the message that it is about, as far as that is known.
func (u *Unsent) message(you chat.User) timeline.Message {
	what := timeline.Message{
		Room: u.Room, Seq: u.To.Seq, ID: u.To.ID, Thread: u.Thread, Who: chat.SanitizeLine(cut(u.To.Who)),
		Text: chat.Sanitize(cut(u.To.Says)), Revision: u.To.Revision, Chat: true,
	}
	if u.Edit != 0 {
		what.From = you
	}
	return what
}

// to is what is kept of the message that something is about.
func to(what *timeline.Message) To {
	return To{ID: what.ID, Seq: what.Seq, Who: what.Who, Says: what.OneLine(), Revision: what.Revision}
}

// written is all that is being written at a place: a new message, and edits.
func (m *Model) written(at string) (list []Unsent) {
	room, thread := roomAt(at)
	draft := Unsent{Room: room, Thread: thread}
	if c := m.composers[at]; c != nil {
		draft.Text = c.Unsent()
	}
	for _, w := range m.waiting { // a command, until it is known that it was done
		if draft.Text == "" && w.at == at {
			draft.Text = w.line
		}
	}
	a := m.abouts[at]
	if answers := a; answers != nil {
		if answers.editing != nil {
			answers = answers.under
		}
		if answers != nil {
			draft.To = to(&answers.message)
			draft.To.Revision = 0
		}
	}
	if draft.Text != "" {
		list = append(list, draft)
	}
	list = append(list, m.besides(at, draft.Text)...)
	edit := func(a *about, text string) {
		u := Unsent{Room: room, Thread: thread, Edit: a.message.Seq, Text: text, To: to(&a.message)}
		if a.left {
			u.Also = 1
		}
		if text == "" || !a.changed(text) {
			return
		}
		list = slices.DeleteFunc(list, func(o Unsent) bool { return o.slot() == u.slot() }) // that it goes on with
		list = append(list, u)
	}
	for _, a := range m.unsaved[at] {
		edit(a, a.editing.Unsent())
	}
	if a != nil && a.editing != nil {
		edit(a, a.editing.Unsent())
	}
	return list
}

// keepAt tells the keeper what is being written at a place, if that is something else.
func (m *Model) keepAt(at string) {
	if m.quitting {
		return
	}
	list := m.written(at)
	now := make(map[slot]bool, len(list))
	for _, u := range list {
		now[u.slot()] = true
		if _, had := m.kept[u.slot()]; !had { // first: it may be what another slot had
			m.keep(u)
		}
	}
	for _, u := range list {
		m.keep(u)
	}
	for s, u := range m.kept {
		if s.at == at && !now[s] {
			u.Text, u.To = "", To{}
			m.keep(u)
		}
	}
}

func (m *Model) keep(u Unsent) {
	if s := u.slot(); u.Text == "" {
		delete(m.kept, s)
	} else if m.kept[s] == u {
		return
	} else {
		m.kept[s] = u
	}
	if m.keeper != nil {
		m.keeper.Keep(u)
	}
}

// keepsAt has keepAt done of a place in the end of an Update: what goes from one list of it to
// another must not be off the disk in between.
func (m *Model) keepsAt(at string) { m.moved = append(m.moved, at) }

// keepBoth is keepAt of where the user was before a message, and where they are after it.
func (m *Model) keepBoth(before string) {
	m.leftTheWay()
	m.letUntakenGo()
	m.keepRoom()
	for _, at := range m.moved {
		m.keepAt(at)
	}
	m.moved = nil
	m.keepAt(before)
	if now := m.place(); now != before {
		m.keepAt(now)
	}
	m.timeline(m.room).SetWritten(m.writtenThreads())
}

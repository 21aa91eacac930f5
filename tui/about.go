package tui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/tui/composer"
	"github.com/hobnob-chat/hobnob/tui/keymap"
	"github.com/hobnob-chat/hobnob/tui/theme"
	"github.com/hobnob-chat/hobnob/tui/timeline"
)

// about is what a text that is being written is for: an answer to a message, or that
// message's new text. Every room and every thread has its own.
type about struct {
	message timeline.Message
	editing *composer.Composer // has the new text; nil of an answer
	before  string             // of an edit: the text it had
	under   *about             // of an edit: the answer that was being written
	sent    string             // of an edit: the text that is on its way, "" for none
	from    origin             // of an edit that is on its way: where and when it was saved
	failed  bool               // of an edit: it was not saved, as far as is known
	kept    bool               // of an edit: it was begun before the program was, and perhaps saved since
	waits   *about             // of an edit: the one before it of the same message, which is on its way; nil for none
	anew    bool               // of an edit that waits: it does not go on with the text of the other
	left    bool               // of an edit: it was ended with what was changed in it, and nothing was asked for
}

// place is where the user writes: a room, or a thread in it. Composers are kept by it.
func (m *Model) place() string {
	if t := m.in(); t != nil {
		return where(m.room, t.id)
	}
	return m.room
}

// about is what is being written is for, nil for nothing in particular.
func (m *Model) about() *about {
	if m.onTheWay() != nil {
		return nil
	}
	return m.abouts[m.place()]
}

// use brings the composer that belongs to where the user is.
func (m *Model) use() {
	m.composer = m.composerAt(m.place())
	m.composer.SetTheme(m.theme)
	m.placeholder()
	m.hint()
}

// composerAt is what takes what is typed at a place: an edit has its own.
func (m *Model) composerAt(at string) *composer.Composer {
	if m.going != nil && m.going.from.at == at {
		return m.going.text
	}
	if a := m.abouts[at]; a != nil && a.editing != nil {
		return a.editing
	}
	if m.composers[at] == nil {
		m.composers[at] = composer.New(m.theme, m.keys.Edit)
		m.composers[at].Recollect(m.past[at])
		delete(m.past, at)
	}
	return m.composers[at]
}

// placeholder says where what is written goes, there and in the thread beside it.
func (m *Model) placeholder() {
	m.composer.SetPlaceholder(m.goesTo(m.in() != nil))
	if g := m.onTheWay(); g != nil {
		waits := "waiting for " + g.to + " … · what you write goes there"
		if g.leaves != "" {
			waits = "leaving " + g.leaves + " … · what you write comes along"
		}
		m.composer.SetPlaceholder(waits)
	}
	if at, ok := m.other(); ok {
		m.composerAt(at).SetPlaceholder(m.goesTo(at != m.room))
	}
}

// goesTo says where what is written in a room goes, or in a thread of it.
func (m *Model) goesTo(thread bool) string {
	at := m.room
	if t := m.threads[m.room]; thread && t != nil {
		at = where(m.room, t.id)
	}
	if a := m.abouts[at]; a != nil && a.editing != nil {
		return "the new text of your message"
	}
	if r, gone := m.gone[m.room]; gone {
		return "you are in " + cut(sign(r)+m.label(r)) + " no longer"
	}
	if thread {
		return "reply in the thread"
	}
	if r := m.member(m.room); r != nil && r.Archived {
		return m.called() + " is archived: it can be read, and no more"
	}
	return "write to " + m.fullName()
}

// setAbout says what is being written is for. An edit that was begun ends: what was changed
// in it is put aside, and the answer that was being written before is again.
func (m *Model) setAbout(a *about) {
	at := m.place()
	old := m.abouts[at]
	if old != nil && old.editing != nil {
		under := old.under
		m.leaveEdit(at, old)
		old = under
	}
	switch {
	case a == nil && old != m.abouts[at]:
		a = old
	case a != nil && a.editing != nil:
		a.under = old
	}
	if delete(m.abouts, at); a != nil {
		m.abouts[at] = a
	}
	m.use()
	m.setFocus(writing)
}

// cancel gives up answering or editing; what was being written before is there again.
func (m *Model) cancel() { m.setAbout(nil) }

// reply begins an answer to a message.
func (m *Model) reply(to timeline.Message) tea.Cmd {
	if m.settledOnly(to) {
		m.setAbout(&about{message: to})
	}
	return nil
}

// editable tells whether the user can edit a message here.
func editable(w timeline.Message) bool { return w.Seq != 0 && !w.Deleted && w.Chat }

// edit begins to edit a message of the user's.
func (m *Model) edit(what timeline.Message) tea.Cmd {
	switch {
	case what.Failed:
		m.takeBack(what)
		return nil
	case what.Seq == 0 && m.uploading(what.ID) == nil:
		return m.takesBack(what, "")
	case !m.settledOnly(what):
		return nil
	case what.From.ID != m.you.ID:
		m.composer.Say("only " + what.Who + " can edit that message")
		return nil
	case !what.Chat:
		m.composer.Say("that is not a text, and cannot be edited here")
		return nil
	}
	if a := m.about(); a != nil && a.editing != nil && a.message.Seq == what.Seq {
		m.setFocus(writing) // it is being edited
		return nil
	}
	if m.openSaved(what.Seq) {
		return nil
	}
	return m.withText(what, func(text string) tea.Cmd {
		c := composer.New(m.theme, m.keys.Edit)
		c.Paste(asWritten(text))
		if c.Text() == "" && text != "" {
			m.composer.Say("that message is too long to be edited here")
			return nil
		}
		m.setAbout(&about{message: what, editing: c, before: c.Text()})
		return nil
	})
}

// aboutLine says what is being written is for, in texts that get shorter.
func (m *Model) aboutLine(a *about) []string {
	if a == nil {
		return nil
	}
	cancel, back := m.givesUp(a), keymap.Name(m.givingUp(a))
	if m.top() != nil || m.focus == choosing {
		cancel, back = "", "" // it does something else first
	}
	after := ""
	if cancel != "" {
		after = " · " + cancel
	}
	if a.editing != nil {
		long := "editing your message"
		return append(quoting(long+": ", a.message.OneLine(), after), long+after, "editing"+after, theme.Dots("editing", back))
	}
	long, short := "replying to "+a.message.Who, "↱ "+a.message.Who
	return append(quoting(long+": ", a.message.OneLine(), after), long+after, short+after, theme.Dots(short, back), short)
}

// forget takes what a message said off the lines that speak of it, since it is deleted.
// What the user writes about it stays.
func (m *Model) forget(room string, seq uint64) {
	forgets := func(at string, a *about) {
		if in, _ := roomAt(at); a != nil && in == room && a.message.Seq == seq {
			a.message.Text = ""
			m.keepsAt(at)
		}
	}
	for at, a := range m.abouts {
		if forgets(at, a); a != nil {
			forgets(at, a.under)
		}
	}
	for at, list := range m.unsaved {
		for _, a := range list {
			forgets(at, a)
		}
	}
	for at, list := range m.putBy {
		for i := range list {
			if in, _ := roomAt(at); in == room && list[i].To.Seq == seq {
				list[i].To.Says = ""
				m.keepsAt(at)
			}
		}
	}
	if q := m.question; q != nil && room == m.room && q.seq == seq {
		m.over()
	}
}

package tui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/composer"
	"github.com/hobnob-chat/hobnob/tui/theme"
	"github.com/hobnob-chat/hobnob/tui/timeline"
)

// about is what a text that is being written is for: an answer to a message, or that
// message's new text. Every room and every thread has its own.
type about struct {
	message timeline.Message
	editing *composer.Composer // has the new text; nil of an answer
	before  string             // of an edit: the text it had
}

// place is where the user writes: a room, or a thread in it. Composers are kept by it.
func (m *Model) place() string {
	if t := m.in(); t != nil {
		return where(m.room, t.id)
	}
	return m.room
}

// about is what is being written is for, nil for nothing in particular.
func (m *Model) about() *about { return m.abouts[m.place()] }

// use brings the composer that belongs to where the user is.
func (m *Model) use() {
	m.composer = m.composerAt(m.place())
	m.composer.SetTheme(m.theme)
	m.placeholder()
	m.hint()
}

// composerAt is what takes what is typed at a place: an edit has its own.
func (m *Model) composerAt(at string) *composer.Composer {
	if a := m.abouts[at]; a != nil && a.editing != nil {
		return a.editing
	}
	if m.composers[at] == nil {
		m.composers[at] = composer.New(m.theme, m.keys.Edit)
	}
	return m.composers[at]
}

// placeholder says where what is written goes, there and in the thread beside it.
func (m *Model) placeholder() {
	m.composer.SetPlaceholder(m.goesTo(m.in() != nil))
	if at, ok := m.other(); ok {
		m.composerAt(at).SetPlaceholder(m.goesTo(at != m.room))
	}
}

// goesTo says where what is written in a room goes, or in a thread of it.
func (m *Model) goesTo(thread bool) string {
	if thread {
		return "answer in the thread"
	}
	if r := m.member(m.room); r != nil && r.Archived {
		return m.called() + " is archived: it can be read, and no more"
	}
	return "write to " + m.fullName()
}

// set says what is being written is for. An edit that was begun ends, and what was
// changed in it can be brought back.
func (m *Model) setAbout(a *about) {
	at := m.place()
	if old := m.abouts[at]; old != nil && old.editing != nil {
		if text := old.editing.Text(); text != old.before {
			m.composers[at].Spare(text)
			if yank := name(m.keys.Edit.Yank); yank != "" {
				m.composers[at].Say(yank + " brings back what you had changed")
			}
		}
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
	case !m.settledOnly(what):
		return nil
	case what.From.ID != m.you.ID:
		m.composer.Say("only " + what.Who + " can edit that message")
		return nil
	case !what.Chat:
		m.composer.Say("that is not a text, and cannot be edited here")
		return nil
	}
	return m.withText(what, func(text string) tea.Cmd {
		c := composer.New(m.theme, m.keys.Edit)
		c.Paste(text)
		if c.Text() == "" && text != "" {
			m.composer.Say("that message is too long to be edited here")
			return nil
		}
		m.setAbout(&about{message: what, editing: c, before: c.Text()})
		return nil
	})
}

// takeBack makes what is being written of a message that was refused, to be sent again
// when it is better.
func (m *Model) takeBack(what timeline.Message) {
	if m.in() == nil && what.Thread != "" {
		m.enterThread(what.Thread)
	}
	o := m.uploading(what.ID)
	switch {
	case !m.composer.Empty() || m.about() != nil:
		m.composer.Say("send what you are writing first, or cut it; then this one can be taken back")
		return
	case !what.Whole:
		m.composer.Say("that message is too long to be edited here; " + name(m.keys.Drop) + " drops it")
		return
	}
	if o != nil {
		m.forgetUpload(o)
		what.Text = o.line
		m.composer.Spare(chat.Sanitize(theme.Clip(o.text, MaxText)))
	} else if err := m.client.Drop(what.ID); err != nil {
		m.composer.Say("it could not be taken back: " + cut(err.Error()))
		return
	}
	m.each(m.room, func(t *timeline.Timeline) { t.Dropped(what.ID) })
	m.composer.Paste(what.Text)
	m.setFocus(writing)
}

// aboutLine says what is being written is for, in texts that get shorter.
func (m *Model) aboutLine(a *about) []string {
	back := name(m.keys.Back)
	switch {
	case a == nil:
		return nil
	case a.editing != nil:
		return []string{"editing your message · " + back + " leaves that", "editing · " + back + " leaves it", "editing · " + back}
	}
	short := "↱ " + a.message.Who
	long := "answering " + a.message.Who + " · " + back + " leaves that"
	list := []string{long + " · " + a.message.OneLine()}
	for n := len(a.message.Text); n > 8; n /= 2 { // as much of it as there is room for
		list = append(list, long+" · "+theme.Clip(a.message.OneLine(), n))
	}
	return append(list, long, short+" · "+back, short)
}

// edited is what came of an edit.
type edited struct {
	at    string
	about *about
	err   error
}

// saveEdit asks for the text of a message to be replaced by what is written. Until the
// answer is there it is kept: an edit that fails is there again. A line that begins with
// a slash is text here: it was sent as one. Of an empty text it asks whether the message
// is to be deleted.
func (m *Model) saveEdit(a *about, text string) tea.Cmd {
	switch {
	case text == strings.TrimRight(a.before, " \n"):
		m.cancel()
		return nil
	case strings.TrimSpace(text) == "":
		return m.askDelete(a.message)
	case m.tooLong(text), !m.online("editing a message"):
		return nil
	}
	at := m.place()
	delete(m.abouts, at)
	m.use()
	return m.requestEdit(at, a, text)
}

func (m *Model) requestEdit(at string, a *about, text string) tea.Cmd {
	revision := a.message.Revision
	args := chat.Args{chat.TextBody(text).JSON, chat.EditRequest{
		MessageRef: chat.MessageRef{Room: m.room, Seq: a.message.Seq}, Revision: &revision,
	}}
	client := m.client
	return func() tea.Msg {
		ctx, cancel := askContext()
		defer cancel()
		return edited{at, a, client.Ask(ctx, "message:edit", args, nil)}
	}
}

// editedNow takes what came of an edit. The text of one that failed is not lost.
func (m *Model) editedNow(e edited) {
	if e.err == nil {
		return
	}
	why := fmt.Sprintf("the edit was not saved: %s", cut(e.err.Error()))
	if m.abouts[e.at] == nil {
		m.abouts[e.at] = e.about
		if m.use(); m.place() == e.at {
			m.setFocus(writing)
		}
		e.about.editing.Say(why)
		m.keep(e.at, m.unsent(e.at))
		return
	}
	m.composers[e.at].Spare(e.about.editing.Text())
	m.shown().Notice(why + "\nyour text was: " + e.about.editing.Text())
}

// forget takes what a message said off the lines that speak of it, since it is deleted.
// What the user writes about it stays.
func (m *Model) forget(room string, seq uint64) {
	for at, a := range m.abouts {
		if in, _, _ := strings.Cut(at, "\x00"); in == room && a.message.Seq == seq {
			a.message.Text = ""
		}
	}
	if q := m.question; q != nil && room == m.room && q.seq == seq {
		m.over()
	}
}

package tui

import (
	"errors"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/composer"
	"github.com/hobnob-chat/hobnob/tui/emoji"
	"github.com/hobnob-chat/hobnob/tui/keymap"
	"github.com/hobnob-chat/hobnob/tui/slash"
	"github.com/hobnob-chat/hobnob/tui/timeline"
)

// An edit is written in a composer of its own, above what else is being written. Enter
// puts it among those that are on their way (Model.unsaved), where it stays until the
// server has answered: a text that was not saved is there, on the screen or by pressing ↑,
// and is kept as all is that is being written.

// edited is what came of an edit.
type edited struct {
	from  origin
	about *about
	err   error
}

// saveEdit asks for the text of a message to be replaced by what is written. Of an empty
// text it asks whether the message is to be deleted. A command is not done while a message
// is edited, nor saved as its text.
func (m *Model) saveEdit(a *about, text string) tea.Cmd {
	written := text
	switch {
	case slash.Is(text):
		m.composer.Say("you are editing a message, and nothing was done: " + keymap.Name(m.givingUp(a)) + " cancels that, then commands are done; one more / before it saves this as it is")
		return nil
	case strings.HasPrefix(text, "//"):
		text = text[1:]
	}
	switch {
	case !a.changed(written):
		m.cancel()
		return nil
	case strings.TrimSpace(text) == "":
		return m.askDelete(a.message)
	case m.tooLong(text), !m.online("editing a message"):
		return nil
	}
	at := m.place()
	m.editSaves(at, a, written)
	a.sent, a.from = text, m.origin()
	m.unsaved[at] = append(m.unsaved[at], a)
	if delete(m.abouts, at); a.under != nil {
		m.abouts[at], a.under = a.under, nil
	}
	m.use()
	if a.waits != nil {
		return nil // until that is answered
	}
	return m.requestEdit(at, a)
}

// editSaves takes down that a text is saved as a message's: what it stands in the place of is put aside, and
// it is that itself no longer.
func (m *Model) editSaves(at string, a *about, written string) {
	m.putEditAside(at, a)
	if s := a.editing.Unsent(); s != a.editing.Text() {
		if a.changed(s) {
			m.putAside(at, Unsent{Text: s})
		}
		a.editing.Clear() // it is kept as what is saved, and not as what that took the place of
		a.editing.Paste(written)
	}
	m.notAside(at, written)
}

// changed tells whether a text is another than the one that the message had.
func (a *about) changed(text string) bool {
	return strings.TrimRight(text, " \n") != strings.TrimRight(a.before, " \n")
}

// requestEdit asks for an edit. It is from where and when the text was saved, also where it waited for
// another one: who wrote on since is not led back to it.
func (m *Model) requestEdit(at string, a *about) tea.Cmd {
	revision := a.message.Revision
	args := chat.Args{chat.TextBody(emoji.Spell(a.sent)).JSON, chat.EditRequest{MessageRef: ref(a.message), Revision: &revision}}
	client, from := m.client, a.from
	from.at = at
	return func() tea.Msg {
		ctx, cancel := askContext()
		defer cancel()
		return edited{from, a, client.Ask(ctx, "message:edit", args, nil)}
	}
}

// editedNow takes what came of an edit. The text of one that was not saved is in the
// composer again, or where something else was done meanwhile a key away.
func (m *Model) editedNow(e edited) tea.Cmd {
	at, a := e.from.at, e.about
	if !slices.Contains(m.unsaved[at], a) {
		return m.afterSaved(at, a) // it was told to be saved before
	}
	if e.err == nil || m.saysNow(a) {
		m.savedEdit(at, a)
		return m.afterSaved(at, a)
	}
	a = m.afterRefused(at, a)
	a.sent, a.failed = "", true
	if t := m.timelines[a.message.Room]; t != nil {
		if now, ok := t.BySeq(a.message.Seq); ok {
			a.message.Revision = now.Revision // who saves it again has seen that
		}
	}
	why := "the edit was not saved: " + cut(e.err.Error())
	if _, refused := errors.AsType[*chat.Error](e.err); !refused {
		why = "no answer came: the edit may have been saved, or not"
	}
	if a == m.about() { // the next one is being written
		m.composer.SayOn(why)
		return nil
	}
	if m.still(e.from) && !m.covered() && m.openSaved(a.message.Seq) {
		m.composer.Say(why)
		return nil
	}
	e.from.line = ""
	return m.undone(e.from, why+" · "+keymap.Name(m.keys.EditLast)+" brings it back, where nothing is written")
}

// saysNow tells whether a message says by now what an edit made of it.
func (m *Model) saysNow(a *about) bool {
	t := m.timelines[a.message.Room]
	if t == nil {
		return false
	}
	now, ok := t.BySeq(a.message.Seq)
	return ok && now.Whole && now.Text == saidBy(a.sent)
}

// dropSaved lets go of the edits that are what their messages say by now, and were kept from
// before, or were not saved as far as was known: they came there all the same.
func (m *Model) dropSaved(room string) {
	for at, a := range m.abouts {
		if a == nil || !a.kept && !a.failed || a.message.Room != room {
			continue
		}
		sent := strings.TrimRight(a.editing.Text(), " \n")
		if strings.HasPrefix(sent, "//") {
			sent = sent[1:]
		}
		if !m.saysNow(&about{message: a.message, sent: sent}) {
			continue
		}
		if delete(m.abouts, at); a.under != nil {
			m.abouts[at] = a.under
		}
		m.use()
		m.keepAt(at)
		if a.failed && at == m.place() {
			m.composer.Say("your edit was saved after all")
		}
	}
}

// saidBy is what a message says, as it is shown, that is made of a text.
func saidBy(text string) string { return chat.Sanitize(emoji.Spell(text)) }

// savedEdit forgets an edit that was saved.
func (m *Model) savedEdit(at string, a *about) {
	m.unsaved[at] = slices.DeleteFunc(m.unsaved[at], func(o *about) bool { return o == a })
	if len(m.unsaved[at]) == 0 {
		delete(m.unsaved, at)
	}
	m.keepsAt(at)
}

// openSaved goes on with an edit of a message that was not saved, and tells whether there
// is one; 0 is the newest of any message.
func (m *Model) openSaved(seq uint64) bool {
	at := m.place()
	for _, a := range slices.Backward(m.unsaved[at]) {
		if seq != 0 && a.message.Seq != seq {
			continue
		}
		if seq == 0 && (a.sent != "" || a.left) { // who left it may mean another message now
			continue
		}
		if a.sent != "" {
			m.editSent(a)
			return true
		}
		m.goOn(at, a)
		return true
	}
	return false
}

// editSent begins to edit what an edit that is on its way makes of a message.
func (m *Model) editSent(before *about) {
	a := &about{message: before.message, editing: composer.New(m.theme, m.keys.Edit), before: before.editing.Text(), waits: before}
	a.editing.Paste(a.before)
	m.setAbout(a)
}

// afterEdit is the edit of the same message that waits for another one to be answered, nil for
// none.
func (m *Model) afterEdit(at string, a *about) *about {
	for _, o := range append(slices.Clip(m.unsaved[at]), m.abouts[at]) {
		if o != nil && o.waits == a {
			return o
		}
	}
	return nil
}

// afterSaved asks for the edit that waited for one that was saved.
func (m *Model) afterSaved(at string, a *about) tea.Cmd {
	next := m.afterEdit(at, a)
	if next == nil {
		return nil
	}
	next.waits, next.message.Revision = nil, a.message.Revision+1
	if t := m.timelines[a.message.Room]; t != nil {
		if now, ok := t.BySeq(a.message.Seq); ok {
			next.message.Revision = max(next.message.Revision, now.Revision)
		}
	}
	if next.sent == "" {
		return nil
	}
	return m.requestEdit(at, next)
}

// afterRefused is the edit that stands for one that was refused: the last of those that waited
// for it, or itself. What the others do not go on with is put aside.
func (m *Model) afterRefused(at string, a *about) *about {
	for next := m.afterEdit(at, a); next != nil; next = m.afterEdit(at, a) {
		if next.anew {
			m.putAside(at, Unsent{Text: a.editing.Unsent()})
		}
		m.savedEdit(at, a)
		next.waits, next.before = nil, a.before
		a = next
	}
	return a
}

// goOn goes on with an edit that was not saved.
func (m *Model) goOn(at string, a *about) {
	m.savedEdit(at, a)
	a.left = false
	if c := m.composers[at]; c != nil && c.Sentence() == m.changedAside() {
		c.Say("")
	}
	m.setAbout(a)
}

// leaveEdit puts aside what was changed in an edit that ends. It stays an edit: nobody wants
// the new text of a message to be posted as another one.
func (m *Model) leaveEdit(at string, a *about) {
	m.putEditAside(at, a)
	text := a.editing.Unsent()
	if !a.changed(text) || strings.TrimSpace(text) == "" {
		return
	}
	a.left, a.under = true, nil
	m.unsaved[at] = append(m.unsaved[at], a)
	m.keepsAt(at)
	m.composers[at].Spare(text)
	m.composers[at].Say(m.changedAside())
}

// changedAside says how to go on with an edit that was left, "" if no key does that.
func (m *Model) changedAside() string {
	return does(m.keys.Write.Search, "brings back what you had changed")
}

// editsAside are the edits of a place that were not saved, as far as is known, the oldest first.
func (m *Model) editsAside(at string) (list []*about) {
	for _, a := range m.unsaved[at] {
		if a.sent == "" {
			list = append(list, a)
		}
	}
	return list
}

// onTheirWay is how many edits the server has not answered.
func (m *Model) onTheirWay() (n int) {
	for _, list := range m.unsaved {
		for _, a := range list {
			if a.sent != "" {
				n++
			}
		}
	}
	return n
}

// underWay says what the user waits for, else who writes.
func (m *Model) underWay() string {
	if m.onTheirWay() > 0 {
		return "saving your edit…"
	}
	return m.writing()
}

// underWayStill says what is not done yet that one may want to wait for, "" for nothing.
func (m *Model) underWayStill() string {
	if under := m.uploadsUnder(); under != "" {
		return under
	}
	switch n := m.onTheirWay(); n {
	case 0:
		return ""
	case 1:
		return "an edit is on its way"
	default:
		return plural(n, "edit") + " are on their way"
	}
}

// revised takes that a message became another: an edit that made it so is saved, whatever
// came of the request.
func (m *Model) revised(u chat.MessageRevised) {
	m.each(u.Room, func(t *timeline.Timeline) { t.Revised(u) })
	if r := m.member(u.Room); r != nil {
		m.unread.Revised(r, m.timeline(r.ID), u.Seq)
	}
	m.dropSaved(u.Room)
	for at, list := range m.unsaved {
		for _, a := range slices.Clone(list) {
			text := a.sent
			if text == "" { // it was not saved, as far as is known
				text = strings.TrimRight(a.editing.Text(), " \n")
				if strings.HasPrefix(text, "//") {
					text = text[1:]
				}
			}
			if a.message.Room == u.Room && a.message.Seq == u.Seq && u.Body.JSON != nil && timeline.Text(u.Body) == saidBy(text) {
				m.savedEdit(at, a)
			}
		}
	}
}

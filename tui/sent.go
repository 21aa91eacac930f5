package tui

import (
	"maps"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/keymap"
	"github.com/hobnob-chat/hobnob/tui/slash"
	"github.com/hobnob-chat/hobnob/tui/timeline"
)

// asWritten is how a text is written that is to be sent as it is: one that would be taken for
// a command has one more slash.
func asWritten(text string) string {
	if slash.Is(text) || strings.HasPrefix(text, "//") {
		return "/" + text
	}
	return text
}

// lineOf is how a message was written.
func lineOf(style chat.Style, text string) string {
	if style == chat.StyleMe {
		return "/me " + text
	}
	return asWritten(text)
}

// before is something the user wrote before: it was sent, or is put aside here, or is being
// written at another place.
type before struct {
	text  string
	aside *Unsent // that was put aside here
	edit  *about  // that was, or was not saved
	at    string  // the other place
}

// about is what it is, before what is sought.
func (b *before) about() string {
	switch _, thread := roomAt(b.at); {
	case b.edit != nil:
		return "an edit: "
	case b.aside != nil:
		return "put aside: "
	case thread != "":
		return "in a thread: "
	case b.at != "":
		return "elsewhere: "
	}
	return "sent before: "
}

// searchSent asks for a part of what was sent before, and shows what has it while it is
// typed. What is being written stands after it, as after what was recalled.
func (m *Model) searchSent() {
	at := m.composer
	all := m.sentBefore()
	if len(all) == 0 {
		at.Say("you have sent nothing yet that could be found")
		return
	}
	restore, shown := at.Snapshot(), -1
	q := &question{again: m.keys.Write.Search}
	seek := func(from int) {
		for i := from; i < len(all); i++ {
			if !strings.Contains(strings.ToLower(all[i].text), strings.ToLower(q.text)) {
				continue
			}
			restore()
			at.Bring(all[i].text)
			q.says = []string{all[i].about()}
			shown = i
			return
		}
		switch {
		case q.text == "":
			q.says = []string{"nothing was sent before that ", "nothing before that "}
		case from > 0:
			q.says = []string{"nothing else sent before has ", "nothing else has "}
		default:
			q.says = []string{"nothing sent before has ", "nothing has "}
		}
	}
	asks := []string{"find what you sent before: ", "find what you sent: ", "find: "}
	q.says = asks
	q.changed = func(text string) {
		if shown = -1; text == "" {
			restore()
			q.says = asks
			return
		}
		seek(0)
		if shown < 0 {
			restore()
		}
	}
	q.more = func() { seek(shown + 1) }
	q.taken = func() tea.Cmd {
		if shown < 0 {
			return nil
		}
		return m.bring(all[shown], restore)
	}
	q.left = restore
	m.askFor(q)
	if all[0].about() != "sent before: " { // nobody has to know a word of it
		seek(0)
	}
}

// bring takes what was found. What is put aside is being written again, and what is being
// written elsewhere is gone to.
func (m *Model) bring(b before, restore func()) tea.Cmd {
	switch a := m.about(); {
	case b.at != "":
		restore()
		m.goToPlace(b.at)
	case b.edit != nil:
		restore()
		m.goOn(m.place(), b.edit)
	case b.aside != nil && (a == nil || a.editing == nil):
		restore()
		return m.bringAside(*b.aside)
	}
	return nil
}

// goToPlace goes to a place.
func (m *Model) goToPlace(at string) {
	room, thread := roomAt(at)
	if m.showRoom(room); thread != "" {
		m.enterThread(thread)
		return
	}
	m.toRoom()
}

// sentBefore is what the user wrote: what is put aside here and is being written in threads of
// this room, what was sent from here, then what is loaded of theirs in this timeline, then what
// is from elsewhere; newest first, each once.
func (m *Model) sentBefore() (list []before) {
	seen := make(map[string]bool)
	add := func(b before) {
		if !seen[b.text] && strings.TrimSpace(b.text) != "" {
			seen[b.text] = true
			list = append(list, b)
		}
	}
	texts := func(texts []string) {
		for _, s := range texts {
			add(before{text: s})
		}
	}
	for _, a := range slices.Backward(m.editsAside(m.place())) {
		add(before{text: a.editing.Unsent(), edit: a})
	}
	for _, u := range slices.Backward(m.putBy[m.place()]) {
		add(before{text: u.Text, aside: &u})
	}
	m.beingWritten(func(room string) bool { return room == m.room }, add)
	texts(m.composer.Past())
	for _, l := range slices.Backward(m.losts) {
		add(before{text: l.text})
	}
	for _, own := range m.shown().Own(maxPast) {
		add(before{text: lineOf(own.Style, own.Text)})
	}
	for _, in := range slices.Backward(m.inputs) {
		add(before{text: in.Line})
	}
	for _, r := range m.rooms {
		if c := m.composers[r.ID]; c != nil {
			texts(c.Past())
		}
	}
	for _, at := range slices.Sorted(maps.Keys(m.composers)) {
		if room, _ := roomAt(at); m.member(room) == nil && room != m.room { // there is no going back to it
			texts(append([]string{m.composers[at].Unsent()}, m.composers[at].Past()...))
			for _, u := range m.putBy[at] {
				add(before{text: u.Text})
			}
		}
	}
	m.beingWritten(func(room string) bool { return room != m.room && m.member(room) != nil }, add)
	return list
}

// beingWritten are the new messages that are being written in other places of some rooms.
func (m *Model) beingWritten(in func(room string) bool, add func(before)) {
	var list []string
	for s, u := range m.kept {
		if room, _ := roomAt(s.at); s.edit == 0 && s.also == 0 && s.at != m.place() && u.Text != "" && in(room) {
			list = append(list, s.at)
		}
	}
	slices.Sort(list)
	for _, at := range list {
		add(before{text: m.kept[slot{at: at}].Text, at: at})
	}
}

// maxPast is how many messages of the user's own are looked through for what was sent.
const maxPast = 200

// takeBack makes what is being written of a message that was refused, to be sent again
// when it is better: where it was, as what it was, and as an answer to what it answered.
func (m *Model) takeBack(what timeline.Message) {
	if m.in() == nil && what.Thread != "" {
		m.enterThread(what.Thread)
	}
	o := m.uploading(what.ID)
	line := lineOf(what.Style, what.Text)
	switch {
	case !m.composer.Empty() || m.about() != nil:
		m.composer.Say("send what you are writing first, or cut it; then this one can be taken back")
		return
	case !what.Whole:
		m.composer.Say("that message is too long to be edited here; " + keymap.Name(m.keys.Drop) + " drops it")
		return
	case o == nil && m.asItIs(&what) != "":
		m.composer.Say(m.asItIs(&what) + " cannot be changed here; " + keymap.Name(m.keys.Retry) + " sends it again")
		return
	}
	restore := m.composer.Snapshot()
	if o != nil {
		line = o.line
		if o.text != "" {
			line = ""
			m.putAside(m.place(), Unsent{Text: chat.Sanitize(o.text)})
		}
	}
	if what.Answers != "" {
		m.setAbout(&about{message: answeredBy(m.shown(), &what)})
	}
	m.composer.Paste(line)
	m.keepAt(m.place()) // first: at any moment it is kept here or there
	if o != nil {
		m.forgetUpload(o)
	} else if err := m.client.Drop(what.ID); err != nil {
		restore()
		m.setAbout(nil)
		m.composer.Say("it could not be taken back: " + cut(err.Error()))
		return
	}
	m.each(what.Room, func(t *timeline.Timeline) { t.Dropped(what.ID) })
	m.countWaiting()
	if line == "" {
		m.composer.Say(m.asides(m.place()))
	}
	m.setFocus(writing)
}

// asItIs is what a message is that no line says, "" of one that a line does.
func (m *Model) asItIs(what *timeline.Message) string {
	switch {
	case what.Style == chat.StyleCode, what.Style == chat.StyleOutput:
		return "a block of code"
	case len(what.Files) > 0:
		return "a message with files"
	case what.Style != "" && what.Style != chat.StyleMe, what.Style == chat.StyleMe && strings.Contains(what.Text, "\n"), !what.Chat:
		return "that message"
	}
	return ""
}

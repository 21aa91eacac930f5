package tui

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/tui/composer"
	"github.com/hobnob-chat/hobnob/tui/keymap"
)

// A composer has one text. What else somebody wrote at a place, and did not send, is put
// aside there: what another window left, what something that was recalled had taken the place
// of. It is kept as what is being written is, the line where one writes says that it is there,
// and the key that finds what was sent brings it back; what is written then is put aside for it.

// maxKept is how much is kept of what was pasted and is on its way as files, all together, in
// bytes: the file that it is in is written anew while one types.
const maxKept = 2 << 20

// putAside puts a text aside, unless it is there already.
func (m *Model) putAside(at string, u Unsent) {
	u.Room, u.Thread = roomAt(at)
	u.Edit, u.Also = 0, 0
	if strings.TrimSpace(u.Text) == "" || slices.Contains(m.putBy[at], u) {
		return
	}
	if m.putBy == nil {
		m.putBy = make(map[string][]Unsent)
	}
	m.putBy[at] = append(m.putBy[at], u)
	m.placeholder()
}

// notAside forgets a text that was put aside, since it was sent or is in the composer again.
func (m *Model) notAside(at, text string) {
	for _, a := range m.editsAside(at) {
		if a.left && a.editing.Unsent() == text {
			m.savedEdit(at, a)
		}
	}
	list := slices.DeleteFunc(slices.Clone(m.putBy[at]), func(u Unsent) bool { return u.Text == text })
	if len(list) == len(m.putBy[at]) {
		return
	}
	if m.putBy[at] = list; len(list) == 0 {
		delete(m.putBy, at)
	}
	m.placeholder()
}

// recalls takes down in a composer that a line of it was sent. What had been put aside there
// to recall it was not.
func (m *Model) recalls(at string, c *composer.Composer, line string) {
	unsent := c.Aside()
	slices.Reverse(unsent) // the newest last, as they are put aside
	if c.Unsent() != c.Text() {
		unsent = append(unsent, c.Unsent())
	}
	c.Remember(line)
	m.notAside(at, line)
	for _, s := range unsent {
		if s != line {
			m.putAside(at, Unsent{Text: s})
		}
	}
}

// putEditAside puts aside what is written where a message is edited, and is not its new text.
func (m *Model) putEditAside(at string, a *about) {
	for _, s := range slices.Backward(a.editing.Aside()) {
		m.putAside(at, Unsent{Text: s})
	}
}

// besides are the texts of a place that no composer shows: what was put aside, commands that
// are not answered, and what is on its way as files; all but one text, the newest last, since
// who opens the chat again is shown that first.
func (m *Model) besides(at, but string) (list []Unsent) {
	room, thread := roomAt(at)
	add := func(u Unsent) {
		u.Room, u.Thread, u.Also = room, thread, len(list)+1
		same := func(o Unsent) bool { return o.Text == u.Text && o.To == u.To }
		if u.Text != "" && (u.Text != but || u.To != To{}) && !slices.ContainsFunc(list, same) {
			list = append(list, u)
		}
	}
	for _, u := range m.putBy[at] {
		add(u)
	}
	if c := m.composers[at]; c != nil {
		for _, s := range slices.Backward(c.Aside()) {
			add(Unsent{Text: s})
		}
	}
	if a := m.abouts[at]; a != nil && a.editing != nil {
		for _, s := range slices.Backward(a.editing.Aside()) {
			add(Unsent{Text: s})
		}
	}
	for _, w := range m.waiting { // until it is known that it was done
		if w.at == at {
			add(Unsent{Text: w.line})
		}
	}
	if q := m.question; q != nil && q.at == at {
		add(Unsent{Text: q.line})
	}
	if g := m.going; g != nil && g.from.at == at {
		for _, s := range append(slices.Clip(g.held), g.text.Unsent()) {
			add(Unsent{Text: s})
		}
	}
	for _, o := range m.uploads.list {
		if where(o.draft.Room, o.draft.Thread) == at && o.keeps {
			add(Unsent{Text: cmp.Or(o.text, o.line)})
		}
	}
	return list
}

// keepsFile tells whether what was pasted can be kept until it is posted.
func (m *Model) keepsFile(text string) bool {
	all := len(text)
	for _, o := range m.uploads.list {
		if o.keeps {
			all += len(o.text)
		}
	}
	return all <= maxKept
}

// bringAside makes a text that was put aside what is being written here, and puts what is
// written aside for it. One that is too long for a message is asked about as when it was
// pasted, and stays aside until it is posted.
func (m *Model) bringAside(u Unsent) tea.Cmd {
	at, c := m.place(), m.composer
	if len(u.Text) > MaxText {
		m.choosePaste(u.Text)
		return nil
	}
	list := m.written(at)
	m.notAside(at, u.Text)
	says := ""
	for _, w := range list {
		if w.Edit == 0 && w.Also == 0 && w.Text != u.Text && w.Text == c.Unsent() {
			m.putAside(at, w)
			says = "what you were writing is put aside · " + keymap.Name(m.keys.Write.Search) + " brings it back"
			m.setAbout(nil)
		}
	}
	for _, s := range slices.Backward(c.Aside()) {
		m.putAside(at, Unsent{Text: s})
	}
	c.Clear()
	c.Paste(u.Text)
	if u.To.ID != "" {
		m.setAbout(&about{message: u.message(m.you)})
	}
	if says != "" {
		c.Say(says)
	}
	return nil
}

// asideHint says in few words which key brings back what is put aside where the user is, "" where
// nothing is.
func (m *Model) asideHint() string {
	at, search := m.place(), keymap.Name(m.keys.Write.Search)
	switch n := m.countAside(at); {
	case m.asides(at) == "":
		return ""
	case n == 0:
		return search + ": unsent reply"
	case n == 1:
		return search + ": unsent text"
	default:
		return fmt.Sprintf("%s: %d unsent texts", search, n)
	}
}

// countAside is how many texts are put aside at a place.
func (m *Model) countAside(at string) int { return len(m.putBy[at]) + len(m.editsAside(at)) }

// asides says that something is put aside at a place, "" where nothing is.
func (m *Model) asides(at string) string {
	search := keymap.Name(m.keys.Write.Search)
	switch n := m.countAside(at); {
	case search == "":
		return ""
	case n == 0 && at == m.room && m.in() == nil && m.writtenUnseen():
		return search + ": you are writing in a thread"
	case n == 0:
		return ""
	case n == 1:
		return search + ": a text is put aside"
	default:
		return fmt.Sprintf("%s: %d texts are put aside", search, n)
	}
}

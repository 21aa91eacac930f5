package tui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/composer"
	"github.com/hobnob-chat/hobnob/tui/keymap"
	"github.com/hobnob-chat/hobnob/tui/paths"
	"github.com/hobnob-chat/hobnob/tui/slash"
)

// Writing is what helps with what is written and is not on the screen. What is nil is not
// there.
type Writing struct {
	// Editor lets the user's own editor have a text, where it belongs. What it makes does
	// I/O, and has the terminal while it runs.
	Editor func(text Unsent) Editing
	// Upload brings a file to the server, to be posted with a message to its room.
	Upload func(ctx context.Context, u Upload) (chat.File, error)
	// Open opens a file that the user named, to be uploaded. Paths are those that a path
	// may become, folders with a slash behind them; the path begins as it was written.
	Open  func(path string) (paths.File, error)
	Paths func(begun string) []string
}

// Editing is an editor that has a text. Text is what it left, once Run is over; also
// where Run failed. Took says that it is here, and was given to the Keeper if it was changed;
// until then it is kept where the editor left it. It may wait for the disk.
type Editing interface {
	tea.ExecCommand
	Text() string
	Took()
}

// ErrBackAtOnce is of Editing's Run where the editor ended well, before anybody could have
// written: as those do that go on in a window of their own.
var ErrBackAtOnce = errors.New("your editor was back at once; one that goes on in a window of its own needs to wait: code --wait, gvim -f")

// MaxText is how long a text may be here, in bytes.
const MaxText = composer.MaxBytes

// helpsWriting takes the keys that help with what is being written.
func (m *Model) helpsWriting(msg tea.KeyPressMsg) (cmd tea.Cmd, took bool) {
	switch k := m.keys.Write; {
	case matches(msg, m.keys.Back):
		return nil, m.composer.TakeBack()
	case matches(msg, k.Complete):
		return m.complete(1), true
	case matches(msg, k.CompleteBack):
		return m.complete(-1), true
	case matches(msg, k.Search):
		if m.onTheWay() != nil {
			m.giveUp()
		}
		m.searchSent()
	case matches(msg, k.Editor):
		return m.edits(), true
	default:
		return nil, false
	}
	return nil, true
}

// edits lets the user's editor have what is being written.
func (m *Model) edits() tea.Cmd {
	if m.helps.Editor == nil {
		m.composer.Say("there is no editor here")
		return nil
	}
	if g := m.onTheWay(); g != nil {
		m.composer.Say("your editor can have this when " + g.to + " is there; " + keymap.Name(m.keys.Back) + " gives that up")
		return nil
	}
	at, place, text := m.composer, m.place(), m.writtenHere()
	run := m.helps.Editor(text)
	return tea.Exec(run, func(err error) tea.Msg { return m.home(wrote{at, place, text.Text, run, err}) })
}

// writtenHere is what is in the composer, as an editor has it.
func (m *Model) writtenHere() Unsent {
	room, thread := roomAt(m.place())
	u := Unsent{Room: room, Thread: thread, Text: m.composer.Text()}
	switch a := m.abouts[m.place()]; {
	case a == nil:
	case a.editing != nil:
		u.Edit, u.To = a.message.Seq, to(&a.message)
	default:
		u.To = to(&a.message)
		u.To.Revision = 0
	}
	return u
}

// wrote is what an editor left.
type wrote struct {
	at    *composer.Composer
	place string
	had   string
	run   Editing
	err   error
}

// wroteNow takes what an editor left. Of one that failed the text stays as it was, and what it
// left is put aside; so is what has no place where it was written any more, as a new text of a
// message that was saved meanwhile after all.
func (m *Model) wroteNow(w wrote) tea.Cmd {
	text, c := w.run.Text(), w.at
	there := m.writtenIn(w.place, c)
	if !there {
		c = m.composerAt(w.place)
	}
	says := ""
	switch {
	case errors.Is(w.err, ErrBackAtOnce):
		says = ErrBackAtOnce.Error()
	case w.err != nil:
		says = "your editor failed, and the text is as it was: " + cut(w.err.Error()) +
			m.leftAside(w, " · %s brings what it had written")
	case !there:
		if aside := m.leftAside(w, " · %s brings it"); aside != "" {
			says = "what you had in your editor was sent meanwhile, and what it made of it is put aside" + aside
		}
	case !c.Replace(text):
		says = "that is too long for one message, and is put aside" + m.leftAside(w, " · %s brings it")
	}
	if says != "" {
		c.Say(says)
	}
	m.keepsAt(w.place)
	return func() tea.Msg { w.run.Took(); return nil } // once the keeper was told
}

// leftAside puts aside what an editor left, if that is not what it had, and says with which key
// it is there.
func (m *Model) leftAside(w wrote, says string) string {
	text := chat.Sanitize(w.run.Text())
	if text == "" || text == w.had {
		return ""
	}
	m.putAside(w.place, Unsent{Text: text})
	if search := keymap.Name(m.keys.Write.Search); search != "" {
		return fmt.Sprintf(says, search)
	}
	return ""
}

// writtenIn tells whether what is in a composer is among what is being written at a place.
func (m *Model) writtenIn(at string, c *composer.Composer) bool {
	return c == m.composers[at] || c == m.composerAt(at) ||
		slices.ContainsFunc(m.unsaved[at], func(a *about) bool { return a.editing == c })
}

// came takes what came of commands after which there is nothing more to do.
func (m *Model) came(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case signedIn:
		return m.signedInNow(msg)
	case present:
		m.there(msg)
	case followed:
		m.followedNow(msg)
	case wrote:
		cmd := m.wroteNow(msg)
		m.sendAgain() // the editor had the terminal
		return cmd
	}
	return nil
}

// commandHint says how the command is written that is being written, in texts that get
// shorter.
func (m *Model) commandHint() []string {
	text := m.composer.Text()
	if says := m.vimHint(text); says != nil {
		return says
	}
	if len(text) > 200 || !slash.Is(text) || strings.HasPrefix(text, "//") || strings.Contains(text, "\n") {
		return nil
	}
	word, rest, more := strings.Cut(strings.TrimPrefix(text, "/"), " ")
	if c, known := slash.Called(slash.OnScreen(), word, strings.TrimSpace(rest)); known && (more || c.Name == word) {
		usage := c.Usage()
		return []string{usage + " · " + c.Help, usage + " · " + c.Brief, usage}
	}
	var named []string
	for _, c := range slash.OnScreen() {
		if strings.HasPrefix(c.Name, word) && !more {
			named = append(named, "/"+c.Name)
		}
	}
	var says []string
	for n := len(named); n > 0; n-- {
		line := strings.Join(named[:n], "  ")
		if n < len(named) {
			line += " …"
		}
		says = append(says, line)
	}
	return says
}

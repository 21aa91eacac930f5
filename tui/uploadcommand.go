package tui

import (
	"errors"
	"slices"
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/composer"
	"github.com/hobnob-chat/hobnob/tui/emoji"
	"github.com/hobnob-chat/hobnob/tui/keymap"
	"github.com/hobnob-chat/hobnob/tui/paths"
	"github.com/hobnob-chat/hobnob/tui/slash"
)

func uploadCommands() runs { return runs{"upload": (*Model).uploadFiles} }

// picked are the files that a line names, or why one of them cannot be posted.
type picked struct {
	from  origin
	into  *outgoing // the first message of them, still without files
	about *about    // what was being written for
	line  string
	paths []string
	text  string       // that goes with them
	files []paths.File // closed: their names and sizes
	err   error
}

// withFiles takes what came of commands about files.
func (m *Model) withFiles(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case picked:
		return m.pickedNow(msg)
	case uploaded:
		return m.uploadedNow(msg)
	case filesLook:
		return m.filesGoOn()
	case saved:
		return m.savedNow(msg)
	case pathsCame:
		m.pathsNow(msg)
	}
	return nil
}

// uploadFiles posts the files that a line names, where the user is now.
func (m *Model) uploadFiles(rest string) tea.Cmd {
	line := "/upload " + rest
	var err error
	switch {
	case m.helps.Open == nil || m.helps.Upload == nil:
		err = errors.New("no files are posted from here")
	case paths.NamesNone(rest):
		err = errors.New("that names no file")
	case m.about() != nil && m.about().editing != nil:
		err = errors.New("you are editing a message; " + keymap.Name(m.keys.Back) + " cancels that")
	}
	if err == nil && !m.online("posting a file") {
		err = errors.New(m.composer.Sentence())
	}
	var into *outgoing
	if err == nil {
		into, err = m.outgoingFor()
	}
	if err != nil {
		m.composer.Say(err.Error())
		return nil
	}
	from := m.origin()
	m.waits(from)
	open, p := m.helps.Open, picked{from: from, into: into, about: m.about(), line: line}
	return func() tea.Msg {
		p.files, p.paths, p.text, p.err = paths.Open(rest, open)
		return p
	}
}

// pickedNow brings the files to the server, some to a message. Of files that cannot be
// posted none is, and the line is there again.
func (m *Model) pickedNow(p picked) tea.Cmd {
	at := where(p.into.draft.Room, p.into.draft.Thread)
	defer m.settled(p.from)
	if p.err != nil {
		m.lineAgain(m.composers[at], p.line, p.err)
		return nil
	}
	if c := m.composers[at]; c != nil {
		m.recalls(at, c, p.line)
	}
	if a := m.abouts[at]; a != nil && a == p.about {
		if m.place() == at {
			m.cancel()
		} else {
			delete(m.abouts, at)
		}
	}
	var cmds []tea.Cmd
	o := p.into
	for files := range slices.Chunk(p.outfiles(), chat.MaxFiles) {
		if o == nil {
			var err error
			if o, err = m.outgoingFor(); err != nil {
				m.lineAgain(m.composers[at], p.line, err)
				break
			}
			o.draft.Room, o.draft.Thread, o.draft.ReplyTo = p.into.draft.Room, p.into.draft.Thread, ""
		}
		o.line, o.keeps = p.line, true
		if p.text != "" {
			o.draft.Body, p.text = chat.TextBody(chat.Sanitize(emoji.Spell(p.text))), ""
		}
		for _, f := range files {
			if err := o.add(f); err != nil {
				m.lineAgain(m.composers[at], p.line, err)
				return tea.Batch(cmds...)
			}
		}
		cmds = append(cmds, m.upload(o))
		o = nil
	}
	return tea.Batch(cmds...)
}

func (p *picked) outfiles() (list []*outfile) {
	for i, f := range p.files {
		list = append(list, &outfile{path: p.paths[i], name: f.Name, size: f.Size})
	}
	return list
}

// lineAgain puts a line back where it was written, with what is wrong. Where something
// else is written by now, it can be brought back.
func (m *Model) lineAgain(c *composer.Composer, line string, why error) {
	switch {
	case c == nil:
		m.shown().Notice("nothing was posted: " + cut(why.Error()))
	case c.Empty():
		c.Return(line)
		c.Say(cut(why.Error()) + "; nothing was posted")
	default:
		c.Spare(line)
		says := cut(why.Error()) + "; nothing was posted"
		if yank := keymap.Name(m.keys.Edit.Yank); yank != "" {
			says += ", and " + yank + " brings the line back"
		}
		c.Say(says)
	}
}

// namesFiles tells whether what is written before the cursor takes the path of a file next.
func (m *Model) namesFiles(line string) bool {
	if !slash.Is(line) || strings.HasPrefix(line, "//") || m.helps.Paths == nil {
		return false
	}
	called, _, more := strings.Cut(strings.TrimPrefix(line, "/"), " ")
	c, _ := slash.Find(slash.OnScreen(), called)
	return more && c.Name == "upload"
}

// pathsCame are what the path before the cursor may become.
type pathsCame struct {
	in    *composer.Composer
	line  string // as it was
	n     int    // which of them is wanted first, as for complete
	paths []string
}

// askPaths asks which files there are whose paths begin as the one before the cursor.
func (m *Model) askPaths(line string, n int) tea.Cmd {
	in, look, begun := m.composer, m.helps.Paths, paths.Last(line).Text
	return func() tea.Msg { return pathsCame{in, line, n, look(begun)} }
}

// pathsNow offers them, if nothing else is written by now.
func (m *Model) pathsNow(p pathsCame) {
	line, _ := p.in.Before()
	if p.in != m.composer || line != p.line || p.in.Offering() {
		return
	}
	last := paths.Last(line)
	var list []composer.Candidate
	var fit []string
	for _, path := range p.paths {
		if strings.ContainsFunc(path, unicode.IsControl) || chat.Sanitize(path) != path {
			continue // it could not be written
		}
		folder := paths.IsFolder(path)
		c := composer.Candidate{Text: paths.Quote(path, last.Quote, !folder), Shown: paths.Base(path)}
		if !folder {
			c.Text += " "
		}
		list, fit = append(list, c), append(fit, path)
	}
	if len(list) < 2 || p.n < 0 {
		m.offer(line, len(line)-last.From, some50(list), p.n)
		return
	}
	begun := line[last.From:] // as a shell: what all begin with, and then one after the other
	if all := paths.Common(fit); len(all) > len(last.Text) {
		begun = paths.Quote(all, last.Quote, false)
	}
	m.composer.OfferFrom(len(line)-last.From, begun, some50(list))
}

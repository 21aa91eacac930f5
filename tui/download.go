package tui

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/keymap"
	"github.com/hobnob-chat/hobnob/tui/theme"
	"github.com/hobnob-chat/hobnob/tui/timeline"
)

// Files is what is done with the files of messages. What is nil is not done here; all
// of it does I/O, and is called by goroutines of commands.
type Files struct {
	// Save brings a file to this machine, under a name that was free, and says where that
	// is. got is told how many bytes came. What is cut off is gone on with the next time.
	Save func(ctx context.Context, f chat.File, got func(n int64)) (Saved, error)
	// Show has the system open what was saved, if that can do no harm, and says why it
	// does not; "" says that it does. gone: it is not there any more.
	Show func(s Saved) (why string, gone bool)
	// Read is the content of a file, if it has at most some bytes.
	Read func(ctx context.Context, f chat.File, most int64) ([]byte, error)
}

// Saved is a file on this machine.
type Saved struct {
	Path string
	Said string // the path, as it is said to people
}

// download is a file on its way here. The event loop owns it; the goroutine that brings it
// changes came alone.
type download struct {
	file  chat.File
	room  string // where it was asked for
	shown string // the line that says how far it is
	came  atomic.Int64
	stop  context.CancelFunc
}

// fetching are the files that are brought here.
type fetching struct {
	files Files
	list  []*download
	at    map[string]Saved // those that were, by their IDs
}

func newFetching(f Files) fetching { return fetching{files: f, at: make(map[string]Saved)} }

// saved is what came of it.
type saved struct {
	of  *download
	at  Saved
	why string // it was not opened; "" if it was
	err error

	gone bool // what was saved before is not there any more
}

// openChosen opens a message: its files, where it has some, or else its text. Where there
// is more than one thing to open, it is asked which.
func (m *Model) openChosen(what timeline.Message) tea.Cmd {
	files := what.Files
	if len(files) == 0 || m.fetching.files.Save == nil || what.Seq == 0 || what.Deleted {
		return m.openMessage(what)
	}
	if len(files) == 1 && !what.Long {
		return m.fetch(files[0])
	}
	choices := make(map[string]func() tea.Cmd)
	var long, short []string
	for i, f := range files {
		key := strconv.Itoa((i + 1) % 10)
		choices[key] = func() tea.Cmd { return m.fetch(f) }
		long, short = append(long, key+" "+chat.SanitizeLine(cut(f.Name))), append(short, key)
	}
	if strings.TrimSpace(what.Text) != "" {
		choices["m"] = func() tea.Cmd { return m.openMessage(what) }
		long, short = append(long, "m the message"), append(short, "m")
	}
	m.askFor(&question{seq: what.Seq, choices: choices, says: []string{
		theme.Dots("open "+strings.Join(long, " · "), m.cancels()),
		theme.Dots("open "+strings.Join(short, " "), m.cancels()), "open " + strings.Join(short, " ") + " " + keymap.Name(m.keys.Back),
	}})
	return nil
}

// fetchOne is fetch of a file of a message, by its ID.
func (m *Model) fetchOne(what timeline.Message, id string) tea.Cmd {
	i := slices.IndexFunc(what.Files, func(f chat.File) bool { return f.ID == id })
	if i < 0 || m.fetching.files.Save == nil || what.Deleted {
		return nil
	}
	return m.fetch(what.Files[i])
}

// fetch brings a file here, and opens it where that can do no harm.
func (m *Model) fetch(f chat.File) tea.Cmd {
	if slices.ContainsFunc(m.fetching.list, func(d *download) bool { return d.file.ID == f.ID }) {
		m.composer.Say("that file is on its way already")
		return nil
	}
	d := &download{file: f, room: m.room}
	files := m.fetching.files
	if at, had := m.fetching.at[f.ID]; had {
		return func() tea.Msg {
			why, gone := files.Show(at)
			return saved{of: d, at: at, why: why, gone: gone}
		}
	}
	if !m.online("getting a file") {
		return nil
	}
	ctx, stop := context.WithCancel(context.Background())
	d.stop, d.shown = stop, m.downloadLine(d)
	m.fetching.list = append(m.fetching.list, d)
	m.shown().Notice(d.shown)
	m.sayFromAfar(d, d.shown)
	return tea.Batch(func() tea.Msg {
		defer stop()
		at, err := files.Save(ctx, f, d.came.Store)
		if err != nil {
			return saved{of: d, err: err}
		}
		why, gone := files.Show(at)
		return saved{of: d, at: at, why: why, gone: gone}
	}, m.lookAtFiles())
}

// downloadLine says how far a file is.
func (m *Model) downloadLine(d *download) string {
	called, stops := chat.SanitizeLine(cut(d.file.Name)), ""
	if k := keymap.Name(m.keys.Drop); k != "" {
		stops = " · " + k + " stops it"
	}
	if d.file.Size <= 0 {
		return "↓ " + called + stops
	}
	return fmt.Sprintf("↓ %s  %d%% of %s%s", called, min(100*d.came.Load()/d.file.Size, 100), chat.Size(d.file.Size), stops)
}

// downloadsGoOn shows how far files are.
func (m *Model) downloadsGoOn() {
	for _, d := range m.fetching.list {
		if line := m.downloadLine(d); line != d.shown {
			m.replace(d.shown, line)
			d.shown = line
		}
	}
}

// savedNow says where a file is. One that did not come can be asked for again.
func (m *Model) savedNow(s saved) tea.Cmd {
	d := s.of
	if d.stop != nil && !slices.Contains(m.fetching.list, d) {
		return nil // it was stopped
	}
	m.fetching.list = slices.DeleteFunc(m.fetching.list, func(other *download) bool { return other == d })
	called, where := chat.SanitizeLine(cut(d.file.Name)), chat.SanitizeLine(cut(s.at.Said))
	says := called + " was opened; it is " + where
	switch {
	case s.gone && d.stop == nil: // it is brought anew
		delete(m.fetching.at, d.file.ID)
		return m.fetch(d.file)
	case s.err != nil:
		says = called + " was not saved: " + cut(s.err.Error())
	case s.why != "":
		says = called + " is saved as " + where + "; " + s.why
	}
	if s.err == nil {
		m.fetching.at[d.file.ID] = s.at
	}
	if d.shown == "" { // where it is was said before
		m.composer.Tell(says)
		return nil
	}
	m.replace(d.shown, says)
	m.sayFromAfar(d, says)
	return nil
}

// sayFromAfar says what was said of a file at the end of its room to who does not look there.
func (m *Model) sayFromAfar(d *download, says string) {
	if m.room != d.room || !m.shown().AtBottom() {
		m.composer.TellOn(says)
	}
}

// stopDownload stops the newest file that is on its way here, and tells whether there is one.
func (m *Model) stopDownload() bool {
	n := len(m.fetching.list)
	if n == 0 {
		return false
	}
	d := m.fetching.list[n-1]
	d.stop()
	m.fetching.list = m.fetching.list[:n-1]
	m.replace(d.shown, chat.SanitizeLine(cut(d.file.Name))+" was not saved; what came of it is gone on with when it is opened again")
	return true
}

package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/google/uuid"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/keymap"
	"github.com/hobnob-chat/hobnob/tui/paths"
	"github.com/hobnob-chat/hobnob/tui/timeline"
)

// Upload is a file on its way to the team.
type Upload struct {
	ID      string // the same when it is tried again: what came is not sent twice
	Room    string // ID
	Name    string
	Content io.ReaderAt
	Size    int64
	Sent    func(n int64) // is told how many bytes are on their way; from any goroutine
}

// lookEvery is how often it is looked how far a file is.
const lookEvery = 200 * time.Millisecond

// outgoing is a message whose files are on their way. The event loop owns it; what the
// goroutine that brings them needs is in its files, of which that changes sent alone.
type outgoing struct {
	draft chat.Draft
	files []*outfile
	line  string // the command it came of
	text  string // what was pasted as a file
	keeps bool   // text, or the line, is kept until it is posted
	state chat.DraftState
	err   error
	stop  context.CancelFunc // while it is under way, else nil
	shown []int64            // how much of each file the screen has
}

// outfile is one file of it.
type outfile struct {
	id, path, name string
	size           int64
	sent           atomic.Int64
	done           atomic.Bool // the server has said that it has all of it
	there          *chat.File  // once it is on the server
}

// far is how many bytes of it are there. Not all are before the server has said so: the
// last may still be in a buffer of this machine's.
func (f *outfile) far() int64 {
	if f.there != nil || f.done.Load() {
		return f.size
	}
	return min(f.sent.Load(), max(f.size-1, 0))
}

// uploads are the messages whose files are on their way, in their order. One at a time
// goes: they come in the order in which they were said, and the line is theirs alone.
type uploads struct {
	list    []*outgoing
	looking bool // a look at how far files are is due, also at those that come here
}

// filesLook says that it is time to look how far files are.
type filesLook struct{}

// uploaded is what came of the files of a message: those that are there, in their order.
type uploaded struct {
	of    *outgoing
	files []chat.File
	err   error
}

// outgoingFor begins a message with files, where the user is now.
func (m *Model) outgoingFor(files ...*outfile) (*outgoing, error) {
	if why := m.whyNot(m.room); why != "" {
		return nil, errors.New(why)
	}
	id, err := uuid.NewV7()
	if err != nil {
		return nil, err
	}
	o := &outgoing{draft: chat.Draft{ID: id.String(), Room: m.room, Body: chat.TextBody("")}, state: chat.DraftWaiting}
	if t := m.in(); t != nil {
		o.draft.Thread = t.id
	}
	if a := m.about(); a != nil && a.editing == nil {
		o.draft.ReplyTo = a.message.ID
	}
	for _, f := range files {
		if err := o.add(f); err != nil {
			return nil, err
		}
	}
	return o, nil
}

func (o *outgoing) add(f *outfile) error {
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	f.id = id.String()
	o.files = append(o.files, f)
	o.draft.Extra.Files = append(o.draft.Extra.Files, chat.File{Name: f.name, Size: f.size})
	return nil
}

// upload takes a message into the line of those whose files are brought.
func (m *Model) upload(o *outgoing) tea.Cmd {
	o.draft.At = m.now()
	m.uploads.list = append(m.uploads.list, o)
	m.showUpload(o)
	m.shown().Bottom()
	return m.nextUpload()
}

// showUpload shows how far it is.
func (m *Model) showUpload(o *outgoing) {
	o.shown = o.shown[:0]
	for _, f := range o.files {
		o.shown = append(o.shown, f.far())
	}
	u := timeline.Uploading{
		DraftChanged: chat.DraftChanged{Draft: o.draft, State: o.state, Err: o.err},
		Sent:         slices.Clone(o.shown), Stop: keymap.Name(m.keys.Drop),
	}
	m.inPlaces(o.draft.Room, o.draft.Thread, func(t *timeline.Timeline) { t.Uploading(u) })
}

// inPlaces does something in the timelines where a draft is shown.
func (m *Model) inPlaces(room, thread string, do func(*timeline.Timeline)) {
	do(m.timeline(roomOf(room)))
	if t := m.threads[roomOf(room)]; t != nil && t.id == thread {
		do(t.timeline)
	}
}

// nextUpload begins to bring what is first in line, if nothing is being brought.
func (m *Model) nextUpload() tea.Cmd {
	for _, o := range m.uploads.list {
		if o.stop != nil {
			return nil
		}
	}
	i := slices.IndexFunc(m.uploads.list, func(o *outgoing) bool { return o.state == chat.DraftWaiting })
	if i < 0 {
		return nil
	}
	o := m.uploads.list[i]
	ctx, stop := context.WithCancel(context.Background())
	o.state, o.err, o.stop = chat.DraftSending, nil, stop
	m.showUpload(o)
	there := make([]*chat.File, len(o.files))
	for i, f := range o.files {
		there[i] = f.there
	}
	files, room, text, helps := o.files, o.draft.Room, o.text, m.helps
	return tea.Batch(func() tea.Msg {
		defer stop()
		done, err := bring(ctx, helps, room, text, files, there)
		return uploaded{o, done, err}
	}, m.lookAtFiles())
}

// bring brings files to the server. Those that are there already are not brought again.
func bring(ctx context.Context, helps Writing, room, text string, files []*outfile, there []*chat.File) (done []chat.File, err error) {
	for i, f := range files {
		if there[i] != nil {
			done = append(done, *there[i])
			continue
		}
		file := paths.File{ReaderAt: strings.NewReader(text), Closer: io.NopCloser(nil), Name: f.name, Size: f.size}
		if f.path != "" {
			if file, err = helps.Open(f.path); err != nil {
				return done, err
			}
			if file.Size != f.size {
				_ = file.Close()
				return done, fmt.Errorf("%s is another one by now; /upload it again", chat.SanitizeLine(cut(f.name)))
			}
		}
		got, err := helps.Upload(ctx, Upload{f.id, room, f.name, file, file.Size, f.sent.Store})
		_ = file.Close() // it was read
		if err != nil {
			return done, err
		}
		f.done.Store(true)
		done = append(done, got)
	}
	return done, nil
}

// lookAtFiles asks to be woken to look how far files are, while some are on their way.
func (m *Model) lookAtFiles() tea.Cmd {
	under := slices.ContainsFunc(m.uploads.list, func(o *outgoing) bool { return o.stop != nil })
	if m.uploads.looking || m.hidden || !under && len(m.fetching.list) == 0 {
		return nil
	}
	m.uploads.looking = true
	return tea.Tick(lookEvery, func(time.Time) tea.Msg { return filesLook{} })
}

// filesGoOn shows how far files are, where that is more than is shown.
func (m *Model) filesGoOn() tea.Cmd {
	m.uploads.looking = false
	for _, o := range m.uploads.list {
		for i, f := range o.files {
			if o.stop != nil && f.far() != o.shown[i] {
				m.showUpload(o)
				break
			}
		}
	}
	m.downloadsGoOn()
	return m.lookAtFiles()
}

// uploadedNow posts the message whose files are there now. One whose files are not stays,
// to be tried again.
func (m *Model) uploadedNow(u uploaded) tea.Cmd {
	o := u.of
	if !slices.Contains(m.uploads.list, o) { // it was stopped
		return m.nextUpload()
	}
	o.stop = nil
	for i := range u.files {
		o.files[i].there = &u.files[i]
	}
	if u.err == nil {
		o.draft.Extra.Files, o.draft.At = u.files, m.now()
		u.err = m.client.Enqueue(o.draft)
	}
	if u.err != nil {
		o.state, o.err = chat.DraftFailed, u.err
		m.showUpload(o)
		return m.nextUpload()
	}
	m.forgetUpload(o)
	m.drafted(chat.DraftChanged{Draft: o.draft, State: chat.DraftSending})
	m.countWaiting()
	return m.nextUpload()
}

func (m *Model) forgetUpload(o *outgoing) {
	m.uploads.list = slices.DeleteFunc(m.uploads.list, func(other *outgoing) bool { return other == o })
	m.keepAt(where(o.draft.Room, o.draft.Thread))
}

// uploading is the message with files of an ID, nil if there is none; of "", the newest
// one here that is on its way.
func (m *Model) uploading(id string) *outgoing {
	for _, o := range slices.Backward(m.uploads.list) {
		t := m.in()
		here := roomOf(o.draft.Room) == m.room && (t == nil || t.id == o.draft.Thread)
		if o.draft.ID == id || id == "" && here && o.state != chat.DraftFailed {
			return o
		}
	}
	return nil
}

// retry tries the newest message that failed again.
func (m *Model) retry() tea.Cmd {
	id := m.refusedDraft()
	o := m.uploading(id)
	if id == "" || o == nil {
		m.failed(m.client.Retry, "tried again")
		return nil
	}
	o.state, o.err = chat.DraftWaiting, nil
	m.showUpload(o)
	return m.nextUpload()
}

// drop drops the newest message that failed; where none did, it stops the newest whose
// files are on their way.
func (m *Model) drop() tea.Cmd {
	o := m.uploading(m.refusedDraft())
	switch {
	case o == nil && m.refusedDraft() == "" && m.stopDownload():
		return nil
	case o == nil:
		if last, ok := m.shown().LastOwn(); ok && last.Seq == 0 && m.refusedDraft() == "" && !m.shown().Away() {
			return m.takesBack(last, "")
		}
		m.failed(m.client.Drop, "dropped")
		return nil
	case o.stop != nil:
		o.stop()
	}
	m.forgetUpload(o)
	m.inPlaces(o.draft.Room, o.draft.Thread, func(t *timeline.Timeline) { t.Dropped(o.draft.ID) })
	m.countWaiting()
	if c := m.composers[where(o.draft.Room, o.draft.Thread)]; c != nil && o.text != "" && len(o.text) <= MaxText {
		if yank := keymap.Name(m.keys.Edit.Yank); yank != "" {
			c.Spare(chat.Sanitize(o.text))
			c.Say("it was not posted; " + yank + " pastes it into the message")
		}
		return m.nextUpload()
	}
	return tea.Batch(m.nextUpload(), m.say("it was not posted"))
}

// uploadsUnder says what is on its way in any team, for who leaves; "" if nothing is.
func (m *Model) uploadsUnder() string {
	n := 0
	for _, team := range m.together() {
		for _, o := range team.uploads.list {
			n += len(o.files)
		}
	}
	switch n {
	case 0:
		return ""
	case 1:
		return "1 file is not posted yet"
	}
	return plural(n, "file") + " are not posted yet"
}

package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/client"
)

// remembered is how many of the messages of a room that were printed are remembered by
// what became of them: a page of history, so that one request finds out what was
// edited and deleted while too much was missed to be told.
const remembered = chat.MaxHistory

// tailed is a room that is followed.
type tailed struct {
	id, name string
	last     uint64 // number of the newest message that was printed
	seen     []seen // the newest of those printed, oldest first
}

// seen is a message as it was printed last.
type seen struct {
	seq      uint64
	id       string
	revision int
	deleted  bool
}

// printed notes a message.
func (r *tailed) printed(m *chat.Message) {
	r.last = max(r.last, m.Seq)
	if len(r.seen) >= remembered {
		r.seen = slices.Delete(r.seen, 0, len(r.seen)-remembered+1)
	}
	r.seen = append(r.seen, seen{m.Seq, m.ID, m.Revision, m.Deleted != 0})
}

// revised notes that a message has another text, and tells whether that is news. What
// was printed too long ago to be remembered is always news.
func (r *tailed) revised(seq uint64, revision int) bool {
	s := r.find(seq)
	if s == nil {
		return seq <= r.last
	}
	news := !s.deleted && revision > s.revision
	s.revision = max(s.revision, revision)
	return news
}

// erased notes that a message is gone, and tells whether that is news.
func (r *tailed) erased(seq uint64) bool {
	s := r.find(seq)
	if s == nil {
		return seq <= r.last
	}
	news := !s.deleted
	s.deleted = true
	return news
}

// belongs says in front of a text what it answers, and which thread it is in: by the
// number where that was printed, since the server tells IDs.
func (r *tailed) belongs(m *chat.Message) string {
	of := func(id string) string {
		for i := range r.seen {
			if r.seen[i].id == id {
				return fmt.Sprint(" ", r.seen[i].seq)
			}
		}
		return ""
	}
	switch {
	case m.Deleted != 0:
	case m.Thread != "":
		return "[thread" + of(m.Thread) + "] "
	case m.ReplyTo != "":
		return "[answer" + of(m.ReplyTo) + "] "
	}
	return ""
}

func (r *tailed) find(seq uint64) *seen {
	at, ok := slices.BinarySearchFunc(r.seen, seq, func(s seen, seq uint64) int { return int(int64(s.seq) - int64(seq)) })
	if !ok {
		return nil
	}
	return &r.seen[at]
}

// latest prints what a room begins with: its last messages, or those after a number.
func (t *tail) latest(ctx context.Context, l *client.Line, r *tailed) error {
	newest := r.last // messages above it are told
	if t.from {
		r.last = t.after
		if err := t.fill(ctx, l, r); err != nil {
			return err
		}
		r.last = max(r.last, newest)
		return nil
	}
	var pages [][]chat.Message
	for before, left := newest+1, t.lines; left > 0 && newest > 0; {
		page, err := client.Ask[chat.History](ctx, l, "history", chat.HistoryRequest{Room: r.id, Before: before, Limit: min(left, chat.MaxHistory)})
		if err != nil {
			return err
		}
		n := len(page.Messages)
		if n == 0 {
			break
		}
		pages = append(pages, page.Messages)
		before, left = page.Messages[0].Seq, left-n
		if !page.More {
			break
		}
	}
	for _, page := range slices.Backward(pages) {
		if err := t.print(r, page); err != nil {
			return err
		}
	}
	return nil
}

// print prints messages that are new.
func (t *tail) print(r *tailed, messages []chat.Message) error {
	for i := range messages {
		if err := t.out.message(r, &messages[i]); err != nil {
			return err
		}
		r.printed(&messages[i])
	}
	return nil
}

// fill prints all messages after the last that was printed.
func (t *tail) fill(ctx context.Context, l *client.Line, r *tailed) error {
	for {
		page, err := client.Ask[chat.History](ctx, l, "history", chat.HistoryRequest{Room: r.id, After: &r.last, Limit: chat.MaxHistory})
		if err != nil {
			return err
		}
		fresh := slices.DeleteFunc(page.Messages, func(m chat.Message) bool { return m.Seq <= r.last })
		if err := t.print(r, fresh); err != nil {
			return err
		}
		if !page.More || len(fresh) == 0 {
			return nil
		}
	}
}

// arrived prints a message that is told, unless it was printed, and before it those
// that were not told.
func (t *tail) arrived(ctx context.Context, l *client.Line, m *chat.Message) error {
	r := t.rooms[m.Room]
	switch {
	case r == nil || m.Seq <= r.last:
		return nil
	case m.Seq > r.last+1:
		if err := t.fill(ctx, l, r); err != nil || m.Seq <= r.last {
			return err
		}
	}
	return t.print(r, []chat.Message{*m})
}

// resume prints what was missed where it is not told.
func (t *tail) resume(ctx context.Context, l *client.Line) error {
	w := l.Welcome()
	t.noteRooms(w.Rooms)
	if w.Resumed {
		return nil
	}
	restored := t.position.Epoch != "" && w.Position.Epoch != t.position.Epoch
	for _, r := range t.order {
		at := slices.IndexFunc(w.Rooms, func(m chat.Membership) bool { return m.ID == r.id })
		if at < 0 {
			if err := t.left(r, w.You, "while there was no connection"); err != nil {
				return err
			}
			continue
		}
		if restored {
			fmt.Fprintf(t.talk, "the team was restored from a backup: what was said in #%s since may be missing or repeated\n", chat.SanitizeLine(r.name))
			r.last, r.seen = min(r.last, w.Rooms[at].LastSeq), nil
		}
		if err := t.compare(ctx, l, r); err != nil {
			return err
		}
		if err := t.fill(ctx, l, r); err != nil {
			return err
		}
	}
	t.position = w.Position
	return nil
}

// compare prints what became meanwhile of messages that were printed.
func (t *tail) compare(ctx context.Context, l *client.Line, r *tailed) error {
	if len(r.seen) == 0 {
		return nil
	}
	page, err := client.Ask[chat.History](ctx, l, "history", chat.HistoryRequest{Room: r.id, Before: r.last + 1, Limit: len(r.seen)})
	if err != nil {
		return err
	}
	for i := range page.Messages {
		m := &page.Messages[i]
		told := chat.MessageChanged{Told: chat.Told{At: m.Edited, By: m.From}, Room: m.Room, Seq: m.Seq, Revision: m.Revision, Mentions: m.Mentions}
		switch {
		case r.find(m.Seq) == nil:
		case m.Deleted != 0:
			told.At, told.By = m.Deleted, chat.User{}
			if r.erased(m.Seq) {
				err = t.out.deleted(r, &told)
			}
		case r.revised(m.Seq, m.Revision):
			err = t.out.edited(r, &chat.MessageRevised{MessageChanged: told, Body: m.Body})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// printer writes what is followed, a write for each thing.
type printer struct {
	w     io.Writer
	json  bool
	full  bool // of long texts, too
	rooms bool // several are followed
}

func (p *printer) message(r *tailed, m *chat.Message) error {
	if p.json {
		return printLine(p.w, m)
	}
	lines := saying(m)
	lines[0] = r.belongs(m) + lines[0]
	return p.lines(r, m.At, m.Seq, m.From.Name, lines)
}

// changed is the object that --json prints for what became of a message.
type changed struct {
	Event    string        `json:"event"`
	Position chat.Position `json:"position,omitzero"`
	At       chat.Millis   `json:"at"`
	By       *chat.User    `json:"by,omitempty"`
	Room     string        `json:"room"`
	Seq      uint64        `json:"seq"`
	Revision int           `json:"revision,omitempty"`
	Mentions []string      `json:"mentions,omitempty"`
	*chat.Body
}

func changedBy(event string, c *chat.MessageChanged, body *chat.Body) changed {
	out := changed{
		Event: event, Position: c.Position, At: c.At, Room: c.Room, Seq: c.Seq, Revision: c.Revision, Mentions: c.Mentions, Body: body,
	}
	if c.By.ID != "" {
		out.By = &c.By
	}
	return out
}

func (p *printer) edited(r *tailed, c *chat.MessageRevised) error {
	if p.json {
		return printLine(p.w, changedBy(client.ToldEdited, &c.MessageChanged, &c.Body))
	}
	lines := saying(&chat.Message{Body: c.Body})
	lines[0] = fmt.Sprintf("%s edited message %d: %s", chat.SanitizeLine(c.By.Name), c.Seq, lines[0])
	return p.lines(r, c.At, c.Seq, "*", lines)
}

func (p *printer) deleted(r *tailed, c *chat.MessageChanged) error {
	if p.json {
		return printLine(p.w, changedBy(client.ToldDeleted, c, nil))
	}
	said := fmt.Sprintf("message %d was deleted", c.Seq)
	if c.By.Name != "" {
		said = fmt.Sprintf("%s deleted message %d", chat.SanitizeLine(c.By.Name), c.Seq)
	}
	return p.lines(r, c.At, c.Seq, "*", []string{said})
}

// lines writes the lines of one thing that was said about the message with a number.
func (p *printer) lines(r *tailed, at chat.Millis, seq uint64, name string, lines []string) error {
	if !p.full {
		lines = folded(lines)
	}
	var b strings.Builder
	first := []string{when(at, toSecond), strconv.FormatUint(seq, 10), chat.SanitizeLine(name)}
	if p.rooms {
		first = slices.Insert(first, 0, chat.SanitizeLine(r.name))
	}
	for i, line := range lines {
		if i == 0 {
			b.WriteString(strings.Join(first, "\t"))
		} else {
			b.WriteString(strings.Repeat("\t", len(first)-1))
		}
		b.WriteString("\t" + line + "\n")
	}
	return writeRows(p.w, b.String())
}

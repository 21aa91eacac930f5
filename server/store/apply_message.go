package store

import (
	"database/sql"
	"encoding/json"
	"errors"
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// messageColumns are the columns of messages that a message has in general. Most have
// nothing beside it, and are inserted by a statement of their own.
const messageColumns = "offset, room, seq, id, author_id, author_name, author_role, at, body, attachments, reply_to, thread"

const messageColumnCount = 12

// insertSizes are the numbers of rows one insert statement takes, largest
// first. Wide inserts spare the way through database/sql: 32 rows at a time are
// a third faster than one by one, more gain nothing.
var insertSizes = [...]int{32, 8, 1}

func insertMessages(rows int, extra bool) string {
	// All columns, in the order of the table: SQLite copies no row then.
	row := "(" + strings.Repeat("?,", messageColumnCount)
	if extra {
		row += "?,0,NULL,NULL,NULL)"
	} else {
		row += "NULL,0,NULL,NULL,NULL)"
	}
	return "INSERT INTO messages (" + messageColumns + ", extra, revision, edited, deleted, written) VALUES " + strings.Repeat(row+",", rows-1) + row
}

// rowsOf are the parameters of rows in SQL.
func rowsOf(rows, columns int) string {
	row := "(" + strings.Repeat("?,", columns-1) + "?)"
	return strings.Repeat(row+",", rows-1) + row
}

// tally is a room as a batch goes on.
type tally struct {
	key      int64
	kind     chat.RoomKind
	archived bool
	last     uint64
	lastAt   int64
	members  map[string]bool   // authors who are in it
	spoken   bool              // in spokenIn
	spoke    map[string]uint64 // author's ID → number of their newest message of the run
}

// tally looks a room up, once in a run of messages.
func (a *applying) tally(id string) (*tally, error) {
	if t := a.rooms[id]; t != nil {
		return t, nil
	}
	t := &tally{members: make(map[string]bool, 1), spoke: make(map[string]uint64, 1)}
	err := on(a.ctx, a.tx, a.s.write.room).QueryRowContext(a.ctx, id).Scan(&t.key, &t.kind, &t.archived, &t.last, &t.lastAt)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, unknownRoom()
	}
	if err != nil {
		return nil, err
	}
	a.rooms[id] = t
	a.size++
	return t, nil
}

// messages applies a run of MessageCreated.
func (a *applying) messages(run []chat.Event) error {
	a.keys = a.keys[:0]
	extra := 0
	for i := range run {
		e := &run[i]
		room, err := a.number(e)
		if err != nil {
			return err
		}
		a.keys = append(a.keys, room.key)
		if !e.Extra.Bare() {
			extra = 1
		}
	}
	if err := a.insert(run, extra); err != nil {
		return err
	}
	for i := range run {
		if run[i].Thread == "" {
			continue
		}
		if _, err := on(a.ctx, a.tx, a.s.write.thread).ExecContext(a.ctx, int64(run[i].Position.Offset), run[i].Thread, a.keys[i]); err != nil {
			return err
		}
	}
	for i := range run[:extra*len(run)] {
		if err := a.mentioned(a.keys[i], run[i].Seq, &run[i], run[i].Position.Offset); err != nil {
			return err
		}
		if err := useFiles(a.ctx, a.tx, run[i].Position.Offset, run[i].Extra.Files); err != nil {
			return err
		}
	}
	return a.flush()
}

// flush writes where the rooms of a run stand now, and that whoever said something has
// read what was there.
func (a *applying) flush() error {
	marks := a.args[:0]
	for _, room := range a.spokenIn {
		if _, err := on(a.ctx, a.tx, a.s.write.setRoom).ExecContext(a.ctx, room.last, room.lastAt, room.key); err != nil {
			return err
		}
		for author, seq := range room.spoke {
			marks = append(marks, room.key, author, seq)
		}
		clear(room.spoke)
		room.spoken = false
	}
	a.spokenIn = a.spokenIn[:0]
	a.args = marks[:0]
	return a.rows(&a.s.write.mark, marks, markColumns)
}

// rows runs the statements of so many rows each with the arguments of all rows.
func (a *applying) rows(of *[len(insertSizes)]*sql.Stmt, args []any, columns int) error {
	for i, size := range insertSizes {
		if len(args) < size*columns {
			continue
		}
		stmt := on(a.ctx, a.tx, of[i])
		for ; len(args) >= size*columns; args = args[size*columns:] {
			if _, err := stmt.ExecContext(a.ctx, args[:size*columns]...); err != nil {
				return err
			}
		}
	}
	return nil
}

// number gives a message its number in its room, whose author must be in it.
func (a *applying) number(e *chat.Event) (*tally, error) {
	if _, err := a.enter(e); err != nil {
		return nil, err
	}
	room, err := a.tally(e.Room)
	if err != nil {
		return nil, err
	}
	if room.archived {
		return nil, archived()
	}
	if err := a.member(room, e.Author.ID); err != nil {
		return nil, err
	}
	if !room.spoken {
		room.spoken = true
		a.spokenIn = append(a.spokenIn, room)
	}
	room.last++
	e.Seq, room.lastAt = room.last, int64(e.At)
	return room, a.passes(room, e)
}

// passes moves the marker of a message's author on: who says something has read what was
// there. What their program says leaves unread what is, but is not unread itself: a marker
// right before it goes past it.
func (a *applying) passes(room *tally, e *chat.Event) error {
	e.Passed = false // of an earlier try
	if e.Author.ID == chat.System.ID {
		return nil
	}
	if e.Extra.Auto {
		at, spoke := room.spoke[e.Author.ID]
		if !spoke {
			err := a.scan(markerAt, []any{room.key, e.Author.ID}, &at)
			if errors.Is(err, sql.ErrNoRows) {
				return nil
			}
			if err != nil {
				return err
			}
		}
		if e.Passed = at+1 == e.Seq; !e.Passed {
			return nil
		}
	}
	room.spoke[e.Author.ID] = e.Seq
	return nil
}

// member fails where somebody is not in a room. The system is in all.
func (a *applying) member(room *tally, user string) error {
	if room.members[user] || user == chat.System.ID {
		return nil
	}
	var in bool
	if err := on(a.ctx, a.tx, a.s.write.isMember).QueryRowContext(a.ctx, room.key, user).Scan(&in); err != nil {
		return err
	}
	if !in {
		return notMember()
	}
	room.members[user] = true
	a.size++
	return nil
}

// insert adds messages, many rows to a statement; with is 1 where any has something
// beside its text.
func (a *applying) insert(run []chat.Event, with int) error {
	for i, size := range insertSizes {
		if len(run) < size {
			continue
		}
		stmt := on(a.ctx, a.tx, a.s.write.insert[with][i])
		for at := len(a.keys) - len(run); len(run) >= size; at, run = at+size, run[size:] {
			a.args = a.args[:0]
			for j := range run[:size] {
				if err := a.row(&run[j], a.keys[at+j], with == 1); err != nil {
					return err
				}
			}
			if _, err := stmt.ExecContext(a.ctx, a.args...); err != nil {
				return err
			}
		}
	}
	return nil
}

// row appends a message to the arguments, in the order of messageColumns. What most
// messages do not have is NULL, which costs no memory of the driver's.
func (a *applying) row(e *chat.Event, room int64, withExtra bool) error {
	a.args = append(a.args, int64(e.Position.Offset), room, int64(e.Seq),
		e.ID, e.Author.ID, e.Author.Name, string(e.Author.Role), int64(e.At), bodyColumn(&e.Body), attachmentsColumn(&e.Body),
		orNull(e.ReplyTo), orNull(e.Thread))
	if !withExtra {
		return nil
	}
	var extra any
	if !e.Extra.Bare() {
		b, err := json.Marshal(&e.Extra)
		if err != nil {
			return err
		}
		extra = b
	}
	a.args = append(a.args, extra)
	return nil
}

// bodyColumn is a body as its column has it, which is NOT NULL. That of a message
// whose text the log has forgotten is empty.
func bodyColumn(b *chat.Body) []byte {
	if b.JSON == nil {
		return []byte{}
	}
	return b.JSON
}

func attachmentsColumn(b *chat.Body) any {
	if len(b.Attachments) == 0 {
		return nil
	}
	return packAttachments(b.Attachments)
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// mentioned remembers who a text names.
func (a *applying) mentioned(room int64, seq uint64, e *chat.Event, message uint64) error {
	for _, user := range e.Extra.Mentions {
		_, err := on(a.ctx, a.tx, a.s.write.mention).ExecContext(a.ctx, user, room, int64(seq), int64(message))
		if err != nil {
			return err
		}
	}
	return nil
}

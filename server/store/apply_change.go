package store

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// target is a message that an event is about.
type target struct {
	room        int64
	seq         uint64
	offset      int64
	at          int64
	body        []byte
	attachments []byte
	revision    int
	edited      sql.NullInt64
	deleted     bool
	written     int64 // offset of the event that wrote the text
}

// target finds the message an event is about, in a room that is not archived.
func (a *applying) target(e *chat.Event) (target, error) {
	room, err := a.tally(e.Room)
	if err != nil {
		return target{}, err
	}
	if room.archived {
		return target{}, archived()
	}
	t := target{room: room.key, seq: e.Change.Target}
	err = a.tx.QueryRowContext(a.ctx, `SELECT offset, at, body, attachments, revision, edited, deleted IS NOT NULL, coalesce(written, offset)
		FROM messages WHERE room = ? AND seq = ?`, t.room, clamp(t.seq)).
		Scan(&t.offset, &t.at, &t.body, &t.attachments, &t.revision, &t.edited, &t.deleted, &t.written)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return target{}, &chat.Error{Code: chat.CodeNotFound, Message: "there is no such message in this room"}
	case err != nil:
		return target{}, err
	case t.deleted:
		return target{}, &chat.Error{Code: chat.CodeDeleted, Message: "that message was deleted"}
	}
	return t, nil
}

func (a *applying) edited(e *chat.Event) error {
	t, err := a.target(e)
	if err != nil {
		return err
	}
	if want := e.Change.Revision; want != nil && *want != t.revision {
		return &chat.Error{Code: chat.CodeConflict, Message: "the message was edited meanwhile; look at it, and edit it again"}
	}
	since := t.at
	if t.edited.Valid {
		since = t.edited.Int64
	}
	_, err = a.exec("INSERT INTO edits (message, revision, offset, at, body, attachments) VALUES (?, ?, ?, ?, ?, ?)",
		t.offset, t.revision, t.written, since, t.body, t.attachments)
	if err != nil {
		return err
	}
	_, err = a.exec("UPDATE messages SET body = ?, attachments = ?, revision = ?, edited = ?, written = ? WHERE offset = ?",
		bodyColumn(&e.Body), attachmentsColumn(&e.Body), t.revision+1, int64(e.At), int64(e.Position.Offset), t.offset)
	if err != nil {
		return err
	}
	if err := a.mentionsOf(t, e); err != nil {
		return err
	}
	e.Seq = uint64(t.revision + 1)
	return nil
}

// mentionsOf replaces who a message names.
func (a *applying) mentionsOf(t target, e *chat.Event) error {
	if _, err := a.exec("DELETE FROM mentions WHERE message = ?", t.offset); err != nil {
		return err
	}
	if err := a.mentioned(t.room, t.seq, e, uint64(t.offset)); err != nil {
		return err
	}
	var extra []byte
	err := a.tx.QueryRowContext(a.ctx, "SELECT extra FROM messages WHERE offset = ?", t.offset).Scan(&extra)
	if err != nil {
		return err
	}
	column, err := withMentions(extra, e.Extra.Mentions)
	if err != nil {
		return err
	}
	_, err = a.exec("UPDATE messages SET extra = ? WHERE offset = ?", column, t.offset)
	return err
}

// withMentions is the column extra with other mentions in it.
func withMentions(column []byte, mentions []string) (any, error) {
	var extra chat.Extra
	if len(column) > 0 {
		if err := json.Unmarshal(column, &extra); err != nil {
			return nil, err
		}
	}
	if extra.Mentions = mentions; extra.Bare() {
		return nil, nil //nolint:nilnil // NULL
	}
	return json.Marshal(&extra)
}

func (a *applying) deleted(e *chat.Event) error {
	t, err := a.target(e)
	if err != nil {
		return err
	}
	if e.Erases, err = a.textsOf(t.offset, nil); err != nil {
		return err
	}
	if err := a.strip("WHERE message = ?", t.offset); err != nil {
		return err
	}
	_, err = a.exec(`UPDATE messages SET body = x'', attachments = NULL, extra = NULL, revision = 0, edited = NULL, written = NULL, deleted = ?
		WHERE offset = ?`, int64(e.At), t.offset)
	return err
}

// textsOf appends the offsets of the events that hold a text of a message.
func (a *applying) textsOf(message int64, to []uint64) ([]uint64, error) {
	offsets, err := queryAll(a.ctx, a.tx, func(rows *sql.Rows) (n uint64, err error) {
		err = rows.Scan(&n)
		return n, err
	},
		`SELECT offset FROM messages WHERE offset = ?1
		UNION SELECT written FROM messages WHERE offset = ?1 AND written IS NOT NULL
		UNION SELECT offset FROM edits WHERE message = ?1 ORDER BY 1`, message)
	if err != nil {
		return nil, fmt.Errorf("find what holds a text: %w", err)
	}
	return append(to, offsets...), nil
}

// strip takes away all that hangs on messages.
func (a *applying) strip(where string, args ...any) error {
	return a.run(args,
		"DELETE FROM edits "+where,
		"DELETE FROM reactions "+where,
		"DELETE FROM pins "+where,
		"DELETE FROM mentions "+where,
	)
}

func (a *applying) reacted(e *chat.Event) error {
	t, err := a.target(e)
	if err != nil {
		return err
	}
	if !e.Change.On {
		_, err := a.exec("DELETE FROM reactions WHERE message = ? AND emoji = ? AND user = ?", t.offset, e.Change.Emoji, e.Author.ID)
		return err
	}
	var others int
	err = a.tx.QueryRowContext(a.ctx, "SELECT count(DISTINCT emoji) FROM reactions WHERE message = ? AND emoji <> ?", t.offset, e.Change.Emoji).Scan(&others)
	if err != nil {
		return err
	}
	if others >= chat.MaxReactions {
		return &chat.Error{Code: chat.CodeTooLarge, Message: fmt.Sprintf("a message takes %d different reactions; use one that is there", chat.MaxReactions)}
	}
	_, err = a.exec("INSERT OR IGNORE INTO reactions (message, emoji, user, offset) VALUES (?, ?, ?, ?)",
		t.offset, e.Change.Emoji, e.Author.ID, int64(e.Position.Offset))
	return err
}

func (a *applying) pinned(e *chat.Event) error {
	t, err := a.target(e)
	if err != nil {
		return err
	}
	if !e.Change.On {
		_, err := a.exec("DELETE FROM pins WHERE message = ?", t.offset)
		return err
	}
	_, err = a.exec("INSERT OR IGNORE INTO pins (room, seq, message, offset) VALUES (?, ?, ?, ?)",
		t.room, int64(t.seq), t.offset, int64(e.Position.Offset))
	return err
}

// roomTrimmed takes the oldest messages of a room away for good. Their numbers
// are not given again.
func (a *applying) roomTrimmed(e *chat.Event) error {
	room, err := a.tally(e.Room)
	if err != nil {
		return err
	}
	old := "(SELECT offset FROM messages WHERE room = ? AND seq <= ?)"
	args := []any{room.key, clamp(min(e.Change.Target, room.last))}
	messages, err := queryAll(a.ctx, a.tx, func(rows *sql.Rows) (n int64, err error) {
		err = rows.Scan(&n)
		return n, err
	},
		"SELECT offset FROM messages WHERE room = ? AND seq <= ? ORDER BY seq", args...)
	if err != nil {
		return err
	}
	for _, m := range messages {
		if e.Erases, err = a.textsOf(m, e.Erases); err != nil {
			return err
		}
	}
	if err := a.strip("WHERE message IN "+old, args...); err != nil {
		return err
	}
	_, err = a.exec("DELETE FROM messages WHERE room = ? AND seq <= ?", args...)
	return err
}

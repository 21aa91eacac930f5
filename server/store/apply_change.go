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
	thread      sql.NullString
	extra       []byte
	revision    int
	edited      sql.NullInt64
	deleted     bool
	written     int64 // offset of the event that wrote the text
}

// The statements of edits and reactions.
const (
	selectTarget = `SELECT offset, at, body, attachments, thread, extra, revision, edited, deleted IS NOT NULL, coalesce(written, offset)
		FROM messages WHERE room = ? AND seq = ?`
	insertEdit   = "INSERT INTO edits (message, revision, offset, at, body, attachments) VALUES (?, ?, ?, ?, ?, ?)"
	updateEdited = "UPDATE messages SET body = ?, attachments = ?, extra = ?, revision = ?, edited = ?, written = ? WHERE offset = ?"
	dropMentions = "DELETE FROM mentions WHERE message = ?"
	// How many other emoji there are is asked of a new one alone: a message that
	// thousands react to is not counted for each of them.
	countEmojis = `SELECT CASE WHEN EXISTS (SELECT 1 FROM reactions WHERE message = ?1 AND emoji = ?2) THEN 0
		ELSE (SELECT count(DISTINCT emoji) FROM reactions WHERE message = ?1) END`
	insertReaction = "INSERT OR IGNORE INTO reactions (message, emoji, user, offset) VALUES (?, ?, ?, ?)"
	dropReaction   = "DELETE FROM reactions WHERE message = ? AND emoji = ? AND user = ?"
)

// target finds the message an event is about, in a room that its author is in.
// open allows for one that is archived.
func (a *applying) target(e *chat.Event, open bool) (target, error) {
	room, err := a.tally(e.Room)
	if err != nil {
		return target{}, err
	}
	if room.archived && !open {
		return target{}, archived()
	}
	if err := a.member(room, e.Author.ID); err != nil {
		return target{}, err
	}
	t := target{room: room.key, seq: e.Change.Target}
	err = a.scan(selectTarget, []any{t.room, clamp(t.seq)},
		&t.offset, &t.at, &t.body, &t.attachments, &t.thread, &t.extra, &t.revision, &t.edited, &t.deleted, &t.written)
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

// mentions is whom the message names.
func (t *target) mentions() ([]string, error) {
	var extra chat.Extra
	if len(t.extra) > 0 {
		if err := json.Unmarshal(t.extra, &extra); err != nil {
			return nil, fmt.Errorf("message %d: %w", t.offset, err)
		}
	}
	return extra.Mentions, nil
}

func (a *applying) edited(e *chat.Event) error {
	t, err := a.target(e, false)
	if err != nil {
		return err
	}
	switch want := e.Change.Revision; {
	case want != nil && *want != t.revision:
		return &chat.Error{Code: chat.CodeConflict, Message: "the message was edited meanwhile; look at it, and edit it again"}
	case t.revision >= chat.MaxEdits:
		return &chat.Error{Code: chat.CodeTooLarge, Message: fmt.Sprintf("the message was edited %d times, and can be no more; write a new one", chat.MaxEdits)}
	}
	if err := a.s.unindex(a.ctx, a.tx, t.offset); err != nil {
		return err
	}
	since := t.at
	if t.edited.Valid {
		since = t.edited.Int64
	}
	_, err = a.exec(insertEdit,
		t.offset, t.revision, t.written, since, bodyColumn(&chat.Body{JSON: t.body}), t.attachments)
	if err != nil {
		return err
	}
	if e.Was, err = t.mentions(); err != nil {
		return err
	}
	extra, err := withMentions(t.extra, e.Extra.Mentions)
	if err != nil {
		return err
	}
	_, err = a.exec(updateEdited,
		bodyColumn(&e.Body), attachmentsColumn(&e.Body), extra, t.revision+1, int64(e.At), int64(e.Position.Offset), t.offset)
	if err != nil {
		return err
	}
	if _, err := a.exec(dropMentions, t.offset); err != nil {
		return err
	}
	e.Seq = uint64(t.revision + 1)
	return a.mentioned(t.room, t.seq, e, uint64(t.offset))
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

// deleted makes a message one that says nothing: also in a room that is archived,
// for what has to go cannot wait until that is opened again.
func (a *applying) deleted(e *chat.Event) error {
	t, err := a.target(e, true)
	if err != nil {
		return err
	}
	if e.Was, err = t.mentions(); err != nil {
		return err
	}
	e.Thread = t.thread.String
	if e.Erases, err = a.textsOf(t.offset, nil); err != nil {
		return err
	}
	if err := a.s.unindex(a.ctx, a.tx, t.offset); err != nil {
		return err
	}
	if err := a.strip("WHERE message = ?", t.offset); err != nil {
		return err
	}
	if err := releaseFiles(a.ctx, a.tx, "message = ?", t.offset); err != nil {
		return err
	}
	extra, err := autoOnly(t.extra)
	if err != nil {
		return fmt.Errorf("message %d: %w", t.offset, err)
	}
	_, err = a.exec(`UPDATE messages SET body = x'', attachments = NULL, extra = ?, revision = 0, edited = NULL, written = NULL, deleted = ?
		WHERE offset = ?`, extra, int64(e.At), t.offset)
	return err
}

// autoOnly is the column extra of a message that is deleted: whether a program said it, for
// then it moved nobody's marker, and nothing else.
func autoOnly(column []byte) ([]byte, error) {
	var extra chat.Extra
	if len(column) == 0 {
		return nil, nil
	}
	if err := json.Unmarshal(column, &extra); err != nil || !extra.Auto {
		return nil, err
	}
	return json.Marshal(chat.Extra{Auto: true})
}

// textsOf appends the offsets of the events that hold a text of a message.
func (a *applying) textsOf(message int64, to []uint64) ([]uint64, error) {
	offsets, err := queryAll(a.ctx, a.tx, scanOne[uint64],
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
	t, err := a.target(e, false)
	if err != nil {
		return err
	}
	if !e.Change.On {
		return a.change(dropReaction, t.offset, e.Change.Emoji, e.Author.ID)
	}
	var others int
	err = a.scan(countEmojis, []any{t.offset, e.Change.Emoji}, &others)
	if err != nil {
		return err
	}
	if others >= chat.MaxReactions {
		return &chat.Error{Code: chat.CodeTooLarge, Message: fmt.Sprintf("a message takes %d different reactions; use one that is there", chat.MaxReactions)}
	}
	return a.change(insertReaction,
		t.offset, e.Change.Emoji, e.Author.ID, int64(e.Position.Offset))
}

func (a *applying) pinned(e *chat.Event) error {
	t, err := a.target(e, false)
	if err != nil {
		return err
	}
	if !e.Change.On {
		return a.change("DELETE FROM pins WHERE message = ?", t.offset)
	}
	var others int
	if err := a.scan("SELECT count(*) FROM pins WHERE room = ? AND seq <> ?", []any{t.room, int64(t.seq)}, &others); err != nil {
		return err
	}
	if others >= chat.MaxPins {
		return &chat.Error{Code: chat.CodeTooLarge, Message: fmt.Sprintf("%d messages of this room are pinned; take a pin away first", chat.MaxPins)}
	}
	return a.change("INSERT OR IGNORE INTO pins (room, seq, message, offset) VALUES (?, ?, ?, ?)",
		t.room, int64(t.seq), t.offset, int64(e.Position.Offset))
}

// MaxTrim is how many messages one event takes away at the most: it is a
// transaction that everybody who writes waits for, and to take the words of one out
// of the index costs a millisecond.
const MaxTrim = 100

// roomTrimmed takes the oldest messages of a room away for good, and no more than
// MaxTrim; Target says afterwards how far it went. Their numbers are not given
// again, and nobody has them unread.
func (a *applying) roomTrimmed(e *chat.Event) error {
	room, err := a.tally(e.Room)
	if err != nil {
		return err
	}
	type old struct {
		offset int64
		seq    uint64
	}
	messages, err := queryAll(a.ctx, a.tx, func(rows *sql.Rows) (m old, err error) {
		err = rows.Scan(&m.offset, &m.seq)
		return m, err
	},
		"SELECT offset, seq FROM messages WHERE room = ? AND seq <= ? ORDER BY seq LIMIT ?", room.key, clamp(e.Change.Target), MaxTrim)
	if err != nil {
		return err
	}
	if len(messages) == 0 {
		return unchanged()
	}
	e.Erases = e.Erases[:0]
	for _, m := range messages {
		if e.Erases, err = a.textsOf(m.offset, e.Erases); err != nil {
			return err
		}
		if err := a.s.unindex(a.ctx, a.tx, m.offset); err != nil {
			return err
		}
	}
	e.Change.Target = messages[len(messages)-1].seq
	args := []any{room.key, int64(e.Change.Target)}
	if err := a.strip("WHERE message IN (SELECT offset FROM messages WHERE room = ? AND seq <= ?)", args...); err != nil {
		return err
	}
	if err := releaseFiles(a.ctx, a.tx, "message IN (SELECT offset FROM messages WHERE room = ? AND seq <= ?)", args...); err != nil {
		return err
	}
	err = a.run(args,
		"DELETE FROM threads WHERE first IN (SELECT offset FROM messages WHERE room = ? AND seq <= ?)",
		"DELETE FROM messages WHERE room = ? AND seq <= ?")
	if err != nil {
		return err
	}
	_, err = a.exec(`UPDATE markers SET seq = ?2
		WHERE room = ?1 AND seq < ?2 AND user IN (SELECT user FROM members WHERE room = ?1)`, args...)
	return err
}

package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// selectMessage begins a query of messages, with the columns scanMessage reads.
const selectMessage = `SELECT m.offset, r.id, m.seq, m.id, m.author_id, m.author_name, m.author_role, m.at, m.body, m.attachments,
	coalesce(m.reply_to, ''), coalesce(m.thread, ''), m.extra, m.revision, coalesce(m.edited, 0), coalesce(m.deleted, 0)
	FROM messages m CROSS JOIN rooms r ON r.key = m.room `

// scanMessage reads one row of selectMessage and the size of its body.
func scanMessage(rows *sql.Rows, epoch string) (chat.Message, int, error) {
	m := chat.Message{Envelope: chat.Envelope{Position: chat.Position{Epoch: epoch}}}
	var body, packed, extra []byte
	err := rows.Scan(&m.Position.Offset, &m.Room, &m.Seq, &m.ID, &m.From.ID, &m.From.Name, &m.From.Role, &m.At, &body, &packed,
		&m.ReplyTo, &m.Thread, &extra, &m.Revision, &m.Edited, &m.Deleted)
	if err != nil {
		return chat.Message{}, 0, err
	}
	if m.Attachments, err = unpackAttachments(packed); err != nil {
		return chat.Message{}, 0, fmt.Errorf("message %d: %w", m.Position.Offset, err)
	}
	if len(extra) > 0 {
		if err := json.Unmarshal(extra, &m.Extra); err != nil {
			return chat.Message{}, 0, fmt.Errorf("message %d: %w", m.Position.Offset, err)
		}
	}
	if len(body) == 0 {
		body = []byte("null") // its text is gone
	}
	m.JSON = body
	return m, len(body) + len(packed) + len(extra), nil
}

// readMessages runs a query of selectMessage and reads up to limit messages, and
// no more than MaxPage, with what became of them since. More tells that the query
// had further ones.
func readMessages(ctx context.Context, tx *sql.Tx, epoch string, limit int, query string, args ...any) (list []chat.Message, more bool, err error) {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, false, err
	}
	list, more, err = scanMessages(rows, epoch, limit)
	if err != nil {
		return nil, false, err
	}
	return list, more, became(ctx, tx, list)
}

func scanMessages(rows *sql.Rows, epoch string, limit int) (list []chat.Message, more bool, err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	size := 0
	for rows.Next() {
		if len(list) == limit {
			return list, true, nil
		}
		m, n, err := scanMessage(rows, epoch)
		if err != nil {
			return nil, false, err
		}
		if size += n; size > MaxPage && len(list) > 0 {
			return list, true, nil
		}
		list = append(list, m)
	}
	return list, false, rows.Err()
}

// became fills in the State of messages.
func became(ctx context.Context, tx *sql.Tx, list []chat.Message) error {
	if len(list) == 0 {
		return nil
	}
	at := make(map[uint64]*chat.Message, len(list))
	args := make([]any, len(list))
	for i := range list {
		at[list[i].Position.Offset] = &list[i]
		args[i] = int64(list[i].Position.Offset)
	}
	in := "(" + strings.Repeat("?,", len(args)-1) + "?)"
	if err := reactionsOf(ctx, tx, at, in, args); err != nil {
		return fmt.Errorf("read reactions: %w", err)
	}
	pins, err := queryAll(ctx, tx, func(rows *sql.Rows) (n uint64, err error) {
		err = rows.Scan(&n)
		return n, err
	},
		"SELECT message FROM pins WHERE message IN "+in, args...)
	if err != nil {
		return fmt.Errorf("read pins: %w", err)
	}
	for _, offset := range pins {
		at[offset].Pinned = true
	}
	if err := repliesTo(ctx, tx, list); err != nil {
		return fmt.Errorf("read threads: %w", err)
	}
	return nil
}

func reactionsOf(ctx context.Context, tx *sql.Tx, at map[uint64]*chat.Message, in string, args []any) error {
	type row struct {
		message     uint64
		emoji, user string
	}
	all, err := queryAll(ctx, tx, func(rows *sql.Rows) (r row, err error) {
		err = rows.Scan(&r.message, &r.emoji, &r.user)
		return r, err
	},
		"SELECT message, emoji, user FROM reactions WHERE message IN "+in+" ORDER BY message, offset", args...)
	if err != nil {
		return err
	}
	for _, r := range all {
		m := at[r.message]
		reaction := reactionIn(m, r.emoji)
		reaction.Count++
		if len(reaction.Users) < chat.MaxReactors {
			reaction.Users = append(reaction.Users, r.user)
		}
	}
	return nil
}

// reactionIn is the reaction of an emoji under a message, which is made if it is
// not there.
func reactionIn(m *chat.Message, emoji string) *chat.Reaction {
	for i := range m.Reactions {
		if m.Reactions[i].Emoji == emoji {
			return &m.Reactions[i]
		}
	}
	m.Reactions = append(m.Reactions, chat.Reaction{Emoji: emoji})
	return &m.Reactions[len(m.Reactions)-1]
}

// repliesTo sums up the threads that messages began. They may be of several rooms.
func repliesTo(ctx context.Context, tx *sql.Tx, list []chat.Message) error {
	const query = `SELECT count(*), coalesce(max(seq), 0) FROM messages
		WHERE room = (SELECT key FROM rooms WHERE id = ?1) AND thread = ?2 AND deleted IS NULL`
	const newest = `SELECT at, author_id, author_name, author_role FROM messages
		WHERE room = (SELECT key FROM rooms WHERE id = ?1) AND seq = ?2`
	stmt, err := tx.PrepareContext(ctx, query)
	if err != nil {
		return err
	}
	defer stmt.Close() // the transaction's end closes it, too
	for i := range list {
		m := &list[i]
		if m.Thread != "" {
			continue // an answer begins no thread of its own
		}
		var r chat.Replies
		var last int64
		if err := stmt.QueryRowContext(ctx, m.Room, m.ID).Scan(&r.Count, &last); err != nil {
			return err
		}
		if r.Count == 0 {
			continue
		}
		err := tx.QueryRowContext(ctx, newest, m.Room, last).Scan(&r.Last, &r.LastBy.ID, &r.LastBy.Name, &r.LastBy.Role)
		if err != nil {
			return err
		}
		m.Replies = &r
	}
	return nil
}

package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// selectMessage begins a query of messages, with the columns scanMessage reads.
const selectMessage = `SELECT m.offset, r.id, m.seq, m.id, m.author_id, m.author_name, m.author_role, m.at, m.body, m.attachments,
	coalesce(m.reply_to, ''), coalesce(m.thread, ''), m.extra, m.revision, coalesce(m.edited, 0), coalesce(m.deleted, 0)
	FROM messages m CROSS JOIN rooms r ON r.key = m.room `

// keyOf is the key of the room of an ID. A query finds messages of a room by it: by
// the ID of the joined room it would look at each message there is.
const keyOf = "(SELECT key FROM rooms WHERE id = ?)"

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
	if err := reactionsOf(ctx, tx, at, args); err != nil {
		return fmt.Errorf("read reactions: %w", err)
	}
	pins, err := queryAll(ctx, tx, scanOne[uint64],
		"SELECT message FROM pins WHERE message IN "+marks(len(args)), args...)
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

// marks are the parameters of a list in SQL.
func marks(n int) string { return "(" + strings.Repeat("?,", n-1) + "?)" }

// reactionsOf reads how many people reacted with what, and who was first: of a
// reaction that many took part in no more rows are read than are told.
func reactionsOf(ctx context.Context, tx *sql.Tx, at map[uint64]*chat.Message, args []any) error {
	type row struct {
		message     uint64
		emoji, user string
		count       int
	}
	kinds, err := queryAll(ctx, tx, func(rows *sql.Rows) (r row, err error) {
		var first int64
		err = rows.Scan(&r.message, &r.emoji, &r.count, &first)
		return r, err
	}, "SELECT message, emoji, count(*), min(offset) FROM reactions WHERE message IN "+marks(len(args))+" GROUP BY message, emoji ORDER BY 4", args...)
	if err != nil {
		return err
	}
	few := args[:0:0]
	for _, k := range kinds {
		m := at[k.message]
		m.Reactions = append(m.Reactions, chat.Reaction{Emoji: k.emoji, Count: k.count})
		if k.count <= chat.MaxReactors {
			few = append(few, int64(k.message), k.emoji)
			continue
		}
		users, err := queryAll(ctx, tx, scanOne[string],
			"SELECT user FROM reactions WHERE message = ? AND emoji = ? ORDER BY offset LIMIT ?", k.message, k.emoji, chat.MaxReactors)
		if err != nil {
			return err
		}
		m.Reactions[len(m.Reactions)-1].Users = users
	}
	if len(few) == 0 {
		return nil
	}
	users, err := queryAll(ctx, tx, func(rows *sql.Rows) (r row, err error) {
		err = rows.Scan(&r.message, &r.emoji, &r.user)
		return r, err
	},
		"SELECT message, emoji, user FROM reactions WHERE (message, emoji) IN (VALUES "+strings.Repeat("(?,?),", len(few)/2-1)+"(?,?)) ORDER BY offset", few...)
	if err != nil {
		return err
	}
	for _, r := range users {
		reaction := reactionIn(at[r.message], r.emoji)
		reaction.Users = append(reaction.Users, r.user)
	}
	return nil
}

// reactionIn is the reaction of an emoji under a message, which is there.
func reactionIn(m *chat.Message, emoji string) *chat.Reaction {
	i := slices.IndexFunc(m.Reactions, func(r chat.Reaction) bool { return r.Emoji == emoji })
	return &m.Reactions[i]
}

// repliesTo sums up the threads that messages began. They may be of several rooms.
func repliesTo(ctx context.Context, tx *sql.Tx, list []chat.Message) error {
	rooms := make(map[string]map[string]*chat.Message) // room → ID → its first message
	for i := range list {
		m := &list[i]
		if m.Thread != "" {
			continue // an answer begins no thread of its own
		}
		if rooms[m.Room] == nil {
			rooms[m.Room] = make(map[string]*chat.Message)
		}
		if first := rooms[m.Room][m.ID]; first == nil || m.Seq < first.Seq {
			rooms[m.Room][m.ID] = m
		}
	}
	for room, began := range rooms {
		if err := repliesIn(ctx, tx, room, began); err != nil {
			return err
		}
	}
	return nil
}

// repliesIn sums up the threads that messages of one room began. Of messages with
// one ID the first began it; answers to one that is not kept any more are not those of
// another that has its ID.
func repliesIn(ctx context.Context, tx *sql.Tx, room string, began map[string]*chat.Message) error {
	args := make([]any, 1, len(began)+1)
	args[0] = room
	for id := range began {
		args = append(args, id)
	}
	type thread struct {
		id string
		chat.Replies
		first uint64
	}
	threads, err := queryAll(ctx, tx, func(rows *sql.Rows) (t thread, err error) {
		err = rows.Scan(&t.id, &t.Count, &t.Last, &t.LastBy.ID, &t.LastBy.Name, &t.LastBy.Role, &t.first)
		return t, err
	}, `WITH firsts AS (SELECT room, id, min(seq) AS seq FROM messages INDEXED BY messages_id
			WHERE room = `+keyOf+` AND id IN `+marks(len(began))+` GROUP BY id),
		sums AS (SELECT t.room, t.thread, sum(t.deleted IS NULL) AS n, max(t.seq) AS last, firsts.seq AS first
			FROM firsts CROSS JOIN messages t ON t.room = firsts.room AND t.thread = firsts.id AND t.seq > firsts.seq GROUP BY t.thread)
		SELECT sums.thread, sums.n, l.at, l.author_id, l.author_name, l.author_role, sums.first
		FROM sums CROSS JOIN messages l ON l.room = sums.room AND l.seq = sums.last`, args...)
	if err != nil {
		return err
	}
	for _, t := range threads {
		if m := began[t.id]; m.Seq == t.first {
			m.Replies = &t.Replies
		}
	}
	return nil
}

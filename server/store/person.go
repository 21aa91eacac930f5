package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Memberships answers the rooms that somebody is in, or one of them, each with their
// own numbers, and the place in the log that all of it is of.
func (s *Store) Memberships(ctx context.Context, user, room string) (list []chat.Membership, at chat.Position, err error) {
	query := `SELECT r.id, r.name, r.kind, r.topic, r.purpose, r.archived, r.slow, r.keep, r.members, r.last_seq, r.last_at,
			k.seq, coalesce(n.level, 'all'), (SELECT count(DISTINCT c.seq) FROM mentions c
				WHERE c.user IN (?1, '@room') AND c.room = e.room AND c.seq > k.seq)
		FROM members e JOIN rooms r ON r.key = e.room JOIN markers k ON k.user = e.user AND k.room = e.room
			LEFT JOIN notify n ON n.user = e.user AND n.room = e.room WHERE e.user = ?1`
	args := []any{user}
	if room != "" {
		query += " AND e.room = (SELECT key FROM rooms WHERE id = ?2)"
		args = append(args, room)
	}
	err = s.snapshot(ctx, func(tx *sql.Tx, _ string) error {
		if at, err = appliedIn(ctx, tx); err != nil {
			return err
		}
		if list, err = queryAll(ctx, tx, scanMembership, query, args...); err != nil {
			return err
		}
		return peopleOf(ctx, tx, list)
	})
	if err != nil {
		return nil, chat.Position{}, fmt.Errorf("read who is where: %w", err)
	}
	return list, at, nil
}

func scanMembership(rows *sql.Rows) (m chat.Membership, err error) {
	err = rows.Scan(&m.ID, &m.Name, &m.Kind, &m.Topic, &m.Purpose, &m.Archived, &m.Slow, &m.Keep, &m.Members, &m.LastSeq, &m.LastAt,
		&m.Read, &m.Notify, &m.Mentions)
	if m.Kind == chat.RoomDirect {
		m.Name = ""
	}
	m.Joined, m.Unread = true, int(m.LastSeq-m.Read)
	return m, err
}

// peopleOf fills in who is in the direct rooms of a list.
func peopleOf(ctx context.Context, tx *sql.Tx, list []chat.Membership) error {
	direct := make(map[string]*chat.Membership)
	args := make([]any, 0, len(list))
	for i := range list {
		if list[i].Kind == chat.RoomDirect {
			direct[list[i].ID] = &list[i]
			args = append(args, list[i].ID)
		}
	}
	if len(direct) == 0 {
		return nil
	}
	type row struct {
		room string
		chat.User
	}
	people, err := queryAll(ctx, tx, func(rows *sql.Rows) (p row, err error) {
		err = rows.Scan(&p.room, &p.ID, &p.Name, &p.Role)
		return p, err
	}, `SELECT r.id, u.id, u.name, u.role FROM rooms r CROSS JOIN members m ON m.room = r.key CROSS JOIN users u ON u.id = m.user
		WHERE r.id IN `+marks(len(args))+` ORDER BY u.id`, args...)
	if err != nil {
		return err
	}
	for _, p := range people {
		direct[p.room].People = append(direct[p.room].People, p.User)
	}
	return nil
}

// Inbox answers the messages that mention somebody, newest first, below an offset
// (0 is no bound). Of rooms they are in these are all since they came in; of the
// other rooms, which they may read, those that name them.
func (s *Store) Inbox(ctx context.Context, user string, rooms []string, before uint64, limit int) (chat.Found, error) {
	found := chat.Found{Messages: []chat.Message{}}
	if len(rooms) == 0 {
		return found, nil
	}
	if before == 0 {
		before = math.MaxInt64
	}
	limit = pageLimit(limit)
	args := []any{user, clamp(before), limit + 1}
	var may strings.Builder
	for _, r := range rooms {
		args = append(args, r)
		fmt.Fprintf(&may, ",?%d", len(args))
	}
	query := "WITH may AS MATERIALIZED (SELECT key FROM rooms WHERE id IN (" + may.String()[1:] + ")) " + selectMessage + "WHERE m.offset IN (" +
		named("?1", "") + " UNION " + named("'@room'", sinceIn) + ") ORDER BY m.offset DESC LIMIT ?3"
	err := s.snapshot(ctx, func(tx *sql.Tx, epoch string) error {
		list, more, err := readMessages(ctx, tx, epoch, limit, query, args...)
		if len(list) > 0 {
			found.Messages = list
		}
		found.More = more
		return err
	})
	if err != nil {
		return chat.Found{}, fmt.Errorf("read mentions: %w", err)
	}
	return found, nil
}

// sinceIn is that the message n, m is of a room that ?1 was in by then.
const sinceIn = "AND EXISTS (SELECT 1 FROM members e WHERE e.room = n.room AND e.user = ?1 AND e.since <= m.at)"

// named is a query of the newest messages of others that name somebody in one way:
// each is read newest first, and only as far as a page goes.
func named(as, and string) string {
	return `SELECT message FROM (SELECT n.message FROM mentions n CROSS JOIN messages m ON m.offset = n.message
		WHERE n.user = ` + as + ` AND n.message < ?2 AND m.author_id <> ?1 AND n.room IN may ` + and + ` ORDER BY n.message DESC LIMIT ?3)`
}

// Pins answers the pinned messages of a room, the one pinned last first, as many
// as MaxPage has room for.
func (s *Store) Pins(ctx context.Context, room string) (chat.Found, error) {
	var found chat.Found
	err := s.snapshot(ctx, func(tx *sql.Tx, epoch string) (err error) {
		found.Messages, found.More, err = readMessages(ctx, tx, epoch, chat.MaxPins, selectMessage+
			`WHERE m.offset IN (SELECT message FROM pins WHERE room = `+keyOf+`)
			ORDER BY (SELECT p.offset FROM pins p WHERE p.message = m.offset) DESC`, room)
		return err
	})
	if err != nil {
		return chat.Found{}, fmt.Errorf("read pins: %w", err)
	}
	return found, nil
}

// Followers answers the IDs of those in a room who follow a thread: who spoke in it,
// began it or is named in it and did not stop, and who asked to.
func (s *Store) Followers(ctx context.Context, room, thread string) ([]string, error) {
	list, err := queryAll(ctx, s.readers, scanOne[string],
		`WITH k AS (SELECT key FROM rooms WHERE id = ?1), spoke AS (
			SELECT DISTINCT author_id AS user FROM messages WHERE room = (SELECT key FROM k) AND thread = ?2
			UNION SELECT author_id FROM messages WHERE room = (SELECT key FROM k)
				AND seq = (SELECT min(seq) FROM messages INDEXED BY messages_id WHERE id = ?2 AND room = (SELECT key FROM k))
			UNION SELECT n.user FROM messages m CROSS JOIN mentions n ON n.message = m.offset WHERE m.room = (SELECT key FROM k) AND m.thread = ?2
			UNION SELECT n.user FROM threads t CROSS JOIN mentions n ON n.message = t.first WHERE t.room = (SELECT key FROM k) AND t.thread = ?2),
		following AS (
			SELECT user FROM spoke WHERE user NOT IN (SELECT user FROM follows WHERE room = (SELECT key FROM k) AND thread = ?2 AND "on" = 0)
			UNION SELECT user FROM follows WHERE room = (SELECT key FROM k) AND thread = ?2 AND "on" = 1)
		SELECT user FROM following WHERE EXISTS (SELECT 1 FROM members m WHERE m.room = (SELECT key FROM k) AND m.user = following.user) ORDER BY 1`, room, thread)
	if err != nil {
		return nil, fmt.Errorf("read who follows a thread: %w", err)
	}
	return list, nil
}

// Moves answers somebody's ways into rooms and out of them after an offset, in
// order.
func (s *Store) Moves(ctx context.Context, user string, after uint64, f func(room string, came bool)) error {
	return s.each(ctx, "read moves", "SELECT r.id, m.came FROM moves m JOIN rooms r ON r.key = m.room WHERE m.user = ? AND m.offset > ? ORDER BY m.offset",
		func(rows *sql.Rows) error {
			var room string
			var came bool
			err := rows.Scan(&room, &came)
			if err == nil {
				f(room, came)
			}
			return err
		}, user, clamp(after))
}

// Audit answers what moderators did, newest first, below an offset (0 is no
// bound).
func (s *Store) Audit(ctx context.Context, before uint64, limit int) (list []chat.AuditEntry, more bool, err error) {
	if before == 0 {
		before = math.MaxInt64
	}
	limit = pageLimit(limit)
	err = s.snapshot(ctx, func(tx *sql.Tx, epoch string) (err error) {
		list, err = queryAll(ctx, tx, func(rows *sql.Rows) (e chat.AuditEntry, err error) {
			var change []byte
			e.Position.Epoch = epoch
			err = rows.Scan(&e.Position.Offset, &e.Kind, &e.At, &e.By.ID, &e.By.Name, &e.By.Role, &e.Room, &change)
			if err == nil {
				err = json.Unmarshal(change, &e.Change)
			}
			return e, err
		}, "SELECT offset, kind, at, by_id, by_name, by_role, room, change FROM audit WHERE offset < ? ORDER BY offset DESC LIMIT ?",
			clamp(before), limit+1)
		return err
	})
	if err != nil {
		return nil, false, fmt.Errorf("read the audit trail: %w", err)
	}
	if len(list) > limit {
		return list[:limit], true, nil
	}
	return list, false, nil
}

package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Snapshot is all of a team as it was at one moment, whatever happens meanwhile. It is
// good for one goroutine, until the function that it was handed to returns.
type Snapshot struct {
	ctx   context.Context //nolint:containedctx // it lives as long as the call
	tx    *sql.Tx
	epoch string
}

// Snapshot runs f with all of the team. What is written meanwhile stays in the
// write-ahead log until f returns.
func (s *Store) Snapshot(ctx context.Context, f func(*Snapshot) error) error {
	err := s.snapshot(ctx, func(tx *sql.Tx, epoch string) error { return f(&Snapshot{ctx, tx, epoch}) })
	return refuse(s.path, err)
}

// Team answers what the team is called, and where it stands.
func (x *Snapshot) Team() (team chat.Team, at chat.Position, err error) {
	row := x.tx.QueryRowContext(x.ctx, "SELECT t.id, t.name, a.epoch, a.offset FROM team t, applied a")
	err = row.Scan(&team.ID, &team.Name, &at.Epoch, &at.Offset)
	return team, at, err
}

// Exported is somebody who is or was in the team, and why they are banned where they
// are.
type Exported struct {
	chat.Standing
	Reason string
}

// People tells f everybody who is or was in the team, in the order in which they came.
func (x *Snapshot) People(f func(Exported) error) error {
	list, err := queryAll(x.ctx, x.tx, func(rows *sql.Rows) (p Exported, err error) {
		return p, rows.Scan(&p.ID, &p.Name, &p.Role, &p.SetRole, &p.Entered, &p.Banned, &p.Reason)
	}, "SELECT id, name, role, set_role, entered, banned IS NOT NULL, coalesce(banned, '') FROM users ORDER BY entered, id")
	if err != nil {
		return fmt.Errorf("read people: %w", err)
	}
	for _, p := range list {
		if err := f(p); err != nil {
			return err
		}
	}
	return nil
}

// ExportedRoom is a room with what led to it.
type ExportedRoom struct {
	chat.Room
	Creator string // ID, "" where nobody made it
	Created chat.Millis
	Inside  []Inside
}

// Inside is somebody in a room.
type Inside struct {
	ID     string
	Since  chat.Millis
	Read   uint64 // number of the newest message they have read
	Notify chat.Notify
}

// Rooms tells f all rooms, oldest first.
func (x *Snapshot) Rooms(f func(ExportedRoom) error) error {
	list, err := queryAll(x.ctx, x.tx, func(rows *sql.Rows) (r ExportedRoom, err error) {
		err = rows.Scan(&r.ID, &r.Name, &r.Kind, &r.Topic, &r.Purpose, &r.Archived, &r.Slow, &r.Keep, &r.LastSeq, &r.LastAt, &r.Creator, &r.Created)
		if r.Kind == chat.RoomDirect {
			r.Name = ""
		}
		return r, err
	}, "SELECT id, name, kind, topic, purpose, archived, slow, keep, last_seq, last_at, creator, created FROM rooms ORDER BY key")
	if err != nil {
		return fmt.Errorf("read rooms: %w", err)
	}
	for _, r := range list {
		r.Inside, err = queryAll(x.ctx, x.tx, func(rows *sql.Rows) (i Inside, err error) {
			return i, rows.Scan(&i.ID, &i.Since, &i.Read, &i.Notify)
		}, `SELECT m.user, m.since, coalesce(k.seq, 0), coalesce(n.level, 'all') FROM members m
			LEFT JOIN markers k ON k.room = m.room AND k.user = m.user LEFT JOIN notify n ON n.room = m.room AND n.user = m.user
			WHERE m.room = (SELECT key FROM rooms WHERE id = ?) ORDER BY m.since, m.user`, r.ID)
		if err != nil {
			return fmt.Errorf("read who is in rooms: %w", err)
		}
		if err := f(r); err != nil {
			return err
		}
	}
	return nil
}

// Messages tells f the messages of a room, of all rooms when it is "", in the order in
// which they came: each with all who reacted, and with the texts that it had before,
// oldest first.
func (x *Snapshot) Messages(room string, f func(chat.Message, []chat.Edit) error) error {
	for after := uint64(0); ; {
		page, err := x.page(room, after)
		if err != nil {
			return fmt.Errorf("read messages: %w", err)
		}
		if len(page) == 0 {
			return nil
		}
		if err := x.marked(page); err != nil {
			return err
		}
		for i := range page {
			var edits []chat.Edit
			if page[i].Revision > 0 {
				if edits, err = x.edits(page[i].Position.Offset); err != nil {
					return fmt.Errorf("read edits: %w", err)
				}
			}
			if err := f(page[i], edits); err != nil {
				return err
			}
		}
		last := &page[len(page)-1]
		if after = last.Position.Offset; room != "" {
			after = last.Seq
		}
	}
}

// page answers messages after an offset, or of one room after a number in it.
func (x *Snapshot) page(room string, after uint64) ([]chat.Message, error) {
	query, args := selectMessage+"WHERE m.offset > ? ORDER BY m.offset LIMIT ?", []any{clamp(after), chat.MaxHistory}
	if room != "" {
		query, args = selectMessage+"WHERE m.room = (SELECT key FROM rooms WHERE id = ?) AND m.seq > ? ORDER BY m.seq LIMIT ?", append([]any{room}, args...)
	}
	rows, err := x.tx.QueryContext(x.ctx, query, args...)
	if err != nil {
		return nil, err
	}
	list, _, err := scanMessages(rows, x.epoch, chat.MaxHistory)
	return list, err
}

// marked fills in who reacted to messages, all of them, and which are pinned.
func (x *Snapshot) marked(page []chat.Message) error {
	at := make(map[uint64]*chat.Message, len(page))
	args := make([]any, len(page))
	for i := range page {
		at[page[i].Position.Offset] = &page[i]
		args[i] = clamp(page[i].Position.Offset)
	}
	if err := reactionsOf(x.ctx, x.tx, at, args); err != nil {
		return fmt.Errorf("read reactions: %w", err)
	}
	for offset, m := range at {
		for i := range m.Reactions {
			r := &m.Reactions[i]
			if r.Count == len(r.Users) {
				continue
			}
			var err error
			if r.Users, err = queryAll(x.ctx, x.tx, scanOne[string],
				"SELECT user FROM reactions WHERE message = ? AND emoji = ? ORDER BY offset", clamp(offset), r.Emoji); err != nil {
				return fmt.Errorf("read reactions: %w", err)
			}
		}
	}
	pins, err := queryAll(x.ctx, x.tx, scanOne[uint64], "SELECT message FROM pins WHERE message IN "+marks(len(args)), args...)
	if err != nil {
		return fmt.Errorf("read pins: %w", err)
	}
	for _, offset := range pins {
		at[offset].Pinned = true
	}
	return nil
}

func (x *Snapshot) edits(message uint64) ([]chat.Edit, error) {
	return queryAll(x.ctx, x.tx, func(rows *sql.Rows) (e chat.Edit, err error) {
		var packed []byte
		if err := rows.Scan(&e.At, &e.JSON, &packed); err != nil {
			return e, err
		}
		e.Attachments, err = unpackAttachments(packed)
		return e, err
	}, "SELECT at, body, attachments FROM edits WHERE message = ? ORDER BY revision", clamp(message))
}

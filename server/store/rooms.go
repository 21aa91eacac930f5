package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Rooms lists all rooms, oldest first, without how many members they have and
// who those are.
func (s *Store) Rooms(ctx context.Context) ([]chat.Room, error) {
	list, err := queryAll(ctx, s.readers, scanRoom,
		"SELECT id, name, kind, topic, purpose, archived, slow, keep, last_seq, last_at FROM rooms ORDER BY key")
	if err != nil {
		return nil, fmt.Errorf("list rooms: %w", err)
	}
	return list, nil
}

func scanRoom(rows *sql.Rows) (r chat.Room, err error) {
	err = rows.Scan(&r.ID, &r.Name, &r.Kind, &r.Topic, &r.Purpose, &r.Archived, &r.Slow, &r.Keep, &r.LastSeq, &r.LastAt)
	if r.Kind == chat.RoomDirect {
		r.Name = ""
	}
	return r, err
}

// Creators tells f who made which room.
func (s *Store) Creators(ctx context.Context, f func(room, user string)) error {
	return s.each(ctx, "list who made rooms", "SELECT id, creator FROM rooms WHERE creator <> ''", func(rows *sql.Rows) error {
		var room, user string
		err := rows.Scan(&room, &user)
		if err == nil {
			f(room, user)
		}
		return err
	})
}

// RoomNames tells f each folded name that leads to a room, also those that rooms
// had once.
func (s *Store) RoomNames(ctx context.Context, f func(folded, room string, current bool)) error {
	return s.each(ctx, "list the names of rooms", "SELECT n.folded, r.id, n.current FROM room_names n JOIN rooms r ON r.key = n.room",
		func(rows *sql.Rows) error {
			var folded, room string
			var current bool
			err := rows.Scan(&folded, &room, &current)
			if err == nil {
				f(folded, room, current)
			}
			return err
		})
}

// Members tells f who is in which room, since when.
func (s *Store) Members(ctx context.Context, f func(room, user string, since chat.Millis)) error {
	return s.each(ctx, "list members", "SELECT r.id, m.user, m.since FROM members m JOIN rooms r ON r.key = m.room",
		func(rows *sql.Rows) error {
			var room, user string
			var since chat.Millis
			err := rows.Scan(&room, &user, &since)
			if err == nil {
				f(room, user, since)
			}
			return err
		})
}

// People lists everybody who is or was in the team, in the order of their IDs.
func (s *Store) People(ctx context.Context) ([]chat.Standing, error) {
	list, err := queryAll(ctx, s.readers, func(rows *sql.Rows) (p chat.Standing, err error) {
		err = rows.Scan(&p.ID, &p.Name, &p.Role, &p.SetRole, &p.Entered, &p.Banned, &p.Ended.Before, &p.Ended.But)
		return p, err
	}, "SELECT id, name, role, set_role, entered, banned IS NOT NULL, ended_before, ended_but FROM users ORDER BY id")
	if err != nil {
		return nil, fmt.Errorf("list people: %w", err)
	}
	at := make(map[string]*chat.Standing, len(list))
	for i := range list {
		at[list[i].ID] = &list[i]
	}
	err = s.each(ctx, "list mutes", "SELECT user, room, until FROM mutes", func(rows *sql.Rows) error {
		var user, room string
		var until chat.Millis
		if err := rows.Scan(&user, &room, &until); err != nil {
			return err
		}
		if p := at[user]; p != nil {
			if p.Mutes == nil {
				p.Mutes = make(map[string]chat.Millis, 1)
			}
			p.Mutes[room] = until
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = s.each(ctx, "list ended sign-ins", "SELECT user, sign_in FROM ended", func(rows *sql.Rows) error {
		var user, signIn string
		if err := rows.Scan(&user, &signIn); err != nil {
			return err
		}
		if p := at[user]; p != nil {
			if p.Ended.IDs == nil {
				p.Ended.IDs = make(map[string]bool, 1)
			}
			p.Ended.IDs[signIn] = true
		}
		return nil
	})
	return list, err
}

// each reads all rows of a query with f.
func (s *Store) each(ctx context.Context, doing, query string, f func(*sql.Rows) error, args ...any) error {
	_, err := queryAll(ctx, s.readers, func(rows *sql.Rows) (struct{}, error) { return struct{}{}, f(rows) }, query, args...)
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}

// Team names the team: its ID was made with the file, its Name is empty until
// SetTeamName.
func (s *Store) Team(ctx context.Context) (chat.Team, error) {
	var t chat.Team
	if err := s.readers.QueryRowContext(ctx, "SELECT id, name FROM team").Scan(&t.ID, &t.Name); err != nil {
		return chat.Team{}, fmt.Errorf("read the team: %w", err)
	}
	return t, nil
}

// SetTeamName gives the team a name.
func (s *Store) SetTeamName(ctx context.Context, name string) error {
	if _, err := s.writer.ExecContext(ctx, "UPDATE team SET name = ?", name); err != nil {
		return fmt.Errorf("name the team: %w", err)
	}
	return nil
}

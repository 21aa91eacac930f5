package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Rooms lists all rooms, oldest first.
func (s *Store) Rooms(ctx context.Context) (list []chat.Room, err error) {
	rows, err := s.readers.QueryContext(ctx, "SELECT id, name, topic, last_seq FROM rooms ORDER BY key")
	if err != nil {
		return nil, fmt.Errorf("list rooms: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var r chat.Room
		if err := rows.Scan(&r.ID, &r.Name, &r.Topic, &r.LastSeq); err != nil {
			return nil, fmt.Errorf("list rooms: %w", err)
		}
		list = append(list, r)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list rooms: %w", err)
	}
	return list, nil
}

// Room answers the room of an ID or, where no room has that ID, of a name with
// or without its "#". The error is chat.CodeUnknownRoom when there is none.
func (s *Store) Room(ctx context.Context, idOrName string) (chat.Room, error) {
	var room chat.Room
	err := s.snapshot(ctx, func(tx *sql.Tx, _ string) (err error) {
		room, _, err = s.room(ctx, tx, idOrName)
		return err
	})
	if err != nil {
		return chat.Room{}, fmt.Errorf("look up a room: %w", err)
	}
	return room, nil
}

// room finds a room and its key in a transaction of the readers.
func (s *Store) room(ctx context.Context, tx *sql.Tx, called string) (r chat.Room, key int64, err error) {
	stmt := on(ctx, tx, s.read.room)
	err = stmt.QueryRowContext(ctx, strings.TrimPrefix(called, "#")).Scan(&key, &r.ID, &r.Name, &r.Topic, &r.LastSeq)
	if errors.Is(err, sql.ErrNoRows) {
		return chat.Room{}, 0, unknownRoom()
	}
	return r, key, err
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

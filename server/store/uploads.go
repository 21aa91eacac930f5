package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Upload is a file on its way.
type Upload struct {
	By      string // ID of the user whose it is
	ID      string // their client's; unique for By
	Room    string // ID
	Name    string
	Size    int64     // bytes; -1 while nobody has said
	Part    string    // where what has come is kept; "" once it is whole
	Offset  int64     // bytes that have come and are durable
	Touched time.Time // when it went on; kept to the millisecond
	File    string    // ID of the file that it became, or ""
}

const selectUpload = "SELECT by_id, id, room, name, coalesce(size, -1), part, offset, touched, coalesce(file, '') FROM uploads "

type scanner interface{ Scan(into ...any) error }

func scanUpload(row scanner) (u Upload, err error) {
	var touched int64
	err = row.Scan(&u.By, &u.ID, &u.Room, &u.Name, &u.Size, &u.Part, &u.Offset, &touched, &u.File)
	u.Touched = time.UnixMilli(touched)
	return u, err
}

// Upload answers a user's upload of an ID, and whether there is one.
func (s *Store) Upload(ctx context.Context, by, id string) (Upload, bool, error) {
	u, err := scanUpload(s.readers.QueryRowContext(ctx, selectUpload+"WHERE by_id = ? AND id = ?", by, id))
	if errors.Is(err, sql.ErrNoRows) {
		return Upload{}, false, nil
	}
	if err != nil {
		return Upload{}, false, fmt.Errorf("look up an upload: %w", err)
	}
	return u, true, nil
}

// BeginUpload keeps a new upload. The error is chat.CodeTooMany where its user has
// limit others already that are in no message, whole or not.
func (s *Store) BeginUpload(ctx context.Context, u Upload, limit int) error {
	err := inTx(ctx, s.writer, func(tx *sql.Tx) error {
		var loose int
		if err := tx.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM uploads WHERE by_id = ?1 AND file IS NULL)
			+ (SELECT count(*) FROM files WHERE by_id = ?1 AND due IS NOT NULL)`, u.By).Scan(&loose); err != nil {
			return err
		}
		if loose >= limit {
			return &chat.Error{Code: chat.CodeTooMany, Message: fmt.Sprintf(
				"you have %d files that are in no message; send them in messages, or wait until they are dropped", loose)}
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO uploads (by_id, id, room, name, size, part, offset, touched) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
			u.By, u.ID, u.Room, u.Name, sizeOrNull(u.Size), u.Part, u.Offset, u.Touched.UnixMilli())
		return err
	})
	if err != nil {
		return fmt.Errorf("begin an upload: %w", err)
	}
	return nil
}

// SaveUpload keeps how far an upload is: its Size, Part, Offset and Touched.
func (s *Store) SaveUpload(ctx context.Context, u Upload) error {
	_, err := s.writer.ExecContext(ctx, "UPDATE uploads SET size = ?, part = ?, offset = ?, touched = ? WHERE by_id = ? AND id = ?",
		sizeOrNull(u.Size), u.Part, u.Offset, u.Touched.UnixMilli(), u.By, u.ID)
	if err != nil {
		return fmt.Errorf("save an upload: %w", err)
	}
	return nil
}

// FinishUpload makes of an upload the file that it became, which is dropped at due
// unless a message has it by then.
func (s *Store) FinishUpload(ctx context.Context, u Upload, f File, due time.Time) error {
	err := inTx(ctx, s.writer, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO files (id, hash, name, type, size, room, by_id, at, due) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
			f.ID, f.Hash, f.Name, f.Type, f.Size, f.Room, f.By, f.At.UnixMilli(), due.UnixMilli())
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "UPDATE uploads SET size = ?, part = '', offset = ?, touched = ?, file = ? WHERE by_id = ? AND id = ?",
			f.Size, f.Size, f.At.UnixMilli(), f.ID, u.By, u.ID)
		return err
	})
	if err != nil {
		return fmt.Errorf("finish an upload: %w", err)
	}
	return nil
}

// DropUpload forgets an upload, and lets go of the file that it became where no
// message has that. What is in its part is the caller's to remove.
func (s *Store) DropUpload(ctx context.Context, by, id string) error {
	err := inTx(ctx, s.writer, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE files SET due = 0 WHERE due IS NOT NULL
			AND id = (SELECT file FROM uploads WHERE by_id = ? AND id = ?)`, by, id)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "DELETE FROM uploads WHERE by_id = ? AND id = ?", by, id)
		return err
	})
	if err != nil {
		return fmt.Errorf("drop an upload: %w", err)
	}
	return nil
}

// StaleUploads answers some of the uploads that have not gone on since, oldest
// first, at most limit of them.
func (s *Store) StaleUploads(ctx context.Context, since time.Time, limit int) ([]Upload, error) {
	stale, err := queryAll(ctx, s.readers, func(rows *sql.Rows) (Upload, error) { return scanUpload(rows) },
		selectUpload+"WHERE touched < ? ORDER BY touched LIMIT ?", since.UnixMilli(), limit)
	if err != nil {
		return nil, fmt.Errorf("list stale uploads: %w", err)
	}
	return stale, nil
}

// HasPart tells whether an upload goes on in the part of a name.
func (s *Store) HasPart(ctx context.Context, name string) (bool, error) {
	var has bool
	if err := s.readers.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM uploads WHERE part = ? AND part <> '')", name).Scan(&has); err != nil {
		return false, fmt.Errorf("look up a part: %w", err)
	}
	return has, nil
}

func sizeOrNull(size int64) any {
	if size < 0 {
		return nil
	}
	return size
}

package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// dropAfter is how much longer than it may be put into a message a file stays that
// is in none: a message that was found good before is applied by then.
const dropAfter = 10 * time.Minute

// File is a file that is whole.
type File struct {
	chat.File
	Hash []byte    // SHA-256 of its content
	Room string    // ID
	By   string    // ID of the user whose it is
	At   time.Time // when it was whole; kept to the millisecond
	Due  time.Time // when it is dropped; zero while a message has it
}

// File answers the file of an ID, and whether there is one. One that no message
// has any more is none.
func (s *Store) File(ctx context.Context, id string) (f File, ok bool, err error) {
	var at int64
	var due sql.NullInt64
	err = s.readers.QueryRowContext(ctx, "SELECT id, name, type, size, hash, room, by_id, at, due FROM files WHERE id = ?", id).
		Scan(&f.ID, &f.Name, &f.Type, &f.Size, &f.Hash, &f.Room, &f.By, &at, &due)
	if errors.Is(err, sql.ErrNoRows) {
		return File{}, false, nil
	}
	if err != nil {
		return File{}, false, fmt.Errorf("look up a file: %w", err)
	}
	f.At = time.UnixMilli(at)
	if due.Valid {
		f.Due = time.UnixMilli(due.Int64)
	}
	return f, !due.Valid || due.Int64 != 0, nil
}

// Files answers the files of these IDs, in their order, for a message of by in the
// room of that ID. The error is chat.CodeNotFound unless by has uploaded all of
// them into that room, and chat.CodeBadRequest for too many, or one named twice.
func (s *Store) Files(ctx context.Context, by, room string, ids []string, now time.Time) ([]chat.File, error) {
	if len(ids) > chat.MaxFiles {
		return nil, &chat.Error{Code: chat.CodeBadRequest, Message: fmt.Sprintf("a message has at most %d files; send the rest in another", chat.MaxFiles)}
	}
	files := make([]chat.File, 0, len(ids))
	for i, id := range ids {
		if slices.Contains(ids[:i], id) {
			return nil, &chat.Error{Code: chat.CodeBadRequest, Message: "files names a file twice; name each once"}
		}
		f, ok, err := s.File(ctx, id)
		if err != nil {
			return nil, err
		}
		if !ok || f.By != by || f.Room != room || !f.Due.IsZero() && !now.Before(f.Due) {
			return nil, &chat.Error{Code: chat.CodeNotFound, Message: "files names a file that you have not uploaded into this room; upload it there first"}
		}
		files = append(files, f.File)
	}
	return files, nil
}

// useFiles notes in the transaction of Apply that the message at offset, which is
// in the table already, has these files. Those that are gone, of a log that is
// applied anew, are noted like the others.
func useFiles(ctx context.Context, tx *sql.Tx, offset uint64, files []chat.File) error {
	for _, f := range files {
		if _, err := tx.ExecContext(ctx, "INSERT OR IGNORE INTO file_uses (message, file) VALUES (?, ?)", clamp(offset), f.ID); err != nil {
			return fmt.Errorf("use a file: %w", err)
		}
		if _, err := tx.ExecContext(ctx, "UPDATE files SET due = NULL WHERE id = ?", f.ID); err != nil {
			return fmt.Errorf("use a file: %w", err)
		}
	}
	return nil
}

// releaseFiles takes their files from messages, in the transaction of Apply and
// before the messages' rows go. Those that no other message has cannot be asked for
// from then on, and the next DropFiles drops them.
func releaseFiles(ctx context.Context, tx *sql.Tx, where string, args ...any) error {
	taken, err := queryAll(ctx, tx, scanOne[string],
		"DELETE FROM file_uses WHERE "+where+" RETURNING file", args...)
	if err != nil {
		return fmt.Errorf("release files: %w", err)
	}
	for _, id := range taken {
		_, err := tx.ExecContext(ctx, "UPDATE files SET due = 0 WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM file_uses WHERE file = ?1)", id)
		if err != nil {
			return fmt.Errorf("release files: %w", err)
		}
	}
	return nil
}

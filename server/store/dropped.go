package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// DropFiles drops files that no message has and that are due, at most limit of
// them, and notes their contents for Dropped. It answers how many they were.
func (s *Store) DropFiles(ctx context.Context, now time.Time, limit int) (n int, err error) {
	err = inTx(ctx, s.writer, func(tx *sql.Tx) error {
		due, err := queryAll(ctx, tx, scanOne[string],
			"SELECT id FROM files WHERE due < ? ORDER BY due LIMIT ?", now.Add(-dropAfter).UnixMilli(), limit)
		if err != nil {
			return err
		}
		for _, id := range due {
			for _, q := range []string{
				"INSERT OR IGNORE INTO dropped SELECT hash FROM files WHERE id = ?",
				"DELETE FROM uploads WHERE file = ?",
				"DELETE FROM files WHERE id = ?",
			} {
				if _, err := tx.ExecContext(ctx, q, id); err != nil {
					return err
				}
			}
		}
		n = len(due)
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("drop files: %w", err)
	}
	return n, nil
}

// LoseFiles makes due the files that no message has, though one had them once: a
// log that was applied anew does not tell any more that it was deleted.
func (s *Store) LoseFiles(ctx context.Context) error {
	_, err := s.writer.ExecContext(ctx, "UPDATE files SET due = 0 WHERE due IS NULL AND NOT EXISTS (SELECT 1 FROM file_uses WHERE file = id)")
	if err != nil {
		return fmt.Errorf("look for lost files: %w", err)
	}
	return nil
}

// Dropped answers hashes of contents whose file was dropped, at most limit of them
// and those after one.
func (s *Store) Dropped(ctx context.Context, after []byte, limit int) ([][]byte, error) {
	if after == nil {
		after = []byte{}
	}
	hashes, err := queryAll(ctx, s.readers, scanOne[[]byte], "SELECT hash FROM dropped WHERE hash > ? ORDER BY hash LIMIT ?", after, limit)
	if err != nil {
		return nil, fmt.Errorf("list dropped contents: %w", err)
	}
	return hashes, nil
}

// HasContent tells whether a file has the content of a hash.
func (s *Store) HasContent(ctx context.Context, hash []byte) (bool, error) {
	var has bool
	if err := s.readers.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM files WHERE hash = ?)", hash).Scan(&has); err != nil {
		return false, fmt.Errorf("look up a content: %w", err)
	}
	return has, nil
}

// ForgetDropped is told that a content of Dropped is seen to.
func (s *Store) ForgetDropped(ctx context.Context, hash []byte) error {
	if _, err := s.writer.ExecContext(ctx, "DELETE FROM dropped WHERE hash = ?", hash); err != nil {
		return fmt.Errorf("forget a dropped content: %w", err)
	}
	return nil
}

// ContentShards answers with which bytes the hashes of files' contents begin, each once.
// It looks for the next one in the index of hashes, and reads no more of it.
func (s *Store) ContentShards(ctx context.Context) ([]byte, error) {
	var list []byte
	for from := []byte{0}; ; {
		var hash []byte
		err := s.readers.QueryRowContext(ctx, "SELECT hash FROM files WHERE hash >= ? ORDER BY hash LIMIT 1", from).Scan(&hash)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return list, nil
		case err != nil:
			return nil, fmt.Errorf("list contents: %w", err)
		}
		list = append(list, hash[0])
		from = next(hash[0])
	}
}

// Contents answers the hashes of all files' contents that begin with the byte first.
func (s *Store) Contents(ctx context.Context, first byte) ([][]byte, error) {
	hashes, err := queryAll(ctx, s.readers, scanOne[[]byte], "SELECT DISTINCT hash FROM files WHERE hash >= ? AND hash < ?",
		[]byte{first}, next(first))
	if err != nil {
		return nil, fmt.Errorf("list contents: %w", err)
	}
	return hashes, nil
}

// next is below every hash that begins with a larger byte than first, and above
// all others.
func next(first byte) []byte {
	if first < 0xff {
		return []byte{first + 1}
	}
	above := make([]byte, 33) // a hash has 32
	for i := range above {
		above[i] = 0xff
	}
	return above
}

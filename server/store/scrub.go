package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// ErrReading is that somebody reads an older state of the file, which has to be kept
// for them.
var ErrReading = errors.New("the file is being read")

// Scrub takes from the disk what was erased from the tables. Deleting overwrites what it
// deletes, but the write-ahead log has older pages of the file, and where SQLite moved
// rows from page to page it left copies in unused space. The log is emptied, and a file
// of at most 32 MiB is written anew; a larger one keeps such copies until it is (backups
// never have them). ErrReading is to be tried again.
func (s *Store) Scrub(ctx context.Context) (err error) {
	conn, err := s.writer.Conn(ctx)
	if err != nil {
		return fmt.Errorf("scrub: %w", err)
	}
	defer func() {
		if err = errors.Join(err, conn.Close()); err != nil {
			err = fmt.Errorf("scrub: %w", err)
		}
	}()
	var size int64
	row := conn.QueryRowContext(ctx, "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
	if err := row.Scan(&size); err != nil {
		return err
	}
	if size <= maxVacuum {
		if _, err := conn.ExecContext(ctx, "VACUUM"); err != nil {
			return err
		}
	}
	return truncate(ctx, conn)
}

// truncate copies the write-ahead log into the file and makes it empty.
func truncate(ctx context.Context, conn *sql.Conn) error {
	if _, err := conn.ExecContext(ctx, fmt.Sprintf("PRAGMA busy_timeout = %d", scrubPatience)); err != nil {
		return err
	}
	var busy, pages, copied int
	err := conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &copied)
	if err == nil && busy != 0 {
		err = ErrReading
	}
	_, back := conn.ExecContext(ctx, fmt.Sprintf("PRAGMA busy_timeout = %d", busyTimeout))
	return errors.Join(err, back)
}

package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/server/disk"
)

// CopyTo writes the database as it is now to a new file, which only its owner can
// read, and brings it to disk. Nobody waits for it: it is one reader more. The copy
// has what can be asked for and nothing beside: what was deleted before, of which
// pages of the original may still have pieces, is not in it. On an error nothing is
// left at path.
func (s *Store) CopyTo(ctx context.Context, path string) error {
	if err := s.copyTo(ctx, path); err != nil {
		return fmt.Errorf("copy the database: %w", refuse(s.path, err))
	}
	return nil
}

func (s *Store) copyTo(ctx context.Context, path string) error {
	// SQLite fills a file that is there and empty, and keeps its mode.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	err = f.Close()
	if err == nil {
		_, err = s.writer.ExecContext(ctx, "VACUUM INTO ?", path)
	}
	if err == nil {
		err = disk.Sync(path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

// Verify reads every page of a database file that no program has open, and tells
// what it holds. The file may be of an older version of the schema, and stays as it
// is. One that is damaged, another program's or a newer hobnob's is refused with a
// *FileError.
func Verify(ctx context.Context, path string) (_ Summary, err error) {
	if path, err = filepath.Abs(path); err != nil {
		return Summary{}, err
	}
	db, err := sql.Open("sqlite", dsn(path, readerCache, toLook))
	if err != nil {
		return Summary{}, err
	}
	db.SetMaxOpenConns(1)
	defer func() { err = errors.Join(err, db.Close()) }()
	sum, err := verify(ctx, db)
	if errors.Is(err, ErrForeign) || errors.Is(err, ErrNewer) || errors.Is(err, ErrDamaged) {
		return Summary{}, &FileError{Path: path, Err: err}
	}
	return sum, refuse(path, err)
}

func verify(ctx context.Context, db *sql.DB) (Summary, error) {
	if err := inspect(ctx, db, len(migrations)); err != nil {
		return Summary{}, err
	}
	var schema int
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&schema); err != nil {
		return Summary{}, err
	}
	if schema == 0 {
		return Summary{}, fmt.Errorf("%w: there is nothing in it", ErrForeign)
	}
	var found string
	if err := db.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&found); err != nil {
		return Summary{}, err
	}
	if found != "ok" {
		return Summary{}, fmt.Errorf("%w: %s", ErrDamaged, found)
	}
	return summarize(ctx, db, schema)
}

// Alone runs do in one transaction on a database file that no program has open,
// of whatever version its schema is: it is not brought up to date. What do wrote is
// on disk when Alone returns, and nothing of it after an error.
func Alone(ctx context.Context, path string, do func(ctx context.Context, tx *sql.Tx) error) (err error) {
	if path, err = filepath.Abs(path); err != nil {
		return err
	}
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("open store: %w", err)
	}
	db, err := sql.Open("sqlite", dsn(path, readerCache, toWrite))
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	err = inTx(ctx, db, func(tx *sql.Tx) error { return do(ctx, tx) })
	return errors.Join(refuse(path, err), db.Close())
}

// ErrBehind is returned by MoveTo for a read model that does not stand where the log
// does.
var ErrBehind = errors.New("the read model stands elsewhere than the log")

// MoveTo makes the read model go on in another epoch of the log, at whose newest
// event it stands. tx is a transaction of Writer or of Alone.
func MoveTo(ctx context.Context, tx *sql.Tx, at chat.Position) error {
	var applied chat.Position
	if err := tx.QueryRowContext(ctx, "SELECT epoch, offset FROM applied").Scan(&applied.Epoch, &applied.Offset); err != nil {
		return fmt.Errorf("read the applied position: %w", err)
	}
	if applied.Offset != at.Offset {
		return fmt.Errorf("%w: %d is applied of %d events", ErrBehind, applied.Offset, at.Offset)
	}
	if at.Offset == 0 {
		return nil // the first event brings the epoch
	}
	if _, err := tx.ExecContext(ctx, "UPDATE applied SET epoch = ?", at.Epoch); err != nil {
		return fmt.Errorf("record the position: %w", err)
	}
	return nil
}

// FileHashes answers the hashes, in hexadecimal, of the files that a database tells of
// and that are not about to be dropped at a time. Known is false for a database from
// before there were files. No program has it open.
func FileHashes(ctx context.Context, path string, now time.Time) (hashes map[string]bool, known bool, err error) {
	if path, err = filepath.Abs(path); err != nil {
		return nil, false, err
	}
	db, err := sql.Open("sqlite", dsn(path, readerCache, toLook))
	if err != nil {
		return nil, false, err
	}
	db.SetMaxOpenConns(1)
	defer func() { err = errors.Join(err, db.Close()) }()
	names, err := tableNames(ctx, db)
	if err != nil || !slices.Contains(names, "files") {
		return nil, false, err
	}
	list, err := queryAll(ctx, db, scanOne[[]byte], "SELECT hash FROM files WHERE due IS NULL OR due > ?", now.UnixMilli())
	if err != nil {
		return nil, false, fmt.Errorf("list the files: %w", err)
	}
	hashes = make(map[string]bool, len(list))
	for _, h := range list {
		hashes[hex.EncodeToString(h)] = true
	}
	return hashes, true, nil
}

package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// applicationID marks a file as ours in its header ("hbnb").
const applicationID = 0x68626e62

// prepareFile makes the file where there is none, and otherwise looks at it
// without changing a byte, so that a file that is not for us stays as it is.
func prepareFile(ctx context.Context, path string, known int) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return create(path)
	case err != nil:
		return err
	case info.IsDir():
		return fmt.Errorf("%s is a folder", path)
	case info.Size() == 0:
		return nil // made a moment before a crash: nothing in it yet
	}
	how := toLook // makes no -wal and -shm files that would be left beside it
	if _, err := os.Stat(path + "-wal"); err == nil {
		how = toRead // after a crash the newest version may be in there
	}
	db, err := sql.Open("sqlite", dsn(path, readerCache, how))
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	err = inspect(ctx, db, known)
	if err == nil && how == toLook {
		err = wholePages(ctx, db, info.Size())
	}
	if errors.Is(err, ErrForeign) || errors.Is(err, ErrNewer) || errors.Is(err, ErrDamaged) {
		err = &FileError{Path: path, Err: err}
	}
	return errors.Join(refuse(path, err), db.Close())
}

// inspect tells whether a file is one of ours and whole, as far as its header,
// its schema and the first page of each table show. SQLite itself compares the
// length of the file with its header. Checking every page would make the start
// of a large team slow.
func inspect(ctx context.Context, db *sql.DB, known int) error {
	var application, version int
	if err := db.QueryRowContext(ctx, "PRAGMA application_id").Scan(&application); err != nil {
		return err
	}
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	tables, err := tableNames(ctx, db)
	if err != nil {
		return err
	}
	switch {
	case application == 0 && version == 0 && len(tables) == 0:
		return nil // no migration has run yet
	case application != applicationID:
		return ErrForeign
	case version > known:
		return fmt.Errorf("%w: it has version %d of the schema and this program knows %d; start the newer one",
			ErrNewer, version, known)
	}
	for _, t := range tables {
		var one int
		quoted := `"` + strings.ReplaceAll(t, `"`, `""`) + `"`
		err := db.QueryRowContext(ctx, "SELECT 1 FROM "+quoted+" LIMIT 1").Scan(&one)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
	}
	return nil
}

// wholePages tells whether a file ends where a page does. SQLite does not mind where it
// does not: after a crash the rest is in the write-ahead log. Where there is none the
// file was cut.
func wholePages(ctx context.Context, db *sql.DB, size int64) error {
	var page int64
	if err := db.QueryRowContext(ctx, "PRAGMA page_size").Scan(&page); err != nil {
		return err
	}
	if size%page != 0 {
		return fmt.Errorf("%w: it ends within a page", ErrDamaged)
	}
	return nil
}

func tableNames(ctx context.Context, db *sql.DB) (names []string, err error) {
	rows, err := db.QueryContext(ctx, "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}

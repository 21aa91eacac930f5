package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite" // the driver
)

const (
	// busyTimeout is how long a statement waits for another process (a backup,
	// an admin command) to end its transaction, in milliseconds.
	busyTimeout = 5000

	// writerCache and readerCache are page caches in KiB, as SQLite takes them
	// (negative): the writer touches the end of each table and index.
	writerCache = -16384
	readerCache = -4096

	// checkpointPages lets the write-ahead log reach 16 MiB before it is copied
	// into the file: under load each checkpoint costs two more syncs, and a WAL
	// of this size is read in some 20 ms at the start after a crash.
	checkpointPages = 4000

	// maxVacuum is how large a file may be, in bytes, to be written anew for the sake of
	// what was erased in it: whoever writes waits for that, and memory holds it once.
	maxVacuum = 32 << 20

	// scrubPatience is how long scrubbing waits for readers, in milliseconds: they are
	// done in a moment, or a backup that is not.
	scrubPatience = 50

	// maxReaders bounds the pool of readers: beyond a few they only wait for
	// each other's processor.
	maxReaders = 4
)

// Store is the read model of one team. Its methods are safe from any goroutine
// and block for as long as SQLite does.
type Store struct {
	path    string
	writer  *sql.DB // one connection
	readers *sql.DB // read-only
	write   writeStmts
	memo    memo // of whoever has the writer's connection
	index   indexStmts
	search  searchStmts

	searching chan struct{} // holds one for each search under way
}

// Open opens the database file of a server, makes it where there is none, and
// brings an older one up to date, after a copy of it was put beside it. A file
// that is damaged, another program's or a newer hobnob's is refused with a
// *FileError and left as it is. The folder must exist. One process at a time
// may do that; others Attach.
func Open(ctx context.Context, path string) (*Store, error) {
	return open(ctx, path, migrations)
}

// Attach opens a file that another process may hold open to write, for a short
// task beside it: what it writes waits for the other's transaction, and the
// other for it. It neither makes a file nor brings one up to date, which would
// change it under that process: an older one is refused with ErrOlder, and
// what Open refuses is refused here, too.
func Attach(ctx context.Context, path string) (*Store, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	return openFile(ctx, path, len(migrations), func(ctx context.Context, db *sql.DB, path string) error {
		var version int
		if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
			return fmt.Errorf("read the schema's version: %w", err)
		}
		if version < len(migrations) {
			return &FileError{Path: path, Err: fmt.Errorf("%w: it has version %d of the schema, and this program's is %d", ErrOlder, version, len(migrations))}
		}
		return nil
	})
}

func open(ctx context.Context, path string, steps []migration) (*Store, error) {
	return openFile(ctx, path, len(steps), func(ctx context.Context, db *sql.DB, path string) error {
		if err := migrate(ctx, db, path, steps); err != nil {
			return err
		}
		return settleIndex(ctx, db)
	})
}

// openFile opens a file of at most the version known of the schema. ready makes
// its schema what the statements are for, or refuses it.
func openFile(ctx context.Context, path string, known int, ready func(ctx context.Context, db *sql.DB, path string) error) (_ *Store, err error) {
	if path, err = filepath.Abs(path); err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	if err := prepareFile(ctx, path, known); err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	s := &Store{path: path, searching: make(chan struct{}, maxSearches)}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("open store: %w", refuse(path, err)), s.Close())
		}
	}()
	if s.writer, err = sql.Open("sqlite", dsn(path, writerCache, toWrite)); err != nil {
		return nil, err
	}
	s.writer.SetMaxOpenConns(1)
	if err := writeAhead(ctx, s.writer); err != nil {
		return nil, err
	}
	if err := ready(ctx, s.writer, path); err != nil {
		return nil, err
	}
	if s.readers, err = sql.Open("sqlite", dsn(path, readerCache, toRead)); err != nil {
		return nil, err
	}
	s.readers.SetMaxOpenConns(maxReaders)
	s.readers.SetMaxIdleConns(maxReaders)
	if err := s.write.prepare(ctx, s.writer); err != nil {
		return nil, err
	}
	if err := s.index.prepare(ctx, s.writer, s.readers); err != nil {
		return nil, err
	}
	if err := s.search.prepare(ctx, s.readers); err != nil {
		return nil, err
	}
	return s, nil
}

// access is what a connection may do with the file.
type access int

const (
	toWrite access = iota
	toRead
	toLook // read, without locks and files beside it: nobody may write meanwhile
)

// dsn is the data source name of a file. Its path is escaped, so that no
// character of it is taken for a parameter.
func dsn(path string, cache int, a access) string {
	p := filepath.ToSlash(path)
	if !strings.HasPrefix(p, "/") {
		p = "/" + p // C:/… on Windows
	}
	q := url.Values{"_pragma": {
		fmt.Sprintf("busy_timeout(%d)", busyTimeout),
		fmt.Sprintf("cache_size(%d)", cache),
		"foreign_keys(1)",
		"temp_store(memory)",
	}}
	switch a {
	case toLook:
		q.Set("immutable", "1")
		fallthrough
	case toRead:
		q.Set("mode", "ro")
	case toWrite:
		// A transaction that begins by reading could otherwise fail at its first
		// write, when another process wrote in between.
		q.Set("_txlock", "immediate")
		q.Add("_pragma", "synchronous(full)")
		q.Add("_pragma", "secure_delete(1)") // what is deleted is gone from the file, too
		q.Add("_pragma", fmt.Sprintf("wal_autocheckpoint(%d)", checkpointPages))
	}
	return (&url.URL{Scheme: "file", Path: p, RawQuery: q.Encode()}).String()
}

// writeAhead turns WAL on, which the file remembers, and makes sure of it: file
// systems without shared memory stay with the rollback journal silently.
func writeAhead(ctx context.Context, db *sql.DB) error {
	var mode string
	if err := db.QueryRowContext(ctx, "PRAGMA journal_mode = wal").Scan(&mode); err != nil {
		return fmt.Errorf("turn on write-ahead logging: %w", err)
	}
	if mode != "wal" {
		return fmt.Errorf("turn on write-ahead logging: the file system only allows mode %q", mode)
	}
	return nil
}

// Writer is the handle of the one connection that writes, for the embedded log
// to share: its transactions and the Store's never overlap. It is closed by
// Close.
func (s *Store) Writer() *sql.DB { return s.writer }

// Reader is the pool of read-only connections, for the embedded log to share.
// It is closed by Close.
func (s *Store) Reader() *sql.DB { return s.readers }

// GiveBack frees what the writer keeps of the file's pages beyond those that a
// transaction needs, up to writerCache. They are read again when they are needed.
func (s *Store) GiveBack(ctx context.Context) error {
	if _, err := s.writer.ExecContext(ctx, "PRAGMA shrink_memory"); err != nil {
		return fmt.Errorf("shrink the cache of pages: %w", err)
	}
	return nil
}

// Close waits for running transactions and closes the file. The log that shares
// the file is closed before.
func (s *Store) Close() error {
	var errs []error
	for _, db := range []*sql.DB{s.readers, s.writer} { // the last one out checkpoints
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}

// create makes an empty file only its owner can read: it will hold what people
// say to each other, and SQLite gives its -wal and -shm files the same mode.
func create(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

package client

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

const (
	// cacheName is the database in the state folder.
	cacheName = "cache.db"

	// cacheVersion is the schema's PRAGMA user_version.
	cacheVersion = 3

	// keep is how many messages of a room stay in the cache: weeks of a busy
	// room, some megabytes.
	keep = 10_000

	// keepSlack is how far a room may grow beyond keep before it is trimmed, so
	// that a trim deletes many rows at once and not one a message.
	keepSlack = 500

	// busyWait is how long a statement waits for another process to finish its
	// transaction; each is over within milliseconds. What somebody waits for can
	// come after one such wait and have one of its own, and is over in askWait.
	busyWait = 1000 // milliseconds

	// journalBytes is how large a journal stays when what it has is in the file.
	journalBytes = 8 << 20

	// openWait is the same for the lock that is held while a folder is opened,
	// which takes longer when drafts are carried over.
	openWait = 5000 // milliseconds
)

// schema is that of cacheVersion. Messages are JSON, so that what later versions
// add to a message needs no new column. A thread is summed up when it is read: all
// answers to a message that is here are here, too, for they come after it.
const schema = messagesTable + `
CREATE TABLE outbox (
	ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
	id      TEXT    NOT NULL UNIQUE,
	draft   BLOB    NOT NULL, -- storedDraft
	state   INTEGER NOT NULL, -- 0 to be sent, 1 refused, 2 to be sent and given to no connection yet
	error   BLOB              -- chat.Error, when refused
);
CREATE TABLE meta (
	key   TEXT PRIMARY KEY,
	value BLOB NOT NULL
) WITHOUT ROWID;` + inputsTable + setVersion

const messagesTable = `
CREATE TABLE messages (
	room    TEXT    NOT NULL,
	seq     INTEGER NOT NULL,
	thread  TEXT,             -- ID of the message that began the thread it is in
	counts  INTEGER NOT NULL, -- 0 when it is deleted: it is no answer any more
	message BLOB    NOT NULL, -- chat.Message without its Replies
	PRIMARY KEY (room, seq)
) WITHOUT ROWID;
CREATE INDEX messages_thread ON messages (room, thread) WHERE thread IS NOT NULL;`

const setVersion = "\nPRAGMA user_version = 3;"

// fromV1 begins the messages anew: those of version 1 have not been told what became
// of them.
const fromV1 = `
DROP TABLE messages;` + messagesTable + `
DELETE FROM meta WHERE key IN ('epoch', 'position');` + inputsTable + setVersion

// fromV2 has the lines that were sent in it as well.
const fromV2 = inputsTable + setVersion

// cache is the state folder: the newest messages of each room, the outbox, and
// the position. Reads are safe from any goroutine; writes are done by one.
type cache struct {
	// set once
	path  string
	log   *slog.Logger
	read  *sql.DB
	quick *sql.DB // synchronous=NORMAL: what the server can send again
	sure  *sql.DB // synchronous=FULL: what only we have

	ops    chan op // in order
	urgent chan op // before any of ops: somebody at a keyboard waits
	stop   chan struct{}
	once   sync.Once
	done   chan struct{} // closed when write returned
	behind atomic.Int64  // how many that nobody waits for are not yet done

	damaged atomic.Bool // it was found so while it was used

	// owned by write
	bounds    *bounds
	committed time.Time // when what nobody waits for was committed last
	closing   time.Time // when it was seen that it is to be closed
	stalled   bool      // a batch was lost: the position must not move past it
	erased    bool      // the journal still has what was erased
	scrubbed  time.Time // when it was tried last to empty it
}

// openCache opens the database of a state folder, making both where needed. A
// database that cannot be used is set aside, and what its outbox held is taken
// over.
func openCache(ctx context.Context, dir string, log *slog.Logger) (*cache, error) {
	c, _, err := readyCache(ctx, dir, log)
	if err == nil {
		go c.write(context.WithoutCancel(ctx)) // close ends it
	}
	return c, err
}

// readyCache is openCache, but for the goroutine that writes, and with what a client
// begins with.
func readyCache(ctx context.Context, dir string, log *slog.Logger) (*cache, kept, error) {
	if err := private(dir); err != nil {
		return nil, kept{}, err
	}
	unlock, err := lockFolder(ctx, dir)
	if err != nil {
		return nil, kept{}, err
	}
	defer unlock()
	path := filepath.Join(dir, cacheName)
	if err := finishSetAside(path); err != nil {
		return nil, kept{}, err
	}
	if err := touch(path); err != nil {
		return nil, kept{}, err
	}
	c, k, err := tryCache(ctx, path, log)
	if err != nil && damage(err) {
		if err := setAside(ctx, path, err, log); err != nil {
			return nil, kept{}, err
		}
		c, k, err = tryCache(ctx, path, log)
	}
	if err == nil {
		pruneAside(path, time.Now(), log)
	}
	return c, k, err
}

// lockFolder keeps other processes from opening the folder meanwhile: to rename
// a database that somebody is about to open would give them the main file of the
// one and the journal of another. The lock is SQLite's on an empty database, for
// it is there on every system and ends with its process.
func lockFolder(ctx context.Context, dir string) (unlock func(), err error) {
	path := filepath.Join(dir, "open.lock")
	if err := touch(path); err != nil {
		return nil, err
	}
	db, err := handle(path, "DELETE", "OFF", "exclusive", openWait)
	if err != nil {
		return nil, err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("state folder: %w", err), db.Close())
	}
	return func() {
		tx.Rollback() //nolint:errcheck // closing unlocks, too
		db.Close()    // nothing was written
	}, nil
}

// private makes dir, readable by its owner only.
func private(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("state folder: %w", err)
	}
	info, err := os.Stat(dir)
	if err != nil {
		return fmt.Errorf("state folder: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		if err := os.Chmod(dir, 0o700); err != nil {
			return fmt.Errorf("state folder: %w", err)
		}
	}
	return nil
}

// touch makes the file, so that SQLite gives it and its journals no wider
// permissions.
func touch(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("cache: %w", err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("cache: %w", err)
	}
	return nil
}

// tryCache opens a database, and reads all of it that a client begins with: damage there
// is noticed while the folder is locked, and it can be set aside.
func tryCache(ctx context.Context, path string, log *slog.Logger) (_ *cache, k kept, err error) {
	c := &cache{
		path: path, log: log, bounds: newBounds(),
		ops: make(chan op, 128), urgent: make(chan op, 16),
		stop: make(chan struct{}), done: make(chan struct{}),
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.closeHandles())
		}
	}()
	if marked(path) {
		return nil, k, errMarked
	}
	if c.quick, err = handle(path, "WAL", "NORMAL", "immediate", busyWait); err != nil {
		return nil, k, err
	}
	if err = migrate(ctx, c.quick); err != nil {
		return nil, k, err
	}
	if c.sure, err = handle(path, "WAL", "FULL", "immediate", busyWait); err != nil {
		return nil, k, err
	}
	if c.read, err = handle(path, "WAL", "NORMAL", "deferred", busyWait); err != nil {
		return nil, k, err
	}
	// All connect now: later the file may be another one.
	for _, db := range []*sql.DB{c.sure, c.read} {
		if err = db.PingContext(ctx); err != nil {
			return nil, k, fmt.Errorf("cache: %w", err)
		}
	}
	if err = takeSpares(ctx, c, log); err != nil {
		return nil, k, err
	}
	if k, err = c.load(ctx); err != nil {
		return nil, k, err
	}
	return c, k, nil
}

// handle opens a pool of one connection, which is made when it is first used.
func handle(path, journal, synchronous, lock string, wait int) (*sql.DB, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("cache: %w", err)
	}
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(abs)}
	u.RawQuery = url.Values{
		"_busy_timeout": {strconv.Itoa(wait)},
		"_journal_mode": {journal},
		"_synchronous":  {synchronous},
		"_txlock":       {lock},
		"_pragma": {
			"secure_delete(1)", // what is deleted is gone from the file
			"journal_size_limit(" + strconv.Itoa(journalBytes) + ")",
		},
	}.Encode()
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		return nil, fmt.Errorf("cache: %w", err)
	}
	db.SetMaxOpenConns(1)
	db.SetMaxIdleConns(1)
	return db, nil
}

// migrate brings the schema to cacheVersion, and reads from each table so that
// damage is noticed now and not when something is lost by it.
func migrate(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("cache: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // after a commit it does nothing
	var version int
	if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return fmt.Errorf("cache: %w", err)
	}
	switch {
	case version > cacheVersion:
		return fmt.Errorf("%w: it has version %d and this hobnob knows %d", errNewer, version, cacheVersion)
	case version < cacheVersion:
		statements := schema
		switch version {
		case 1:
			statements = fromV1
		case 2:
			statements = fromV2
		}
		if _, err := tx.ExecContext(ctx, statements); err != nil {
			if misshapen(err) { // a table is there that should not be
				return fmt.Errorf("%w: %w", errShape, err)
			}
			return fmt.Errorf("cache: %w", err)
		}
	}
	const probe = `SELECT
		(SELECT count(*) FROM (SELECT seq, thread, message FROM messages LIMIT 1)),
		(SELECT count(draft || state) FROM outbox),
		(SELECT count(value) FROM meta),
		(SELECT count(*) FROM (SELECT room, seq, id, thread, line FROM inputs LIMIT 1))`
	var n int
	if err := tx.QueryRowContext(ctx, probe).Scan(&n, &n, &n, &n); err != nil {
		if misshapen(err) {
			return fmt.Errorf("%w: %w", errShape, err)
		}
		return fmt.Errorf("cache: %w", err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("cache: %w", err)
	}
	return nil
}

// close takes no more, commits what is queued and waits for it.
func (c *cache) close() error {
	c.once.Do(func() { close(c.stop) })
	<-c.done
	return c.closeHandles()
}

func (c *cache) dir() string { return filepath.Dir(c.path) }

func (c *cache) closeHandles() error {
	var errs []error
	for _, db := range []*sql.DB{c.read, c.sure, c.quick} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}

// corrupt tells whether err is SQLite's word for a file that is no database, or
// one whose contents are not what they should be.
func corrupt(err error) bool {
	return hasCode(err, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
}

// misshapen tells whether err, of a statement that only looks at the schema, says
// that tables or columns are missing. SQLite says the same of much else.
func misshapen(err error) bool {
	return hasCode(err, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_SCHEMA)
}

// busy tells whether err says that another process holds the database.
func busy(err error) bool {
	return hasCode(err, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
}

func fromSQLite(err error) bool {
	_, ok := errors.AsType[*sqlite.Error](err)
	return ok
}

func hasCode(err error, codes ...int) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && slices.Contains(codes, e.Code()&0xff)
}

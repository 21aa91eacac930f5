package client

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// A cache that cannot be used is set aside and a new one takes its place, with
// the drafts that could still be read: the server has the messages, but nobody
// else has the drafts.
//
// The steps keep the drafts across a crash at any point: the new database is
// made beside the old one and closed, then the old one is renamed away, then the
// new one is renamed into its place. Where there is a new one but no old one the
// last step is what was missing.

var (
	errNewer  = errors.New("cache: it was made by a newer hobnob")
	errShape  = errors.New("cache: its tables are not what they should be")
	errMarked = errors.New("cache: it was found damaged while it was used")
)

// journals are the names SQLite gives the files of a database.
var journals = []string{"", "-wal", "-shm"}

// damage tells whether err is a reason to set the cache aside.
func damage(err error) bool {
	return errors.Is(err, errNewer) || errors.Is(err, errMarked) || errors.Is(err, errShape) || corrupt(err)
}

// mark notes that the database was found damaged while it was in use, for the
// next process that opens it, if heal does not come to it.
func (c *cache) mark(err error) {
	if c.damaged.Swap(true) {
		return
	}
	c.log.Warn("the message cache is damaged; a new one is made when it is closed", "path", c.path, "error", err)
	if err := os.WriteFile(c.path+".mark", nil, 0o600); err != nil {
		c.log.Warn("cannot note that the message cache is damaged", "error", err)
	}
}

func marked(path string) bool {
	_, err := os.Stat(path + ".mark")
	return err == nil
}

// finishSetAside does the last step of a setAside that was cut short.
func finishSetAside(path string) error {
	_, err := os.Stat(path)
	if !errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err := os.Rename(path+".new", path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("cache: %w", err)
	}
	return nil
}

// setAside replaces the database by a new one with the old one's drafts. Its
// caller has locked the folder; whoever has the old one open goes on with it,
// and SQLite sees that it was moved and leaves the new one's journal alone.
func setAside(ctx context.Context, path string, reason error, log *slog.Logger) error {
	drafts, rerr := salvage(ctx, path)
	if rerr != nil {
		log.Warn("some of what was waiting to be sent could not be read", "read", len(drafts), "error", rerr)
	}
	if err := makeNew(ctx, path+".new", drafts); err != nil {
		return err
	}
	aside := path + ".damaged-" + time.Now().UTC().Format(asideStamp)
	for _, suffix := range journals {
		err := os.Rename(path+suffix, aside+suffix)
		if err != nil && !(suffix != "" && errors.Is(err, os.ErrNotExist)) {
			return fmt.Errorf("setting the cache aside: %w", err)
		}
	}
	if err := finishSetAside(path); err != nil {
		return err
	}
	if err := os.Remove(path + ".mark"); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("setting the cache aside: %w", err)
	}
	log.Warn("the message cache could not be used; it was set aside and a new one begun",
		"reason", reason, "aside", aside, "drafts_kept", len(drafts))
	return nil
}

// asideTime is how long a database that was set aside is kept, in case something of it is
// wanted.
const asideTime = 31 * 24 * time.Hour

// asideStamp is when one was, in its name.
const asideStamp = "20060102T150405.000000000"

// pruneAside removes databases that were set aside, but for the newest of the last month: what
// they have is out of date, and what was deleted since may be in them. Its caller has locked
// the folder.
func pruneAside(path string, now time.Time, log *slog.Logger) {
	files, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return // whoever opens the database says so
	}
	prefix, newest := filepath.Base(path)+".damaged-", ""
	stamps := make(map[string]time.Time)
	for _, f := range files { // sorted by name, which is by time
		rest, is := strings.CutPrefix(f.Name(), prefix)
		if !is {
			continue
		}
		stamp := strings.TrimSuffix(strings.TrimSuffix(rest, "-wal"), "-shm")
		if at, err := time.Parse(asideStamp, stamp); err == nil { // else it is not ours
			stamps[f.Name()] = at
			newest = max(newest, stamp)
		}
	}
	for name, at := range stamps {
		if now.Sub(at) < asideTime && strings.HasPrefix(name, prefix+newest) {
			continue
		}
		if err := os.Remove(filepath.Join(filepath.Dir(path), name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			log.Warn("an old damaged message cache cannot be removed", "error", err)
		}
	}
}

// salvage reads as many drafts as it can, whatever else is wrong with the file: where a
// page in their midst is damaged, those before it and those behind it.
func salvage(ctx context.Context, path string) ([]outboxRow, error) {
	db, err := handle(path, "WAL", "NORMAL", "deferred", busyWait)
	if err != nil {
		return nil, err
	}
	rows, err := readOutbox(ctx, db)
	if err != nil {
		behind, err2 := readDrafts(ctx, db, "SELECT id, draft, state, error FROM outbox ORDER BY ordinal DESC")
		slices.Reverse(behind)
		rows, err = append(rows, behind...), errors.Join(err, err2)
	}
	seen := make(map[string]bool, len(rows))
	rows = slices.DeleteFunc(rows, func(r outboxRow) bool {
		again := seen[r.draft.ID]
		seen[r.draft.ID] = true
		return again || r.draft.ID == "" || len(r.draft.ID) > chat.MaxID || len(r.draft.Body.JSON) == 0
	})
	for i := range rows {
		rows[i].home = false // who knows from when that page is
	}
	return rows, errors.Join(err, db.Close())
}

// makeNew makes a database with nothing but drafts, and closes it.
func makeNew(ctx context.Context, path string, drafts []outboxRow) (err error) {
	for _, suffix := range journals {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("new cache: %w", err)
		}
	}
	if err := touch(path); err != nil {
		return err
	}
	db, err := handle(path, "WAL", "FULL", "immediate", busyWait)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := migrate(ctx, db); err != nil {
		return err
	}
	for _, d := range drafts {
		if err := insertDraft(ctx, db, d); err != nil {
			return fmt.Errorf("new cache: %w", err)
		}
	}
	// Into the main file, for only that one is renamed.
	if _, err := db.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		return fmt.Errorf("new cache: %w", err)
	}
	return nil
}

package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
)

const (
	// indexBatch and indexBytes bound what is indexed in one transaction, in messages
	// and in bytes of them: some 10 ms, for which an append may have to wait.
	indexBatch = 512
	indexBytes = 256 << 10

	// againBatch is how many messages that were edited are indexed beside.
	againBatch = 64

	// timesBlock is how many offsets share a row of search_times: finding where a
	// time begins reads a row for each, and what is read in vain is less than one.
	timesBlock = 1024
)

// errMoved is that the index is not where it was a moment ago: it was emptied.
var errMoved = errors.New("the index was made anew meanwhile")

// indexStmts are the statements that change the index, prepared on the writer
// connection, and fetch, on the readers.
type indexStmts struct {
	indexed      *sql.Stmt
	document     *sql.Stmt
	add, remove  *sql.Stmt
	again        *sql.Stmt
	times, moved *sql.Stmt
	fetch        *sql.Stmt
}

func (x *indexStmts) prepare(ctx context.Context, writer, readers *sql.DB) (err error) {
	prep := func(db *sql.DB, query string) *sql.Stmt {
		var s *sql.Stmt
		if err == nil {
			s, err = db.PrepareContext(ctx, query)
		}
		return s
	}
	x.indexed = prep(writer, "SELECT ?1 <= upto AND NOT EXISTS (SELECT 1 FROM search_again WHERE offset = ?1) FROM search_state")
	x.document = prep(writer, selectDocument+"WHERE m.offset = ?")
	x.add = prep(writer, "INSERT INTO search (rowid, terms) VALUES (?, ?)")
	x.remove = prep(writer, "INSERT INTO search (search, rowid, terms) VALUES ('delete', ?, ?)")
	x.again = prep(writer, "INSERT OR IGNORE INTO search_again VALUES (?)")
	x.times = prep(writer, `INSERT INTO search_times VALUES (?, ?, ?) ON CONFLICT (block) DO UPDATE
		SET earliest = min(earliest, excluded.earliest), latest = max(latest, excluded.latest)`)
	x.moved = prep(writer, "UPDATE search_state SET upto = ?")
	x.fetch = prep(readers, selectDocument+"WHERE m.offset > ? ORDER BY m.offset LIMIT ?")
	return err
}

// settleIndex empties an index of other terms than this program makes, before
// anything is taken out of it or looked for.
func settleIndex(ctx context.Context, db *sql.DB) error {
	return inTx(ctx, db, func(tx *sql.Tx) error {
		var version string
		if err := tx.QueryRowContext(ctx, "SELECT terms FROM search_state").Scan(&version); err != nil {
			return err
		}
		if version == termsVersion {
			return nil
		}
		return resetIndex(ctx, tx)
	})
}

// resetIndex empties the index: the Indexer makes it anew.
func resetIndex(ctx context.Context, tx *sql.Tx) error {
	for _, q := range []string{
		"INSERT INTO search (search) VALUES ('delete-all')",
		"DELETE FROM search_again",
		"DELETE FROM search_times",
	} {
		if _, err := tx.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("empty the search index: %w", err)
		}
	}
	if _, err := tx.ExecContext(ctx, "UPDATE search_state SET terms = ?, upto = 0", termsVersion); err != nil {
		return fmt.Errorf("empty the search index: %w", err)
	}
	return nil
}

// unindex takes the message at an offset out of the index, in the transaction that
// changes it and before its row is changed: the terms to take out are made of the
// text that is still there. What the row says after that is indexed later. It may be
// called for any message, any number of times, also for one that was never indexed.
func (s *Store) unindex(ctx context.Context, tx *sql.Tx, offset int64) error {
	var indexed bool
	if err := on(ctx, tx, s.index.indexed).QueryRowContext(ctx, offset).Scan(&indexed); err != nil {
		return fmt.Errorf("take message %d out of the search index: %w", offset, err)
	}
	if indexed {
		d, err := readDocument(ctx, on(ctx, tx, s.index.document), offset)
		if err != nil {
			return fmt.Errorf("take message %d out of the search index: %w", offset, err)
		}
		if d != nil && !d.deleted {
			if _, err := on(ctx, tx, s.index.remove).ExecContext(ctx, offset, strings.Join(d.terms(), " ")); err != nil {
				return fmt.Errorf("take message %d out of the search index: %w", offset, err)
			}
		}
	}
	// Also where it was not: the Indexer may hold what the message said until now.
	if _, err := on(ctx, tx, s.index.again).ExecContext(ctx, offset); err != nil {
		return fmt.Errorf("take message %d out of the search index: %w", offset, err)
	}
	return nil
}

// indexSome indexes a batch of messages, and tells whether more are waiting. The
// terms are made before the transaction, in which appends have to wait.
func (s *Store) indexSome(ctx context.Context) (more bool, err error) {
	var upto int64
	batch := make([]prepared, 0, indexBatch)
	err = s.snapshot(ctx, func(tx *sql.Tx, _ string) error {
		if err := tx.QueryRowContext(ctx, "SELECT upto FROM search_state").Scan(&upto); err != nil {
			return err
		}
		bytes := 0
		return readDocuments(ctx, on(ctx, tx, s.index.fetch), func(d *document) bool {
			batch = append(batch, prepare(d))
			bytes += len(d.body) + len(d.extra)
			more = bytes >= indexBytes || len(batch) == indexBatch
			return !more
		}, upto, indexBatch)
	})
	if err != nil {
		return false, fmt.Errorf("read what is not indexed: %w", err)
	}
	err = inTx(ctx, s.writer, func(tx *sql.Tx) error {
		if err := s.indexNew(ctx, tx, upto, batch); err != nil {
			return err
		}
		again, err := s.indexAgain(ctx, tx)
		more = more || again
		return err
	})
	if err != nil && !errors.Is(err, errMoved) {
		return false, fmt.Errorf("index messages: %w", err)
	}
	return more || err != nil, nil
}

// prepared is a message that only has to be added to the index.
type prepared struct {
	offset, at int64
	terms      string // "" for nothing
}

func prepare(d *document) prepared {
	return prepared{d.offset, d.at, strings.Join(d.terms(), " ")}
}

// indexNew adds the messages that follow upto, but those that were edited or deleted
// since batch was read.
func (s *Store) indexNew(ctx context.Context, tx *sql.Tx, upto int64, batch []prepared) error {
	var now int64
	if err := tx.QueryRowContext(ctx, "SELECT upto FROM search_state").Scan(&now); err != nil {
		return err
	}
	if now != upto {
		return errMoved
	}
	if len(batch) == 0 {
		return nil
	}
	last := batch[len(batch)-1].offset
	changed, err := queryAll(ctx, tx, scanOne[int64], "SELECT offset FROM search_again WHERE offset > ? AND offset <= ? ORDER BY offset", upto, last)
	if err != nil {
		return err
	}
	add := on(ctx, tx, s.index.add)
	for _, m := range batch {
		if _, found := slices.BinarySearch(changed, m.offset); found || m.terms == "" {
			continue
		}
		if _, err := add.ExecContext(ctx, m.offset, m.terms); err != nil {
			return err
		}
	}
	if err := s.noteTimes(ctx, tx, batch); err != nil {
		return err
	}
	_, err = on(ctx, tx, s.index.moved).ExecContext(ctx, last)
	return err
}

// noteTimes widens the rows of search_times to the times of batch, which is in the
// order of the offsets.
func (s *Store) noteTimes(ctx context.Context, tx *sql.Tx, batch []prepared) error {
	for len(batch) > 0 {
		block, n := batch[0].offset/timesBlock, 1
		earliest, latest := batch[0].at, batch[0].at
		for ; n < len(batch) && batch[n].offset/timesBlock == block; n++ {
			earliest, latest = min(earliest, batch[n].at), max(latest, batch[n].at)
		}
		if _, err := on(ctx, tx, s.index.times).ExecContext(ctx, block, earliest, latest); err != nil {
			return err
		}
		batch = batch[n:]
	}
	return nil
}

// indexAgain adds messages that were edited, as they are now, and tells whether more
// of them are waiting.
func (s *Store) indexAgain(ctx context.Context, tx *sql.Tx) (more bool, err error) {
	offsets, err := queryAll(ctx, tx, scanOne[int64],
		"SELECT offset FROM search_again WHERE offset <= (SELECT upto FROM search_state) ORDER BY offset LIMIT ?", againBatch)
	if err != nil || len(offsets) == 0 {
		return false, err
	}
	for _, offset := range offsets {
		d, err := readDocument(ctx, on(ctx, tx, s.index.document), offset)
		if err != nil {
			return false, err
		}
		if d == nil || d.deleted {
			continue
		}
		if _, err := on(ctx, tx, s.index.add).ExecContext(ctx, offset, strings.Join(d.terms(), " ")); err != nil {
			return false, err
		}
	}
	_, err = tx.ExecContext(ctx, "DELETE FROM search_again WHERE offset BETWEEN ? AND ?", offsets[0], offsets[len(offsets)-1])
	return len(offsets) == againBatch, err
}

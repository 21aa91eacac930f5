package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// rebuildPage is how many events Rebuild asks the log for at once.
const rebuildPage = 1000

// Rebuild empties the read model and applies the log anew, in one transaction:
// until it is done everybody sees what was there before, and after an error
// still do. read is a log's Read, which must not use Writer, and returns no
// event only at the end. Nothing else is written meanwhile.
func (s *Store) Rebuild(ctx context.Context, read func(after uint64, limit int) ([]chat.Event, error)) error {
	err := inTx(ctx, s.writer, func(tx *sql.Tx) error {
		if err := empty(ctx, tx); err != nil {
			return err
		}
		for after := uint64(0); ; {
			batch, err := read(after, rebuildPage)
			if err != nil {
				return fmt.Errorf("read the log after %d: %w", after, err)
			}
			if len(batch) == 0 {
				return nil
			}
			if err := s.Apply(ctx, tx, batch); err != nil {
				return err
			}
			after = batch[len(batch)-1].Position.Offset
		}
	})
	if err != nil {
		return fmt.Errorf("rebuild the read model: %w", err)
	}
	return nil
}

// empty brings the read model to where it was before the first event.
func empty(ctx context.Context, tx *sql.Tx) error {
	for _, table := range derived {
		if _, err := tx.ExecContext(ctx, "DELETE FROM "+table); err != nil { //nolint:gosec // a name of our own
			return fmt.Errorf("empty %s: %w", table, err)
		}
	}
	for _, q := range []string{
		"DELETE FROM rooms WHERE id <> 'general'",
		`UPDATE rooms SET name = 'general', topic = '', last_seq = 0, kind = 'public', purpose = '',
			archived = 0, slow = 0, keep = 0, last_at = 0, members = 0, creator = '', created = 0`,
		"UPDATE applied SET epoch = '', offset = 0",
	} {
		if _, err := tx.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	if err := resetIndex(ctx, tx); err != nil {
		return err
	}
	return nameGeneral(ctx, tx)
}

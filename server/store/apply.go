package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// messageColumns is how many columns of messages an insert sets.
const messageColumns = 12

// insertSizes are the numbers of rows one insert statement takes, largest
// first. Wide inserts spare the way through database/sql: 32 rows at a time are
// a third faster than one by one, more gain nothing.
var insertSizes = [...]int{32, 8, 1}

// writeStmts are the statements of Apply, prepared on the writer connection.
type writeStmts struct {
	applied, setApplied *sql.Stmt
	room, setRoom       *sql.Stmt
	insert              [len(insertSizes)]*sql.Stmt
}

func (w *writeStmts) prepare(ctx context.Context, db *sql.DB) (err error) {
	prep := func(query string) *sql.Stmt {
		var s *sql.Stmt
		if err == nil {
			s, err = db.PrepareContext(ctx, query)
		}
		return s
	}
	w.applied = prep("SELECT epoch, offset FROM applied")
	w.setApplied = prep("UPDATE applied SET epoch = ?, offset = ?")
	w.room = prep("SELECT key, last_seq FROM rooms WHERE id = ?")
	w.setRoom = prep("UPDATE rooms SET last_seq = ? WHERE key = ?")
	row := "(" + strings.Repeat("?,", messageColumns-1) + "?)"
	for i, n := range insertSizes {
		w.insert[i] = prep("INSERT INTO messages VALUES " + strings.Repeat(row+",", n-1) + row)
	}
	return err
}

// tally is a room as a batch goes on.
type tally struct {
	key  int64
	last uint64
}

// Apply brings the read model up to date with a batch of the log's next events,
// and sets the Seq of each in place. tx is a transaction of Writer; what Apply
// did is undone with it, and nothing is remembered outside of it. It fails, and
// tx must be rolled back, when an event is not after the applied position, is
// of another epoch (ErrEpoch), of a kind or a room that is not known
// (chat.CodeUnknownRoom): no event is skipped silently. It keeps nothing of
// batch.
func (s *Store) Apply(ctx context.Context, tx *sql.Tx, batch []chat.Event) error {
	if len(batch) == 0 {
		return nil
	}
	if err := s.follows(ctx, tx, batch); err != nil {
		return fmt.Errorf("apply: %w", err)
	}
	rooms := make(map[string]*tally, 1)
	for i := range batch {
		e := &batch[i]
		if e.Kind != chat.MessageCreated {
			return fmt.Errorf("apply: event %d is of the unknown kind %q", e.Position.Offset, e.Kind)
		}
		room := rooms[e.Room]
		if room == nil {
			room = new(tally)
			err := on(ctx, tx, s.write.room).QueryRowContext(ctx, e.Room).Scan(&room.key, &room.last)
			if errors.Is(err, sql.ErrNoRows) {
				return fmt.Errorf("apply event %d: %w", e.Position.Offset, unknownRoom())
			}
			if err != nil {
				return fmt.Errorf("apply event %d: %w", e.Position.Offset, err)
			}
			rooms[e.Room] = room
		}
		room.last++
		e.Seq = room.last
	}
	if err := s.insert(ctx, tx, batch, rooms); err != nil {
		return fmt.Errorf("apply: insert messages: %w", err)
	}
	for _, room := range rooms {
		if _, err := on(ctx, tx, s.write.setRoom).ExecContext(ctx, room.last, room.key); err != nil {
			return fmt.Errorf("apply: number messages: %w", err)
		}
	}
	last := batch[len(batch)-1].Position
	if _, err := on(ctx, tx, s.write.setApplied).ExecContext(ctx, last.Epoch, last.Offset); err != nil {
		return fmt.Errorf("apply: record the position: %w", err)
	}
	return nil
}

// follows checks that batch goes on where the read model stands.
func (s *Store) follows(ctx context.Context, tx *sql.Tx, batch []chat.Event) error {
	var at chat.Position
	if err := on(ctx, tx, s.write.applied).QueryRowContext(ctx).Scan(&at.Epoch, &at.Offset); err != nil {
		return err
	}
	if at.Epoch == "" {
		at.Epoch = batch[0].Position.Epoch
	}
	for i := range batch {
		p := batch[i].Position
		if p.Epoch == "" || p.Epoch != at.Epoch {
			return fmt.Errorf("%w: it stands at %q and the event is at %q", ErrEpoch, at, p)
		}
		if p.Offset <= at.Offset {
			return fmt.Errorf("event %d is not after %d, which was applied", p.Offset, at.Offset)
		}
		at = p
	}
	return nil
}

// insert adds the messages of batch, many rows to a statement.
func (s *Store) insert(ctx context.Context, tx *sql.Tx, batch []chat.Event, rooms map[string]*tally) error {
	args := make([]any, 0, min(len(batch), insertSizes[0])*messageColumns)
	for i, size := range insertSizes {
		if len(batch) < size {
			continue
		}
		stmt := on(ctx, tx, s.write.insert[i])
		for ; len(batch) >= size; batch = batch[size:] {
			args = args[:0]
			for j := range batch[:size] {
				args = appendRow(args, &batch[j], rooms[batch[j].Room].key)
			}
			if _, err := stmt.ExecContext(ctx, args...); err != nil {
				return err
			}
		}
	}
	return nil
}

// appendRow appends a message in the order of the table's columns. What most
// messages do not have is NULL, which costs no memory of the driver's.
func appendRow(args []any, e *chat.Event, room int64) []any {
	body := []byte(e.Body.JSON)
	if body == nil {
		body = []byte{} // the column is NOT NULL
	}
	var attachments any
	if len(e.Body.Attachments) > 0 {
		attachments = packAttachments(e.Body.Attachments)
	}
	return append(args, int64(e.Position.Offset), room, int64(e.Seq),
		e.ID, e.Author.ID, e.Author.Name, string(e.Author.Role), int64(e.At), body, attachments,
		orNull(e.ReplyTo), orNull(e.Thread))
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// Applied is the position of the newest event that was applied.
func (s *Store) Applied(ctx context.Context) (chat.Position, error) {
	var at chat.Position
	err := s.readers.QueryRowContext(ctx, "SELECT epoch, offset FROM applied").Scan(&at.Epoch, &at.Offset)
	if err != nil {
		return chat.Position{}, fmt.Errorf("read the applied position: %w", err)
	}
	return at, nil
}

// rebuildPage is how many events Rebuild asks the log for at once.
const rebuildPage = 1000

// Rebuild empties the read model and applies the log anew, in one transaction:
// until it is done everybody sees what was there before, and after an error
// still do. read is a log's Read, which must not use Writer, and returns no
// event only at the end. Nothing else is written meanwhile.
func (s *Store) Rebuild(ctx context.Context, read func(after uint64, limit int) ([]chat.Event, error)) error {
	err := inTx(ctx, s.writer, func(tx *sql.Tx) error {
		for _, q := range []string{
			"DELETE FROM messages",
			"UPDATE rooms SET last_seq = 0",
			"UPDATE applied SET epoch = '', offset = 0",
		} {
			if _, err := tx.ExecContext(ctx, q); err != nil {
				return err
			}
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

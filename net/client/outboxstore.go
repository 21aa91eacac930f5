package client

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// outboxRow is a draft as the database has it.
type outboxRow struct {
	draft   chat.Draft
	refusal *chat.Error // nil when it is to be sent
	stored  bool        // it was in the database before, and is not to be put there anew
	home    bool        // no connection was given it
	changed uint64      // as the entry's
}

// storedDraft is the JSON of the column draft.
type storedDraft struct {
	chat.Body
	Room    string      `json:"room"`
	ReplyTo string      `json:"reply_to,omitempty"`
	Thread  string      `json:"thread,omitempty"`
	At      chat.Millis `json:"at"`
	chat.Extra
}

// The values of the column state. What is at home was not given to any connection by any
// process: each that has one makes it stateKept before it sends anything, so that one update
// decides whether it is sent or taken back. A window of an older version that is open on the same
// folder reads stateHome as stateKept and leaves it so on disk: it sends what this one can still take
// back, and the server has it then all the same.
const (
	stateKept    = 0
	stateRefused = 1
	stateHome    = 2
)

// execer is a *sql.DB or a *txn.
type execer interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// readOutbox reads the drafts in order. On an error it returns what could be
// read before it.
func readOutbox(ctx context.Context, q querier) ([]outboxRow, error) {
	return readDrafts(ctx, q, "SELECT id, draft, state, error FROM outbox ORDER BY ordinal")
}

func readDrafts(ctx context.Context, q querier, query string) ([]outboxRow, error) {
	rows, err := q.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var (
		out  []outboxRow
		errs []error
	)
	for rows.Next() {
		var (
			id             string
			draft, refusal []byte
			state          int
		)
		if err := rows.Scan(&id, &draft, &state, &refusal); err != nil {
			errs = append(errs, fmt.Errorf("draft %q: %w", id, err)) // what it has is of another kind
			continue
		}
		var d storedDraft
		if err := json.Unmarshal(draft, &d); err != nil {
			errs = append(errs, fmt.Errorf("draft %q: %w", id, err))
			continue
		}
		row := outboxRow{draft: d.draft(id), home: state == stateHome}
		if state == stateRefused {
			row.refusal = &chat.Error{}
			if json.Unmarshal(refusal, row.refusal) != nil {
				row.refusal = &chat.Error{Code: chat.CodeInternal, Message: "it was refused"}
			}
		}
		out = append(out, row)
	}
	return out, errors.Join(append(errs, rows.Err())...)
}

func storedOf(d chat.Draft) storedDraft {
	return storedDraft{
		Body: d.Body, Room: d.Room, ReplyTo: d.ReplyTo, Thread: d.Thread, Extra: d.Extra, At: chat.ToMillis(d.At),
	}
}

func (s *storedDraft) draft(id string) chat.Draft {
	return chat.Draft{ID: id, Room: s.Room, Body: s.Body, ReplyTo: s.ReplyTo, Thread: s.Thread, Extra: s.Extra, At: s.At.Time()}
}

// insertDraft puts a draft into the outbox. Of one that is there already the state is new, but
// for one that is at home: who has it there knows more.
func insertDraft(ctx context.Context, e execer, r outboxRow) error {
	b, err := json.Marshal(storedOf(r.draft))
	if err != nil {
		return err
	}
	state, refusal, err := storedState(r)
	if err != nil {
		return err
	}
	const query = "INSERT INTO outbox (id, draft, state, error) VALUES (?, ?, ?, ?)" +
		" ON CONFLICT (id) DO UPDATE SET state = excluded.state, error = excluded.error WHERE excluded.state <> 2"
	_, err = e.ExecContext(ctx, query, r.draft.ID, b, state, refusal)
	return err
}

// updateDraft makes the state of a draft on disk that of r. Only one that was refused comes home: it
// may be that another process has retried it as well, and sent it.
func updateDraft(ctx context.Context, e execer, r outboxRow) error {
	state, refusal, err := storedState(r)
	if err != nil {
		return err
	}
	const query = "UPDATE outbox SET state = ?1, error = ?2 WHERE id = ?3 AND (?1 <> 2 OR state = 1)"
	_, err = e.ExecContext(ctx, query, state, refusal, r.draft.ID)
	return err
}

func deleteDraft(ctx context.Context, e execer, id string) error {
	_, err := e.ExecContext(ctx, "DELETE FROM outbox WHERE id = ?", id)
	return err
}

func storedState(r outboxRow) (state int, b []byte, err error) {
	switch {
	case r.refusal != nil:
		b, err = json.Marshal(r.refusal)
		return stateRefused, b, err
	case r.home:
		return stateHome, nil, nil
	}
	return stateKept, nil, nil
}

// settleDraft takes a draft that was sent off the disk. It does not wait: one that is sent
// once more is posted once all the same.
func (c *cache) settleDraft(id string) {
	c.put(c.ops, op{soon: true, apply: func(ctx context.Context, t *txn) error { return deleteDraft(ctx, t, id) }})
}

// markDrafts saves that all that are to be sent were refused, those of other processes, too.
func (c *cache) markDrafts(refusal *chat.Error) {
	c.put(c.urgent, op{apply: func(ctx context.Context, t *txn) error {
		state, b, err := storedState(outboxRow{refusal: refusal})
		if err != nil {
			return err
		}
		_, err = t.ExecContext(ctx, "UPDATE outbox SET state = ?, error = ? WHERE state <> ?", state, b, stateRefused)
		return err
	}})
}

// clock is when a draft without a time was written. Finer than a millisecond
// would not survive the outbox.
func clock() time.Time { return time.Now().Truncate(time.Millisecond) }

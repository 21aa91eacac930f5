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

// The values of the column state.
const (
	stateKept    = 0
	stateRefused = 1
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
		row := outboxRow{draft: chat.Draft{
			ID: id, Room: d.Room, Body: d.Body, ReplyTo: d.ReplyTo, Thread: d.Thread, Extra: d.Extra, At: d.At.Time(),
		}}
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

func insertDraft(ctx context.Context, e execer, r outboxRow) error {
	d := r.draft
	b, err := json.Marshal(storedDraft{
		Body: d.Body, Room: d.Room, ReplyTo: d.ReplyTo, Thread: d.Thread, Extra: d.Extra, At: chat.ToMillis(d.At),
	})
	if err != nil {
		return err
	}
	state, refusal, err := storedState(r.refusal)
	if err != nil {
		return err
	}
	_, err = e.ExecContext(ctx, "INSERT INTO outbox (id, draft, state, error) VALUES (?, ?, ?, ?)", d.ID, b, state, refusal)
	return err
}

func storedState(refusal *chat.Error) (state int, b []byte, err error) {
	if refusal == nil {
		return stateKept, nil, nil
	}
	b, err = json.Marshal(refusal)
	return stateRefused, b, err
}

// keepDraft returns when d is durable: nobody else has it.
func (c *cache) keepDraft(d chat.Draft) error {
	return c.ask(c.urgent, func(ctx context.Context, t *txn) error {
		return insertDraft(ctx, t, outboxRow{draft: d})
	})
}

// dropDraft returns when d is gone for good; settleDraft does not wait, for a
// draft that is sent once more is posted once all the same.
func (c *cache) dropDraft(id string) error { return c.ask(c.urgent, deleteDraft(id)) }

func (c *cache) settleDraft(id string) {
	c.put(c.ops, op{soon: true, apply: deleteDraft(id)})
}

func deleteDraft(id string) func(context.Context, *txn) error {
	return func(ctx context.Context, t *txn) error {
		_, err := t.ExecContext(ctx, "DELETE FROM outbox WHERE id = ?", id)
		return err
	}
}

// markDraft saves that a draft was refused. It takes the lane of retryDraft, which
// must not be overtaken by it.
func (c *cache) markDraft(id string, refusal *chat.Error) {
	c.put(c.urgent, op{apply: updateDraft(id, refusal)})
}

// markDrafts does it to all that are to be sent, those of other processes, too.
func (c *cache) markDrafts(refusal *chat.Error) {
	c.put(c.urgent, op{apply: func(ctx context.Context, t *txn) error {
		state, b, err := storedState(refusal)
		if err != nil {
			return err
		}
		_, err = t.ExecContext(ctx, "UPDATE outbox SET state = ?, error = ? WHERE state = ?", state, b, stateKept)
		return err
	}})
}

// retryDraft returns when it is durable that a draft is to be sent again.
func (c *cache) retryDraft(id string) error { return c.ask(c.urgent, updateDraft(id, nil)) }

func updateDraft(id string, refusal *chat.Error) func(context.Context, *txn) error {
	return func(ctx context.Context, t *txn) error {
		state, b, err := storedState(refusal)
		if err != nil {
			return err
		}
		_, err = t.ExecContext(ctx, "UPDATE outbox SET state = ?, error = ? WHERE id = ?", state, b, id)
		return err
	}
}

// clock is when a draft without a time was written. Finer than a millisecond
// would not survive the outbox.
func clock() time.Time { return time.Now().Truncate(time.Millisecond) }

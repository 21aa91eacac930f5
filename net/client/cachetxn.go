package client

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// txn is one transaction, with what it read kept for the ops that follow.
type txn struct {
	*sql.Tx
	stalled  bool // the position is not to be moved
	read     bool // epoch and position were read
	epoch    string
	position chat.Position
	moved    bool // position is to be written
	spans    map[string]span
	insert   *sql.Stmt        // prepared by the first that needs it
	typed    *bool            // there are lines that became messages; nil while that is not known
	erased   bool             // something was taken away for good
	who      *chat.Identified // as it was saved last
	bounds   *bounds
	added    map[string]int64 // bytes, of rooms
}

// span is what the cache has of a room: the seqs from lo to hi, none when hi is 0.
type span struct{ lo, hi uint64 }

// page is messages of one room with seqs that follow one another.
type page struct {
	epoch    string // of the log they were read from
	room     string
	messages []chat.Message
	you      string   // whose drafts they settle
	older    bool     // not what follows the run but what precedes it
	fresh    bool     // the newest there are: what the room had is out of date
	unsent   []string // with fresh: IDs of drafts that were not yet told as messages then
}

// save adds a page to the cache, and takes the drafts it settles out of the
// outbox: a draft is never found there beside the message it became.
func (t *txn) save(ctx context.Context, p page) error {
	if err := t.state(ctx); err != nil {
		return err
	}
	for _, m := range p.messages {
		if m.From.ID != p.you || p.you == "" {
			continue
		}
		if err := deleteDraft(ctx, t, m.ID); err != nil {
			return err
		}
	}
	if p.epoch != t.epoch {
		return nil // another process has moved on to another history of the log
	}
	if err := t.became(ctx, p); err != nil {
		return err
	}
	if p.fresh {
		if err := t.forget(ctx, p.room); err != nil {
			return err
		}
	}
	if len(p.messages) == 0 {
		return nil
	}
	r, err := t.span(ctx, p.room)
	if err != nil {
		return err
	}
	lo, hi := p.messages[0].Seq, p.messages[len(p.messages)-1].Seq
	switch {
	case r.hi == 0 && p.older:
		return nil // what is newer is not there
	case r.hi == 0:
		r = span{lo, hi}
	case hi+1 < r.lo, p.older && (lo > r.hi || r.hi-r.lo+1 >= keep):
		return nil // it does not touch the run, or would be trimmed at once
	case lo > r.hi+1:
		if err := t.forget(ctx, p.room); err != nil {
			return err
		}
		r = span{lo, hi}
	}
	for _, m := range p.messages {
		if err := t.add(ctx, m); err != nil {
			return err
		}
	}
	t.spans[p.room] = span{min(r.lo, lo), max(r.hi, hi)}
	return nil
}

// add inserts a message that is not there yet.
func (t *txn) add(ctx context.Context, m chat.Message) error {
	m.Replies = nil
	b, err := encodeMessage(m)
	if err != nil {
		return err
	}
	if t.insert == nil { // closed with the transaction
		const query = "INSERT OR IGNORE INTO messages (room, seq, thread, counts, message) VALUES (?, ?, ?, ?, ?)"
		if t.insert, err = t.PrepareContext(ctx, query); err != nil {
			return err
		}
	}
	if t.added == nil {
		t.added = make(map[string]int64)
	}
	t.added[m.Room] += int64(len(b))
	_, err = t.insert.ExecContext(ctx, m.Room, int64(m.Seq), threadColumn(m), m.Deleted == 0, b)
	return err
}

// encodeMessage is json.Marshal without HTML escaping, which would make bodies
// longer than they are.
func encodeMessage(m chat.Message) ([]byte, error) {
	m.Reactions = m.Reactions[:min(len(m.Reactions), chat.MaxReactions)] // all that a server takes; each change of it is written with all
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(m); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// span reads what the cache has of a room.
func (t *txn) span(ctx context.Context, room string) (span, error) {
	if r, ok := t.spans[room]; ok {
		return r, nil
	}
	r, err := readSpan(ctx, t.Tx, room)
	if err == nil {
		t.spans[room] = r
	}
	return r, err
}

// trim drops the oldest messages of the rooms that were written to and grew too
// long. It can leave no gap, for it takes from the run's end.
func (t *txn) trim(ctx context.Context) error {
	for room, r := range t.spans {
		if r.hi-r.lo < keep+keepSlack {
			continue
		}
		_, err := t.ExecContext(ctx, "DELETE FROM messages WHERE room = ? AND seq <= ?", room, int64(r.hi-keep))
		if err != nil {
			return err
		}
	}
	return nil
}

// state reads the epoch and the position once.
func (t *txn) state(ctx context.Context) error {
	if t.read {
		return nil
	}
	epoch, err := readMeta(ctx, t.Tx, metaEpoch)
	if err != nil {
		return err
	}
	t.position, err = readPosition(ctx, t.Tx)
	if err != nil {
		return err
	}
	t.epoch, t.read = string(epoch), true
	return nil
}

// advance saves the position, forward only and within its epoch only. Ops are
// done in order, so everything it covers was saved by this or an earlier one.
func (t *txn) advance(ctx context.Context, p chat.Position) error {
	if err := t.state(ctx); err != nil {
		return err
	}
	if t.stalled || p.IsZero() || p.Epoch != t.epoch || (!t.position.IsZero() && p.Offset <= t.position.Offset) {
		return nil
	}
	t.position, t.moved = p, true // finish writes it, once for all that moved it
	return nil
}

// finish does what is done once for all ops of a transaction.
func (t *txn) finish(ctx context.Context) error {
	if err := errors.Join(t.trim(ctx), t.bound(ctx)); err != nil || !t.moved {
		return err
	}
	return t.setMeta(ctx, metaPosition, []byte(t.position.String()))
}

// begin prepares for the messages of an epoch: those of another are dropped, and
// with purge all of them.
func (t *txn) begin(ctx context.Context, epoch string, purge bool) error {
	if err := t.state(ctx); err != nil {
		return err
	}
	if t.epoch == epoch && !purge {
		return nil
	}
	if _, err := t.ExecContext(ctx, "DELETE FROM messages"); err != nil {
		return err
	}
	t.epoch, t.position, t.moved = epoch, chat.Position{}, false
	clear(t.spans)
	return errors.Join(
		t.beginInputs(ctx),
		t.setMeta(ctx, metaEpoch, []byte(epoch)),
		t.setMeta(ctx, metaPosition, nil),
	)
}

// identify saves who the user is and what the team has, once in a transaction.
func (t *txn) identify(ctx context.Context, who *chat.Identified) error {
	if t.who == who {
		return nil
	}
	t.who = who
	b, err := json.Marshal(who)
	if err != nil {
		return err
	}
	return t.setMeta(ctx, metaIdentity, b)
}

// only drops the messages of all rooms but these.
func (t *txn) only(ctx context.Context, these []chat.Membership) error {
	known := make(map[string]bool, len(these))
	for _, r := range these {
		known[r.ID] = true
	}
	rooms, err := readRooms(ctx, t.Tx)
	if err != nil {
		return err
	}
	for _, room := range rooms {
		if known[room] {
			continue
		}
		if err := t.forgetRoom(ctx, room); err != nil {
			return err
		}
	}
	return t.leaveInputs(ctx, known)
}

// forgetRoom drops the messages of a room that the user is not in any more, and what they typed
// there.
func (t *txn) forgetRoom(ctx context.Context, room string) error {
	t.erased = true
	return errors.Join(t.forget(ctx, room), t.leaveInput(ctx, room))
}

func (t *txn) setMeta(ctx context.Context, key string, value []byte) error {
	if value == nil {
		value = []byte{}
	}
	_, err := t.ExecContext(ctx, "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", key, value)
	return err
}

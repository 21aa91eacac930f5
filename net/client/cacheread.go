package client

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// The keys of meta.
const (
	metaIdentity = "identity" // chat.Identified
	metaEpoch    = "epoch"    // of the log the messages are from
	metaPosition = "position" // everything up to it is in the cache, or was
	metaForgot   = "forgot"   // another one each time the account was signed out here
)

// querier is a *sql.DB or a *sql.Tx.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func readMeta(ctx context.Context, q querier, key string) ([]byte, error) {
	var value []byte
	err := q.QueryRowContext(ctx, "SELECT value FROM meta WHERE key = ?", key).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return value, err
}

// readPosition returns the zero Position, which asks for everything, for one
// that cannot be read.
func readPosition(ctx context.Context, q querier) (chat.Position, error) {
	b, err := readMeta(ctx, q, metaPosition)
	if err != nil {
		return chat.Position{}, err
	}
	p, err := chat.ParsePosition(string(b))
	if err != nil {
		return chat.Position{}, nil //nolint:nilerr // see above
	}
	return p, nil
}

// readSpan uses two look-ups in the index; one query for both would read the room.
func readSpan(ctx context.Context, q querier, room string) (span, error) {
	const query = `SELECT
		ifnull((SELECT min(seq) FROM messages WHERE room = ?1), 0),
		ifnull((SELECT max(seq) FROM messages WHERE room = ?1), 0)`
	var lo, hi int64
	err := q.QueryRowContext(ctx, query, room).Scan(&lo, &hi)
	return span{uint64(lo), uint64(hi)}, err
}

// readRooms lists the rooms there are messages of, by one look-up a room.
func readRooms(ctx context.Context, q querier) ([]string, error) {
	const query = `WITH RECURSIVE rooms(id) AS (
		SELECT min(room) FROM messages
		UNION ALL
		SELECT (SELECT min(room) FROM messages WHERE room > id) FROM rooms WHERE id IS NOT NULL
	) SELECT id FROM rooms WHERE id IS NOT NULL`
	return readStrings(ctx, q, query)
}

// readStrings reads what a query finds in its one column.
func readStrings(ctx context.Context, q querier, query string) (list []string, err error) {
	rows, err := q.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, rows.Err()
}

// before reads the newest limit messages of a room below a seq, oldest first,
// and reports false unless they follow one another right up to it.
func (c *cache) before(ctx context.Context, room string, before uint64, limit int) (_ []chat.Message, ok bool, err error) {
	tx, err := c.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true}) // threads are summed up as of the same moment
	if err != nil {
		return nil, false, fmt.Errorf("cache: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // reading
	messages, ok, err := c.run(ctx, tx, room, before, limit)
	if err == nil && ok {
		err = readReplies(ctx, tx, room, messages)
	}
	if err != nil {
		return nil, false, fmt.Errorf("cache: %w", err)
	}
	return messages, ok, nil
}

// run is before without the threads.
func (c *cache) run(ctx context.Context, tx *sql.Tx, room string, before uint64, limit int) ([]chat.Message, bool, error) {
	const query = "SELECT seq, message FROM messages WHERE room = ? AND seq < ? ORDER BY seq DESC LIMIT ?"
	rows, err := tx.QueryContext(ctx, query, room, int64(min(before, 1<<63-1)), limit)
	if err != nil {
		return nil, false, err
	}
	defer rows.Close()
	messages := make([]chat.Message, 0, limit)
	var raw sql.RawBytes
	for rows.Next() {
		var seq int64
		if err := rows.Scan(&seq, &raw); err != nil {
			return nil, false, err
		}
		var m chat.Message
		if err := json.Unmarshal(raw, &m); err != nil || m.Seq != uint64(seq) || m.Room != room {
			c.log.Warn("a cached message cannot be read", "room", room, "seq", seq)
			return nil, false, nil
		}
		if n := len(messages); n > 0 && messages[n-1].Seq != m.Seq+1 {
			return nil, false, nil
		}
		messages = append(messages, m)
	}
	if err := rows.Err(); err != nil {
		return nil, false, err
	}
	if len(messages) == 0 || (before < newest && messages[0].Seq+1 != before) {
		return nil, false, nil
	}
	slices.Reverse(messages)
	return messages, true, nil
}

// readReplies sums up the threads that messages of a room began.
func readReplies(ctx context.Context, tx *sql.Tx, room string, messages []chat.Message) error {
	var some bool
	const threads = "SELECT EXISTS (SELECT 1 FROM messages WHERE room = ? AND thread IS NOT NULL)"
	if err := tx.QueryRowContext(ctx, threads, room).Scan(&some); err != nil || !some {
		return err
	}
	found, err := readThreads(ctx, tx, room, messages)
	if err != nil {
		return err
	}
	for i := range messages {
		t, ok := found[messages[i].ID]
		if !ok || messages[i].Thread != "" {
			continue // an answer begins no thread of its own
		}
		delete(found, messages[i].ID) // of messages with one ID the first began it
		var raw []byte
		const last = "SELECT message FROM messages WHERE room = ? AND seq = ?"
		if err := tx.QueryRowContext(ctx, last, room, t.last).Scan(&raw); err != nil {
			return err
		}
		var m chat.Message
		if json.Unmarshal(raw, &m) == nil {
			messages[i].Replies = &chat.Replies{Count: t.count, Last: m.At, LastBy: m.From}
		}
	}
	return nil
}

// thread is how many answers one has, and the seq of the last, be it deleted or not.
type thread struct {
	count int
	last  int64
}

// readThreads counts the answers to messages of a room, by the messages' IDs.
func readThreads(ctx context.Context, tx *sql.Tx, room string, messages []chat.Message) (map[string]thread, error) {
	args := []any{room}
	for i := range messages {
		args = append(args, messages[i].ID)
	}
	query := "SELECT thread, sum(counts), max(seq) FROM messages WHERE room = ? AND thread IN (" + //nolint:gosec // only question marks
		strings.Repeat("?,", len(messages)-1) + "?) GROUP BY thread"
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	threads := make(map[string]thread)
	for rows.Next() {
		var id string
		var t thread
		if err := rows.Scan(&id, &t.count, &t.last); err != nil {
			return nil, err
		}
		threads[id] = t
	}
	return threads, rows.Err()
}

// newest is a bound above every seq.
const newest = 1 << 63

// kept is what is read when a client opens, before it has a network.
type kept struct {
	who      chat.Identified
	known    bool // who was kept
	position chat.Position
	rooms    []string // those there are messages of, in the order they are told
	drafts   []outboxRow
	marks    map[string]uint64 // how far rooms were read, that the server was not told
	forgot   []byte            // metaForgot
}

// load reads everything but the messages. The position is read first: messages
// that another process adds meanwhile are then discarded when they come again,
// while a position that covers messages nobody read would lose them.
func (c *cache) load(ctx context.Context) (k kept, err error) {
	tx, err := c.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return k, fmt.Errorf("cache: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // reading
	defer func() {
		if err != nil && ctx.Err() == nil && !fromSQLite(err) {
			err = fmt.Errorf("%w: %w", errShape, err) // it can be read, and is not what was written
		}
	}()
	if k.position, err = readPosition(ctx, tx); err != nil {
		return k, fmt.Errorf("cache: %w", err)
	}
	b, err := readMeta(ctx, tx, metaIdentity)
	if err != nil {
		return k, fmt.Errorf("cache: %w", err)
	}
	k.known = json.Unmarshal(b, &k.who) == nil
	have, err := readRooms(ctx, tx)
	if err != nil {
		return k, fmt.Errorf("cache: %w", err)
	}
	for _, r := range k.who.Rooms {
		if i := slices.Index(have, r.ID); i >= 0 {
			k.rooms = append(k.rooms, r.ID)
			have = slices.Delete(have, i, i+1)
		}
	}
	k.rooms = append(k.rooms, have...)
	if k.drafts, err = readOutbox(ctx, tx); err != nil {
		return k, fmt.Errorf("cache: %w", err)
	}
	if k.marks, err = readMarks(ctx, tx); err != nil {
		return k, fmt.Errorf("cache: %w", err)
	}
	if k.forgot, err = readMeta(ctx, tx, metaForgot); err != nil {
		return k, fmt.Errorf("cache: %w", err)
	}
	return k, nil
}

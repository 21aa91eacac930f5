package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/hobnob-chat/hobnob/net/chat"
)

const (
	// maxSearches is how many searches run at once: the readers they have are not
	// there for history.
	maxSearches = 2

	// maxTail is how many messages behind the index's end a search looks through,
	// which takes some 200 ms. That many are waiting for the index only after a
	// program without one was replaced, or under the load of a benchmark.
	maxTail = 50_000

	// maxRoomTerms is how many rooms are looked for by their terms. Where the asker
	// sees more, walking over what is in other rooms costs less.
	maxRoomTerms = 64
)

// searchStmts are the statements of Search, prepared on the readers.
type searchStmts struct {
	upto              *sql.Stmt
	oldest, newest    *sql.Stmt
	index             *sql.Stmt // these yield documents, newest first, as hunt.scan asks
	tail, again, pins *sql.Stmt
}

// The queries of hunt.scan yield documents, newest first. ?1 is what the index is
// asked; within is what they have in common: offsets (exclusive), times and rooms. The
// + keeps SQLite from collecting all of a room to sort it.
const (
	within = ` AND m.at >= ?4 AND m.at < ?5 AND +m.room IN (SELECT value FROM json_each(?6)) ORDER BY `

	// The index walks backwards itself, so that it costs what is answered, however
	// many messages have the word.
	searchIndex = selectDocumentFrom + "search x CROSS JOIN messages m ON m.offset = x.rowid WHERE x.search MATCH ?1" +
		" AND x.rowid > ?2 AND x.rowid < ?3" + within + "x.rowid DESC"
	searchTail  = selectDocument + "WHERE ?1 IS NOT NULL AND m.offset > ?2 AND m.offset < ?3" + within + "m.offset DESC"
	searchAgain = selectDocument + "WHERE ?1 IS NOT NULL AND m.offset IN (SELECT offset FROM search_again)" +
		" AND m.offset > ?2 AND m.offset < ?3" + within + "m.offset DESC"
	searchPins = selectDocument + "WHERE ?1 IS NOT NULL AND m.offset IN (SELECT message FROM pins" +
		" WHERE room IN (SELECT value FROM json_each(?6)))" +
		" AND m.offset > ?2 AND m.offset < ?3" + within + "m.offset DESC"
)

func (p *searchStmts) prepare(ctx context.Context, db *sql.DB) (err error) {
	prep := func(query string) *sql.Stmt {
		var s *sql.Stmt
		if err == nil {
			s, err = db.PrepareContext(ctx, query)
		}
		return s
	}
	p.upto = prep("SELECT upto FROM search_state")
	p.oldest = prep("SELECT block FROM search_times WHERE latest >= ? ORDER BY block LIMIT 1")
	p.newest = prep("SELECT block FROM search_times WHERE earliest < ? ORDER BY block DESC LIMIT 1")
	p.index, p.tail, p.again, p.pins = prep(searchIndex), prep(searchTail), prep(searchAgain), prep(searchPins)
	return err
}

// Search answers a page of messages, newest first. The order is the log's: what was
// imported is as new as its import. Errors are chat.CodeBadRequest, and
// chat.CodeUnavailable while a large team is indexed for the first time. It is safe
// from any goroutine, and waits where maxSearches run.
func (s *Store) Search(ctx context.Context, q chat.SearchQuery) (chat.Found, error) {
	found := chat.Found{Messages: []chat.Message{}}
	m, err := matcherOf(&q)
	if err != nil {
		return found, err
	}
	if q.Limit < 0 {
		return found, &chat.Error{Code: chat.CodeBadRequest, Message: "limit must not be negative"}
	}
	q.Limit = pageLimit(q.Limit)
	select {
	case s.searching <- struct{}{}:
		defer func() { <-s.searching }()
	case <-ctx.Done():
		return found, ctx.Err()
	}
	err = s.snapshot(ctx, func(tx *sql.Tx, epoch string) error {
		h := &hunt{s: s, tx: tx, matcher: m}
		if some, err := h.narrow(ctx, q, epoch); err != nil || !some {
			return err
		}
		// One more than asked for tells whether there are more.
		offsets, err := h.offsets(ctx, q.Pinned, q.Limit+1)
		if err != nil || len(offsets) == 0 {
			return err
		}
		found, err = s.messagesAt(ctx, tx, epoch, offsets, q.Limit)
		return err
	})
	if err != nil {
		return chat.Found{}, fmt.Errorf("search: %w", err)
	}
	return found, nil
}

// messagesAt reads messages by their offsets, newest first, as History would: at most
// limit, and fewer for MaxPage.
func (s *Store) messagesAt(ctx context.Context, tx *sql.Tx, epoch string, offsets []int64, limit int) (chat.Found, error) {
	list, err := json.Marshal(offsets)
	if err != nil {
		return chat.Found{}, err
	}
	const query = selectMessage + "WHERE m.offset IN (SELECT value FROM json_each(?)) ORDER BY m.offset DESC"
	found := chat.Found{Messages: []chat.Message{}}
	messages, more, err := readMessages(ctx, tx, epoch, limit, query, string(list))
	if len(messages) > 0 {
		found.Messages, found.More = messages, more
	}
	return found, err
}

// matcherOf makes the part of q that is about each message by itself.
func matcherOf(q *chat.SearchQuery) (m matcher, err error) {
	m = matcher{from: q.From, file: q.File, link: q.Link}
	for i, list := range [][]string{q.Words, q.Begins} {
		for _, text := range list {
			if p := makePhrase(text, i == 1); len(p.terms) > 0 {
				m.phrases = append(m.phrases, p)
			}
		}
	}
	asked := len(q.Words)+len(q.Begins) > 0
	if asked && len(m.phrases) == 0 && len(m.from) == 0 && !m.file && !m.link && !q.Pinned {
		return m, &chat.Error{Code: chat.CodeBadRequest, Message: "there is no word to look for; write one with letters or digits"}
	}
	return m, nil
}

// hunt is one search in its transaction.
type hunt struct {
	s  *Store
	tx *sql.Tx
	matcher

	// set by narrow
	upto         int64 // the index's end
	low, high    int64 // offsets, exclusive
	since, until int64
	rooms        string  // JSON array of keys
	roomTerms    []int64 // nil where walking over other rooms costs less
}

// narrow finds out where to look, and whether there is such a place.
func (h *hunt) narrow(ctx context.Context, q chat.SearchQuery, epoch string) (some bool, err error) {
	h.since, h.until, h.high = int64(q.Since), int64(q.Until), math.MaxInt64
	if h.until == 0 {
		h.until = math.MaxInt64
	}
	if !q.Before.IsZero() {
		if q.Before.Epoch != epoch {
			return false, &chat.Error{Code: chat.CodeBadRequest, Message: "before is a place in an earlier history of this team; search from the end again"}
		}
		h.high = clamp(q.Before.Offset)
	}
	if err := on(ctx, h.tx, h.s.search.upto).QueryRowContext(ctx).Scan(&h.upto); err != nil {
		return false, err
	}
	return h.places(ctx, q.Rooms)
}

// places finds the rooms of these IDs, and whether there is one.
func (h *hunt) places(ctx context.Context, ids []string) (some bool, err error) {
	type place struct {
		key int64
		id  string
	}
	all, err := queryAll(ctx, h.tx, func(rows *sql.Rows) (p place, err error) {
		err = rows.Scan(&p.key, &p.id)
		return p, err
	}, "SELECT key, id FROM rooms")
	if err != nil {
		return false, err
	}
	wanted := make(map[string]bool, len(ids))
	for _, id := range ids {
		wanted[id] = true
	}
	var keys []int64
	for _, p := range all {
		if wanted[p.id] {
			keys = append(keys, p.key)
		}
	}
	list, err := json.Marshal(keys)
	h.rooms = string(list)
	if len(keys) < len(all) && len(keys) <= maxRoomTerms || h.expression(nil) == "" {
		h.roomTerms = keys
	}
	return len(keys) > 0, err
}

// offsets are those of the newest messages that are found, at most limit, newest
// first.
func (h *hunt) offsets(ctx context.Context, pinned bool, limit int) ([]int64, error) {
	if pinned { // there are few, and the index does not know of them
		return h.scan(ctx, h.s.search.pins, "", h.low, h.high, limit, math.MaxInt)
	}
	found, err := h.scan(ctx, h.s.search.tail, "", max(h.low, h.upto), h.high, limit, maxTail)
	if err != nil || len(found) == limit {
		return found, err
	}
	older, err := h.indexed(ctx, limit-len(found))
	return append(found, older...), err
}

// indexed are those up to the index's end: what it has, and what was edited since.
func (h *hunt) indexed(ctx context.Context, limit int) ([]int64, error) {
	high := min(h.high, h.upto+1)
	found, err := h.scan(ctx, h.s.search.again, "", h.low, high, limit, math.MaxInt)
	if err != nil {
		return nil, err
	}
	low := h.low
	for _, edge := range []struct {
		stmt *sql.Stmt
		at   int64
		set  func(block int64)
	}{
		{h.s.search.oldest, h.since, func(block int64) { low = max(low, block*timesBlock-1) }},
		{h.s.search.newest, h.until, func(block int64) { high = min(high, (block+1)*timesBlock) }},
	} {
		var block int64
		err := on(ctx, h.tx, edge.stmt).QueryRowContext(ctx, edge.at).Scan(&block)
		if errors.Is(err, sql.ErrNoRows) {
			return found, nil // no message that is indexed is of that time
		}
		if err != nil {
			return nil, err
		}
		edge.set(block)
	}
	more, err := h.scan(ctx, h.s.search.index, h.expression(h.roomTerms), low, high, limit, math.MaxInt)
	if err != nil {
		return nil, err
	}
	found = append(found, more...)
	slices.SortFunc(found, func(a, b int64) int { return cmp.Compare(b, a) })
	return found[:min(len(found), limit)], nil
}

// scan answers the offsets of the documents between low and high that match, in the
// order of the statement and at most limit. It looks at most documents at the most.
func (h *hunt) scan(ctx context.Context, stmt *sql.Stmt, expression string, low, high int64, limit, most int) (found []int64, err error) {
	if high <= low+1 {
		return nil, nil
	}
	seen := 0
	err = readDocuments(ctx, on(ctx, h.tx, stmt), func(d *document) bool {
		if seen++; seen > most {
			return false
		}
		if h.matches(d) {
			found = append(found, d.offset)
		}
		return len(found) < limit
	}, expression, low, high, h.since, h.until, h.rooms)
	if err == nil && seen > most {
		err = &chat.Error{Code: chat.CodeUnavailable, Message: "the server is still making its search index; try again in a minute"}
	}
	return found, err
}

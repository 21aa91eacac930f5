package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// selectThreads are the threads that ?1 follows, as Followers has it, in the rooms of the
// IDs ?4 that they are in, with an answer that is left: newest answer first, those below
// ?2. It reads what ?1 said in threads, began and is named in, and nobody else's.
const selectThreads = `WITH may AS MATERIALIZED (
		SELECT r.key, k.seq AS read FROM json_each(?4) j CROSS JOIN rooms r ON r.id = j.value
			CROSS JOIN members e ON e.room = r.key AND e.user = ?1 CROSS JOIN markers k ON k.room = r.key AND k.user = ?1),
	mine AS (
		SELECT room, thread FROM messages INDEXED BY messages_answers WHERE author_id = ?1 AND thread IS NOT NULL
		UNION SELECT room, thread FROM threads WHERE author = ?1
		UNION SELECT m.room, coalesce(m.thread, m.id) FROM mentions n CROSS JOIN messages m ON m.offset = n.message WHERE n.user = ?1
		UNION SELECT room, thread FROM follows WHERE user = ?1 AND "on" = 1),
	page AS MATERIALIZED (
		SELECT t.room, t.thread, t.first, t.last, f.seq, may.read FROM mine CROSS JOIN may ON may.key = mine.room
			CROSS JOIN threads t ON t.room = mine.room AND t.thread = mine.thread CROSS JOIN messages f ON f.offset = t.first
		WHERE t.last < ?2
			AND NOT EXISTS (SELECT 1 FROM follows o WHERE o.user = ?1 AND o.room = t.room AND o.thread = t.thread AND o."on" = 0)
			AND EXISTS (SELECT 1 FROM messages a WHERE a.room = t.room AND a.thread = t.thread AND a.seq > f.seq AND a.deleted IS NULL)
		ORDER BY t.last DESC LIMIT ?3)
	SELECT first, last, (SELECT seq FROM messages l WHERE l.offset = page.last), (SELECT count(*) FROM messages a WHERE a.room = page.room AND a.thread = page.thread
		AND a.seq > max(page.read, page.seq) AND a.deleted IS NULL)
	FROM page ORDER BY last DESC`

// Threads answers the threads that somebody follows in rooms that they are in, newest
// answer first, with the message that began each: those whose newest answer is below an
// offset (0 is no bound). Unread is what stands above their marker of the room.
func (s *Store) Threads(ctx context.Context, user string, rooms []string, before uint64, limit int) (chat.Threads, error) {
	found := chat.Threads{Threads: []chat.Thread{}}
	if before == 0 {
		before = math.MaxInt64
	}
	limit = pageLimit(limit)
	in, err := json.Marshal(rooms)
	if err != nil {
		return found, err
	}
	type row struct {
		first  int64
		last   uint64
		seq    uint64
		unread int
	}
	err = s.snapshot(ctx, func(tx *sql.Tx, epoch string) error {
		rows, err := queryAll(ctx, tx, func(rows *sql.Rows) (r row, err error) {
			err = rows.Scan(&r.first, &r.last, &r.seq, &r.unread)
			return r, err
		}, selectThreads, user, clamp(before), limit+1, string(in))
		if err != nil || len(rows) == 0 {
			return err
		}
		if found.More = len(rows) > limit; found.More {
			rows = rows[:limit]
		}
		// A page has the size of one of messages at most: what follows is on the next.
		offsets := make([]int64, len(rows))
		for i := range rows {
			offsets[i] = rows[i].first
		}
		list, err := json.Marshal(offsets)
		if err != nil {
			return err
		}
		messages, more, err := readMessages(ctx, tx, epoch, limit,
			selectMessage+
				"WHERE m.offset IN (SELECT value FROM json_each(?1)) ORDER BY (SELECT j.key FROM json_each(?1) j WHERE j.value = m.offset)", string(list))
		if err != nil {
			return err
		}
		found.More = found.More || more
		for i := range messages {
			found.Threads = append(found.Threads, chat.Thread{
				Message: messages[i], Newest: chat.Position{Epoch: epoch, Offset: rows[i].last}, LastSeq: rows[i].seq, Unread: rows[i].unread,
			})
		}
		return nil
	})
	if err != nil {
		return chat.Threads{}, fmt.Errorf("read the threads of a person: %w", err)
	}
	return found, nil
}

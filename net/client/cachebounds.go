package client

import "context"

// The newest messages are kept, up to some bytes of a room and of all rooms together, for a
// message may be a million times as long as another. Nothing is counted while the file is
// small: how large it is costs nothing to ask.

const (
	// roomBytes is how much stays of a room: keep messages of more than a thousand
	// characters.
	roomBytes = 16 << 20

	// cacheBytes is how much stays of all: a million messages, as they mostly are.
	cacheBytes = 512 << 20

	// roomSlack is how much a room may grow before it is looked at again.
	roomSlack = 4 << 20

	// cutBytes is the most that one transaction takes away: somebody may wait for the
	// next. What is too much all the same goes with those that follow.
	cutBytes = 8 << 20
)

// bounds are what stays, and how much rooms grew. They are owned by write.
type bounds struct {
	room, all, slack, cut int64

	grown map[string]int64 // since it was looked at, of those that were
}

func newBounds() *bounds {
	return &bounds{room: roomBytes, all: cacheBytes, slack: roomSlack, cut: cutBytes, grown: make(map[string]int64)}
}

// bound drops the oldest messages of rooms that were written to, where there are too many
// bytes of them, and of the largest room where there are of all.
func (t *txn) bound(ctx context.Context) error {
	if len(t.added) == 0 || t.bounds == nil {
		return nil
	}
	var used int64
	const query = "SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size"
	if err := t.QueryRowContext(ctx, query).Scan(&used); err != nil || used <= t.bounds.room {
		return err
	}
	for room, n := range t.added {
		grown, looked := t.bounds.grown[room]
		if t.bounds.grown[room] = grown + n; looked && grown+n < t.bounds.slack {
			continue
		}
		var size int64
		const query = "SELECT ifnull(sum(length(message)), 0) FROM messages WHERE room = ?"
		if err := t.QueryRowContext(ctx, query, room).Scan(&size); err != nil {
			return err
		}
		over := size - t.bounds.room
		if t.bounds.grown[room] = 0; over > t.bounds.cut {
			delete(t.bounds.grown, room) // it is looked at again at once
		}
		if err := t.shorten(ctx, room, over); err != nil {
			return err
		}
	}
	if used <= t.bounds.all {
		return nil
	}
	room, err := t.largest(ctx)
	if err != nil {
		return err
	}
	return t.shorten(ctx, room, t.bounds.cut)
}

// largest is the room with the most bytes, as the newest of its messages have it.
func (t *txn) largest(ctx context.Context) (largest string, _ error) {
	rooms, err := readRooms(ctx, t.Tx)
	if err != nil {
		return "", err
	}
	most := -1.0
	for _, room := range rooms {
		r, err := readSpan(ctx, t.Tx, room)
		if err != nil {
			return "", err
		}
		var length float64
		const query = "SELECT ifnull(avg(n), 0) FROM (SELECT length(message) AS n FROM messages WHERE room = ? ORDER BY seq DESC LIMIT 50)"
		if err := t.QueryRowContext(ctx, query, room).Scan(&length); err != nil {
			return "", err
		}
		if size := length * float64(r.hi-r.lo+1); size > most {
			largest, most = room, size
		}
	}
	return largest, nil
}

// shorten drops the oldest messages of a room that have so many bytes together, though no
// more than one transaction should, and not the newest.
func (t *txn) shorten(ctx context.Context, room string, over int64) error {
	if over <= 0 {
		return nil
	}
	upTo, err := t.oldest(ctx, room, min(over, t.bounds.cut))
	if err != nil || upTo == 0 {
		return err
	}
	_, err = t.ExecContext(ctx, "DELETE FROM messages WHERE room = ? AND seq <= ?", room, upTo)
	delete(t.spans, room)
	return err
}

// oldest is the seq up to which messages have so many bytes together, 0 if that is none.
func (t *txn) oldest(ctx context.Context, room string, bytes int64) (upTo int64, err error) {
	rows, err := t.QueryContext(ctx, "SELECT seq, length(message) FROM messages WHERE room = ? ORDER BY seq", room)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	var seq, n, before int64
	for rows.Next() {
		if err := rows.Scan(&seq, &n); err != nil {
			return 0, err
		}
		if bytes <= 0 {
			return before, nil
		}
		upTo, before = before, seq
		bytes -= n
	}
	return upTo, rows.Err()
}

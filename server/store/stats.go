package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Summary is what a database holds, in numbers.
type Summary struct {
	Team     chat.Team
	Schema   int           // version
	Position chat.Position // of the newest event
	People   int           // who was ever in the team
	Accounts int           // of the team's own
	Rooms    int           // public and private, archived ones too
	Direct   int           // rooms of two or more people
	Archived int           // of Rooms
	Messages int           // that can be read
	Deleted  int           // of which the place is left
	Oldest   chat.Millis   // message that can be read, 0 where there is none
	Newest   chat.Millis
}

// Stats sums the team up, as of now.
func (s *Store) Stats(ctx context.Context) (sum Summary, err error) {
	err = s.snapshot(ctx, func(tx *sql.Tx, _ string) error {
		sum, err = summarize(ctx, tx, len(migrations))
		return err
	})
	if err != nil {
		return Summary{}, fmt.Errorf("sum the team up: %w", refuse(s.path, err))
	}
	return sum, nil
}

// summarize counts what is there, in a schema of this version or an older one.
func summarize(ctx context.Context, q rowQuerier, schema int) (Summary, error) {
	sum := Summary{Schema: schema}
	row := q.QueryRowContext(ctx, "SELECT t.id, t.name, a.epoch, a.offset, (SELECT count(*) FROM accounts) FROM team t, applied a")
	if err := row.Scan(&sum.Team.ID, &sum.Team.Name, &sum.Position.Epoch, &sum.Position.Offset, &sum.Accounts); err != nil {
		return Summary{}, err
	}
	if schema < 3 { // one room, and nobody could delete anything
		row = q.QueryRowContext(ctx, `SELECT (SELECT count(DISTINCT author_id) FROM messages), (SELECT count(*) FROM rooms), 0, 0,
			count(*), 0, coalesce(min(at), 0), coalesce(max(at), 0) FROM messages`)
	} else {
		row = q.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM users),
			(SELECT count(*) FROM rooms WHERE kind <> 'direct'), (SELECT count(*) FROM rooms WHERE kind = 'direct'),
			(SELECT count(*) FROM rooms WHERE archived = 1),
			count(*) FILTER (WHERE deleted IS NULL), count(*) FILTER (WHERE deleted IS NOT NULL),
			coalesce(min(at) FILTER (WHERE deleted IS NULL), 0), coalesce(max(at) FILTER (WHERE deleted IS NULL), 0) FROM messages`)
	}
	err := row.Scan(&sum.People, &sum.Rooms, &sum.Direct, &sum.Archived, &sum.Messages, &sum.Deleted, &sum.Oldest, &sum.Newest)
	return sum, err
}

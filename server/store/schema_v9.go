package store

import (
	"context"
	"database/sql"
)

// schemaV9 is version 9 of the schema: the threads that there are, and who answered in
// which, so that those that somebody follows are found without a look at what others say.
// Of a thread it has the offsets of the message that began it and of the newest answer, be
// that deleted or not.
const schemaV9 = `
CREATE TABLE threads (
	room   INTEGER NOT NULL REFERENCES rooms (key),
	thread TEXT    NOT NULL,
	author TEXT    NOT NULL, -- ID of who began it
	first  INTEGER NOT NULL,
	last   INTEGER NOT NULL,
	PRIMARY KEY (room, thread)
) WITHOUT ROWID;
CREATE INDEX threads_author ON threads (author);
CREATE INDEX threads_first ON threads (first);
CREATE INDEX messages_answers ON messages (author_id, room, thread) WHERE thread IS NOT NULL;
`

// beginThread remembers an answer: its offset, the ID of its thread, and its room. Of
// messages of one ID the first began the thread.
const beginThread = `INSERT INTO threads (room, thread, author, first, last)
	SELECT f.room, f.id, f.author_id, f.offset, ?1 FROM messages f INDEXED BY messages_id WHERE f.id = ?2 AND f.room = ?3 AND f.offset < ?1
		ORDER BY f.seq LIMIT 1
	ON CONFLICT DO UPDATE SET last = excluded.last`

func upgradeV9(ctx context.Context, tx *sql.Tx) error {
	if _, err := tx.ExecContext(ctx, schemaV9); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO threads (room, thread, author, first, last)
		SELECT f.room, f.id, f.author_id, f.offset, a.last
		FROM (SELECT room, thread, max(offset) AS last FROM messages WHERE thread IS NOT NULL GROUP BY room, thread) a
		CROSS JOIN messages f ON f.offset = (SELECT offset FROM messages INDEXED BY messages_id
			WHERE id = a.thread AND room = a.room ORDER BY seq LIMIT 1)
		WHERE f.offset < a.last`)
	return err
}

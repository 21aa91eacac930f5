package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	_ "embed" // newest
	"fmt"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// schema is version 1.
//
// messages has its place in the log as rowid, so that rows are only ever added
// at the end. Measured against a WITHOUT ROWID table ordered by room and seq,
// that stores 12% more messages a second, keeps large bodies out of the inner
// pages, and gives the search index its key. Rooms are referred to by a small
// number, for the sake of the index on them.
const schema = `
CREATE TABLE team (
	one  INTEGER PRIMARY KEY CHECK (one = 1),
	id   TEXT NOT NULL,
	name TEXT NOT NULL
);
CREATE TABLE applied (
	one    INTEGER PRIMARY KEY CHECK (one = 1),
	epoch  TEXT NOT NULL,
	offset INTEGER NOT NULL
);
CREATE TABLE rooms (
	key      INTEGER PRIMARY KEY,
	id       TEXT NOT NULL UNIQUE,
	name     TEXT NOT NULL UNIQUE,
	topic    TEXT NOT NULL,
	last_seq INTEGER NOT NULL
);
CREATE TABLE messages (
	offset      INTEGER PRIMARY KEY,
	room        INTEGER NOT NULL REFERENCES rooms (key),
	seq         INTEGER NOT NULL,
	id          TEXT NOT NULL,
	author_id   TEXT NOT NULL,
	author_name TEXT NOT NULL,
	author_role TEXT NOT NULL,
	at          INTEGER NOT NULL, -- milliseconds since 1970
	body        BLOB NOT NULL,    -- JSON
	attachments BLOB,             -- see attachments.go
	reply_to    TEXT,
	thread      TEXT
);
CREATE UNIQUE INDEX messages_room ON messages (room, seq);
CREATE INDEX messages_id ON messages (id);
CREATE TABLE accounts (
	id      TEXT PRIMARY KEY,
	name    TEXT NOT NULL,
	folded  TEXT NOT NULL UNIQUE,
	role    TEXT NOT NULL,
	created INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE invites (
	code_hash  BLOB PRIMARY KEY,
	created_by TEXT NOT NULL,
	role       TEXT NOT NULL,
	created    INTEGER NOT NULL,
	expires    INTEGER NOT NULL, -- milliseconds since 1970, 0 is never
	uses       INTEGER NOT NULL  -- left
) WITHOUT ROWID;
`

func createSchema(ctx context.Context, tx *sql.Tx) error {
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d;\n%s", applicationID, schema)); err != nil {
		return err
	}
	return firstRows(ctx, tx)
}

// firstRows are what a new file has in it: a team, at the beginning of its log, with the
// room that every team has.
func firstRows(ctx context.Context, tx *sql.Tx) error {
	if _, err := tx.ExecContext(ctx, "INSERT INTO team VALUES (1, ?, '')", rand.Text()); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO applied VALUES (1, '', 0)"); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, "INSERT INTO rooms (id, name, topic, last_seq) VALUES (?, ?, '', 0)",
		chat.GeneralRoom, chat.GeneralRoom)
	return err
}

// newest is the schema of version newestVersion.
//
//go:embed schema.sql
var newest string

// newestVersion is that of newest. Who adds a migration changes both.
const newestVersion = 11

// createNewest makes the newest schema in a new file: at each start of a new team, where
// all versions one after the other would take several times as long.
func createNewest(ctx context.Context, tx *sql.Tx) error {
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d;\n%s", applicationID, newest)); err != nil {
		return err
	}
	if err := firstRows(ctx, tx); err != nil {
		return err
	}
	return nameGeneral(ctx, tx)
}

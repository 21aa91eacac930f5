package store

import (
	"context"
	"database/sql"
)

// schemaV5 is version 5 of the schema: files. Which message has which file is made
// from the log; files, uploads and what is to be removed are kept only here, and
// the contents beside the database, by their hash.
//
// due says when a file is dropped that no message has: a day after it came, or at
// once (0) when the last message that had it is gone. It is NULL while one has it.
// A file is not dropped by what takes it from a message, but after: applying the
// log anew takes it from the first and gives it to the second, and nothing of that
// may be lost in between.
const schemaV5 = `
CREATE TABLE files (
	id    TEXT    PRIMARY KEY,
	hash  BLOB    NOT NULL, -- SHA-256 of the content
	name  TEXT    NOT NULL,
	type  TEXT    NOT NULL, -- media type
	size  INTEGER NOT NULL, -- bytes
	room  TEXT    NOT NULL, -- ID
	by_id TEXT    NOT NULL, -- whose it is
	at    INTEGER NOT NULL, -- when it was whole, in milliseconds since 1970
	due   INTEGER           -- milliseconds since 1970
) WITHOUT ROWID;
CREATE INDEX files_hash ON files (hash);
CREATE INDEX files_due ON files (due) WHERE due IS NOT NULL;
CREATE INDEX files_loose ON files (by_id) WHERE due IS NOT NULL;
CREATE TABLE file_uses (
	message INTEGER NOT NULL REFERENCES messages (offset),
	file    TEXT    NOT NULL,
	PRIMARY KEY (message, file)
) WITHOUT ROWID;
CREATE INDEX file_uses_file ON file_uses (file);
CREATE TABLE uploads (
	by_id   TEXT    NOT NULL, -- whose it is
	id      TEXT    NOT NULL, -- their client's
	room    TEXT    NOT NULL, -- ID
	name    TEXT    NOT NULL,
	size    INTEGER,          -- bytes; NULL while nobody has said
	part    TEXT    NOT NULL, -- where what has come is; '' once it is whole
	offset  INTEGER NOT NULL, -- bytes that have come and are durable
	touched INTEGER NOT NULL, -- when it went on, in milliseconds since 1970
	file    TEXT,             -- what it became
	PRIMARY KEY (by_id, id)
) WITHOUT ROWID;
CREATE INDEX uploads_part ON uploads (part) WHERE part <> '';
CREATE INDEX uploads_touched ON uploads (touched);
CREATE INDEX uploads_file ON uploads (file) WHERE file IS NOT NULL;
CREATE TABLE dropped (
	hash BLOB PRIMARY KEY -- of a file that was dropped: its content goes, unless another file has it
) WITHOUT ROWID;
`

func upgradeV5(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, schemaV5)
	return err
}

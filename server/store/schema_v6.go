package store

import (
	"context"
	"database/sql"
)

// schemaV6 is version 6 of the schema: webhooks. They are no part of the log: what
// they bring in is, and what they have told stands in cursor.
const schemaV6 = `
CREATE TABLE hooks (
	id       TEXT    PRIMARY KEY,
	incoming INTEGER NOT NULL, -- 1: posts what it is sent, 0: tells what is said
	name     TEXT    NOT NULL,
	room     TEXT    NOT NULL, -- ID; '' is all public rooms, of one that tells
	secret   BLOB    NOT NULL, -- of an incoming one the SHA-256 of its code, else the key that signs
	url      TEXT    NOT NULL, -- of one that tells
	private  INTEGER NOT NULL, -- 1: may tell addresses of private networks
	by       TEXT    NOT NULL, -- whose ID made it
	created  INTEGER NOT NULL, -- milliseconds since 1970
	cursor   INTEGER NOT NULL, -- offset up to which all was told
	failing  INTEGER,          -- since when, milliseconds since 1970
	fault    TEXT,             -- what went wrong last
	stopped  INTEGER           -- when it was given up, milliseconds since 1970
) WITHOUT ROWID;
CREATE UNIQUE INDEX hooks_secret ON hooks (secret);
`

func upgradeV6(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, schemaV6)
	return err
}

package store

import (
	"context"
	"database/sql"
)

// schemaV11 is version 11 of the schema: where people are signed in, and when each was
// there last. It is no part of the log, as seen is none; that a sign-in was ended is, and
// takes its row away.
const schemaV11 = `
CREATE TABLE sign_ins (
	user    TEXT    NOT NULL, -- ID
	id      TEXT    NOT NULL,
	client  TEXT    NOT NULL, -- what the program and
	device  TEXT    NOT NULL, -- its machine call themselves; '' is not said
	address TEXT    NOT NULL, -- it came from last
	began   INTEGER NOT NULL, -- the sign-in, as its token says, in milliseconds since 1970; 0 is not said
	since   INTEGER NOT NULL, -- when it was first there, in milliseconds since 1970
	seen    INTEGER NOT NULL, -- and when last
	until   INTEGER NOT NULL, -- when the last token of it that is known ends, in milliseconds since 1970
	PRIMARY KEY (user, id)
) WITHOUT ROWID;
CREATE INDEX sign_ins_until ON sign_ins (until);
`

func upgradeV11(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, schemaV11)
	return err
}

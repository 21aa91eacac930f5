package store

import (
	"context"
	"database/sql"
)

// schemaV7 is version 7 of the schema: which sign-ins were ended. In users is up to
// when all of a person's were, and which one was not.
const schemaV7 = `
CREATE TABLE ended (
	user    TEXT NOT NULL, -- ID
	sign_in TEXT NOT NULL,
	PRIMARY KEY (user, sign_in)
) WITHOUT ROWID;
ALTER TABLE users ADD COLUMN ended_before INTEGER NOT NULL DEFAULT 0; -- milliseconds since 1970
ALTER TABLE users ADD COLUMN ended_but TEXT NOT NULL DEFAULT '';
`

func upgradeV7(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, schemaV7)
	return err
}

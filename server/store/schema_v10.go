package store

import (
	"context"
	"database/sql"
)

// schemaV10 is version 10 of the schema: who was connected last when. It is no part of
// the log, where each who comes and goes would be an event.
const schemaV10 = `
CREATE TABLE seen (
	user TEXT    PRIMARY KEY, -- ID
	at   INTEGER NOT NULL     -- milliseconds since 1970
) WITHOUT ROWID;
`

func upgradeV10(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, schemaV10)
	return err
}

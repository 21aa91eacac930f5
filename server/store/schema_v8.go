package store

import (
	"context"
	"database/sql"
)

// schemaV8 is version 8 of the schema: what was done with a room is found without a
// look at all that was done.
const schemaV8 = `
CREATE INDEX audit_room ON audit (room, kind);
`

func upgradeV8(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, schemaV8)
	return err
}

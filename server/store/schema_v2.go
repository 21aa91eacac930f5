package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// schemaV2 is version 2 of the schema: who came in by which invite, invites that
// were taken back, and names that look alike.
//
// key_hash is NULL where whoever redeemed sent no key. skeleton is NULL for an
// account whose name looks like that of an older one, from before they were
// told apart: both stay, and nobody gets a third.
const schemaV2 = `
ALTER TABLE invites ADD COLUMN revoked INTEGER NOT NULL DEFAULT 0; -- milliseconds since 1970, 0 is not
CREATE TABLE redemptions (
	code_hash BLOB NOT NULL REFERENCES invites (code_hash),
	account   TEXT NOT NULL REFERENCES accounts (id),
	at        INTEGER NOT NULL, -- milliseconds since 1970
	key_hash  BLOB,
	PRIMARY KEY (code_hash, account)
) WITHOUT ROWID;
ALTER TABLE accounts ADD COLUMN skeleton TEXT;
CREATE UNIQUE INDEX accounts_skeleton ON accounts (skeleton);
`

func upgradeV2(ctx context.Context, tx *sql.Tx) error {
	if _, err := tx.ExecContext(ctx, schemaV2); err != nil {
		return err
	}
	return fillSkeletons(ctx, tx)
}

// fillSkeletons reserves the look of each name for the oldest account that has it.
func fillSkeletons(ctx context.Context, tx *sql.Tx) error {
	names, err := accountNames(ctx, tx)
	if err != nil {
		return err
	}
	for _, u := range names {
		// OR IGNORE leaves the row as it is where another has that skeleton.
		_, err := tx.ExecContext(ctx, "UPDATE OR IGNORE accounts SET skeleton = ? WHERE id = ?", chat.Skeleton(u.Name), u.ID)
		if err != nil {
			return fmt.Errorf("reserve the look of a name: %w", err)
		}
	}
	return nil
}

// accountNames are all accounts, oldest first: the transaction has one
// connection, which cannot read them and write at the same time.
func accountNames(ctx context.Context, tx *sql.Tx) (all []chat.User, err error) {
	rows, err := tx.QueryContext(ctx, "SELECT id, name FROM accounts ORDER BY created, id")
	if err != nil {
		return nil, err
	}
	defer func() {
		if closed := rows.Close(); err == nil {
			err = closed
		}
	}()
	for rows.Next() {
		var u chat.User
		if err := rows.Scan(&u.ID, &u.Name); err != nil {
			return nil, err
		}
		all = append(all, u)
	}
	return all, rows.Err()
}

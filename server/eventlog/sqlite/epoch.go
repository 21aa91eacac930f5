package sqlite

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// NewEpoch gives the log of a database another epoch, because it was put back to an
// earlier state: who has seen a position of the old one must not take what comes
// now for what they know. It answers where the log stands, in the new epoch; at
// offset 0 it is empty. Nobody has the log open, and tx is the caller's to commit,
// together with what has to follow the epoch.
func NewEpoch(ctx context.Context, tx *sql.Tx) (chat.Position, error) {
	at := chat.Position{Epoch: rand.Text()}
	var have int
	if err := tx.QueryRowContext(ctx, "SELECT version FROM log_meta").Scan(&have); err != nil {
		return chat.Position{}, fmt.Errorf("read the log: %w", err)
	}
	if have > version {
		return chat.Position{}, newer(have)
	}
	if _, err := tx.ExecContext(ctx, "UPDATE log_meta SET epoch = ?", at.Epoch); err != nil {
		return chat.Position{}, fmt.Errorf("write the log's epoch: %w", err)
	}
	if err := tx.QueryRowContext(ctx, "SELECT coalesce(max(offset), 0) FROM log").Scan(&at.Offset); err != nil {
		return chat.Position{}, fmt.Errorf("read the log: %w", err)
	}
	return at, nil
}

// newer refuses a log that a later program has written.
func newer(have int) error {
	return fmt.Errorf("the log has version %d and this program knows %d; start the newer one", have, version)
}

package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/hobnob-chat/hobnob/server/disk"
)

// migration brings the schema from one version to the next, in a transaction
// that also counts PRAGMA user_version up.
type migration func(ctx context.Context, tx *sql.Tx) error

// migrations are all versions of the schema, oldest first. One that was
// released never changes.
var migrations = []migration{createSchema, upgradeV2, upgradeV3, upgradeV4, upgradeV5, upgradeV6, upgradeV7, upgradeV8, upgradeV9, upgradeV10, upgradeV11}

// migrate brings the file to the newest version, a new one at once. A file that is older
// and not new is first copied beside itself.
func migrate(ctx context.Context, db *sql.DB, path string, steps []migration) error {
	var version int
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return fmt.Errorf("read the schema's version: %w", err)
	}
	if version > 0 && version < len(steps) {
		if err := backup(ctx, db, path, version); err != nil {
			return fmt.Errorf("copy the database before its migration: %w", err)
		}
	}
	if version == 0 {
		if err := inTx(ctx, db, func(tx *sql.Tx) error { return advance(ctx, tx, 0, newestVersion, createNewest) }); err != nil {
			return fmt.Errorf("make the schema: %w", err)
		}
		version = newestVersion
	}
	for ; version < len(steps); version++ {
		if err := step(ctx, db, version, steps[version]); err != nil {
			return fmt.Errorf("migrate from version %d: %w", version, err)
		}
	}
	return nil
}

// step runs one migration in a transaction of its own.
func step(ctx context.Context, db *sql.DB, from int, run migration) error {
	return inTx(ctx, db, func(tx *sql.Tx) error { return advance(ctx, tx, from, from+1, run) })
}

// advance runs what brings the schema from one version to another, unless another
// process was faster.
func advance(ctx context.Context, tx *sql.Tx, from, to int, run migration) error {
	var version int
	if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	if version != from {
		return nil
	}
	if err := run(ctx, tx); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", to))
	return err
}

// BackupPath is where the copy of a file of an older version of the schema is
// put before it is migrated.
func BackupPath(path string, version int) string {
	return fmt.Sprintf("%s.v%d.backup", path, version)
}

// backup copies the database to its BackupPath, whole or not at all. A copy
// that is there already is of a migration that failed: this one is as good.
func backup(ctx context.Context, db *sql.DB, path string, version int) error {
	part := path + ".backup.part"
	if err := os.Remove(part); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := create(part); err != nil { // VACUUM INTO keeps the mode of an empty file
		return err
	}
	if _, err := db.ExecContext(ctx, "VACUUM INTO ?", part); err != nil {
		return errors.Join(err, os.Remove(part))
	}
	if err := disk.Sync(part); err != nil {
		return errors.Join(err, os.Remove(part))
	}
	if err := os.Rename(part, BackupPath(path, version)); err != nil {
		return errors.Join(err, os.Remove(part))
	}
	return disk.Sync(filepath.Dir(path))
}

// inTx runs f in a transaction, which is committed when f returns nil.
func inTx(ctx context.Context, db *sql.DB, f func(tx *sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := f(tx); err != nil {
		// SQLite may have ended the transaction itself (disk full), and an ended
		// context ends it, too: there is nothing to add to err.
		_ = tx.Rollback()
		return err
	}
	return tx.Commit()
}

// txStmt is a prepared statement in a transaction, which closes it at its end.
type txStmt struct{ *sql.Stmt }

func on(ctx context.Context, tx *sql.Tx, stmt *sql.Stmt) txStmt {
	return txStmt{tx.StmtContext(ctx, stmt)}
}

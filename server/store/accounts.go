package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// CreateAccount makes an account of this team's own. folded is the name as it is
// compared with others (chat.FoldName): of two names that look alike only one
// is given. Errors are chat.CodeNameTaken and ErrAccountExists.
func (s *Store) CreateAccount(ctx context.Context, u chat.User, folded string) error {
	err := inTx(ctx, s.writer, func(tx *sql.Tx) error { return createAccount(ctx, tx, u, folded, time.Now()) })
	if err != nil {
		return fmt.Errorf("create an account: %w", err)
	}
	return nil
}

func createAccount(ctx context.Context, tx *sql.Tx, u chat.User, folded string, now time.Time) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO accounts (id, name, folded, role, created) VALUES (?, ?, ?, ?, ?)",
		u.ID, u.Name, folded, string(u.Role), now.UnixMilli())
	if !taken(err) {
		return err
	}
	var exists bool
	if err := tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM accounts WHERE id = ?)", u.ID).Scan(&exists); err != nil {
		return err
	}
	if exists {
		return ErrAccountExists
	}
	return &chat.Error{Code: chat.CodeNameTaken, Message: "somebody here has that name; choose another"}
}

// Account answers the account of an ID and whether there is one.
func (s *Store) Account(ctx context.Context, id string) (chat.User, bool, error) {
	u := chat.User{ID: id}
	err := s.readers.QueryRowContext(ctx, "SELECT name, role FROM accounts WHERE id = ?", id).Scan(&u.Name, &u.Role)
	if errors.Is(err, sql.ErrNoRows) {
		return chat.User{}, false, nil
	}
	if err != nil {
		return chat.User{}, false, fmt.Errorf("look up an account: %w", err)
	}
	return u, true, nil
}

package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Account is one of the team's own accounts.
type Account struct {
	chat.User
	Created time.Time
}

// CreateAccount makes an account of this team's own. folded is the name as it is
// compared with others (chat.FoldName): of names that are equal, or that look
// alike (chat.Skeleton), only one is given. Errors are chat.CodeNameTaken and
// ErrAccountExists.
func (s *Store) CreateAccount(ctx context.Context, u chat.User, folded string) error {
	err := inTx(ctx, s.writer, func(tx *sql.Tx) error { return createAccount(ctx, tx, u, folded, time.Now()) })
	if err != nil {
		return fmt.Errorf("create an account: %w", err)
	}
	return nil
}

func createAccount(ctx context.Context, tx *sql.Tx, u chat.User, folded string, now time.Time) error {
	skeleton := chat.Skeleton(u.Name)
	_, err := tx.ExecContext(ctx, "INSERT INTO accounts (id, name, folded, skeleton, role, created) VALUES (?, ?, ?, ?, ?, ?)",
		u.ID, u.Name, folded, skeleton, string(u.Role), now.UnixMilli())
	if !taken(err) {
		return err
	}
	var exists, equal bool
	row := tx.QueryRowContext(ctx,
		"SELECT EXISTS (SELECT 1 FROM accounts WHERE id = ?), EXISTS (SELECT 1 FROM accounts WHERE folded = ?)", u.ID, folded)
	if err := row.Scan(&exists, &equal); err != nil {
		return err
	}
	switch {
	case exists:
		return ErrAccountExists
	case equal:
		return &chat.Error{Code: chat.CodeNameTaken, Message: "somebody here has that name; choose another"}
	}
	return &chat.Error{Code: chat.CodeNameTaken, Message: "somebody here has a name that looks just like that; choose another"}
}

// Account answers the account of an ID and whether there is one.
func (s *Store) Account(ctx context.Context, id string) (chat.User, bool, error) {
	return s.findAccount(ctx, "SELECT id, name, role FROM accounts WHERE id = ?", id)
}

// AccountNamed answers the account of a name as chat.FoldName has it, and
// whether there is one.
func (s *Store) AccountNamed(ctx context.Context, folded string) (chat.User, bool, error) {
	return s.findAccount(ctx, "SELECT id, name, role FROM accounts WHERE folded = ?", folded)
}

func (s *Store) findAccount(ctx context.Context, query, arg string) (chat.User, bool, error) {
	var u chat.User
	err := s.readers.QueryRowContext(ctx, query, arg).Scan(&u.ID, &u.Name, &u.Role)
	if errors.Is(err, sql.ErrNoRows) {
		return chat.User{}, false, nil
	}
	if err != nil {
		return chat.User{}, false, fmt.Errorf("look up an account: %w", err)
	}
	return u, true, nil
}

// Accounts lists the accounts, oldest first.
func (s *Store) Accounts(ctx context.Context) (all []Account, err error) {
	rows, err := s.readers.QueryContext(ctx, "SELECT id, name, role, created FROM accounts ORDER BY created, id")
	if err != nil {
		return nil, fmt.Errorf("list accounts: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var a Account
		var created int64
		if err := rows.Scan(&a.ID, &a.Name, &a.Role, &created); err != nil {
			return nil, fmt.Errorf("list accounts: %w", err)
		}
		a.Created = time.UnixMilli(created)
		all = append(all, a)
	}
	return all, rows.Err()
}

package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Invite is the right to make accounts.
type Invite struct {
	By      string    // ID of the user who made it
	Role    chat.Role // of the accounts it makes
	Expires time.Time // never, when zero; kept to the millisecond
	Uses    int       // how many accounts it makes, at least 1
}

// CreateInvite keeps an invite under the hash of its code; the code itself is
// never seen here, so that the file lets nobody in.
func (s *Store) CreateInvite(ctx context.Context, codeHash []byte, inv Invite) error {
	if len(codeHash) == 0 || inv.Uses < 1 {
		return &chat.Error{Code: chat.CodeBadRequest, Message: "an invite needs a code and at least one use"}
	}
	var expires int64
	if !inv.Expires.IsZero() {
		expires = inv.Expires.UnixMilli()
	}
	_, err := s.writer.ExecContext(ctx,
		"INSERT INTO invites (code_hash, created_by, role, created, expires, uses) VALUES (?, ?, ?, ?, ?, ?)",
		codeHash, inv.By, string(inv.Role), time.Now().UnixMilli(), expires, inv.Uses)
	if err != nil {
		return fmt.Errorf("create an invite: %w", err)
	}
	return nil
}

// Redeem makes an account for user with the role of an invite, and counts one of
// its uses, in one transaction: whatever fails leaves both as they were. It
// returns the account. folded is as for CreateAccount. Errors are
// chat.CodeInvite, whose sentence tells why only to those who have a real code,
// chat.CodeNameTaken and ErrAccountExists.
func (s *Store) Redeem(ctx context.Context, codeHash []byte, user chat.User, folded string, now time.Time) (chat.User, error) {
	err := inTx(ctx, s.writer, func(tx *sql.Tx) error {
		var expires int64
		var uses int
		row := tx.QueryRowContext(ctx, "SELECT role, expires, uses FROM invites WHERE code_hash = ?", codeHash)
		switch err := row.Scan(&user.Role, &expires, &uses); {
		case errors.Is(err, sql.ErrNoRows):
			return invalidInvite("this invite is not valid; ask for a new one")
		case err != nil:
			return err
		case expires != 0 && now.UnixMilli() >= expires:
			return invalidInvite("this invite has expired; ask for a new one")
		case uses < 1:
			return invalidInvite("this invite has been used already; ask for a new one")
		}
		if err := createAccount(ctx, tx, user, folded, now); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "UPDATE invites SET uses = uses - 1 WHERE code_hash = ?", codeHash)
		return err
	})
	if err != nil {
		return chat.User{}, fmt.Errorf("redeem an invite: %w", err)
	}
	return user, nil
}

func invalidInvite(sentence string) error {
	return &chat.Error{Code: chat.CodeInvite, Message: sentence}
}

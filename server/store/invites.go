package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// RepeatTime is how long a redemption can be asked for again with its key: an
// answer that was lost is asked for at once, by a program or by its user. Longer,
// and a key that got out would be a second password.
const RepeatTime = 10 * time.Minute

// inviteID is how many bytes of its code's hash name an invite: it can be said
// and typed, two of one team do not meet, and it tells nothing of the code.
const inviteID = 5

// Invite is the right to make accounts.
type Invite struct {
	By      string    // ID of the user who made it
	Role    chat.Role // of the accounts it makes
	Expires time.Time // never, when zero; kept to the millisecond
	Uses    int       // how many accounts it makes, at least 1
}

// Redemption is somebody's wish to come in.
type Redemption struct {
	CodeHash []byte
	KeyHash  []byte    // of the key with which it can be repeated; none when nil
	User     chat.User // its Role is not looked at
	Folded   string    // User.Name, as for CreateAccount
	Now      time.Time
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

// OpenInvite answers the invite of a code, and whether it lets somebody in now.
func (s *Store) OpenInvite(ctx context.Context, codeHash []byte, now time.Time) (Invite, bool, error) {
	st, err := readStanding(ctx, s.readers, codeHash)
	if errors.Is(err, sql.ErrNoRows) {
		return Invite{}, false, nil
	}
	if err != nil {
		return Invite{}, false, fmt.Errorf("look up an invite: %w", err)
	}
	inv := Invite{By: st.by, Role: st.role, Uses: st.uses}
	if st.expires != 0 {
		inv.Expires = time.UnixMilli(st.expires)
	}
	return inv, st.state(now) == InviteOpen, nil
}

// CheckInvite is nil for an invite that lets somebody in now, and else chat.CodeInvite, in the
// sentence that Redeem has for it.
func (s *Store) CheckInvite(ctx context.Context, codeHash []byte, now time.Time) error {
	st, err := readStanding(ctx, s.readers, codeHash)
	if err == nil {
		err = st.bars(now)
	}
	if err != nil {
		return fmt.Errorf("check an invite: %w", orUnknown(err))
	}
	return nil
}

// orUnknown is err, or where there is no such invite, what is said of that.
func orUnknown(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return invalidInvite("this invite is not valid; ask for a new one")
	}
	return err
}

// Redeem makes an account for r.User with the role of an invite, and counts one
// of its uses, in one transaction: whatever fails leaves both as they were. It
// returns the account.
//
// The same code, name and key within RepeatTime find the account that was made
// for them, and again is true: whoever did not hear the first answer asks once
// more. Without that key, code and name say nothing.
//
// Errors are chat.CodeInvite, whose sentence tells why only to those who have a
// real code, chat.CodeNameTaken and ErrAccountExists.
func (s *Store) Redeem(ctx context.Context, r Redemption) (user chat.User, again bool, err error) {
	err = inTx(ctx, s.writer, func(tx *sql.Tx) error {
		st, err := readStanding(ctx, tx, r.CodeHash)
		if err != nil {
			return orUnknown(err)
		}
		if st.state(r.Now) != InviteRevoked {
			if user, again, err = repeated(ctx, tx, r); err != nil || again {
				return err
			}
		}
		if err := st.bars(r.Now); err != nil {
			return err
		}
		user = r.User
		user.Role = st.role
		return redeem(ctx, tx, r, user)
	})
	if err != nil {
		return chat.User{}, false, fmt.Errorf("redeem an invite: %w", err)
	}
	return user, again, nil
}

// redeem writes a redemption that is allowed.
func redeem(ctx context.Context, tx *sql.Tx, r Redemption, user chat.User) error {
	if err := createAccount(ctx, tx, user, r.Folded, r.Now); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "UPDATE invites SET uses = uses - 1 WHERE code_hash = ?", r.CodeHash); err != nil {
		return err
	}
	var key any
	if r.KeyHash != nil {
		key = r.KeyHash
	}
	_, err := tx.ExecContext(ctx, "INSERT INTO redemptions (code_hash, account, at, key_hash) VALUES (?, ?, ?, ?)",
		r.CodeHash, user.ID, r.Now.UnixMilli(), key)
	return err
}

// repeated finds the account that the same redemption made a moment ago.
func repeated(ctx context.Context, tx *sql.Tx, r Redemption) (chat.User, bool, error) {
	if r.KeyHash == nil {
		return chat.User{}, false, nil
	}
	var u chat.User
	err := tx.QueryRowContext(ctx, `SELECT a.id, a.name, a.role FROM redemptions r JOIN accounts a ON a.id = r.account
		WHERE r.code_hash = ? AND r.key_hash = ? AND a.folded = ? AND r.at > ?`,
		r.CodeHash, r.KeyHash, r.Folded, r.Now.Add(-RepeatTime).UnixMilli()).Scan(&u.ID, &u.Name, &u.Role)
	if errors.Is(err, sql.ErrNoRows) {
		return chat.User{}, false, nil
	}
	return u, err == nil, err
}

// standing is what decides whether an invite lets somebody in.
type standing struct {
	by               string
	role             chat.Role
	expires, revoked int64
	uses             int
}

// rower is a database or a transaction.
type rower interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func readStanding(ctx context.Context, db rower, codeHash []byte) (st standing, err error) {
	err = db.QueryRowContext(ctx, "SELECT created_by, role, expires, uses, revoked FROM invites WHERE code_hash = ?", codeHash).
		Scan(&st.by, &st.role, &st.expires, &st.uses, &st.revoked)
	return st, err
}

func (st standing) state(now time.Time) InviteState {
	switch {
	case st.revoked != 0:
		return InviteRevoked
	case st.uses < 1:
		return InviteUsed
	case st.expires != 0 && now.UnixMilli() >= st.expires:
		return InviteExpired
	}
	return InviteOpen
}

// bars says why an invite lets nobody in, nil if it does.
func (st standing) bars(now time.Time) error {
	if why := st.state(now).over(); why != "" {
		return invalidInvite("this invite " + why + "; ask for a new one")
	}
	return nil
}

// idOf is the ID of the invite whose code has this hash.
func idOf(codeHash []byte) string { return hex.EncodeToString(codeHash[:min(inviteID, len(codeHash))]) }

func invalidInvite(sentence string) error {
	return &chat.Error{Code: chat.CodeInvite, Message: sentence}
}

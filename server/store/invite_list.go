package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// InviteState says whether an invite lets somebody in, and if not, why.
type InviteState string

// The states of an invite.
const (
	InviteOpen    InviteState = "open"
	InviteUsed    InviteState = "used"
	InviteExpired InviteState = "expired"
	InviteRevoked InviteState = "revoked"
)

// over says why an invite is over, as the end of a sentence; "" while it is open.
func (s InviteState) over() string {
	switch s {
	case InviteUsed:
		return "has been used already"
	case InviteExpired:
		return "has expired"
	case InviteRevoked:
		return "was taken back"
	case InviteOpen:
	}
	return ""
}

// InviteEntry is an invite as its host sees it. Its code is known to nobody here.
type InviteEntry struct {
	ID       string
	By       chat.User // only its ID, where that is no account of this team's own
	Role     chat.Role
	Created  time.Time
	Expires  time.Time // never, when zero
	Left     int       // uses
	State    InviteState
	Redeemed []RedeemedBy // oldest first
}

// RedeemedBy is somebody who came in.
type RedeemedBy struct {
	User chat.User
	At   time.Time
}

// ErrNoInvite is returned for an ID that no invite has.
var ErrNoInvite = errors.New("there is no such invite")

// Invites lists the invites, newest first.
func (s *Store) Invites(ctx context.Context, now time.Time) (all []InviteEntry, err error) {
	rows, err := s.readers.QueryContext(ctx, `
		SELECT i.code_hash, i.created_by, coalesce(b.name, ''), coalesce(b.role, ''), i.role, i.created, i.expires, i.uses, i.revoked,
			r.at, a.id, a.name, a.role
		FROM invites i
		LEFT JOIN accounts b ON b.id = i.created_by
		LEFT JOIN redemptions r ON r.code_hash = i.code_hash
		LEFT JOIN accounts a ON a.id = r.account
		ORDER BY i.created DESC, i.code_hash, r.at, r.account`)
	if err != nil {
		return nil, fmt.Errorf("list invites: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		e, by, err := scanEntry(rows, now)
		if err != nil {
			return nil, fmt.Errorf("list invites: %w", err)
		}
		if n := len(all); n == 0 || all[n-1].ID != e.ID {
			all = append(all, e)
		}
		if by != nil {
			last := &all[len(all)-1]
			last.Redeemed = append(last.Redeemed, *by)
		}
	}
	return all, rows.Err()
}

// scanEntry reads an invite and one of those who redeemed it, nil if there is none.
func scanEntry(rows *sql.Rows, now time.Time) (InviteEntry, *RedeemedBy, error) {
	var e InviteEntry
	var st standing
	var hash []byte
	var created int64
	var at sql.NullInt64
	var id, name, role sql.NullString
	if err := rows.Scan(&hash, &e.By.ID, &e.By.Name, &e.By.Role, &e.Role, &created, &st.expires, &st.uses, &st.revoked,
		&at, &id, &name, &role); err != nil {
		return e, nil, err
	}
	e.ID, e.Created, e.Left, e.State = idOf(hash), time.UnixMilli(created), st.uses, st.state(now)
	if st.expires != 0 {
		e.Expires = time.UnixMilli(st.expires)
	}
	if !at.Valid {
		return e, nil, nil
	}
	return e, &RedeemedBy{chat.User{ID: id.String, Name: name.String, Role: chat.Role(role.String)}, time.UnixMilli(at.Int64)}, nil
}

// RevokeInvite takes an invite back: nobody comes in with it any more, nor hears
// again that they did. Errors are ErrNoInvite, and chat.CodeInvite for one that
// is over already.
func (s *Store) RevokeInvite(ctx context.Context, id string, now time.Time) error {
	err := inTx(ctx, s.writer, func(tx *sql.Tx) error {
		var hash []byte
		err := tx.QueryRowContext(ctx, "SELECT code_hash FROM invites WHERE lower(hex(substr(code_hash, 1, ?))) = ?",
			inviteID, strings.ToLower(id)).Scan(&hash)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrNoInvite
		}
		if err != nil {
			return err
		}
		st, err := readStanding(ctx, tx, hash)
		if err != nil {
			return err
		}
		if why := st.state(now).over(); why != "" {
			return invalidInvite("that invite " + why)
		}
		_, err = tx.ExecContext(ctx, "UPDATE invites SET revoked = ? WHERE code_hash = ?", now.UnixMilli(), hash)
		return err
	})
	if err != nil {
		return fmt.Errorf("revoke an invite: %w", err)
	}
	return nil
}

// OpenInvites tells how many invites let somebody in now.
func (s *Store) OpenInvites(ctx context.Context, now time.Time) (int, error) {
	var n int
	err := s.readers.QueryRowContext(ctx, "SELECT count(*) FROM invites WHERE revoked = 0 AND uses > 0 AND (expires = 0 OR expires > ?)", now.UnixMilli()).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count the open invites: %w", err)
	}
	return n, nil
}

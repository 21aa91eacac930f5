package store

import (
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

var (
	errNameTaken = &chat.Error{Code: chat.CodeNameTaken}
	errNoInvite  = &chat.Error{Code: chat.CodeInvite}
)

func TestAccounts(t *testing.T) {
	s := newStore(t)
	ann := chat.User{ID: "1", Name: "Ann", Role: chat.RoleOwner}
	if _, ok, err := s.Account(t.Context(), "1"); ok || err != nil {
		t.Errorf("an account that was not made: %v, %v", ok, err)
	}
	if err := s.CreateAccount(t.Context(), ann, "ann"); err != nil {
		t.Fatal(err)
	}
	if u, ok, err := s.Account(t.Context(), "1"); u != ann || !ok || err != nil {
		t.Errorf("account is %+v, %v, %v", u, ok, err)
	}
	if err := s.CreateAccount(t.Context(), chat.User{ID: "2", Name: "ANN"}, "ann"); !errors.Is(err, errNameTaken) {
		t.Errorf("a name that was taken: %v", err)
	}
	if err := s.CreateAccount(t.Context(), chat.User{ID: "1", Name: "Bob"}, "bob"); !errors.Is(err, ErrAccountExists) {
		t.Errorf("an ID that was taken: %v", err)
	}
}

// sentence is what a person is told.
func sentence(err error) string {
	e, _ := errors.AsType[*chat.Error](err)
	return e.Error()
}

func TestRedeem(t *testing.T) {
	s := newStore(t)
	ctx := t.Context()
	now := time.UnixMilli(1_700_000_000_000)
	hash := []byte("hash of a code")
	invite := Invite{By: "owner", Role: chat.RoleGuest, Expires: now.Add(time.Hour), Uses: 2}
	if err := s.CreateInvite(ctx, hash, invite); err != nil {
		t.Fatal(err)
	}
	if err := s.CreateInvite(ctx, hash, invite); err == nil {
		t.Error("two invites have one code")
	}
	for _, bad := range []Invite{{Uses: 0}, {Uses: -1}} {
		if err := s.CreateInvite(ctx, []byte("x"), bad); !errors.Is(err, &chat.Error{Code: chat.CodeBadRequest}) {
			t.Errorf("an invite for nobody: %v", err)
		}
	}
	// The role is the invite's, whatever the one who redeems it asks for.
	u, err := s.Redeem(ctx, hash, chat.User{ID: "1", Name: "Ann", Role: chat.RoleOwner}, "ann", now)
	if want := (chat.User{ID: "1", Name: "Ann", Role: chat.RoleGuest}); err != nil || u != want {
		t.Fatalf("redeemed as %+v, %v", u, err)
	}
	if got, ok, err := s.Account(ctx, "1"); got != u || !ok || err != nil {
		t.Errorf("account is %+v, %v, %v", got, ok, err)
	}
	if _, err := s.Redeem(ctx, hash, chat.User{ID: "2", Name: "ann"}, "ann", now); !errors.Is(err, errNameTaken) {
		t.Errorf("a taken name: %v", err)
	}
	_, late := s.Redeem(ctx, hash, chat.User{ID: "2", Name: "Bob"}, "bob", now.Add(time.Hour))
	_, wrong := s.Redeem(ctx, []byte("guess"), chat.User{ID: "2", Name: "Bob"}, "bob", now)
	if _, ok, err := s.Account(ctx, "2"); ok || err != nil {
		t.Errorf("a refused invite made an account: %v, %v", ok, err)
	}
	// Neither the taken name nor the late one counted: one use is left.
	if _, err := s.Redeem(ctx, hash, chat.User{ID: "2", Name: "Bob"}, "bob", now.Add(time.Hour-time.Millisecond)); err != nil {
		t.Errorf("the second use: %v", err)
	}
	_, used := s.Redeem(ctx, hash, chat.User{ID: "3", Name: "Cid"}, "cid", now)
	said := map[string]bool{}
	for _, err := range []error{late, wrong, used} {
		if !errors.Is(err, errNoInvite) {
			t.Fatalf("an invite that is not valid: %v", err)
		}
		said[sentence(err)] = true
	}
	if len(said) != 3 {
		t.Errorf("those who have a real code are not told what is wrong with it: %v", said)
	}
}

func TestInviteWithoutEnd(t *testing.T) {
	s := newStore(t)
	if err := s.CreateInvite(t.Context(), []byte("h"), Invite{Role: chat.RoleMember, Uses: 1}); err != nil {
		t.Fatal(err)
	}
	far := time.Date(2999, 1, 1, 0, 0, 0, 0, time.UTC)
	if _, err := s.Redeem(t.Context(), []byte("h"), chat.User{ID: "1", Name: "Ann"}, "ann", far); err != nil {
		t.Error(err)
	}
}

// TestRedeemTogether: of many who redeem an invite at once as many get in as it
// has uses, and of two who want one name, one.
func TestRedeemTogether(t *testing.T) {
	s := newStore(t)
	const uses = 5
	if err := s.CreateInvite(t.Context(), []byte("h"), Invite{Role: chat.RoleMember, Uses: uses}); err != nil {
		t.Fatal(err)
	}
	var in atomic.Int32
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			name := fmt.Sprint("n", i/2)
			_, err := s.Redeem(t.Context(), []byte("h"), chat.User{ID: strconv.Itoa(i), Name: name}, name, time.Now())
			switch {
			case err == nil:
				in.Add(1)
			case !errors.Is(err, errNoInvite) && !errors.Is(err, errNameTaken):
				t.Errorf("redeem: %v", err)
			}
		})
	}
	wg.Wait()
	var names int
	if err := s.Reader().QueryRow("SELECT count(DISTINCT folded) FROM accounts").Scan(&names); err != nil {
		t.Fatal(err)
	}
	if in.Load() != uses || names != uses {
		t.Errorf("%d got in with %d names, not %d", in.Load(), names, uses)
	}
}

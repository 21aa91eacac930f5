package store

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
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
	err := s.CreateAccount(t.Context(), chat.User{ID: "2", Name: "Аnn"}, "аnn") // a Cyrillic А
	if !errors.Is(err, errNameTaken) || !strings.Contains(err.Error(), "looks just like") {
		t.Errorf("a name that looks like one: %v", err)
	}
	if err := s.CreateAccount(t.Context(), chat.User{ID: "1", Name: "Bob"}, "bob"); !errors.Is(err, ErrAccountExists) {
		t.Errorf("an ID that was taken: %v", err)
	}
	if u, ok, err := s.AccountNamed(t.Context(), "ann"); u != ann || !ok || err != nil {
		t.Errorf("named ann is %+v, %v, %v", u, ok, err)
	}
	if _, ok, err := s.AccountNamed(t.Context(), "bob"); ok || err != nil {
		t.Errorf("a name nobody has: %v, %v", ok, err)
	}
	all, err := s.Accounts(t.Context())
	if err != nil || len(all) != 1 || all[0].User != ann || time.Since(all[0].Created) > time.Hour {
		t.Errorf("all are %+v, %v", all, err)
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
	u, _, err := s.Redeem(ctx, Redemption{CodeHash: hash, User: chat.User{ID: "1", Name: "Ann", Role: chat.RoleOwner}, Folded: "ann", Now: now})
	if want := (chat.User{ID: "1", Name: "Ann", Role: chat.RoleGuest}); err != nil || u != want {
		t.Fatalf("redeemed as %+v, %v", u, err)
	}
	if got, ok, err := s.Account(ctx, "1"); got != u || !ok || err != nil {
		t.Errorf("account is %+v, %v, %v", got, ok, err)
	}
	if _, _, err := s.Redeem(ctx, Redemption{CodeHash: hash, User: chat.User{ID: "2", Name: "ann"}, Folded: "ann", Now: now}); !errors.Is(err, errNameTaken) {
		t.Errorf("a taken name: %v", err)
	}
	_, _, late := s.Redeem(ctx, Redemption{CodeHash: hash, User: chat.User{ID: "2", Name: "Bob"}, Folded: "bob", Now: now.Add(time.Hour)})
	_, _, wrong := s.Redeem(ctx, Redemption{CodeHash: []byte("guess"), User: chat.User{ID: "2", Name: "Bob"}, Folded: "bob", Now: now})
	if _, ok, err := s.Account(ctx, "2"); ok || err != nil {
		t.Errorf("a refused invite made an account: %v, %v", ok, err)
	}
	// Neither the taken name nor the late one counted: one use is left.
	if _, _, err := s.Redeem(ctx, Redemption{CodeHash: hash, User: chat.User{ID: "2", Name: "Bob"}, Folded: "bob", Now: now.Add(time.Hour - time.Millisecond)}); err != nil {
		t.Errorf("the second use: %v", err)
	}
	_, _, used := s.Redeem(ctx, Redemption{CodeHash: hash, User: chat.User{ID: "3", Name: "Cid"}, Folded: "cid", Now: now})
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
	if _, _, err := s.Redeem(t.Context(), Redemption{CodeHash: []byte("h"), User: chat.User{ID: "1", Name: "Ann"}, Folded: "ann", Now: far}); err != nil {
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
			_, _, err := s.Redeem(t.Context(), Redemption{CodeHash: []byte("h"), User: chat.User{ID: strconv.Itoa(i), Name: name}, Folded: name, Now: time.Now()})
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

package store

import (
	"database/sql"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// noon is when the tests below happen.
var noon = time.UnixMilli(1_700_000_000_000)

// wish is ada's wish to come in.
func wish(key string) Redemption {
	r := Redemption{CodeHash: []byte("hash of a code"), User: chat.User{ID: "1", Name: "ada"}, Folded: "ada", Now: noon}
	if key != "" {
		r.KeyHash = []byte(key)
	}
	return r
}

func invited(t *testing.T, uses int) *Store {
	t.Helper()
	s := newStore(t)
	invite := Invite{By: "owner", Role: chat.RoleMember, Expires: noon.Add(5 * time.Minute), Uses: uses}
	if err := s.CreateInvite(t.Context(), wish("").CodeHash, invite); err != nil {
		t.Fatal(err)
	}
	return s
}

// TestRedeemAgain: who lost the answer gets it again, with the key and in time;
// nobody else gets anything.
func TestRedeemAgain(t *testing.T) {
	s := invited(t, 1)
	ada, again, err := s.Redeem(t.Context(), wish("key"))
	if err != nil || again {
		t.Fatalf("the first time: %v, %v", again, err)
	}
	repeat := wish("key")
	repeat.User.ID = "2" // made anew for each request
	for name, later := range map[string]time.Duration{"at once": 0, "after the invite has expired": 10*time.Minute - time.Millisecond} {
		repeat.Now = noon.Add(later)
		if u, again, err := s.Redeem(t.Context(), repeat); u != ada || !again || err != nil {
			t.Errorf("%s: %+v, %v, %v", name, u, again, err)
		}
	}
	for name, change := range map[string]func(*Redemption){
		"too late":     func(r *Redemption) { r.Now = noon.Add(RepeatTime) },
		"long after":   func(r *Redemption) { r.Now = noon.Add(24 * time.Hour) },
		"another key":  func(r *Redemption) { r.KeyHash = []byte("guess") },
		"no key":       func(r *Redemption) { r.KeyHash = nil },
		"another name": func(r *Redemption) { r.User.Name, r.Folded = "bob", "bob" },
		"another code": func(r *Redemption) { r.CodeHash = []byte("guess") },
	} {
		r := wish("key")
		r.User.ID = "2"
		change(&r)
		if u, again, err := s.Redeem(t.Context(), r); !errors.Is(err, errNoInvite) || again || u != (chat.User{}) {
			t.Errorf("%s: %+v, %v, %v", name, u, again, err)
		}
	}
	all, err := s.Accounts(t.Context())
	if err != nil || len(all) != 1 {
		t.Errorf("accounts are %+v, %v", all, err)
	}
}

// TestRedeemWithoutKey: an answer without a key cannot be had again, not even
// without one.
func TestRedeemWithoutKey(t *testing.T) {
	s := invited(t, 2)
	for i, want := range []error{nil, errNameTaken} {
		r := wish("")
		r.User.ID = strconv.Itoa(i)
		if _, again, err := s.Redeem(t.Context(), r); !errors.Is(err, want) || again {
			t.Errorf("time %d: %v, %v", i, again, err)
		}
	}
}

func TestInvitesAreListed(t *testing.T) {
	s := invited(t, 2)
	if err := s.CreateAccount(t.Context(), chat.User{ID: "owner", Name: "host", Role: chat.RoleOwner}, "host"); err != nil {
		t.Fatal(err)
	}
	states := func(now time.Time) (out []InviteState) {
		t.Helper()
		all, err := s.Invites(t.Context(), now)
		if err != nil {
			t.Fatal(err)
		}
		open := 0
		for _, e := range all {
			out = append(out, e.State)
			if e.State == InviteOpen {
				open++
			}
		}
		if n, err := s.OpenInvites(t.Context(), now); err != nil || n != open {
			t.Errorf("%d of %v are open, %v", n, out, err)
		}
		return out
	}
	if got := states(noon); !slices.Equal(got, []InviteState{InviteOpen}) {
		t.Errorf("at first %v", got)
	}
	if _, _, err := s.Redeem(t.Context(), wish("")); err != nil {
		t.Fatal(err)
	}
	bob := Redemption{CodeHash: wish("").CodeHash, User: chat.User{ID: "2", Name: "bob"}, Folded: "bob", Now: noon.Add(time.Second)}
	if _, _, err := s.Redeem(t.Context(), bob); err != nil {
		t.Fatal(err)
	}
	all, err := s.Invites(t.Context(), noon)
	if err != nil || len(all) != 1 {
		t.Fatalf("listed are %+v, %v", all, err)
	}
	e := all[0]
	if e.ID != "6861736820" || e.By.Name != "host" || e.Role != chat.RoleMember || e.Left != 0 || e.State != InviteUsed || !e.Expires.Equal(noon.Add(5*time.Minute)) {
		t.Errorf("listed is %+v", e)
	}
	if len(e.Redeemed) != 2 || e.Redeemed[0].User.Name != "ada" || e.Redeemed[1].User.Name != "bob" || !e.Redeemed[0].At.Equal(noon) {
		t.Errorf("redeemed by %+v", e.Redeemed)
	}
	if err := s.CreateInvite(t.Context(), []byte("second code"), Invite{By: "gone", Role: chat.RoleBot, Expires: noon, Uses: 1}); err != nil {
		t.Fatal(err)
	}
	if got := states(noon); !slices.Contains(got, InviteExpired) || len(got) != 2 {
		t.Errorf("with one that ended: %v", got)
	}
	for _, code := range []string{"third code", "fourth code"} {
		if err := s.CreateInvite(t.Context(), []byte(code), Invite{By: "owner", Role: chat.RoleMember, Uses: 1}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.RevokeInvite(t.Context(), idOf([]byte("third code")), noon); err != nil {
		t.Fatal(err)
	}
	// One that never ends, and one of those that was taken back.
	if got := states(noon.AddDate(10, 0, 0)); len(got) != 4 || !slices.Contains(got, InviteOpen) || !slices.Contains(got, InviteRevoked) {
		t.Errorf("ten years later: %v", got)
	}
}

// TestCheckInvite says of an invite what redeeming it would, and leaves it as it is.
func TestCheckInvite(t *testing.T) {
	s := invited(t, 1)
	says := func(when, want string) {
		t.Helper()
		err := s.CheckInvite(t.Context(), wish("").CodeHash, noon)
		if want == "" && err != nil || want != "" && (!errors.Is(err, errNoInvite) || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", when, err, want)
		}
	}
	says("open", "")
	says("again", "")
	if _, _, err := s.Redeem(t.Context(), wish("")); err != nil {
		t.Fatal(err)
	}
	says("used", "has been used already")
	if err := s.CheckInvite(t.Context(), []byte("guess"), noon); !errors.Is(err, errNoInvite) || !strings.Contains(err.Error(), "is not valid") {
		t.Errorf("no such code: %v", err)
	}
}

func TestRevokeInvite(t *testing.T) {
	s := invited(t, 2)
	if _, _, err := s.Redeem(t.Context(), wish("key")); err != nil {
		t.Fatal(err)
	}
	id := idOf(wish("").CodeHash)
	if err := s.RevokeInvite(t.Context(), "0000000000", noon); !errors.Is(err, ErrNoInvite) {
		t.Errorf("an unknown one: %v", err)
	}
	if inv, open, err := s.OpenInvite(t.Context(), wish("").CodeHash, noon); !open || inv.Uses != 1 || err != nil {
		t.Errorf("before: %+v, %v, %v", inv, open, err)
	}
	if err := s.RevokeInvite(t.Context(), id, noon); err != nil {
		t.Fatal(err)
	}
	if err := s.RevokeInvite(t.Context(), id, noon); !errors.Is(err, errNoInvite) {
		t.Errorf("a second time: %v", err)
	}
	if _, open, err := s.OpenInvite(t.Context(), wish("").CodeHash, noon); open || err != nil {
		t.Errorf("after: %v, %v", open, err)
	}
	if _, open, err := s.OpenInvite(t.Context(), []byte("guess"), noon); open || err != nil {
		t.Errorf("no such code: %v, %v", open, err)
	}
	bob := wish("")
	bob.User, bob.Folded = chat.User{ID: "2", Name: "bob"}, "bob"
	for name, r := range map[string]Redemption{"another person": bob, "a repetition": wish("key")} {
		if _, _, err := s.Redeem(t.Context(), r); !errors.Is(err, errNoInvite) {
			t.Errorf("%s with a revoked invite: %v", name, err)
		}
	}
}

// TestUpgradeV2: a file of version 1 keeps its people and its invites, and names
// that look alike stay with both, and are nobody else's.
func TestUpgradeV2(t *testing.T) {
	path := filepath.Join(t.TempDir(), "team.db")
	old := openOld(t, path, 1)
	for _, q := range []string{
		"INSERT INTO accounts (id, name, folded, role, created) VALUES ('1', 'ada', 'ada', 'owner', 1), ('2', 'аda', 'аda', 'member', 2), ('3', 'bob', 'bob', 'member', 3)",
		"INSERT INTO invites (code_hash, created_by, role, created, expires, uses) VALUES (CAST('hash of a code' AS BLOB), '1', 'guest', 1, 0, 1)",
	} {
		if _, err := old.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Attach(t.Context(), path); !errors.Is(err, ErrOlder) {
		t.Errorf("an older file was attached to: %v", err)
	}
	s := openStore(t, path)
	all, err := s.Accounts(t.Context())
	if err != nil || len(all) != 3 || all[1].Name != "аda" {
		t.Errorf("accounts are %+v, %v", all, err)
	}
	var skeleton sql.NullString
	if err := s.Reader().QueryRow("SELECT skeleton FROM accounts WHERE id = '2'").Scan(&skeleton); err != nil || skeleton.Valid {
		t.Errorf("the second has the skeleton %+v, %v", skeleton, err)
	}
	for _, name := range []string{"ɑda", "b0b"} {
		r := wish("")
		r.User, r.Folded = chat.User{ID: "9", Name: name}, chat.FoldName(name)
		if _, _, err := s.Redeem(t.Context(), r); !errors.Is(err, errNameTaken) {
			t.Errorf("%q: %v", name, err)
		}
	}
	r := wish("")
	r.User, r.Folded = chat.User{ID: "9", Name: "grace"}, "grace"
	if u, _, err := s.Redeem(t.Context(), r); err != nil || u.Role != chat.RoleGuest {
		t.Errorf("an invite of before: %+v, %v", u, err)
	}
}

// TestAttach: a second process reads and writes beside the first, and makes nothing.
func TestAttach(t *testing.T) {
	s := invited(t, 1)
	beside, err := Attach(t.Context(), s.path)
	if err != nil {
		t.Fatal(err)
	}
	defer closeStore(t, beside)
	if err := beside.RevokeInvite(t.Context(), idOf(wish("").CodeHash), noon); err != nil {
		t.Fatal(err)
	}
	if _, open, err := s.OpenInvite(t.Context(), wish("").CodeHash, noon); open || err != nil {
		t.Errorf("the first does not see it: %v, %v", open, err)
	}
	if _, err := Attach(t.Context(), filepath.Join(t.TempDir(), "none.db")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

package keystore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zalando/go-keyring"
)

// testStore is what every Store does. Each call of open gives another handle to
// the same empty store.
func testStore(t *testing.T, open func() Store) {
	t.Helper()
	tests := []struct {
		name string
		test func(t *testing.T, open func() Store)
	}{
		{"not found", testNotFound},
		{"round trip", testRoundTrip},
		{"odd accounts", testOddAccounts},
		{"refused", testRefused},
		{"cancelled", testCancelled},
		{"concurrent", testConcurrent},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { tt.test(t, open) })
	}
}

func testNotFound(t *testing.T, open func() Store) {
	t.Helper()
	s := open()
	if s.Name() == "" {
		t.Error("the store has no name")
	}
	if token, err := s.Get(t.Context(), "nobody"); !errors.Is(err, ErrNotFound) || token != "" {
		t.Errorf("Get: %q, %v", token, err)
	}
	if err := s.Delete(t.Context(), "nobody"); !errors.Is(err, ErrNotFound) {
		t.Errorf("Delete: %v", err)
	}
	if err := s.Set(t.Context(), "ada", "t"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Get(t.Context(), "nobody"); !errors.Is(err, ErrNotFound) {
		t.Errorf("Get beside another: %v", err)
	}
	if err := s.Delete(t.Context(), "nobody"); !errors.Is(err, ErrNotFound) {
		t.Errorf("Delete beside another: %v", err)
	}
	forget(t, s, "ada")
}

func testRoundTrip(t *testing.T, open func() Store) {
	t.Helper()
	for _, token := range []string{
		"t", "eyJhbGciOiJFZERTQSJ9.e30.c2ln", "with space, 'quotes\", \\ and $(echo)", "schlüssel 鍵 🔑", strings.Repeat("x", 2400),
	} {
		if err := open().Set(t.Context(), "ada", token); err != nil {
			t.Fatal(err)
		}
		wantToken(t, open(), "ada", token) // over what was there before
	}
	if err := open().Set(t.Context(), "bob", "b"); err != nil {
		t.Fatal(err)
	}
	forget(t, open(), "ada")
	if _, err := open().Get(t.Context(), "ada"); !errors.Is(err, ErrNotFound) {
		t.Errorf("Get of what was deleted: %v", err)
	}
	wantToken(t, open(), "bob", "b")
	forget(t, open(), "bob")
}

func testOddAccounts(t *testing.T, open func() Store) {
	t.Helper()
	accounts := []string{
		"https://chat.example:4626|ada", "https://chat.example:4626|Ada", "ada", "-w", "a b", "'", `"`, "\\", "$(id)", "ä", "a\u0308",
		"../../etc", strings.Repeat("x", MaxAccount),
	}
	s := open()
	for i, account := range accounts {
		if err := s.Set(t.Context(), account, fmt.Sprint("token ", i)); err != nil {
			t.Fatalf("%q: %v", account, err)
		}
	}
	for i, account := range accounts {
		wantToken(t, s, account, fmt.Sprint("token ", i))
		forget(t, s, account)
	}
}

func testRefused(t *testing.T, open func() Store) {
	t.Helper()
	s := open()
	for _, account := range []string{"", "a\nb", "a\x00b", "a\xff", strings.Repeat("x", MaxAccount+1)} {
		if _, err := s.Get(t.Context(), account); err == nil || errors.Is(err, ErrNotFound) {
			t.Errorf("Get of %.20q: %v", account, err)
		}
		if err := s.Set(t.Context(), account, "t"); err == nil {
			t.Errorf("Set of %.20q works", account)
		}
		if err := s.Delete(t.Context(), account); err == nil || errors.Is(err, ErrNotFound) {
			t.Errorf("Delete of %.20q: %v", account, err)
		}
	}
	for _, token := range []string{"", "a\nb", "a\x00", "SENTINEL\x1b"} {
		if err := s.Set(t.Context(), "ada", token); err == nil || strings.Contains(err.Error(), "SENTINEL") {
			t.Errorf("Set to %q: %v", token, err)
		}
	}
	if err := s.Set(t.Context(), "ada", strings.Repeat("x", MaxToken+1)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("Set to a long token: %v", err)
	}
	if _, err := s.Get(t.Context(), "ada"); !errors.Is(err, ErrNotFound) {
		t.Errorf("something refused was kept: %v", err)
	}
}

func testCancelled(t *testing.T, open func() Store) {
	t.Helper()
	s := open()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Set(ctx, "ada", "t"); !errors.Is(err, context.Canceled) {
		t.Errorf("Set: %v", err)
	}
	if _, err := s.Get(t.Context(), "ada"); !errors.Is(err, ErrNotFound) {
		t.Errorf("Set took place all the same: %v", err)
	}
	if err := s.Set(t.Context(), "ada", "t"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Get(ctx, "ada"); !errors.Is(err, context.Canceled) {
		t.Errorf("Get: %v", err)
	}
	if err := s.Delete(ctx, "ada"); !errors.Is(err, context.Canceled) {
		t.Errorf("Delete: %v", err)
	}
	wantToken(t, s, "ada", "t")
	forget(t, s, "ada")
}

func testConcurrent(t *testing.T, open func() Store) {
	t.Helper()
	const n = 12
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			s, account := open(), fmt.Sprint("account ", i)
			if err := s.Set(t.Context(), account, account); err != nil {
				t.Error(err)
			}
			wantToken(t, s, account, account)
		})
	}
	wg.Wait()
	for i := range n {
		account := fmt.Sprint("account ", i)
		wantToken(t, open(), account, account)
		forget(t, open(), account)
	}
}

// wantToken checks what is kept for account.
func wantToken(t *testing.T, s Store, account, want string) {
	t.Helper()
	if got, err := s.Get(t.Context(), account); err != nil || got != want {
		t.Errorf("Get of %.40q: %.40q, %v, want %.40q", account, got, err, want)
	}
}

// forget deletes what is kept for account.
func forget(t *testing.T, s Store, account string) {
	t.Helper()
	if err := s.Delete(t.Context(), account); err != nil {
		t.Errorf("Delete of %.40q: %v", account, err)
	}
}

func TestFileConforms(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hobnob", "tokens.json")
	testStore(t, func() Store { return File(path) })
}

func TestKeyringConforms(t *testing.T) {
	keyring.MockInit()
	testStore(t, func() Store { return Keyring(time.Minute) })
}

// TestSystemKeyring runs against the keyring of this machine, which must be
// unlocked. It writes to it, and so is asked for by name.
func TestSystemKeyring(t *testing.T) {
	if os.Getenv("HOBNOB_TEST_KEYRING") != "1" {
		t.Skip("set HOBNOB_TEST_KEYRING=1 to test with the keyring of this machine")
	}
	// Another test of this process may have put a mock in the place of the
	// system's keyring, which cannot be undone: this one needs its own.
	if os.Getenv("HOBNOB_TEST_KEYRING_CHILD") == "" {
		runAgain(t, "TestSystemKeyring", "HOBNOB_TEST_KEYRING_CHILD=1")
		return
	}
	testStore(t, func() Store { return Keyring(10 * time.Second) })
}

func TestEnv(t *testing.T) {
	s := Env()
	t.Setenv(EnvVar, "")
	testEnvNone := func() {
		t.Helper()
		if _, err := s.Get(t.Context(), "ada"); !errors.Is(err, ErrNotFound) {
			t.Errorf("Get: %v", err)
		}
	}
	testEnvNone()
	t.Setenv(EnvVar, "  \n")
	testEnvNone()
	t.Setenv(EnvVar, " token\n")
	wantToken(t, s, "ada", "token")
	wantToken(t, s, "bob", "token")
	if _, err := s.Get(t.Context(), ""); err == nil {
		t.Error("an account without a name")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Get(ctx, "ada"); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if err := s.Set(t.Context(), "ada", "t"); !errors.Is(err, ErrReadOnly) {
		t.Errorf("Set: %v", err)
	}
	if err := s.Delete(t.Context(), "ada"); !errors.Is(err, ErrReadOnly) {
		t.Errorf("Delete: %v", err)
	}
	t.Setenv(EnvVar, strings.Repeat("x", MaxToken+1))
	if _, err := s.Get(t.Context(), "ada"); !errors.Is(err, ErrTooLarge) {
		t.Errorf("too large: %v", err)
	}
	t.Setenv(EnvVar, "SENTINEL\x1b[2J")
	if _, err := s.Get(t.Context(), "ada"); err == nil || strings.Contains(err.Error(), "SENTINEL") {
		t.Errorf("no token: %v", err)
	}
	if s.Name() != EnvVar {
		t.Errorf("name %q", s.Name())
	}
}

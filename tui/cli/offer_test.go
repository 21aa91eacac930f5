package cli

import (
	"context"
	"errors"
	"os/exec"
	"strings"
	"testing"

	"github.com/zalando/go-keyring"

	"github.com/hobnob-chat/hobnob/net/exit"
)

// TestFileIsChosen: where there is no keyring and somebody to ask, a yes and
// nothing else puts the token into a file.
func TestFileIsChosen(t *testing.T) {
	defer func(was func() bool) { interactive = was }(interactive)
	for _, tc := range []struct {
		there  bool // somebody
		answer string
		store  string // where the token is then
	}{
		{true, "y\n", storeFile}, {true, " YES\n", storeFile}, {true, "n\n", ""}, {true, "\n", ""}, {true, "", ""}, {true, "what\n", ""}, {false, "y\n", ""},
	} {
		for _, broken := range []error{errors.New("org.freedesktop.DBus.Error"), keyring.ErrSetDataTooBig} {
			fresh(t)
			keyring.MockInitWithError(broken)
			interactive = func() bool { return tc.there }
			s := hostTeam(t)
			_, stderr, code := hobnob(t, tc.answer, "join", s.link(), "--name", "ada l")
			if asked := strings.Contains(stderr, "\nKeep it in a file that only you can read? [y/N] "); asked != tc.there {
				t.Errorf("%+v: asked is %t: %s", tc, asked, stderr)
			}
			if strings.Contains(stderr, "DBus") || strings.Contains(stderr, "HOBNOB_") {
				t.Errorf("%+v: %s", tc, stderr)
			}
			got := listed(t)
			if tc.store == "" {
				again := "hobnob join " + s.link() + " --name 'ada l' --token-store file\n"
				if code != exit.Keyring || len(got) != 0 || s.invites != 0 || !strings.Contains(stderr, again) {
					t.Errorf("%+v ended with %d, %v: %s", tc, code, got, stderr)
				}
				continue
			}
			if code != exit.OK || len(got) != 1 || got[0].Store != tc.store || !strings.Contains(stderr, "the token is in "+tokenFile()+", readable only by you") {
				t.Errorf("%+v ended with %d, %v: %s", tc, code, got, stderr)
			}
		}
	}
}

// TestFileIsChosenOnce: who put a token into a file where there is no keyring at all is not asked
// for the next team, and told. A keyring that is there and takes none is asked about each time.
func TestFileIsChosenOnce(t *testing.T) {
	defer func(was func() bool) { interactive = was }(interactive)
	for _, tc := range []struct {
		broken error
		asks   bool
	}{
		{errors.New("The name org.freedesktop.secrets was not provided by any .service files"), false},        // keystore.ErrNoService
		{keyring.ErrUnsupportedPlatform, false},                                                               // the same
		{exec.ErrNotFound, false},                                                                             // keystore.ErrNoSession
		{errors.New("failed to unlock correct collection '/org/freedesktop/secrets/aliases/default'"), true},  // keystore.ErrNotOpen
		{errors.New("failed to unlock correct collection '/org/freedesktop/secrets/collection/login'"), true}, // keystore.ErrLocked
		{context.DeadlineExceeded, true},                                                                      // keystore.ErrSilent
		{errors.New("org.freedesktop.DBus.Error"), true},                                                      // not known
		{keyring.ErrSetDataTooBig, true},
	} {
		fresh(t)
		keyring.MockInitWithError(tc.broken)
		interactive = func() bool { return true }
		first, second := hostTeam(t), hostTeam(t)
		if _, stderr, code := hobnob(t, "y\n", "join", first.link(), "--name", "ada"); code != exit.OK || !strings.Contains(stderr, "[y/N]") {
			t.Fatalf("%v: ended with %d: %s", tc.broken, code, stderr)
		}
		_, stderr, code := hobnob(t, "", "join", second.link(), "--name", "ada")
		got := listed(t)
		if tc.asks {
			if code != exit.Keyring || len(got) != 1 || !strings.Contains(stderr, "[y/N]") {
				t.Errorf("%v: ended with %d, %v: %s", tc.broken, code, got, stderr)
			}
			continue
		}
		if code != exit.OK || len(got) != 2 || got[0].Store != storeFile || strings.Contains(stderr, "[y/N]") ||
			!strings.Contains(stderr, "; your token is kept in a file that only you can read, as you chose for acme\n") {
			t.Errorf("%v: ended with %d, %v: %s", tc.broken, code, got, stderr)
		}
		interactive = func() bool { return false }
		if _, _, code := hobnob(t, "", "join", hostTeam(t).link(), "--name", "ada"); code != exit.Keyring {
			t.Errorf("%v: a script ended with %d", tc.broken, code)
		}
	}
}

// TestLoginWithoutKeyring: the whole command that does without is at hand.
func TestLoginWithoutKeyring(t *testing.T) {
	fresh(t)
	keyring.MockInitWithError(errors.New("org.freedesktop.DBus.Error"))
	s := hostTeam(t)
	_, stderr, code := hobnob(t, "eyJ.eyJ.sig", "login", s.URL, "--token", "-")
	if code != exit.Keyring || !strings.Contains(stderr, "hobnob login "+s.URL+" --token - --token-store file\n") ||
		!strings.Contains(stderr, "HOBNOB_TOKEN") || !strings.Contains(stderr, "hobnob: the keyring of this machine is not there or is locked\n") {
		t.Errorf("ended with %d: %s", code, stderr)
	}
}

package cli

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/keystore"
)

// TestKeyringStates: what a keyring is like has its own words, and what mends it, on each system.
func TestKeyringStates(t *testing.T) {
	for _, c := range []struct {
		err              error
		goos, says, mend string
	}{
		{keystore.ErrLocked, "linux", "the keyring of this machine is locked", "unlock it in the program that keeps your passwords"},
		{keystore.ErrLocked, "darwin", "the keyring of this machine is locked", "security unlock-keychain"},
		{keystore.ErrNoSession, "linux", "there is no keyring in this session: it has no D-Bus", "desktop"},
		{keystore.ErrNoSession, "windows", "there is no keyring in this session, as it came over the network", "at the machine itself"},
		{keystore.ErrNoService, "linux", "no keyring runs on this machine", "gnome-keyring or KeePassXC"},
		{keystore.ErrNotOpen, "linux", "the keyring of this machine is locked, or was never set up", "unlock it in the program that keeps your passwords, or make"},
		{keystore.ErrSilent, "darwin", "the keyring of this machine does not answer", "a window that asks"},
		{errors.New("org.freedesktop.DBus.Error"), "linux", "the keyring of this machine is not there or is locked", "unlock it"},
	} {
		says, mend := keyringState(fmt.Errorf("%w: %w", keystore.ErrUnavailable, c.err), c.goos)
		if !strings.HasPrefix(says, c.says) || !strings.Contains(mend, c.mend) {
			t.Errorf("%v on %s: %q, %q", c.err, c.goos, says, mend)
		}
		if strings.Contains(mend, "--replace") {
			t.Errorf("%v on %s: %q ends the keyring that runs", c.err, c.goos, mend)
		}
	}
}

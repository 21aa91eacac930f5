package cli

import (
	"errors"
	"runtime"

	"github.com/hobnob-chat/hobnob/keystore"
)

// keyringState says what a keyring is like that cannot be had, and what mends that; goos is
// the system's, as runtime.GOOS. Which program the keyring is of is not known: nothing is
// advised that would put another one's in its place.
func keyringState(err error, goos string) (says, mend string) {
	const ours = "the keyring of this machine"
	unlock := "unlock it in the program that keeps your passwords"
	if goos == "darwin" {
		unlock = "security unlock-keychain"
	}
	switch {
	case errors.Is(err, keystore.ErrNoSession) && goos == "windows":
		return "there is no keyring in this session, as it came over the network", "sign in at the machine itself"
	case errors.Is(err, keystore.ErrNoSession):
		return "there is no keyring in this session: it has no D-Bus, as over ssh or on a server", "sign in at its desktop"
	case errors.Is(err, keystore.ErrNoService):
		return "no keyring runs on this machine", "install one, gnome-keyring or KeePassXC, and sign in anew"
	case errors.Is(err, keystore.ErrNotOpen):
		return ours + " is locked, or was never set up", unlock + ", or make its first one there (GNOME: Passwords and Keys)"
	case errors.Is(err, keystore.ErrLocked):
		return ours + " is locked", unlock
	case errors.Is(err, keystore.ErrSilent):
		return ours + " does not answer", "look for a window that asks for its password, and answer it"
	}
	return ours + " is not there or is locked", "unlock it"
}

// keyringIs is keyringState for this system.
func keyringIs(err error) (says, mend string) { return keyringState(err, runtime.GOOS) }

package cli

import (
	"errors"
	"runtime"

	"github.com/hobnob-chat/hobnob/keystore"
)

// unlocking is what unlocks gnome-keyring, or makes its first keyring, where there is no
// desktop that asks for the password. It is read unseen, and is in no list of processes.
const unlocking = `(read -rs P && printf %s "$P" | gnome-keyring-daemon --replace --unlock)`

// keyringState says what a keyring is like that cannot be had, and what mends that; goos is
// the system's, as runtime.GOOS.
func keyringState(err error, goos string) (says, mend string) {
	const ours = "the keyring of this machine"
	unlock := "unlock it where you keep your passwords, or here with its password:\n" + unlocking
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
	case errors.Is(err, keystore.ErrNotSetUp):
		return ours + " was never set up", "set it up, with a password for it:\n" + unlocking
	case errors.Is(err, keystore.ErrLocked):
		return ours + " is locked", unlock
	case errors.Is(err, keystore.ErrSilent):
		return ours + " does not answer", "look for a window that asks for its password, and answer it"
	}
	return ours + " is not there or is locked", "unlock it"
}

// keyringIs is keyringState for this system.
func keyringIs(err error) (says, mend string) { return keyringState(err, runtime.GOOS) }

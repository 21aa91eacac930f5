package keystore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"strings"
	"syscall"

	"github.com/zalando/go-keyring"
)

// What a keyring that is not to be had is like. Each comes with ErrUnavailable, where what
// the keyring says lets it be told apart; the words for it are in no specification, and are
// those of dbus-daemon, dbus-broker, gnome-keyring and go-keyring.
var (
	// ErrNoSession: there is nothing to reach a keyring by: no session bus (Secret Service),
	// or a logon that has none (Windows, over the network).
	ErrNoSession = errors.New("there is no keyring in this session")

	// ErrNoService: no keyring runs or can be started.
	ErrNoService = errors.New("no keyring runs here")

	// ErrNotOpen: where it keeps things by default is locked, or was never made. Of both the
	// Secret Service says the same.
	ErrNotOpen = errors.New("the keyring is locked, or was never set up")

	// ErrLocked: it is locked, and its user was not asked for the password, or gave none.
	ErrLocked = errors.New("the keyring is locked")

	// ErrSilent: it did not answer in time. It may be asking its user for the password.
	ErrSilent = errors.New("the keyring does not answer")
)

// The exit codes of macOS' security, which are the lowest byte of an OSStatus.
const (
	codeNoInteraction = 36  // errSecInteractionNotAllowed, -25308: locked, and nobody can be asked
	codeAuthFailed    = 51  // errSecAuthFailed, -25293: a wrong password
	codeCancelled     = 128 // errSecUserCanceled, -128
)

// errNoLogon is ERROR_NO_SUCH_LOGON_SESSION of Windows.
const errNoLogon = syscall.Errno(1312)

// stateOf is what an error of the keyring says of it, nil where that is not known.
func stateOf(err error) error {
	if code, ok := errors.AsType[*exec.ExitError](err); ok {
		switch code.ExitCode() {
		case codeNoInteraction, codeAuthFailed, codeCancelled:
			return ErrLocked
		}
		return nil
	}
	switch says := err.Error(); {
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, errHung):
		return ErrSilent
	case errors.Is(err, keyring.ErrUnsupportedPlatform):
		return ErrNoService
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, errNoLogon):
		return ErrNoSession // dbus-launch, or the socket of the bus
	case strings.Contains(says, "not provided by any .service files"), strings.Contains(says, "name is not activatable"):
		return ErrNoService
	case strings.Contains(says, "/aliases/default"): // a collection of another name than login, or none
		return ErrNotOpen
	case strings.Contains(says, "failed to unlock correct collection"), strings.Contains(says, "locked collection"), strings.Contains(says, "prompt dismissed"):
		return ErrLocked
	}
	return nil
}

// unavailable is a keyring that is not to be had, for a reason.
func unavailable(err error) error {
	if state := stateOf(err); state != nil {
		err = fmt.Errorf("%w: %w", state, err)
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}

package keystore

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zalando/go-keyring"
)

// TestStates: what a keyring is like is told by what it says, in the words that were heard of
// the real ones.
func TestStates(t *testing.T) {
	noSocket := &net.OpError{Op: "dial", Net: "unix", Err: os.NewSyscallError("connect", os.ErrNotExist)}
	for want, list := range map[error][]error{
		ErrNoSession: {&exec.Error{Name: "dbus-launch", Err: exec.ErrNotFound}, noSocket, errNoLogon},
		ErrNoService: {
			errors.New("The name org.freedesktop.secrets was not provided by any .service files"),
			errors.New("The name is not activatable"), keyring.ErrUnsupportedPlatform,
		},
		// KWallet, KeePassXC and old ones of GNOME, locked, or one of GNOME in which nothing was made.
		ErrNotOpen: {errors.New("failed to unlock correct collection '/org/freedesktop/secrets/aliases/default'")},
		ErrLocked: {
			errors.New("failed to unlock correct collection '/org/freedesktop/secrets/collection/login'"),
			errors.New("Cannot create an item in a locked collection"),
		},
		ErrSilent: {context.DeadlineExceeded, errHung},
		nil:       {errors.New("something else"), context.Canceled},
	} {
		for _, says := range list {
			err := translate(fmt.Errorf("get: %w", says))
			if !errors.Is(err, ErrUnavailable) || !errors.Is(err, says) {
				t.Errorf("%v is %v", says, err)
			}
			for _, state := range []error{ErrNoSession, ErrNoService, ErrNotOpen, ErrLocked, ErrSilent} {
				if errors.Is(err, state) != (want != nil && errors.Is(want, state)) {
					t.Errorf("%v: is it %q?", says, state)
				}
			}
		}
	}
}

// TestStatesOfMacOS: its security says by its exit code that a keychain is locked.
func TestStatesOfMacOS(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("there is no sh")
	}
	for code, locked := range map[int]bool{codeNoInteraction: true, codeAuthFailed: true, codeCancelled: true, 1: false} {
		err := translate(exec.CommandContext(t.Context(), "sh", "-c", "exit "+strconv.Itoa(code)).Run())
		if !errors.Is(err, ErrUnavailable) || errors.Is(err, ErrLocked) != locked {
			t.Errorf("%d: %v", code, err)
		}
	}
}

// TestSilentKeyring: one that does not answer is said to be so, and so is what waits for it.
func TestSilentKeyring(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answers := make(chan struct{})
		r := &ring{timeout: time.Second, gate: new(gate)}
		ask := func() (string, error) { <-answers; return "", nil }
		for range 2 {
			if _, err := r.call(t.Context(), ask); !errors.Is(err, ErrSilent) || !errors.Is(err, ErrUnavailable) {
				t.Errorf("it says %v", err)
			}
		}
		close(answers)
	})
}

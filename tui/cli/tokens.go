package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/adrg/xdg"

	"github.com/hobnob-chat/hobnob/keystore"
	"github.com/hobnob-chat/hobnob/net/client"
	"github.com/hobnob-chat/hobnob/net/exit"
)

const (
	// promptTime is how long the keyring may take with its user there: it may
	// ask for a password first.
	promptTime = 30 * time.Second

	// aloneTime is how long it may take beside a server, where nobody may sit.
	aloneTime = 3 * time.Second

	// silence is how long a person is kept waiting without being told for what.
	silence = 2 * time.Second

	// probeSize is about what a token has, in bytes.
	probeSize = 1 << 10
)

// openStore is the place where tokens of a kind are kept. patience is for the
// keyring.
func openStore(kind string, patience time.Duration) (keystore.Store, error) {
	switch kind {
	case storeKeyring:
		return keystore.Keyring(patience), nil
	case storeFile:
		return keystore.File(tokenFile()), NeedHome()
	case storeEnv:
		return keystore.Env(), nil
	}
	return nil, exit.New(exit.Failed, "upgrade it, or sign in again", "this hobnob cannot take a token from the store %q", kind)
}

func tokenFile() string { return filepath.Join(xdg.StateHome, "hobnob", "tokens.json") }

// keep puts a token where the user chose, in the place of one it had.
func keep(ctx context.Context, a Account, token string, patience time.Duration) error {
	store, err := openStore(a.Store, patience)
	if err != nil {
		return err
	}
	if err := store.Set(ctx, a.key(), token); err != nil {
		failed := keepError(err, a.Store, signInCommand(a.Server))
		if failed.Code == exit.Keyring {
			failed.Hint += "\nor give it each time: HOBNOB_SERVER and HOBNOB_TOKEN"
		}
		return failed
	}
	return nil
}

// probe tells whether a token of the usual size can be kept there, so that a
// one-time invite is not spent on one with no place to go.
func probe(ctx context.Context, store keystore.Store) error {
	const nobody = "probe@hobnob"
	err := store.Set(ctx, nobody, strings.Repeat("x", probeSize))
	// Also after a failure, which may have left it there.
	gone := store.Delete(context.WithoutCancel(ctx), nobody)
	if err == nil && !errors.Is(gone, keystore.ErrNotFound) {
		err = gone
	}
	return err
}

// waiting makes a call that may have to wait for the keyring, and for its user's
// password, and says so if it does.
func waiting(talk io.Writer, call func() error) error {
	said := make(chan struct{})
	timer := time.AfterFunc(silence, func() {
		defer close(said)
		fmt.Fprintln(talk, "waiting for the keyring…")
	})
	err := call()
	if !timer.Stop() {
		<-said
	}
	return err
}

// noKeyring is a keyring that is not to be had: what it is like, what mends that, and what else
// there is to do. What it says of itself, as D-Bus has it, is the cause, for the log.
func noKeyring(err error, or string) *exit.Error {
	says, mend := keyringIs(err)
	return &exit.Error{Code: exit.Keyring, Text: says, Hint: mend + or, Cause: err}
}

// keepError says what a person does about a store that takes no token. again is
// the command that they gave.
func keepError(err error, kind, again string) *exit.Error {
	file := "keep the token in a file that only you can read: " + again + " --token-store file"
	switch {
	case errors.Is(err, keystore.ErrUnavailable) && kind == storeKeyring:
		return noKeyring(err, "\nor "+file)
	case errors.Is(err, keystore.ErrTooLarge) && kind == storeKeyring:
		return &exit.Error{Code: exit.Keyring, Text: "the keyring of this machine takes no token of this size", Hint: file, Cause: err}
	}
	return exit.New(exit.Storage, elsewhere, "the token cannot be kept: %w", err)
}

// dropError says what a person does about a store that does not let go of a token.
func dropError(err error, kind string) error {
	if errors.Is(err, keystore.ErrUnavailable) && kind == storeKeyring {
		return noKeyring(err, "\nand try again")
	}
	return exit.New(exit.Storage, "", "the token cannot be deleted: %w", err)
}

// tokenError says what a person does about a token that cannot be had. When
// asking again would not help, the client is told with its own error.
func tokenError(err error, a Account) error {
	switch {
	case errors.Is(err, keystore.ErrNotFound):
		return &exit.Error{
			Code: exit.Auth, Text: fmt.Sprintf("your sign-in for %s is gone from the %s", a.label(), a.Store),
			Hint:  backHint(a.Server, a.User.Name),
			Cause: fmt.Errorf("%w: %w", client.ErrNoToken, err),
		}
	case a.Store == storeEnv:
		return &exit.Error{Code: exit.Auth, Text: err.Error(), Cause: fmt.Errorf("%w: %w", client.ErrNoToken, err)}
	case errors.Is(err, keystore.ErrUnavailable) && a.Store == storeKeyring:
		return noKeyring(err, "\nor keep a new token in a file that only you can read; the host makes it with: "+
			mintCommand(a.User.Name)+"\nand you sign in with that: "+signInCommand(a.Server)+" --token-store file")
	}
	return exit.New(exit.Storage, "", "your sign-in cannot be read: %w", err)
}

// SignInHost makes a team's own host an account of this user, at once: its token
// can be made anew from the data folder. Where there is a keyring it is kept
// there as well, which keyed tells of when it has been tried; waiting for that is
// the caller's, who may not want to.
func SignInHost(ctx context.Context, a Account, hostToken func(data string) (string, error)) (_ Account, keyed <-chan error, _ error) {
	data, err := filepath.Abs(a.Host)
	if err != nil {
		return a, nil, fmt.Errorf("find the data folder: %w", err)
	}
	a.Host, a.Store = data, storeHost
	comes := false // into a team that they were not in
	if err := changeAccounts(ctx, func(l *accounts) {
		n := len(l.Accounts)
		l.keep(a)
		comes = len(l.Accounts) > n
	}); err != nil {
		return a, nil, err
	}
	if comes {
		forgetTeam()
	}
	tried := make(chan error, 1)
	go func() {
		tried <- func() error {
			token, err := hostToken(data)
			if err != nil {
				return err
			}
			b := a
			b.Store = storeKeyring
			if err := keep(ctx, b, token, aloneTime); err != nil {
				return err
			}
			return changeAccounts(ctx, func(l *accounts) { l.keep(b) })
		}()
	}()
	return a, tried, nil
}

package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/adrg/xdg"

	"github.com/hobnob-chat/hobnob/keystore"
	"github.com/hobnob-chat/hobnob/net/exit"
)

// keyringTime is how long the keyring may take to answer: a service answers at
// once, and a prompt nobody sees never.
const keyringTime = 3 * time.Second

// openStore is the place where an account's token is kept.
func openStore(kind string) (keystore.Store, error) {
	switch kind {
	case storeKeyring, storeHost:
		return keystore.Keyring(keyringTime), nil
	case storeFile:
		return keystore.File(tokenFile()), nil
	}
	return nil, exit.New(exit.Usage, "", "--token-store is keyring or file, not %q", kind)
}

func tokenFile() string { return filepath.Join(xdg.StateHome, "hobnob", "tokens.json") }

// token is where the connection gets an account's token, at every attempt.
func (o Options) token(a Account) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		if token := os.Getenv("HOBNOB_TOKEN"); token != "" {
			return token, nil
		}
		if a.Host != "" && o.HostToken != nil {
			// Made anew each time, it never expires in the middle of a day.
			if token, err := o.HostToken(a.Host); err == nil {
				return token, nil
			} else if a.Store == storeHost {
				return "", exit.New(exit.Auth, "", "%w", err)
			}
		}
		store, err := openStore(a.Store)
		if err != nil {
			return "", err
		}
		token, err := store.Get(ctx, a.key())
		if err != nil {
			return "", tokenError(err, a)
		}
		return token, nil
	}
}

// keep puts a token where the user chose. It is asked before anything is used
// up, so that a one-time invite is not spent on a token with no place to go.
func keep(ctx context.Context, kind, key, token string) error {
	store, err := openStore(kind)
	if err != nil {
		return err
	}
	if err := store.Set(ctx, key, token); err != nil {
		return storeError(err)
	}
	return nil
}

// probe tells whether tokens can be kept there.
func probe(ctx context.Context, kind string) error {
	store, err := openStore(kind)
	if err != nil {
		return err
	}
	const nobody = "probe@hobnob"
	if err := store.Set(ctx, nobody, "probe"); err != nil {
		return storeError(err)
	}
	if err := store.Delete(ctx, nobody); err != nil && !errors.Is(err, keystore.ErrNotFound) {
		return storeError(err)
	}
	return nil
}

// tokenError says what a person does about a token that cannot be had.
func tokenError(err error, a Account) error {
	if errors.Is(err, keystore.ErrNotFound) {
		return exit.New(exit.Auth, "ask for an invite, then: hobnob join LINK\nor with a token: hobnob login "+a.Server+" --token -",
			"your sign-in for %s is gone from the %s", a.label(), a.Store)
	}
	return storeError(err)
}

// storeError says what a person does about a store that does not work.
func storeError(err error) error {
	switch {
	case errors.Is(err, keystore.ErrUnavailable):
		return exit.New(exit.Keyring,
			"unlock it and try again, or keep the token in a file that only you can read: --token-store file\nor give it each time: HOBNOB_TOKEN",
			"the keyring of this machine is not there or is locked: %w", err)
	case errors.Is(err, keystore.ErrInsecure):
		return exit.New(exit.Storage, "", "%w", err)
	}
	return exit.New(exit.Storage, "", "the token cannot be kept: %w", err)
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
	if err := changeAccounts(ctx, func(l *accounts) { l.keep(a) }); err != nil {
		return a, nil, err
	}
	tried := make(chan error, 1)
	go func() {
		tried <- func() error {
			token, err := hostToken(data)
			if err != nil {
				return err
			}
			if err := keep(ctx, storeKeyring, a.key(), token); err != nil {
				return err
			}
			b := a
			b.Store = storeKeyring
			return changeAccounts(ctx, func(l *accounts) { l.keep(b) })
		}()
	}()
	return a, tried, nil
}

package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/adrg/xdg"
	"github.com/golang-jwt/jwt/v5"

	"github.com/hobnob-chat/hobnob/keystore"
	"github.com/hobnob-chat/hobnob/net/exit"
)

const (
	// keyringTime is how long the keyring may take to answer: a service answers
	// at once, and a prompt nobody sees never.
	keyringTime = 3 * time.Second

	// freshTime is how much life a kept token of the host must have left; with
	// less it is made anew.
	freshTime = time.Hour
)

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
		store, err := openStore(a.Store)
		if err != nil {
			return "", err
		}
		token, err := store.Get(ctx, a.key())
		if a.Host != "" && o.HostToken != nil && (err != nil || !fresh(token)) {
			return o.hostToken(ctx, a, store)
		}
		if err != nil {
			return "", tokenError(err, a)
		}
		return token, nil
	}
}

// hostToken makes the host's own token anew, and keeps it where there is a
// keyring. Without one, the data folder is where it comes from each time.
func (o Options) hostToken(ctx context.Context, a Account, store keystore.Store) (string, error) {
	token, err := o.HostToken(a.Host)
	if err != nil {
		return "", exit.New(exit.Auth, "", "the team's data folder %s cannot be used: %w", a.Host, err)
	}
	if a.Store == storeKeyring {
		_ = store.Set(ctx, a.key(), token) // next time it is made again
	}
	return token, nil
}

// fresh tells whether a token has life left. Nothing is trusted for it: only
// the server can tell a good token.
func fresh(token string) bool {
	var claims jwt.RegisteredClaims
	if _, _, err := jwt.NewParser().ParseUnverified(token, &claims); err != nil {
		return false
	}
	return claims.ExpiresAt != nil && time.Until(claims.ExpiresAt.Time) > freshTime
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

// SignInHost makes a team's own host an account of this user. Its token goes
// into the keyring; without one it is made anew from the data folder when it is
// needed, and the account says so.
func SignInHost(ctx context.Context, a Account, hostToken func(data string) (string, error)) (Account, error) {
	data, err := filepath.Abs(a.Host)
	if err != nil {
		return a, fmt.Errorf("find the data folder: %w", err)
	}
	a.Host, a.Store = data, storeKeyring
	token, err := hostToken(data)
	if err != nil {
		return a, err
	}
	if err := keep(ctx, a.Store, a.key(), token); err != nil {
		a.Store = storeHost
	}
	return a, changeAccounts(ctx, func(l *accounts) { l.keep(a) })
}

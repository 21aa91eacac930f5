package keystore

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Store keeps tokens by account. An account is any text that names a server and
// somebody on it, of 1 to MaxAccount bytes without control characters.
type Store interface {
	// Get returns the token of account, or ErrNotFound.
	Get(ctx context.Context, account string) (string, error)

	// Set keeps token for account in the place of any it had. When it returns
	// nil, the token outlives the program and, as far as the store can tell, a
	// loss of power.
	Set(ctx context.Context, account, token string) error

	// Delete forgets the token of account. It is ErrNotFound that there is none.
	Delete(ctx context.Context, account string) error

	// Name says to people where the tokens are.
	Name() string
}

// The errors that stores wrap. Everything else is a failure of the store that
// its sentence describes.
var (
	// ErrNotFound: there is no token for this account.
	ErrNotFound = errors.New("no token is kept for this account")

	// ErrUnavailable: the keyring, or the lock of the file, cannot be had: there
	// is none, it is locked, or it did not answer in time.
	ErrUnavailable = errors.New("the token store is not available")

	// ErrReadOnly: this store cannot be changed from here.
	ErrReadOnly = errors.New("the token store is read-only")

	// ErrInsecure: others than the user can read the file.
	ErrInsecure = errors.New("the token file can be read by others")

	// ErrTooLarge: the store does not take a token of this size.
	ErrTooLarge = errors.New("the token is too large for the token store")
)

const (
	// MaxToken is the longest token that is kept, in bytes. Servers take no
	// longer ones; keyrings may take less (Windows 2,560, macOS about 3,000).
	MaxToken = 8 << 10

	// MaxAccount is the longest account, in bytes: Windows makes it a part of
	// the name of a credential.
	MaxAccount = 512
)

// checkAccount refuses what some store could not keep apart or, worse, would
// read as a command: macOS is told by lines of text.
func checkAccount(account string) error {
	if account == "" || len(account) > MaxAccount || !printable(account) {
		return fmt.Errorf("an account is a text of 1 to %d bytes without control characters", MaxAccount)
	}
	return nil
}

// checkToken refuses what is no token.
func checkToken(token string) error {
	if len(token) > MaxToken {
		return ErrTooLarge
	}
	if token == "" || !printable(token) {
		return errors.New("a token is a text without control characters")
	}
	return nil
}

func printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}

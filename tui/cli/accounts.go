package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/adrg/xdg"
	"github.com/gofrs/flock"
	"github.com/google/renameio/v2/maybe"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
)

// Account is one identity on one server, as this machine's user has it.
type Account struct {
	Server string    `json:"server"` // scheme://host:port, as canonical makes it
	User   chat.User `json:"user"`
	Team   chat.Team `json:"team"`
	Store  string    `json:"store"`          // where its token is: storeKeyring, storeFile or storeHost
	Host   string    `json:"host,omitempty"` // the data folder of a team hosted here
}

// The places a token can be kept.
const (
	storeKeyring = "keyring"
	storeFile    = "file"
	storeHost    = "host" // made anew from the data folder each time
)

// key names the account's token in the keyring.
func (a Account) key() string { return a.User.ID + "@" + a.Server }

// label names the account for people.
func (a Account) label() string {
	return chat.SanitizeLine(a.User.Name) + " in " + chat.SanitizeLine(a.Team.Name) + ", " + a.Server
}

// same tells whether both are one identity on one server.
func (a Account) same(b Account) bool { return a.Server == b.Server && a.User.ID == b.User.ID }

// state is the folder of the account's cache and outbox.
func (a Account) state() string {
	sum := sha256.Sum256([]byte(a.Server + "\x00" + a.User.ID))
	return filepath.Join(xdg.StateHome, "hobnob", hex.EncodeToString(sum[:8]))
}

// accounts is the list kept on disk; its first is the one hobnob opens.
type accounts struct {
	Accounts []Account `json:"accounts"`
}

func accountsFile() string { return filepath.Join(xdg.ConfigHome, "hobnob", "accounts.json") }

// loadAccounts reads the list; a machine without one has no accounts.
func loadAccounts() (accounts, error) {
	var list accounts
	b, err := os.ReadFile(accountsFile())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return list, nil
	case err != nil:
		return list, exit.New(exit.Storage, "", "the list of accounts cannot be read: %w", err)
	}
	if err := json.Unmarshal(b, &list); err != nil {
		return list, exit.New(exit.Storage, "move it away and join again", "the list of accounts %s is damaged: %w", accountsFile(), err)
	}
	return list, nil
}

// changeAccounts lets change edit the list, while no other process does.
func changeAccounts(ctx context.Context, change func(*accounts)) error {
	path := accountsFile()
	failed := func(err error) error {
		return exit.New(exit.Storage, "", "the list of accounts %s cannot be written: %w", path, err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return failed(err)
	}
	lock := flock.New(path+".lock", flock.SetPermissions(0o600))
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if _, err := lock.TryLockContext(ctx, 10*time.Millisecond); err != nil {
		return failed(fmt.Errorf("another hobnob holds its lock: %w", err))
	}
	defer lock.Unlock() //nolint:errcheck // ends with the process at the latest
	list, err := loadAccounts()
	if err != nil {
		return err
	}
	change(&list)
	b, err := json.MarshalIndent(list, "", "  ")
	if err != nil {
		return err
	}
	if err := maybe.WriteFile(path, append(b, '\n'), 0o600); err != nil {
		return failed(err)
	}
	return nil
}

// put makes a the first account, instead of the one it was before.
func (l *accounts) put(a Account) {
	l.remove(a)
	l.Accounts = append([]Account{a}, l.Accounts...)
}

// keep adds a, or brings it up to date where it stands.
func (l *accounts) keep(a Account) {
	for i := range l.Accounts {
		if l.Accounts[i].same(a) {
			l.Accounts[i] = a
			return
		}
	}
	l.put(a)
}

func (l *accounts) remove(a Account) {
	kept := l.Accounts[:0]
	for _, b := range l.Accounts {
		if !b.same(a) {
			kept = append(kept, b)
		}
	}
	l.Accounts = kept
}

// find picks the account that a person names by its server or its name in it;
// nothing named is the first.
func (l accounts) find(named string) (Account, error) {
	if len(l.Accounts) == 0 {
		return Account{}, exit.New(exit.Auth,
			"join a team with the link you were given: hobnob join LINK\nor host one on this machine: hobnob serve --chat",
			"you are not in a team yet")
	}
	if named == "" {
		return l.Accounts[0], nil
	}
	server, _ := canonical(named)
	for _, a := range l.Accounts {
		if a.Server == server || a.Team.Name == named || a.User.Name == named || a.key() == named {
			return a, nil
		}
	}
	return Account{}, exit.New(exit.Auth, "hobnob accounts lists those you have", "you have no account called %q", named)
}

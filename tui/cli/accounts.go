package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/adrg/xdg"
	"github.com/google/renameio/v2/maybe"

	"github.com/hobnob-chat/hobnob/keystore"
	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
)

// Account is one identity on one server, as this machine's user has it.
type Account struct {
	Server string    `json:"server"` // scheme://host:port, as canonical makes it
	User   chat.User `json:"user"`
	Team   chat.Team `json:"team"`
	Store  string    `json:"store"`          // where its token is: one of the constants below
	Host   string    `json:"host,omitempty"` // the data folder of a team hosted here

	// Place is where its team stands among the others of a window: in the order in which they were
	// joined, whichever is signed in to last. 0 where it was not given yet.
	Place int `json:"place,omitempty"`

	// FromEnv: HOBNOB_TOKEN was this account's when it was last used with its
	// server, which is how the account is known when that cannot be asked.
	FromEnv bool `json:"from_env,omitempty"`
}

// The places a token can be kept.
const (
	storeKeyring = "keyring"
	storeFile    = "file"
	storeHost    = "host" // made anew from the data folder each time
	storeEnv     = "env"  // HOBNOB_TOKEN, kept nowhere
)

// key names the account's token where that is kept.
func (a Account) key() string {
	key := a.User.ID + "@" + a.Server
	if len(key) > keystore.MaxAccount {
		sum := sha256.Sum256([]byte(a.User.ID))
		key = "sha256:" + hex.EncodeToString(sum[:]) + "@" + a.Server
	}
	return key
}

// label names the account for people.
func (a Account) label() string {
	return chat.SanitizeLine(a.User.Name + " in " + a.Team.Name + ", " + a.Server)
}

// same tells whether both are one identity on one server.
func (a Account) same(b Account) bool { return a.Server == b.Server && a.User.ID == b.User.ID }

// state is the folder of the account's cache and outbox.
func (a Account) state() string {
	sum := sha256.Sum256([]byte(a.Server + "\x00" + a.User.ID))
	return filepath.Join(xdg.StateHome, "hobnob", hex.EncodeToString(sum[:8]))
}

// accounts is the list kept on disk; its first is the one whose user signed in last.
type accounts struct {
	Accounts []Account `json:"accounts"`
}

func accountsFile() string { return filepath.Join(xdg.ConfigHome, "hobnob", "accounts.json") }

// lockReads is whether reading needs the lock: on Windows a file that is being
// read cannot be replaced, and is not replaced at once.
var lockReads = runtime.GOOS == "windows"

// loadAccounts reads the list; a machine without one has no accounts.
func loadAccounts(ctx context.Context) (accounts, error) {
	if err := NeedHome(); err != nil {
		return accounts{}, err
	}
	return listAccounts(ctx)
}

// listAccounts is loadAccounts where there is a place for them.
func listAccounts(ctx context.Context) (accounts, error) {
	if lockReads {
		unlock, err := lockAccounts(ctx)
		if errors.Is(err, fs.ErrNotExist) {
			return accounts{}, nil
		}
		if err != nil {
			return accounts{}, exit.New(exit.Storage, "", "the list of accounts cannot be read: %w", err)
		}
		defer unlock()
	}
	return readAccounts()
}

// readAccounts is loadAccounts for who holds the lock.
func readAccounts() (accounts, error) {
	var list accounts
	b, err := os.ReadFile(accountsFile())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return list, nil
	case err != nil:
		return list, exit.New(exit.Storage, "", "the list of accounts cannot be read: %w", err)
	}
	if err := json.Unmarshal(b, &list); err != nil {
		return list, exit.New(exit.Storage, "move it away and sign in again", "the list of accounts %s is damaged: %w", accountsFile(), err)
	}
	return list, nil
}

// lockAccounts keeps other processes from the list until unlock is called.
func lockAccounts(ctx context.Context) (unlock func(), err error) {
	unlock, err = keystore.Lock(ctx, accountsFile())
	if errors.Is(err, keystore.ErrUnavailable) {
		err = errors.New("another hobnob holds its lock")
	}
	return unlock, err
}

// elsewhere is the way out where a folder below HOME takes nothing.
const elsewhere = "make its folder writable, or choose other places with XDG_CONFIG_HOME and XDG_STATE_HOME"

// pathless is what went wrong without the path, which the sentence names already.
func pathless(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err
	}
	return err
}

// changeAccounts lets change edit the list, while no other process does.
func changeAccounts(ctx context.Context, change func(*accounts)) error {
	if err := NeedHome(); err != nil {
		return err
	}
	path := accountsFile()
	failed := func(err error) error {
		return exit.New(exit.Storage, elsewhere, "the list of accounts %s cannot be written: %w", path, pathless(err))
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return failed(err)
	}
	unlock, err := lockAccounts(ctx)
	if err != nil {
		return failed(err)
	}
	defer unlock()
	list, err := readAccounts()
	if err != nil {
		return err
	}
	list.number() // those of before there were places by where they stand, which change may move
	change(&list)
	list.number()
	b, err := json.MarshalIndent(list, "", "  ")
	if err != nil {
		return err
	}
	if err := maybe.WriteFile(path, append(b, '\n'), 0o600); err != nil {
		return failed(err)
	}
	if len(list.Accounts) == 0 { // it could be written, and there is nothing to keep
		if err := os.Remove(path); err != nil {
			return failed(err)
		}
	}
	return nil
}

// put makes a the first account, instead of the one it was before.
func (l *accounts) put(a Account) {
	if i := slices.IndexFunc(l.Accounts, a.same); i >= 0 {
		a.Place = l.Accounts[i].Place
	}
	l.remove(a)
	l.Accounts = append([]Account{a}, l.Accounts...)
}

// keep adds a, or brings it up to date where it stands. A team that is hosted
// here is where its folder says: what it was reached by before is gone.
func (l *accounts) keep(a Account) {
	at := -1
	kept := l.Accounts[:0]
	for _, b := range l.Accounts {
		moved := a.Host != "" && b.Host == a.Host && b.User.ID == a.User.ID
		switch {
		case !b.same(a) && !moved:
			kept = append(kept, b)
		case at < 0:
			at, a.Place = len(kept), b.Place
			kept = append(kept, a)
		}
	}
	l.Accounts = kept
	if at < 0 {
		l.put(a)
	}
}

// number gives a place to those that have none, of which the first came last.
func (l *accounts) number() {
	last := 0
	for _, a := range l.Accounts {
		last = max(last, a.Place)
	}
	for i := range slices.Backward(l.Accounts) {
		if a := &l.Accounts[i]; a.Place == 0 {
			last++
			a.Place = last
		}
	}
}

func (l *accounts) remove(a Account) {
	l.Accounts = slices.DeleteFunc(l.Accounts, a.same)
}

// ErrNoTeam is for who has no account here. Some had one before, on another
// machine or until they signed out.
var ErrNoTeam = exit.New(exit.Auth,
	"join one: hobnob join LINK\nor host one: hobnob serve --chat\n"+
		"or if you are in one already: its host runs hobnob token mint --for NAME, and you hobnob login SERVER --token -",
	"you are not in a team yet")

// find picks the account that a person names by its server, its team, its name
// or its key; nothing named is the first.
func (l *accounts) find(named string) (Account, error) {
	if len(l.Accounts) == 0 {
		return Account{}, ErrNoTeam
	}
	if named == "" {
		return l.Accounts[0], nil
	}
	server, _ := canonical(named)
	var found []Account
	for _, a := range l.Accounts {
		if a.key() == named {
			return a, nil // nothing else has this name
		}
		if a.Server == server || a.Team.Name == named || a.User.Name == named {
			found = append(found, a)
		}
	}
	switch len(found) {
	case 0:
		var names []string
		for _, a := range l.Accounts {
			names = append(names, a.Team.Name, a.User.Name, a.Server)
		}
		return Account{}, exit.New(exit.Auth, didYouMean(nearest(named, names))+"hobnob accounts lists those you have", "you have no account called %q", named)
	case 1:
		return found[0], nil
	}
	return Account{}, ambiguous(named, found)
}

// ambiguous is that a name is that of several accounts.
func ambiguous(named string, found []Account) error {
	return exit.New(exit.Usage, whichOf(found), "%q is %d of your accounts; say which one", named, len(found))
}

// whichOf is a hint that says how each of several accounts is named by itself.
func whichOf(list []Account) string {
	hints := make([]string, len(list))
	for i, a := range list {
		hints[i] = "say " + exit.Quote(a.key()) + " for " + a.label()
	}
	return strings.Join(hints, "\n")
}

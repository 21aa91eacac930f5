package cli

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/hobnob-chat/hobnob/keystore"
	"github.com/hobnob-chat/hobnob/net/exit"
)

// knownTime is how long a server may take to say whose HOBNOB_TOKEN is, when
// there is an account to open without that.
const knownTime = 3 * time.Second

// chosenAccount is the account a person names, or the one that HOBNOB_SERVER
// and HOBNOB_TOKEN are of.
//
// A token is for one server. HOBNOB_TOKEN is used with HOBNOB_SERVER, or when
// neither that nor an account is named with the account that was signed in to last;
// and never with an account of a team hosted here, whose token is made from the
// data folder.
func chosenAccount(ctx context.Context, named string) (Account, error) {
	given := tokenGiven(ctx)
	server, err := givenServer()
	if err != nil {
		return Account{}, err
	}
	if given && server != "" && named == "" {
		return envAccount(ctx, server)
	}
	list, err := loadAccounts(ctx)
	if err != nil {
		return Account{}, err
	}
	usual := named == "" && server == ""
	if named == "" {
		named = server
	}
	a, err := list.find(named)
	switch {
	case err != nil && usual && given:
		return Account{}, errTokenAlone
	case err != nil:
		return Account{}, err
	case given && a.Host == "" && (usual || a.Server == server):
		a.Store = storeEnv
	case a.Store == storeEnv:
		return Account{}, onlyGiven(a)
	}
	return a, nil
}

// errTokenAlone is for who has no account, and a token of nobody knows which server.
var errTokenAlone = exit.New(exit.Auth, "HOBNOB_SERVER says for which server it is: HOBNOB_SERVER=https://chat.example.com hobnob",
	"you are not in a team yet, and HOBNOB_TOKEN is not used without HOBNOB_SERVER")

// onlyGiven is for who means an account whose token is kept nowhere, and did not give it.
func onlyGiven(a Account) error {
	return exit.New(exit.Auth, "set HOBNOB_TOKEN, and HOBNOB_SERVER to "+a.Server+"\nor sign in: hobnob login "+a.Server+" --token -",
		"you are %s only with its token in HOBNOB_TOKEN", a.label())
}

// givenServer is the server that HOBNOB_SERVER names, "" for none.
func givenServer() (string, error) {
	named := os.Getenv("HOBNOB_SERVER")
	if named == "" {
		return "", nil
	}
	server, err := canonical(named)
	if err != nil {
		return "", exit.New(exit.Usage, "write it as https://chat.example.com", "HOBNOB_SERVER: %w", err)
	}
	return server, nil
}

// tokenGiven tells whether HOBNOB_TOKEN is set.
func tokenGiven(ctx context.Context) bool {
	_, err := keystore.Env().Get(ctx, storeEnv) // which has one token for all
	return !errors.Is(err, keystore.ErrNotFound)
}

// unusedToken is told to who opens an account and meant another, "" if nobody did.
func unusedToken(ctx context.Context, a Account) string {
	if a.Store == storeEnv || !tokenGiven(ctx) {
		return ""
	}
	return "HOBNOB_TOKEN is set and not used: this is " + a.label() + ". HOBNOB_SERVER says for which server the token is"
}

// envAccount is whose HOBNOB_TOKEN is on a server. When the server cannot be
// asked it is whose it was before, so that what is cached can be read.
func envAccount(ctx context.Context, server string) (Account, error) {
	token, err := keystore.Env().Get(ctx, server)
	if err != nil {
		return Account{}, exit.New(exit.Auth, "", "%w", err)
	}
	var list accounts
	var unread error
	if NeedHome() == nil { // else nothing is known, and nothing is kept
		list, unread = listAccounts(ctx) // which is needed only where the server cannot be asked
	}
	known, patience := list.fromEnv(server), askTime
	if len(known) > 0 {
		patience = knownTime
	}
	asking, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	who, err := whoIs(asking, server, token)
	switch {
	case err == nil:
		return rememberEnv(ctx, Account{Server: server, User: who.User, Team: who.Team, Store: storeEnv, FromEnv: true}), nil
	case exit.CodeOf(err) == exit.Unreachable && unread != nil:
		return Account{}, unread
	case exit.CodeOf(err) != exit.Unreachable || len(known) == 0:
		return Account{}, err
	case len(known) > 1:
		return Account{}, ambiguous(server, known)
	}
	known[0].Store = storeEnv
	return known[0], nil
}

// fromEnv are the accounts on a server that HOBNOB_TOKEN was of.
func (l *accounts) fromEnv(server string) (found []Account) {
	for _, a := range l.Accounts {
		if a.Server == server && a.FromEnv && a.Host == "" {
			found = append(found, a)
		}
	}
	return found
}

// rememberEnv notes that HOBNOB_TOKEN is of an account, behind all others: it is
// not what is meant without that. Where the list cannot be written, as in a
// container, the account is good for now.
func rememberEnv(ctx context.Context, a Account) Account {
	_ = changeAccounts(ctx, func(l *accounts) {
		for i, b := range l.Accounts {
			switch {
			case !b.same(a):
				continue
			case b.Host != "":
				a = b
			default:
				b.User, b.Team, b.FromEnv = a.User, a.Team, true
				l.Accounts[i] = b
			}
			return
		}
		l.Accounts = append(l.Accounts, a)
	})
	return a
}

package cli

import (
	"context"
	"slices"
	"sync"
)

// patient is an account that is looked at. without: its token is in HOBNOB_TOKEN alone, and what
// that has now is another's, or nothing.
type patient struct {
	Account
	without bool
}

// accounts looks at the server of each account, all at once: of those on this machine, and of
// the one that HOBNOB_SERVER and HOBNOB_TOKEN are of.
func (f *symptoms) accounts(ctx context.Context, o Options) {
	var list accounts
	unread := NeedHome() // which was said, and a token that is given needs no home
	if unread == nil {
		if list, unread = listAccounts(ctx); unread != nil {
			f.failed("accounts", unread, "")
		}
	}
	given := tokenGiven(ctx)
	server, err := givenServer()
	if err != nil {
		f.failed("accounts", err, "")
		given = false // for nobody knows whom
	}
	all := patients(list.Accounts, server, given)
	switch known := slices.ContainsFunc(all, func(p patient) bool { return p.Server == server }); {
	case unread != nil: // who is in which team is not known
	case len(all) == 0 && given:
		f.failed("accounts", errTokenAlone, "")
	case len(all) == 0:
		f.addf("accounts", warning, "hobnob join LINK, or hobnob serve --chat", "you are not in a team yet")
	case server != "" && !known:
		_, err := list.find(server)
		f.failed("accounts", err, "")
	}
	each := make([]symptoms, len(all))
	var work sync.WaitGroup
	for i, p := range all {
		work.Go(func() { each[i].account(ctx, o, p, given) })
	}
	work.Wait()
	for _, g := range each {
		*f = append(*f, g...)
	}
}

// patients are the accounts that are looked at: with the token that is given the one that it is
// of, and no other: a token is for one server (chosenAccount).
func patients(list []Account, server string, given bool) (all []patient) {
	for i, a := range list {
		its := given && a.Host == "" && (server == "" && i == 0 || a.Server == server)
		switch {
		case its && server != "" && a.Store == storeEnv:
			continue // whose it is, is asked
		case its && server == "":
			a.Store = storeEnv
		}
		all = append(all, patient{a, a.Store == storeEnv && !its})
	}
	if given && server != "" {
		all = append(all, patient{Account: Account{Server: server, Store: storeEnv}})
	}
	return all
}

// account looks at one of them. Who has given a token for another one knows that this one has
// none, and else cannot come in.
func (f *symptoms) account(ctx context.Context, o Options, p patient, given bool) {
	if !p.without {
		f.server(ctx, o, p.Account)
		return
	}
	if !f.there(ctx, o, p.Account) {
		return
	}
	f.failed("sign-in "+p.label(), onlyGiven(p.Account), "")
	if given {
		(*f)[len(*f)-1].Level = warning
	}
}

package cli

import (
	"cmp"
	"context"
	"errors"
	"os"
	"slices"
	"sync"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui"
	"github.com/hobnob-chat/hobnob/tui/screen"
)

// otherAccounts are the accounts whose teams are in one window with that of the first: all that
// are kept on this machine, where nobody said which one is meant.
func otherAccounts(ctx context.Context, first Account) (others []Account) {
	if os.Getenv("HOBNOB_SERVER") != "" {
		return nil
	}
	list, err := loadAccounts(ctx)
	if err != nil {
		return nil // the first was found without it
	}
	return slices.DeleteFunc(list.Accounts, func(a Account) bool {
		return a.same(first) || a.Store == storeEnv // whose token nobody gave
	})
}

// together are all accounts whose teams are in one window with that of one, in the order in which
// they were joined.
func together(ctx context.Context, one Account) []Account {
	if list, err := loadAccounts(ctx); err == nil { // it may have just been written
		if i := slices.IndexFunc(list.Accounts, one.same); i >= 0 {
			one.Place = list.Accounts[i].Place
		}
	}
	l := accounts{append([]Account{one}, otherAccounts(ctx, one)...)}
	l.number()
	slices.SortStableFunc(l.Accounts, func(a, b Account) int { return cmp.Compare(a.Place, b.Place) })
	return l.Accounts
}

// ChatAll is Chat of several teams in one window, of which the one at first is shown first.
// What is wrong with one of them is said in its place.
func ChatAll(ctx context.Context, list []Account, first int, o Options) error {
	if len(list) == 1 || o.Plain {
		return Chat(ctx, list[first], o)
	}
	return openAll(ctx, list, first, o, o.source(list[first]))
}

// openAll is ChatAll with a token of the one at first that may be known already.
//
//	screen's loop ──calls──> member ──> connection       one of each team
//	connection ──updates──> one goroutine ──told──> screen's loop
//
// The cache of the team that is shown first is opened before the screen, the others' when what
// is in it is shown: nobody waits for them.
func openAll(ctx context.Context, list []Account, first int, o Options, tokens *source) (err error) {
	look, err := newLook(o)
	if err != nil {
		return err
	}
	live, stop := context.WithCancel(ctx)
	fallen := newFall(stop)
	defer func() { err = fallen.over(err) }()
	var work sync.WaitGroup
	defer work.Wait()
	defer stop()
	leaving := new(signOuts)
	o.leaving, o.front = leaving, newFront()
	o.front.of(list[first])()
	keyring := &queue{turn: make(chan struct{}, 1)}
	members, configs, here := make([]*member, len(list)), make([]tui.Config, len(list)), make([]*coming, len(list))
	for i, a := range list {
		its, shows := tokens, look
		if i != first {
			its, shows.Notices = o.source(a), nil
		}
		its.stand(keyring, a)
		m := prepare(a, its, fallen, o)
		members[i], configs[i], here[i] = m, m.config(shows, o), &coming{account: a, close: m.close, member: m}
		configs[i].SignOut, configs[i].First = leaving.of(a), i == first
	}
	more := newComings(o, look, keyring, fallen, here)
	for i := range configs {
		configs[i].Seek, configs[i].Part = more.seeks(), more.parts(i, list[i])
	}
	window := tui.NewWindow(configs...)
	program := screen.New(window, screen.Terminal{Ended: live.Done(), Panicked: members[first].caught}, tea.WithContext(live), tea.WithoutSignalHandler())
	fallen.has(program.Restore)
	fallen.heeds()
	members[first].open(ctx)
	work.Go(guarded(members[first].caught, func() { o.front.run(live.Done()) }))
	shown := make(chan struct{}) // closed when the first team is
	for i, m := range members {
		if m.desk != nil {
			m.desk.tells(func(n chat.Noticed) { program.Send(window.For(i, n)) })
		}
		work.Go(guarded(m.caught, func() {
			tell := func(u chat.Update) { program.Send(window.For(i, u)) }
			if i != first {
				select {
				case <-shown:
				case <-live.Done():
				}
				m.open(ctx)
			} else {
				tell = afterCache(tell, sync.OnceFunc(func() { close(shown) }))
			}
			m.live(live, tell)
		}))
	}
	stopSeeking := more.start(live, &work, members[first].caught, window, program.Send)
	defer stopSeeking()
	_, err = program.Run()
	window.Leave()
	stopSeeking()
	if more == nil { // nothing came, and nothing left
		more = &comings{o: o, list: here, window: window, work: new(sync.WaitGroup), ended: make(chan struct{})}
		close(more.ended)
	}
	parting := new(parting)
	failed := more.left(parting) // while they are connected: each is told what was read
	err = errors.Join(ended(ctx, err), failed)
	stop()
	return errors.Join(parting.say(err), leaving.signOut(ctx, o))
}

// afterCache is tell, and then does something once what the cache has is told: what comes
// next is of the connection.
func afterCache(tell func(chat.Update), do func()) func(chat.Update) {
	return func(u chat.Update) {
		tell(u)
		if _, ok := u.(chat.Connection); ok {
			do()
		}
	}
}

// closeAll closes all at once: each may wait for its server for a moment.
func closeAll(members []*member) error {
	errs := make([]error, len(members))
	var work sync.WaitGroup
	for i, m := range members {
		work.Go(func() { errs[i] = m.close() })
	}
	work.Wait()
	return errors.Join(errs...)
}

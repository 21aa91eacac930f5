package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui"
)

// comings brings teams into a screen that is open when they are joined in another terminal,
// and has those go that are signed out of there. It looks at the list of accounts when it is
// asked to, and reads it if it became another.
//
//	screen's loop ──seek──> wanted ──> one goroutine ──Comes, Parts──> screen's loop
//	screen's loop ──part──> wanted ──> the same one signs out ──what is to be said──> screen's loop
//
// A nil one does nothing.
type comings struct {
	// set once
	o       Options
	look    look
	keyring *queue
	fallen  *fall
	window  *tui.Window
	send    func(tea.Msg)
	wanted  chan struct{}
	work    *sync.WaitGroup

	// guarded by mu
	mu  sync.Mutex
	out []int // IDs of teams that left the window, and are to be signed out of

	// owned by the goroutine, and by left when that has ended
	list  []*coming // of all that ever were here, by their ID in the window
	stamp stamp
	over  <-chan struct{} // closed when nobody sees any more what is said on the screen
	last  string          // what was said then
	ended chan struct{}
}

// coming is a team of the window.
type coming struct {
	account Account
	close   func() error // nil of one that is closed by who opened it
	member  *member      // nil as well
	listed  bool         // it was among the accounts, so that it can be gone from them
	gone    bool
}

// stamp tells one version of a file from another.
type stamp struct {
	at   time.Time
	size int64
}

// newComings is nil where the screen is of what somebody named, and of nothing else. What the
// environment and the command line said is of those that opened it.
func newComings(o Options, l look, keyring *queue, fallen *fall, list []*coming) *comings {
	if !o.all || o.Plain || o.Hosting {
		return nil
	}
	o.Notices, l.Notices = nil, nil
	return &comings{
		o: o, look: l, keyring: keyring, fallen: fallen, list: list,
		wanted: make(chan struct{}, 1), ended: make(chan struct{}), work: new(sync.WaitGroup),
	}
}

// seeks is what asks it to look; it returns at once.
func (c *comings) seeks() func() {
	if c == nil {
		return nil
	}
	return func() {
		select {
		case c.wanted <- struct{}{}:
		default:
		}
	}
}

// start begins to look; stop ends that and waits for it.
func (c *comings) start(ctx context.Context, work *sync.WaitGroup, caught func(any, []byte), window *tui.Window, send func(tea.Msg)) (stop func()) {
	if c == nil {
		return func() {}
	}
	c.window, c.send = window, send
	seeking, cancel := context.WithCancel(ctx)
	work.Go(guarded(caught, func() { c.run(ctx, seeking.Done()) }))
	return func() { cancel(); <-c.ended }
}

// run looks when it is asked to, until that is over. What comes lives as long as ctx.
func (c *comings) run(ctx context.Context, over <-chan struct{}) {
	defer close(c.ended)
	c.over = over
	c.seek(ctx) // to know which are listed
	for {
		select {
		case <-c.wanted:
			c.signOuts(ctx)
			c.seek(ctx)
		case <-over:
			c.signOuts(ctx)
			return
		}
	}
}

// seek compares the accounts with what is open, if their file became another.
func (c *comings) seek(ctx context.Context) {
	now, ok := stampOf(accountsFile())
	if !ok || now == c.stamp {
		return
	}
	list, err := loadAccounts(ctx)
	if err != nil {
		return // it is looked at again
	}
	c.stamp = now
	for _, a := range list.Accounts {
		if a.Store != storeEnv && !c.has(a) {
			c.comes(ctx, a)
		}
	}
	for id, one := range c.list {
		at := func(a Account) bool { return a.same(one.account) }
		switch {
		case one.gone:
		case slices.ContainsFunc(list.Accounts, at):
			one.listed = true
		case one.listed && c.here() > 1:
			c.goes(id)
		}
	}
}

// stampOf is a file's stamp; one that is not there has the zero one.
func stampOf(path string) (s stamp, ok bool) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return stamp{size: -1}, true
	}
	if err != nil {
		return stamp{}, false
	}
	return stamp{info.ModTime(), info.Size()}, true
}

// has tells whether a team is in the window.
func (c *comings) has(a Account) bool {
	for _, one := range c.list {
		if !one.gone && one.account.same(a) {
			return true
		}
	}
	return false
}

// here is how many teams are in the window.
func (c *comings) here() (n int) {
	for _, one := range c.list {
		if !one.gone {
			n++
		}
	}
	return n
}

// comes opens a team, which is then in the window.
func (c *comings) comes(ctx context.Context, a Account) {
	id := len(c.list)
	tokens := c.o.source(a)
	tokens.stand(c.keyring, a)
	m := prepare(a, tokens, c.fallen, c.o)
	config := m.config(c.look, c.o)
	config.SignOut, config.Part, config.Seek, config.FirstTime = c.o.leaving.of(a), c.parts(id, a), c.seeks(), false
	c.list = append(c.list, &coming{account: a, close: m.close, member: m, listed: true})
	c.send(c.window.Comes(config))
	if m.desk != nil {
		m.desk.tells(func(n chat.Noticed) { c.send(c.window.For(id, n)) })
	}
	c.work.Go(guarded(m.caught, func() {
		m.open(ctx)
		m.live(ctx, func(u chat.Update) { c.send(c.window.For(id, u)) })
	}))
}

// goes lets a team go. What was written in it is kept.
func (c *comings) goes(id int) {
	c.send(c.window.Parts(id))
	c.close(id)
}

// close ends what is open of a team that is in the window no longer.
func (c *comings) close(id int) {
	one := c.list[id]
	one.gone = true
	if one.close != nil {
		if err := one.close(); err != nil && one.member != nil {
			one.member.log.Warn("the end of a team that was signed out", "err", err)
		}
	}
}

// left closes the members that are here, when run has ended, and adds what is left of all
// to what is said in the end.
func (c *comings) left(p *parting) (err error) {
	if c == nil {
		return nil
	}
	<-c.ended
	var members []*member
	for id, one := range c.list {
		if one.gone || one.member == nil {
			continue
		}
		keepRoom(one.account.state(), c.window.Shown(id), one.member.log)
		members = append(members, one.member)
	}
	if c.last != "" {
		fmt.Fprint(os.Stderr, c.last)
	}
	err = closeAll(members)
	c.work.Wait()
	for _, one := range c.list {
		if one.member != nil {
			one.member.parts(p, c.o.leaving.over(one.account))
		}
	}
	return err
}

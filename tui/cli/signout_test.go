package cli

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui"
)

// TestSigningOutOfOneTeam while the others stay: it is closed, then signed out of, and what is
// said of that is on the screen. It does not come back by itself, and its own absence is no news.
func TestSigningOutOfOneTeam(t *testing.T) {
	for _, left := range []bool{false, true} { // the chat meanwhile
		fresh(t)
		at := func(server string) Account {
			return Account{Server: server, User: chat.User{ID: "u", Name: "ada"}, Team: chat.Team{Name: "team"}, Store: storeFile}
		}
		first, second := at("http://127.0.0.1:1"), at("http://127.0.0.1:2")
		list(t, first, second)
		closed := ""
		one := func(a Account, name string) *coming {
			return &coming{account: a, close: func() error {
				if len(listed(t)) != 2 {
					closed += "late "
				}
				closed += name
				return nil
			}}
		}
		c := newComings(Options{all: true, leaving: new(signOuts)}, look{}, nil, newFall(func() {}), []*coming{one(first, "first"), one(second, "second")})
		told := make(chan tea.Msg, 10)
		part := c.parts(1, second)
		ctx, cancel := context.WithCancel(t.Context())
		var work sync.WaitGroup
		if left {
			cancel()
			part()
		}
		stop := func() {}
		if c.window, c.send = tui.NewWindow(tui.Config{}), func(msg tea.Msg) { told <- msg }; left {
			over := make(chan struct{})
			close(over)
			c.run(ctx, over)
		} else {
			stop = c.start(ctx, &work, func(any, []byte) {}, c.window, c.send)
			part()
			says := fmt.Sprint(<-told)
			if !strings.Contains(says, "signed out: ada") || !strings.Contains(says, "to come back as ada") {
				t.Errorf("it says %q", says)
			}
		}
		stop()
		work.Wait()
		cancel()
		if got := listed(t); closed != "second" || len(got) != 1 || !got[0].same(first) || c.here() != 1 {
			t.Errorf("left %v: closed %s, %d here, on the machine %+v", left, closed, c.here(), got)
		}
		if !c.o.leaving.over(second) || c.o.leaving.over(first) {
			t.Error("what waits there waits for another reason")
		}
		if len(told) > 0 {
			t.Errorf("left %v: also told %v", left, <-told)
		}
		if left != strings.HasPrefix(c.last, "signed out: ada") {
			t.Errorf("left %v: last is said %q", left, c.last)
		}
	}
}

// TestNothingToSignOutOf: a team that this machine hosts, and one whose token came with the
// command; nor where there is one account.
func TestNothingToSignOutOf(t *testing.T) {
	c := newComings(Options{all: true, leaving: new(signOuts)}, look{}, nil, nil, nil)
	for store, want := range map[string]bool{storeHost: false, storeEnv: false, storeFile: true, storeKeyring: true} {
		if got := c.parts(0, Account{Store: store}) != nil; got != want {
			t.Errorf("%s: %v", store, got)
		}
	}
	if (*comings)(nil).parts(0, Account{Store: storeFile}) != nil {
		t.Error("without others")
	}
}

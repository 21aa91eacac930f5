package cli

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/client"
	"github.com/hobnob-chat/hobnob/net/exit"
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
		if err := keep(t.Context(), second, "T", time.Second); err != nil {
			t.Fatal(err)
		}
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
			says := fmt.Sprint(<-told) // of the server alone, which is not there
			if !strings.Contains(says, "you are signed out of team, but the server could not be told") || strings.Contains(says, "\n") || strings.Contains(says, "come back") {
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
		want := "signed out: ada in team, http://127.0.0.1:2\nto come back as ada: "
		if before, after, ok := strings.Cut(c.last, want); !ok || left != (before != "") || !strings.HasSuffix(after, " makes a new account\n") {
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

// TestSigningOutForgetsWhatWasSent: the lines that were sent are not told to who comes next, and
// what one was writing is.
func TestSigningOutForgetsWhatWasSent(t *testing.T) {
	fresh(t)
	a := Account{Server: "http://127.0.0.1:1", User: chat.User{ID: "u", Name: "ada"}, Team: chat.Team{Name: "team"}, Store: storeFile}
	list(t, a)
	told := func(remember string) (lines []string, drafts int) {
		t.Helper()
		c, err := client.Open(t.Context(), client.Config{
			Server: a.Server, Dir: a.state(), Token: func(context.Context) (string, error) { return "t", nil }, // and nobody there, who might refuse it
		})
		if err != nil {
			t.Fatal(err)
		}
		if remember != "" {
			c.Remember(chat.Input{Line: remember})
			if err := c.Enqueue(chat.Draft{Body: chat.TextBody(remember)}); err != nil {
				t.Fatal(err)
			}
		}
		var work sync.WaitGroup
		work.Go(func() { _ = c.Run(t.Context()) })
		connects := make(chan struct{}) // after all that is kept was told
		connect := sync.OnceFunc(func() { close(connects) })
		work.Go(func() {
			for u := range c.Updates() {
				switch h := u.(type) {
				case chat.Connection:
					connect()
				case chat.InputHistory:
					for _, in := range h.Inputs {
						lines = append(lines, in.Line)
					}
				}
			}
		})
		<-connects
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
		work.Wait()
		return lines, len(c.Left())
	}
	told("hello")
	if lines, drafts := told(""); len(lines) != 1 || drafts != 1 {
		t.Fatalf("kept %q, and %d are to be sent", lines, drafts)
	}
	var says strings.Builder
	if err := signOut(t.Context(), Options{}, a, &says); err != nil || strings.Contains(says.String(), "ctrl+r") {
		t.Fatalf("%v, said %q", err, says.String())
	}
	if lines, drafts := told(""); len(lines) != 0 || drafts != 1 {
		t.Errorf("kept %q, and %d are to be sent", lines, drafts)
	}
}

// TestLogoutOfWhich: who has several accounts says which one, and none of them goes before.
func TestLogoutOfWhich(t *testing.T) {
	fresh(t)
	a, b := at("https://a.example", "1", "ada", "acme"), at("https://b.example", "2", "bob", "beta")
	list(t, a, b)
	_, stderr, code := hobnob(t, "", "logout")
	if code != exit.Usage || len(listed(t)) != 2 || !strings.Contains(stderr, "you have 2 accounts; say which one you sign out of\n") {
		t.Errorf("ended with %d: %s", code, stderr)
	}
	for _, one := range []Account{a, b} {
		if !strings.Contains(stderr, "say "+one.key()+" for "+one.label()+"\n") {
			t.Errorf("%s is not named: %s", one.label(), stderr)
		}
	}
	if _, stderr, code := hobnob(t, "", "logout", a.key()); code != exit.OK || len(listed(t)) != 1 {
		t.Errorf("ended with %d: %s", code, stderr)
	}
	if _, stderr, code := hobnob(t, "", "logout"); code != exit.OK || len(listed(t)) != 0 {
		t.Errorf("the only one: ended with %d: %s", code, stderr)
	}
}

package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/hobnob-chat/hobnob/keystore"
	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/client"
	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/tui"
)

// TestOtherAccounts: all accounts are beside the one that is opened, but none whose token
// nobody gave, and none where somebody said which one is meant.
func TestOtherAccounts(t *testing.T) {
	fresh(t)
	at := func(server, id, store string) Account {
		return Account{Server: server, User: chat.User{ID: id, Name: id}, Store: store}
	}
	first, second, hosted, env := at("https://a", "u1", storeKeyring), at("https://a", "u2", storeFile), at("http://b", "u1", storeHost), at("https://c", "u1", storeEnv)
	hosted.Host = "/data"
	list(t, first, env, second, hosted)
	places := cmpopts.IgnoreFields(Account{}, "Place")
	if d := cmp.Diff([]Account{second, hosted}, otherAccounts(t.Context(), first), places); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]Account{first, hosted}, otherAccounts(t.Context(), second), places); d != "" {
		t.Error(d)
	}
	t.Setenv("HOBNOB_SERVER", "https://a")
	if others := otherAccounts(t.Context(), first); len(others) > 0 {
		t.Errorf("beside a named one: %v", others)
	}
}

// TestTeamsStandAsTheyWereJoined: in a window they keep their order, whichever is signed in to last
// and whichever is opened first; one that was left and joined anew is the last.
func TestTeamsStandAsTheyWereJoined(t *testing.T) {
	fresh(t)
	acme, beta, home := at("https://acme.example", "u1", "ada", "acme"), at("https://beta.example", "u1", "ada", "beta"), at("http://127.0.0.1:1", "u1", "ada", "home")
	home.Host = "/data"
	change := func(do func(*accounts)) {
		t.Helper()
		if err := changeAccounts(t.Context(), do); err != nil {
			t.Fatal(err)
		}
	}
	order := func(when, want string, opened ...Account) {
		t.Helper()
		for _, one := range opened {
			var got []string
			for _, a := range together(t.Context(), one) {
				got = append(got, a.Team.Name)
			}
			if got := strings.Join(got, " "); got != want {
				t.Errorf("%s they stand %s, not %s", when, got, want)
			}
		}
	}
	change(func(l *accounts) { l.put(acme) })
	order("with one", "acme", acme)
	change(func(l *accounts) { l.put(beta) })
	order("beta joined", "acme beta", acme, beta)
	change(func(l *accounts) { l.keep(home) })
	order("one hosted", "acme beta home", acme, beta, home)
	change(func(l *accounts) { l.put(acme) })
	order("acme signed in to anew", "acme beta home", acme, beta)
	home.Server = "http://127.0.0.1:2"
	change(func(l *accounts) { l.keep(home) })
	order("the host elsewhere", "acme beta home", acme)
	change(func(l *accounts) { l.remove(acme) })
	change(func(l *accounts) { l.put(acme) })
	order("acme left and joined anew", "beta home acme", acme, beta)
	home.Server = "http://127.0.0.1:3"
	change(func(l *accounts) { l.keep(home) })
	order("the host elsewhere again", "beta home acme", acme)

	old := accounts{[]Account{beta, acme}} // of before there were places: who signed in last is first
	old.put(home)
	old.number()
	if old.Accounts[0].Place != 3 || old.Accounts[1].Place != 2 || old.Accounts[2].Place != 1 {
		t.Errorf("they have the places %+v", old.Accounts)
	}
	b, err := json.Marshal(accounts{[]Account{home, beta, acme}})
	if err == nil {
		err = os.WriteFile(accountsFile(), b, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	change(func(l *accounts) { l.put(acme) })
	order("acme signed in to anew as the first thing after that", "acme beta home", acme, beta)
}

// TestOneKeyringForAll: it is asked for one token at a time, and where it was not there
// for the first it is left alone, until it is wanted again.
func TestOneKeyringForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		locked := exit.New(exit.Keyring, "", "locked: %w", keystore.ErrUnavailable)
		one, two := &asked{err: locked, takes: time.Second}, &asked{token: "two", takes: time.Second}
		three := &asked{token: "three"}
		q := &queue{turn: make(chan struct{}, 1)}
		first, second, third := one.source(), two.source(), three.source()
		first.stand(q, Account{Store: storeKeyring})
		second.stand(q, Account{Store: storeKeyring})
		third.stand(q, Account{Store: storeFile})
		done := make(chan error)
		go func() {
			_, err := first.get(t.Context())
			done <- err
		}()
		synctest.Wait()
		began := time.Now()
		three.want(t, third, "three", nil, 1) // which needs no keyring
		if waited := time.Since(began); waited > 0 {
			t.Errorf("a file waits for the keyring: %v", waited)
		}
		two.want(t, second, "", keystore.ErrUnavailable, 0)
		if err := <-done; !errors.Is(err, keystore.ErrUnavailable) {
			t.Error(err)
		}
		second.retry()
		two.want(t, second, "two", nil, 1)
		one.want(t, first, "", keystore.ErrUnavailable, 1)
		time.Sleep(leaveAlone)
		one.err, one.token = nil, "one"
		one.want(t, first, "one", nil, 2)
	})
}

// TestMemberOnItsWay: until a team is open nothing is taken that could be lost, and who can
// wait does.
func TestMemberOnItsWay(t *testing.T) {
	fresh(t)
	m := prepare(Account{Server: "http://127.0.0.1:1", User: chat.User{ID: "u"}, Store: storeFile}, Options{}.source(Account{Store: storeFile}), newFall(func() {}), Options{})
	for what, err := range map[string]error{"Enqueue": m.Enqueue(chat.Draft{Body: chat.TextBody("hi")}), "Retry": m.Retry("d"), "Drop": m.Drop("d")} {
		if err == nil || !strings.Contains(err.Error(), "still being opened") {
			t.Errorf("%s: %v", what, err)
		}
	}
	m.Reconnect()
	m.MarkRead("r", 1)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := m.Ask(ended, "members", nil, nil); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	got := make(chan error)
	go func() {
		_, err := m.Older(t.Context(), chat.GeneralRoom, 1, 10)
		got <- err
	}()
	m.open(t.Context())
	if err := <-got; err != nil && strings.Contains(err.Error(), "opened") {
		t.Error(err)
	}
	if err := m.Enqueue(chat.Draft{Body: chat.TextBody("hi")}); err != nil || m.conn.Waiting() != 1 {
		t.Errorf("%v, %d wait", err, m.conn.Waiting())
	}
	live, stop := context.WithCancel(t.Context())
	stop()
	done := make(chan struct{})
	go func() { defer close(done); m.live(live, func(chat.Update) {}) }()
	if err := m.close(); err != nil {
		t.Error(err)
	}
	<-done
}

// TestTeamThatCannotBeOpened says so in its place, and takes nothing.
func TestTeamThatCannotBeOpened(t *testing.T) {
	fresh(t)
	a := Account{Server: "http://127.0.0.1:1", User: chat.User{ID: "u"}, Store: storeFile}
	if err := os.MkdirAll(filepath.Dir(a.state()), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(a.state(), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", filepath.Join(a.state(), "nowhere")) // else there is one for this time
	m := prepare(a, Options{}.source(a), newFall(func() {}), Options{})
	if c := m.config(look(tui.Config{}), Options{}); c.Keeper != nil {
		t.Error("drafts have a keeper")
	}
	m.open(t.Context())
	var told []chat.Update
	m.live(t.Context(), func(u chat.Update) { told = append(told, u) })
	if len(told) != 2 {
		t.Fatalf("told %v", told)
	}
	says, _ := told[1].(chat.Noticed)
	if c, ok := told[0].(chat.Connection); !ok || c.State != chat.Offline || !strings.HasPrefix(says.Text, "this team could not be opened: the folder for what you read and write") || !strings.Contains(says.Text, "\nmake its folder writable") {
		t.Errorf("told %v", told)
	}
	if err := m.Enqueue(chat.Draft{Body: chat.TextBody("hi")}); err == nil || m.conn != nil {
		t.Error("it takes what cannot be kept")
	}
	if err := m.close(); err != nil {
		t.Error(err)
	}
}

// TestNotOpened: who finds the folder held is told what to do, and where.
func TestNotOpened(t *testing.T) {
	err := notOpened("/there", fmt.Errorf("open: %w", client.ErrHeld))
	if e, ok := errors.AsType[*exit.Error](err); !ok || e.Code != exit.Storage || !strings.Contains(e.Text, "/there") || !strings.Contains(e.Hint, "end what has cache.db there open") {
		t.Errorf("held: %+v", err)
	}
	if says := unopened(notOpened("/there", os.ErrPermission)); strings.Contains(says, "cache.db") || !strings.Contains(says, "permission denied") {
		t.Errorf("not allowed: %s", says)
	}
}

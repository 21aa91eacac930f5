package cli

import (
	"errors"
	"io"
	"os"
	"testing"
	"testing/synctest"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestLastTeam: the team that is shown is kept while the chat is open, and is found again in
// whichever order the teams stand; what is not known, or gone, is the first.
func TestLastTeam(t *testing.T) {
	a, b, c := at("https://a", "1", "ada", "acme"), at("https://b", "2", "bob", "beta"), at("https://c", "3", "eve", "cats")
	fresh(t)
	if got := lastTeam([]Account{a, b}, 1); got != 1 {
		t.Errorf("where none is known it is %d, not the one that is meant", got)
	}
	if got := lastTeam([]Account{a, b}, 0); got != 0 {
		t.Errorf("nothing is known: %d", got)
	}
	synctest.Test(t, func(t *testing.T) {
		f, done := newFront(), make(chan struct{})
		f.of(a)()
		go f.run(done)
		f.of(b)()
		synctest.Wait()
		if got := lastTeam([]Account{c, a, b}, 0); got != 2 {
			t.Errorf("while it is open: %d", got)
		}
		forgetTeam()
		close(done)
		synctest.Wait()
		if got := lastTeam([]Account{b, a}, 0) + lastTeam([]Account{a, b}, 0); got != 1 {
			t.Errorf("when it is left: %d", got)
		}
	})
	if got := lastTeam([]Account{a, c}, 0); got != 0 {
		t.Errorf("one that is gone: %d", got)
	}
	if info, err := os.Stat(teamFile()); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	var none *front
	if none.of(a) != nil {
		t.Error("nobody keeps it, and it is noted")
	}
}

// TestSigningInMeansThatTeam: who comes into a team, or signs in anew, also to the one that is the
// first already, begins there the next time, also without having opened it; who leaves one, learns
// another name of it, or hosts it again does not.
func TestSigningInMeansThatTeam(t *testing.T) {
	a, b, c := at("https://a", "1", "ada", "acme"), at("https://b", "2", "bob", "beta"), at("https://c", "3", "eve", "cats")
	own := at("https://d", "4", "dan", "dogs")
	own.Host, own.Store = t.TempDir(), storeHost
	signs := func(in Account) func() error {
		in.Store = storeFile
		return func() error { return signIn(t.Context(), io.Discard, in, "a.b.c") }
	}
	hosts := func(one Account) func() error {
		return func() error {
			_, keyed, err := SignInHost(t.Context(), one, func(string) (string, error) { return "", errors.New("no token") })
			if err == nil {
				<-keyed
			}
			return err
		}
	}
	changes := func(change func(*accounts)) func() error {
		return func() error { return changeAccounts(t.Context(), change) }
	}
	other := own
	other.Host, other.User.ID, other.Server = t.TempDir(), "5", "https://e"
	for name, tc := range map[string]struct {
		do    func() error
		first bool
	}{
		"joined":                       {signs(c), true},
		"signed in again":              {signs(b), true},
		"signed in again as the first": {signs(a), true},
		"hosted":                       {hosts(other), true},
		"hosted again":                 {hosts(own), false},
		"the first left":               {changes(func(l *accounts) { l.remove(a) }), false},
		"another left":                 {changes(func(l *accounts) { l.remove(b) }), false},
		"known by a name":              {changes(func(l *accounts) { l.Accounts[0].Team = chat.Team{Name: "acme & co"} }), false},
	} {
		fresh(t)
		list(t, a, b, own)
		f := newFront()
		f.of(b)()
		f.keep()
		if err := tc.do(); err != nil {
			t.Fatal(name, err)
		}
		if known := isThere(teamFile()); known == tc.first {
			t.Errorf("%s: known %v", name, known)
		}
	}
}

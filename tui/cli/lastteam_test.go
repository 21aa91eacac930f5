package cli

import (
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
	if got := lastTeam([]Account{a, b}); got != 0 {
		t.Errorf("nothing is known: %d", got)
	}
	synctest.Test(t, func(t *testing.T) {
		f, done := newFront(), make(chan struct{})
		f.of(a)()
		go f.run(done)
		f.of(b)()
		synctest.Wait()
		if got := lastTeam([]Account{c, a, b}); got != 2 {
			t.Errorf("while it is open: %d", got)
		}
		forgetTeam()
		close(done)
		synctest.Wait()
		if got := lastTeam([]Account{b, a}) + lastTeam([]Account{a, b}); got != 1 {
			t.Errorf("when it is left: %d", got)
		}
	})
	if got := lastTeam([]Account{a, c}); got != 0 {
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

// TestJoiningMeansThatTeam: who comes into a team, or signs in anew, begins there the next time,
// also without having opened it; who leaves one, or learns another name of it, does not.
func TestJoiningMeansThatTeam(t *testing.T) {
	a, b, c := at("https://a", "1", "ada", "acme"), at("https://b", "2", "bob", "beta"), at("https://c", "3", "eve", "cats")
	env := c
	env.Store, env.FromEnv = storeEnv, true
	for name, tc := range map[string]struct {
		change func(*accounts)
		first  bool
	}{
		"joined":           {func(l *accounts) { l.put(c) }, true},
		"signed in again":  {func(l *accounts) { l.put(b) }, true},
		"hosted":           {func(l *accounts) { h := c; h.Host, h.Store = "/data", storeHost; l.keep(h) }, true},
		"the first left":   {func(l *accounts) { l.remove(a) }, false},
		"another left":     {func(l *accounts) { l.remove(b) }, false},
		"known by a name":  {func(l *accounts) { l.Accounts[0].Team = chat.Team{Name: "acme & co"} }, false},
		"a token is given": {func(l *accounts) { l.Accounts = append(l.Accounts, env) }, false},
	} {
		fresh(t)
		list(t, a, b)
		f := newFront()
		f.of(b)()
		f.keep()
		if err := changeAccounts(t.Context(), tc.change); err != nil {
			t.Fatal(err)
		}
		now, err := loadAccounts(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if known := isThere(teamFile()); known == tc.first {
			t.Errorf("%s: known %v, of %v", name, known, now)
		}
	}
}

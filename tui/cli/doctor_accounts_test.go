package cli

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestDoctorKnowsTheGivenToken: the sign-in that HOBNOB_SERVER and HOBNOB_TOKEN are of is looked
// at as any other, and its token goes to no other server.
func TestDoctorKnowsTheGivenToken(t *testing.T) {
	for name, c := range map[string]struct {
		list          func(mine, other string) []Account
		server, token string // server: "mine" and "other" are those that answer
		want          []string
		mine, other   int // how many were shown a token
	}{
		"nothing": {nil, "", "", []string{"warning accounts: you are not in a team yet"}, 0, 0},
		"both":    {nil, "mine", "T", []string{"ok sign-in ada in acme, "}, 1, 0},
		"no server": {
			nil, "", "T", []string{"problem accounts: you are not in a team yet, and HOBNOB_TOKEN is not used without HOBNOB_SERVER"}, 0, 0,
		},
		"no token":            {nil, "mine", "", []string{"warning accounts: you are not in a team yet"}, 0, 0},
		"no address":          {nil, "ftp://x", "T", []string{"problem accounts: HOBNOB_SERVER: ", "warning accounts: you are not in a team yet"}, 0, 0},
		"another is on list":  {func(_, other string) []Account { return []Account{kept(other, storeEnv)} }, "mine", "T", []string{"warning sign-in bob in beta, ", "ok sign-in ada in acme, "}, 1, 0},
		"it was given before": {func(mine, _ string) []Account { return []Account{kept(mine, storeEnv)} }, "mine", "T", []string{"ok sign-in ada in acme, "}, 1, 0},
		"of the first":        {func(mine, other string) []Account { return []Account{kept(mine, storeEnv), kept(other, storeEnv)} }, "", "T", []string{"ok sign-in bob in beta, ", "warning sign-in bob in beta, "}, 1, 0},
		"not given":           {func(mine, _ string) []Account { return []Account{kept(mine, storeEnv)} }, "", "", []string{"problem sign-in bob in beta, "}, 0, 0},
		"server not on list":  {func(mine, _ string) []Account { return []Account{kept(mine, storeEnv)} }, "other", "", []string{"problem accounts: you have no account called ", "problem sign-in bob in beta, "}, 0, 0},
	} {
		fresh(t)
		mine, other := hostTeam(t), hostTeam(t)
		if c.list != nil {
			list(t, c.list(mine.URL, other.URL)...)
		}
		t.Setenv("HOBNOB_SERVER", strings.NewReplacer("mine", mine.URL, "other", other.URL).Replace(c.server))
		t.Setenv("HOBNOB_TOKEN", c.token)
		var f symptoms
		f.accounts(t.Context(), Options{})
		var got []string
		for _, g := range f {
			line := string(g.Level) + " " + g.Check + ": " + g.Says
			if !strings.HasPrefix(g.Check, "sign-in") && g.Check != "accounts" {
				continue
			}
			if at := slices.IndexFunc(c.want, func(w string) bool { return strings.HasPrefix(line, w) }); at >= 0 {
				line = c.want[at]
			}
			got = append(got, line)
		}
		if d := cmp.Diff(c.want, got); d != "" || mine.tokens != c.mine || other.tokens != c.other {
			t.Errorf("%s: shown to %d and %d\n%s", name, mine.tokens, other.tokens, d)
		}
	}
}

// kept is an account whose token is kept somewhere.
func kept(server, store string) Account {
	return Account{Server: server, User: chat.User{ID: "id-bob", Name: "bob"}, Team: chat.Team{ID: "b", Name: "beta"}, Store: store}
}

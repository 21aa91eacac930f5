package cli

import "testing"

// TestCompleteAccount: each account is offered by a word that names it alone.
func TestCompleteAccount(t *testing.T) {
	fresh(t)
	list(t,
		at("https://a.example", "1", "ada", "acme"), at("https://b.example", "2", "ada", "beta"),
		at("https://c.example", "3", "eve", "the team"), at("http://d.example:99", "4", "ada", "two words"),
		at("https://e.example", "5", "ada", "beta"),
	)
	const all = "acme\tada in acme, https://a.example\n2@https://b.example\tada in beta, https://b.example\n" +
		"eve" + "\teve in the team, https://c.example\n4@http://d.example:99\tada in two words, http://d.example:99\n" +
		"5@https://e.example\tada in beta, https://e.example\n:36\n"
	for _, tc := range []struct {
		line []string
		want string
	}{
		{[]string{"--account", ""}, all},
		{[]string{"logout", ""}, all},
		{[]string{"logout", "e"}, "eve" + "\teve in the team, https://c.example\n:36\n"},
		{[]string{"logout", "eve", ""}, ":36\n"},
		{[]string{"join", "x", "--token-store", ""}, "keyring\nfile\n:4\n"},
		{[]string{"join", "--token"}, "--token-store\tkeep the token in this PLACE: keyring, or file (readable only by you)\n:4\n"},
		{[]string{"join", ""}, ":4\n"},
	} {
		stdout, stderr, _ := hobnob(t, "", append([]string{"__complete"}, tc.line...)...)
		if stdout != tc.want {
			t.Errorf("%q: %q, want %q (%s)", tc.line, stdout, tc.want, stderr)
		}
	}
}

package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
)

// completing gets all commands ready when a shell asks how a line goes on.
func completing(cmd *cobra.Command, _ []string) error {
	if cmd.Name() != cobra.ShellCompRequestCmd {
		return nil
	}
	return exit.Completions(cmd.Root())
}

// completeAccount offers the accounts on this machine, the one signed in to last first
// before the others, each by a word that names it alone. A list that cannot be
// read offers none: the command will say why.
func completeAccount(cmd *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
	const as = cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	list, err := loadAccounts(cmd.Context())
	if err != nil || len(args) > 0 {
		return nil, as
	}
	var words []string
	for _, a := range list.Accounts {
		if word := list.word(a); strings.HasPrefix(word, begun) {
			words = append(words, cobra.CompletionWithDesc(word, a.label()))
		}
	}
	return words, as
}

// word is the shortest way to name an account of the list and no other: one that
// needs no quotes in a shell, and no colons, which some shells split at.
func (l *accounts) word(a Account) string {
	for _, word := range []string{a.Team.Name, a.User.Name, strings.TrimPrefix(a.Server, "https://")} {
		if found, err := l.find(word); err == nil && found.same(a) && word != "" && only(word, ".-_") {
			return word
		}
	}
	return chat.SanitizeLine(a.key())
}

package cli

import (
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/server/store"
)

// What a shell is offered comes from the team that the line so far is about. Where
// that cannot be read nothing is offered: the command will say why.
const offers = cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder

// completeInvite offers the invites that let somebody in, the newest first.
func completeInvite(data *string) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, begun string) (words []string, _ cobra.ShellCompDirective) {
		if len(args) > 0 || environment(cmd) != nil {
			return nil, offers
		}
		_ = inTeam(cmd.Context(), *data, func(team *store.Store) error {
			all, err := team.Invites(cmd.Context(), time.Now())
			for _, e := range all {
				if e.State == store.InviteOpen && strings.HasPrefix(e.ID, strings.ToLower(begun)) {
					words = append(words, cobra.CompletionWithDesc(e.ID, string(e.Role)+", made "+e.Created.Local().Format(dayTime)+" by "+chat.SanitizeLine(e.By.Name)))
				}
			}
			return err
		})
		return words, offers
	}
}

// completePerson offers who has an account: by name, or where a shell would need
// quotes for that by ID.
func completePerson(data *string) cobra.CompletionFunc {
	return func(cmd *cobra.Command, _ []string, begun string) (words []string, _ cobra.ShellCompDirective) {
		if environment(cmd) != nil {
			return nil, offers
		}
		_ = inTeam(cmd.Context(), *data, func(team *store.Store) error {
			all, err := team.Accounts(cmd.Context())
			for _, a := range all {
				word, about := a.Name, string(a.Role)
				if exit.Quote(word) != word {
					word, about = a.ID, a.Name+", "+about
				}
				if strings.HasPrefix(word, begun) {
					words = append(words, cobra.CompletionWithDesc(chat.SanitizeLine(word), chat.SanitizeLine(about)))
				}
			}
			return err
		})
		return words, offers
	}
}

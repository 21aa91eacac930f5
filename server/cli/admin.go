package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/server/store"
)

// dayTime is how a time is shown in a list.
const dayTime = "2006-01-02 15:04"

func adminCommand(version string) *cobra.Command {
	cmd := &cobra.Command{Use: "admin", Short: "Look after the team", Args: exit.NoArgs, RunE: exit.Help}
	cmd.AddCommand(adminUsersCommand(), adminRoomsCommand(), adminRoleCommand(), adminBanCommand(), adminMuteCommand(), adminAuditCommand(), adminHookCommand())
	cmd.AddCommand(houseCommands(version)...)
	return cmd
}

// listedUser is somebody of the team in the output of --json, whose names are stable.
type listedUser struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Role    chat.Role `json:"role"`
	Since   time.Time `json:"since"`
	Account bool      `json:"account"` // of the team's own
	Webhook bool      `json:"webhook,omitempty"`
	Banned  bool      `json:"banned,omitempty"`
	Seen    time.Time `json:"seen,omitzero"` // when they were connected last
}

// standing is what the list says of somebody beside who they are.
func (u *listedUser) standing() string {
	out := "no account"
	switch {
	case u.Account:
		out = "account"
	case u.Webhook:
		out = "webhook"
	}
	if u.Banned {
		out += ", banned"
	}
	return out
}

// lastSeen is when they were connected last, in words.
func (u *listedUser) lastSeen() string {
	if u.Seen.IsZero() {
		return "not seen"
	}
	return "seen " + u.Seen.Local().Format(dayTime)
}

// listUsers is who is or was in the team, oldest first: who has an account, also where
// they never came, and who came with a token made otherwise, was imported, or is a
// webhook.
func listUsers(accounts []store.Account, people []chat.Standing, seen map[string]chat.Millis) []listedUser {
	list := make([]listedUser, 0, max(len(accounts), len(people)))
	at := make(map[string]int, len(accounts))
	for _, a := range accounts {
		at[a.ID] = len(list)
		list = append(list, listedUser{ID: a.ID, Name: a.Name, Role: a.Role, Since: a.Created.UTC(), Account: true})
	}
	for i := range people {
		p := &people[i]
		if n, ok := at[p.ID]; ok {
			list[n].Banned = p.Banned
			continue
		}
		list = append(list, listedUser{
			ID: p.ID, Name: p.Name, Role: p.Role, Since: p.Entered.Time().UTC(), Webhook: chat.IsHook(p.User), Banned: p.Banned,
		})
	}
	for i := range list {
		if at, ok := seen[list[i].ID]; ok {
			list[i].Seen = at.Time().UTC()
		}
	}
	slices.SortStableFunc(list, func(a, b listedUser) int { return a.Since.Compare(b.Since) })
	return list
}

func adminUsersCommand() *cobra.Command {
	var data string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "users",
		Short: "List who is in the team, or was",
		Long: "List who is or was in the team, oldest first, while it is served or not; tab-separated: ID, name, role,\n" +
			"since when, account, no account or webhook, and when they were connected last, to ten minutes. Who came with\n" +
			"a token made elsewhere or was imported has no account here. Who is banned has \", banned\" behind that.",
		Example: "  hobnob admin users\n  hobnob admin users --json",
		Args:    exit.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := environment(cmd); err != nil {
				return err
			}
			var all []listedUser
			err := inTeam(cmd.Context(), data, func(team *store.Store) error {
				accounts, err := team.Accounts(cmd.Context())
				if err != nil {
					return err
				}
				people, err := team.People(cmd.Context())
				if err != nil {
					return err
				}
				seen, err := team.LastSeen(cmd.Context())
				all = listUsers(accounts, people, seen)
				return err
			})
			if e, ok := errors.AsType[*exit.Error](err); ok && errors.Is(err, fs.ErrNotExist) {
				e.Hint += "\nfrom elsewhere: hobnob who --ids"
			}
			if err != nil {
				return err
			}
			return printUsers(cmd.OutOrStdout(), all, asJSON)
		},
	}
	dataFlag(cmd.Flags(), &data)
	jsonFlag(cmd, &asJSON)
	describeTwins(cmd.Flags())
	return cmd
}

// jsonFlag declares --json, which lists have.
func jsonFlag(cmd *cobra.Command, asJSON *bool) {
	cmd.Flags().BoolVar(asJSON, "json", false, "one JSON array, for programs")
}

// printUsers writes a list of people. It has the host, at least.
func printUsers(w io.Writer, people []listedUser, asJSON bool) error {
	if asJSON {
		return printJSON(w, people)
	}
	for _, p := range people {
		line := fmt.Sprintf("%s\t%s\t%s\tsince %s\t%s\t%s\n", chat.SanitizeLine(p.ID), chat.SanitizeLine(p.Name), p.Role, p.Since.Local().Format(dayTime), p.standing(), p.lastSeen())
		if _, err := io.WriteString(w, line); err != nil {
			return err
		}
	}
	return nil
}

func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// inTeam does something with the database of a team that was served before,
// beside the server if there is one: it is what that reads at each request, so
// nothing has to be told to it, and a host who stopped it can still look. Only
// who can read the data folder can do that.
func inTeam(ctx context.Context, data string, do func(*store.Store) error) error {
	if _, err := ownIssuer(data); err != nil {
		return err
	}
	team, err := store.Attach(ctx, filepath.Join(data, databaseFile))
	switch {
	case errors.Is(err, store.ErrOlder):
		return exit.New(exit.Storage, "serve the team once with this version: hobnob serve", "the team's database cannot be used yet: %w", err)
	case errors.Is(err, fs.ErrNotExist):
		return exit.New(exit.Storage, "a start makes it anew: hobnob serve", "the team in %s has no database", data)
	case err != nil:
		return unusable(err, "the team's database cannot be opened: %w")
	}
	err = do(team)
	return errors.Join(err, team.Close())
}

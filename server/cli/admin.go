package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
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

// listedUser is an account in the output of --json, whose names are stable.
type listedUser struct {
	ID    string    `json:"id"`
	Name  string    `json:"name"`
	Role  chat.Role `json:"role"`
	Since time.Time `json:"since"`
}

func adminUsersCommand() *cobra.Command {
	var data string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "users",
		Short: "List who has an account in the team",
		Long: "List the team's own accounts, oldest first, while it is served or not; tab-separated: ID, name,\n" +
			"role, since when. People with tokens made elsewhere have no account here.",
		Example: "  hobnob admin users\n  hobnob admin users --json",
		Args:    exit.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := environment(cmd); err != nil {
				return err
			}
			var all []store.Account
			err := inTeam(cmd.Context(), data, func(team *store.Store) (err error) {
				all, err = team.Accounts(cmd.Context())
				return err
			})
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

// printUsers writes a list of accounts. It has the host's, at least.
func printUsers(w io.Writer, all []store.Account, asJSON bool) error {
	people := make([]listedUser, 0, len(all))
	for _, a := range all {
		people = append(people, listedUser{a.ID, a.Name, a.Role, a.Created.UTC()})
	}
	if asJSON {
		return printJSON(w, people)
	}
	for _, p := range people {
		line := fmt.Sprintf("%s\t%s\t%s\tsince %s\n", chat.SanitizeLine(p.ID), chat.SanitizeLine(p.Name), p.Role, p.Since.Local().Format(dayTime))
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

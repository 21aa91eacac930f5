package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/server/backup"
	"github.com/hobnob-chat/hobnob/server/store"
)

// listedStats are a team's numbers in the output of --json, whose names are stable.
type listedStats struct {
	Team     chat.Team     `json:"team"`
	People   int           `json:"people"`
	Accounts int           `json:"accounts"`
	Rooms    int           `json:"rooms"`
	Archived int           `json:"archived"`
	Direct   int           `json:"direct"`
	Messages int           `json:"messages"`
	Deleted  int           `json:"deleted"`
	Oldest   *time.Time    `json:"oldest"` // null: there is no message
	Newest   *time.Time    `json:"newest"`
	Files    int           `json:"files"`
	Bytes    listedBytes   `json:"bytes"`
	Position chat.Position `json:"position"`
}

type listedBytes struct {
	Database int64 `json:"database"` // with its write-ahead log
	Files    int64 `json:"files"`
}

func statsCommand() *cobra.Command {
	var data string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "stats",
		Short: "Sum the team up in numbers",
		Long: "Sum the team up in numbers, while it is served or not; tab-separated: what, and how many or how much.\n" +
			"People are all who were ever in the team, accounts those with tokens of its own.",
		Example: "  hobnob admin stats\n  hobnob admin stats --json",
		Args:    exit.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := environment(cmd); err != nil {
				return err
			}
			var sum store.Summary
			err := inTeam(cmd.Context(), data, func(team *store.Store) (err error) {
				sum, err = team.Stats(cmd.Context())
				return err
			})
			if err != nil {
				return unusable(err, "the team's database cannot be read: %w")
			}
			stats, err := statsOf(data, sum)
			if err != nil {
				return exit.New(exit.Storage, "", "the data folder %s cannot be read: %w", data, cause(err))
			}
			if asJSON {
				return printJSON(cmd.OutOrStdout(), stats)
			}
			return printStats(cmd.OutOrStdout(), stats)
		},
	}
	dataFlag(cmd.Flags(), &data)
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object, for programs")
	describeTwins(cmd.Flags())
	return cmd
}

func statsOf(data string, sum store.Summary) (listedStats, error) {
	s := listedStats{
		Team: sum.Team, People: sum.People, Accounts: sum.Accounts, Rooms: sum.Rooms, Archived: sum.Archived, Direct: sum.Direct,
		Messages: sum.Messages, Deleted: sum.Deleted, Position: sum.Position,
	}
	if sum.Messages > 0 {
		oldest, newest := sum.Oldest.Time().UTC(), sum.Newest.Time().UTC()
		s.Oldest, s.Newest = &oldest, &newest
	}
	for _, suffix := range []string{"", "-wal"} {
		n, err := sizeOf(filepath.Join(data, databaseFile) + suffix)
		if err != nil {
			return s, err
		}
		s.Bytes.Database += n
	}
	uploads, err := backup.Uploads(filepath.Join(data, uploadsFolder))
	if err != nil {
		return s, err
	}
	for _, u := range uploads {
		n, err := sizeOf(u.Path)
		if err != nil {
			return s, err
		}
		s.Files++
		s.Bytes.Files += n
	}
	return s, nil
}

// sizeOf is how many bytes a file has, none where there is no file.
func sizeOf(path string) (int64, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return 0, nil
	case err != nil:
		return 0, err
	}
	return info.Size(), nil
}

func printStats(w io.Writer, s listedStats) error {
	when := func(t *time.Time) string {
		if t == nil {
			return "none"
		}
		return t.Local().Format(dayTime)
	}
	for _, line := range [][2]string{
		{"team", chat.SanitizeLine(s.Team.Name)},
		{"people", strconv.Itoa(s.People)},
		{"accounts", strconv.Itoa(s.Accounts)},
		{"rooms", strconv.Itoa(s.Rooms)},
		{"archived rooms", strconv.Itoa(s.Archived)},
		{"direct rooms", strconv.Itoa(s.Direct)},
		{"messages", strconv.Itoa(s.Messages)},
		{"deleted messages", strconv.Itoa(s.Deleted)},
		{"oldest message", when(s.Oldest)},
		{"newest message", when(s.Newest)},
		{"files", strconv.Itoa(s.Files)},
		{"size of files", chat.Size(s.Bytes.Files)},
		{"size of database", chat.Size(s.Bytes.Database)},
		{"position", s.Position.String()},
	} {
		if _, err := fmt.Fprintf(w, "%s\t%s\n", line[0], line[1]); err != nil {
			return err
		}
	}
	return nil
}

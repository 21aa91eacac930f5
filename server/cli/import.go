package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/server/eventlog/sqlite"
	"github.com/hobnob-chat/hobnob/server/export"
	"github.com/hobnob-chat/hobnob/server/store"
)

func importCommand() *cobra.Command {
	var data, team string
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Take in what another team has said, from hobnob or Slack",
		Long: "Take in an export, while the team is not served: the lines of hobnob admin export, or the zip file that\n" +
			"Slack exports; - is stdin. All of the file is checked before anything is written. Importing it again\n" +
			"doubles nothing, and goes on where it was interrupted. With --team it makes a new team first, which\n" +
			"hobnob serve then serves.\n\n" +
			"Messages keep their times and come after those that are in their room. Public rooms of the same name\n" +
			"become one. Who is in the team under the same ID is the same person; somebody from Slack, whose ID\n" +
			"begins slack-, gets a token for it with hobnob token mint --sub.",
		Example: "  hobnob admin import acme.jsonl\n  hobnob admin import 'acme Slack export.zip' --team acme",
		Args:    exit.Args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			i := &importTo{data: data}
			if cmd.Flags().Changed("data") { // not by the environment, which the next command has, too
				i.elsewhere = " --data " + exit.Quote(data)
			}
			if err := environment(cmd); err != nil {
				return err
			}
			i.data, i.team = data, team
			file, err := i.spooled(cmd.Context(), args[0], cmd.InOrStdin())
			if err != nil {
				return stopped(cmd.Context(), err, "nothing was imported")
			}
			if file != args[0] {
				defer os.Remove(file)
			}
			r, err := i.run(cmd.Context(), file, func(messages int) {
				fmt.Fprintf(cmd.ErrOrStderr(), "%d messages so far\n", messages)
			})
			if err != nil {
				return stopped(cmd.Context(), err, "run it again to go on")
			}
			fmt.Fprintf(cmd.ErrOrStderr(), "imported %s, %s, %s", countOf(r.People, "person", "people"),
				countOf(r.Rooms, "room", "rooms"), countOf(r.Messages, "message", "messages"))
			if r.Known > 0 {
				fmt.Fprintf(cmd.ErrOrStderr(), "; %s there before", countOf(r.Known, "message was", "messages were"))
			}
			if r.Renamed > 0 {
				fmt.Fprintf(cmd.ErrOrStderr(), "; %s of the same name as one of this team, and got another", countOf(r.Renamed, "person is", "people are"))
			}
			fmt.Fprintln(cmd.ErrOrStderr())
			return nil
		},
	}
	dataFlag(cmd.Flags(), &data)
	describeTwins(cmd.Flags())
	cmd.Flags().StringVar(&team, "team", "", "make a new team called `NAME` for it, in a folder that has none")
	return cmd
}

// progressEvery is how many messages an import takes in between two words about it.
const progressEvery = 100_000

// importFile takes a file into the team of a folder that nobody serves.
func importFile(ctx context.Context, data, file string, progress func(int)) (r export.Result, err error) {
	lines, end, err := openExport(file)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, end()) }()
	if _, err := ownIssuer(data); err != nil { // a mistyped --data makes no new team
		return r, err
	}
	home, err := openFolder(ctx, data)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, home.close()) }()
	db, err := store.Open(ctx, home.file(databaseFile))
	if err != nil {
		return r, unusable(err, "the team's database cannot be opened: %w")
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	log, err := sqlite.Open(ctx, db.Writer(), sqlite.Options{Reader: db.Reader(), Apply: db.Apply, Deliver: func([]chat.Event) {}})
	if err != nil {
		return r, unusable(err, "the team's log cannot be opened: %w")
	}
	before := log.Last().Offset
	said := 0
	r, err = export.Import(ctx, importing{db, log}, lines, func(messages int) {
		if messages/progressEvery > said/progressEvery {
			progress(messages)
		}
		said = messages
	})
	if err == nil {
		err = passOver(ctx, db, before, log.Last().Offset)
	}
	return r, notImported(file, errors.Join(err, log.Close()))
}

// importing is a team that nobody serves, as an import needs it.
type importing struct {
	*store.Store
	log *sqlite.Log
}

// Append implements export.Team.
func (i importing) Append(ctx context.Context, e chat.Event, done func(chat.Event, error)) error {
	return i.log.Append(ctx, e, done)
}

// Last implements export.Team.
func (i importing) Last() chat.Position { return i.log.Last() }

// passOver makes the webhooks that had told all go on behind what was imported: it is
// no news.
func passOver(ctx context.Context, db *store.Store, before, now uint64) error {
	hooks, err := db.Hooks(ctx)
	if err != nil {
		return err
	}
	for _, h := range hooks {
		if !h.Incoming && h.Cursor >= before {
			if err := db.HookTold(ctx, h.ID, now); err != nil {
				return err
			}
		}
	}
	return nil
}

// wrong says what is wrong with a file that was to be imported.
func wrong(file string, err error) error {
	return exit.New(exit.Usage, "", "%s cannot be imported: %w", filepath.Base(file), err)
}

// notImported makes an exit error of what ended an import.
func notImported(file string, err error) error {
	if err == nil {
		return nil
	}
	if _, known := errors.AsType[*exit.Error](err); known {
		return err
	}
	if _, bad := errors.AsType[*export.LineError](err); bad {
		return wrong(file, err)
	}
	if errors.Is(err, &chat.Error{Code: chat.CodeUnavailable}) || store.Damaged(err) || isPath(err) {
		return exit.New(exit.Storage, "make room, and run it again to go on", "the import stopped: %w", err)
	}
	return wrong(file, err)
}

func isPath(err error) bool {
	_, ok := errors.AsType[*fs.PathError](err)
	return ok
}

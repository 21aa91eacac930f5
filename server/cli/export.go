package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/server/disk"
	"github.com/hobnob-chat/hobnob/server/export"
	"github.com/hobnob-chat/hobnob/server/store"
)

// exporting is what admin export was asked for.
type exporting struct {
	data, room, version string
	text, force         bool

	deleted int // of the messages that were written, those of which only the place is left
}

func exportCommand(version string) *cobra.Command {
	x := exporting{version: version}
	cmd := &cobra.Command{
		Use:   "export [FILE]",
		Short: "Write out all that was said, for other programs or to read",
		Long: "Write the team as it is at one moment, while it is served or not: people, rooms and messages with their\n" +
			"edits, reactions and threads, as lines of JSON that docs/export.md describes, or with --text for people\n" +
			"to read. It has all rooms, private ones and direct messages too; what was deleted is not in it, nor are\n" +
			"the contents of files. It goes to stdout, or to FILE, which is there once it is whole. An older export\n" +
			"of lines in its place is replaced, and nothing else that is there, unless you say --force.",
		Example: "  hobnob admin export acme.jsonl\n  hobnob admin export --text --room general | less",
		Args:    exit.Args(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := environment(cmd); err != nil {
				return err
			}
			var counts export.End
			write := func(w io.Writer) (err error) {
				counts, err = x.write(cmd.Context(), w)
				return err
			}
			var err error
			if len(args) == 0 || args[0] == dash {
				err = write(cmd.OutOrStdout())
			} else {
				if err = x.replaceable(args[0]); err == nil {
					err = writeWhole(args[0], write)
				}
			}
			if err != nil {
				return stopped(cmd.Context(), err, "the export is not whole")
			}
			fmt.Fprintf(cmd.ErrOrStderr(), "exported %s, %s, %s\n", countOf(counts.Users, "person", "people"),
				countOf(counts.Rooms, "room", "rooms"), countOf(counts.Messages-x.deleted, "message", "messages")+x.places())
			return nil
		},
	}
	dataFlag(cmd.Flags(), &x.data)
	cmd.Flags().BoolVar(&x.text, "text", false, "for people to read: room by room, day by day")
	cmd.Flags().StringVar(&x.room, "room", "", "only the `ROOM` of this name or ID")
	cmd.Flags().BoolVarP(&x.force, "force", "f", false, "replace FILE whatever it is")
	describeTwins(cmd.Flags())
	return cmd
}

// replaceable refuses to put an export in the place of what is none. One for people to
// read looks like what they write themselves, and is none here.
func (x *exporting) replaceable(file string) error {
	info, err := standing(file, "team.jsonl")
	switch {
	case err != nil || info == nil:
		return err
	case !info.Mode().IsRegular():
		return exit.New(exit.Usage, "leave FILE away, and send stdout there", "%s is no file", file)
	case x.force || info.Size() == 0:
		return nil
	}
	f, err := os.Open(file)
	if err != nil {
		return exit.New(exit.Storage, "", "%s is there and cannot be read: %w", file, cause(err))
	}
	defer f.Close() // only read from: nothing is lost if it fails
	if !export.IsExport(f) {
		return exit.New(exit.Usage, "choose another name, or replace it with --force", "%s is there and is no export of lines", file)
	}
	return nil
}

// places says what there is of messages that were deleted.
func (x *exporting) places() string {
	if x.deleted == 0 {
		return ""
	}
	return ", and the place of " + countOf(x.deleted, "that was deleted", "that were deleted")
}

// count notes a message that is written.
func (x *exporting) count(m *chat.Message) {
	if m.Deleted != 0 {
		x.deleted++
	}
}

// writeWhole writes a file that only its owner can read and that others see when it is
// whole.
func writeWhole(path string, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*") // mode 0600
	if err != nil {
		return exit.New(exit.Storage, "", "the folder of %s cannot be written: %w", path, cause(err))
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	if err = disk.Close(f, write(f)); err != nil {
		return err
	}
	if err = os.Rename(f.Name(), path); err != nil {
		return exit.New(exit.Storage, "", "%s cannot be written: %w", path, cause(err))
	}
	return disk.Sync(filepath.Dir(path))
}

// write writes the team.
func (x *exporting) write(ctx context.Context, w io.Writer) (counts export.End, err error) {
	out := bufio.NewWriterSize(w, 64<<10)
	err = inTeam(ctx, x.data, func(team *store.Store) error {
		only := ""
		if x.room != "" {
			if only, err = roomCalled(ctx, team, x.room); err != nil {
				return err
			}
		}
		return team.Snapshot(ctx, func(all *store.Snapshot) error {
			if x.text {
				counts, err = x.asText(all, only, out)
			} else {
				counts, err = x.asLines(all, only, out)
			}
			return err
		})
	})
	if err == nil {
		err = out.Flush()
	}
	if _, known := errors.AsType[*exit.Error](err); err != nil && !known {
		if store.Damaged(err) {
			return counts, unusable(err, "the team's database cannot be read: %w")
		}
		if store.Full(err) {
			return counts, diskFull("the export cannot be written")
		}
		return counts, exit.New(exit.Storage, "", "the export cannot be written: %w", cause(err))
	}
	return counts, err
}

// roomCalled finds a room by its ID, or by its name with or without "#".
func roomCalled(ctx context.Context, team *store.Store, called string) (string, error) {
	rooms, err := team.Rooms(ctx)
	if err != nil {
		return "", unusable(err, "the team's database cannot be read: %w")
	}
	name := chat.FoldName(strings.TrimPrefix(called, "#"))
	for _, r := range rooms {
		if r.ID == called || (r.Name != "" && chat.FoldName(r.Name) == name) {
			return r.ID, nil
		}
	}
	return "", exit.New(exit.Usage, "hobnob admin rooms lists them", "the team has no room %q", chat.SanitizeLine(called))
}

// asLines writes lines of JSON.
func (x *exporting) asLines(all *store.Snapshot, only string, out io.Writer) (export.End, error) {
	w := export.NewWriter(out)
	team, at, err := all.Team()
	if err != nil {
		return w.Counts, err
	}
	err = w.Write(&export.Start{By: "hobnob " + x.version, At: chat.ToMillis(time.Now()), Team: team, Position: at})
	if err == nil {
		err = all.People(func(p store.Exported) error {
			return w.Write(&export.Person{User: p.User, Entered: p.Entered, Given: p.SetRole, Banned: p.Banned, Reason: p.Reason})
		})
	}
	if err == nil {
		err = all.Rooms(func(r store.ExportedRoom) error {
			if only != "" && r.ID != only {
				return nil
			}
			line := roomLine(r)
			return w.Write(&line)
		})
	}
	if err == nil {
		err = all.Messages(only, func(m chat.Message, edits []chat.Edit) error {
			x.count(&m)
			return w.Write(&export.Message{Message: m, Edits: edits})
		})
	}
	if err == nil {
		err = w.End()
	}
	return w.Counts, err
}

func roomLine(r store.ExportedRoom) export.Room {
	line := export.Room{
		ID: r.ID, Name: r.Name, Kind: r.Kind, Topic: r.Topic, Purpose: r.Purpose, Archived: r.Archived, Slow: r.Slow, Keep: r.Keep,
		Creator: r.Creator, Created: r.Created,
	}
	for _, in := range r.Inside {
		m := export.Member{ID: in.ID, Since: in.Since, Read: in.Read}
		if in.Notify != chat.NotifyAll {
			m.Notify = in.Notify
		}
		line.Members = append(line.Members, m)
	}
	return line
}

// asText writes it for people.
func (x *exporting) asText(all *store.Snapshot, only string, out io.Writer) (counts export.End, err error) {
	w := export.NewText(out, time.Local)
	names := make(map[string]string)
	err = all.People(func(p store.Exported) error {
		names[p.ID] = p.Name
		counts.Users++
		return nil
	})
	if err != nil {
		return counts, err
	}
	err = all.Rooms(func(r store.ExportedRoom) error {
		if only != "" && r.ID != only {
			return nil
		}
		counts.Rooms++
		if err := w.Room(roomLine(r), names); err != nil {
			return err
		}
		return all.Messages(r.ID, func(m chat.Message, _ []chat.Edit) error {
			counts.Messages++
			x.count(&m)
			return w.Message(&export.Message{Message: m})
		})
	})
	return counts, errors.Join(err, w.End())
}

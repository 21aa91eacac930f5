package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/server/auth"
	"github.com/hobnob-chat/hobnob/server/backup"
	"github.com/hobnob-chat/hobnob/server/disk"
	"github.com/hobnob-chat/hobnob/server/store"
)

// uploadsFolder is where a data folder keeps what people uploaded, in folders of it:
// each content under its SHA-256, ab/abcd…, from when it is whole, never changed.
const uploadsFolder = "files"

// dash is stdin or stdout where a file is asked for.
const dash = "-"

func backupCommand(version string) *cobra.Command {
	var data string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the whole team into one file",
		Long: "Copy the whole team into one file, while it is served or not: the database as it is at one moment,\n" +
			"of which every page is checked, the files that people uploaded, and the team's key. With - it goes to\n" +
			"stdout. FILE is there once it is whole; a backup of that name before is replaced then.\n\n" +
			"Whoever can read a backup can read everything in it, and sign in as anybody: keep it like the team's\n" +
			"key. hobnob admin restore makes a team of it again.",
		Example: "  hobnob admin backup acme.tar\n  hobnob admin backup - | gzip | ssh vault 'cat > acme.tar.gz'",
		Args:    exit.Args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := environment(cmd); err != nil {
				return err
			}
			if asJSON && args[0] == dash {
				return exit.New(exit.Usage, "give a FILE", "--json and the backup itself cannot both go to stdout")
			}
			m, err := backUp(cmd.Context(), data, version, args[0], cmd.OutOrStdout())
			if err != nil {
				return stopped(cmd.Context(), err, "no backup was made")
			}
			complain(cmd.ErrOrStderr(), m)
			if asJSON {
				return printJSON(cmd.OutOrStdout(), held(m))
			}
			fmt.Fprintf(cmd.ErrOrStderr(), "backed up %s\n", contents(m))
			return nil
		},
	}
	dataFlag(cmd.Flags(), &data)
	cmd.Flags().BoolVar(&asJSON, "json", false, "what the backup holds as one JSON object on stdout, for programs")
	describeTwins(cmd.Flags())
	return cmd
}

// listedBackup is a backup in the output of --json, whose names are stable.
type listedBackup struct {
	Made     time.Time     `json:"made"`
	By       string        `json:"by"`
	Team     chat.Team     `json:"team"`
	Position chat.Position `json:"position"`
	backup.Counts
}

func held(m backup.Manifest) listedBackup {
	return listedBackup{m.Made.UTC(), m.By, m.Team, m.Position, m.Counts}
}

// contents says what a backup holds, for people.
func contents(m backup.Manifest) string {
	return fmt.Sprintf("%s as of %s: %s, %s, %s, %s, %s in all", chat.SanitizeLine(m.Team.Name), m.Made.Local().Format(dayTime),
		countOf(m.Counts.People, "person", "people"), countOf(m.Counts.Rooms, "room", "rooms"),
		countOf(m.Counts.Messages, "message", "messages"), countOf(m.Counts.Uploads, "file", "files"), chat.Size(m.Counts.Bytes))
}

// backUp writes the archive of a team to a file, or with a dash to out.
func backUp(ctx context.Context, data, version, file string, out io.Writer) (m backup.Manifest, err error) {
	place := data // for the pieces, which may be large
	if file != dash {
		if err := replaceable(file); err != nil {
			return m, err
		}
		place = filepath.Dir(file)
	} else if _, err := ownIssuer(data); err != nil {
		return m, err
	}
	pieces, err := os.MkdirTemp(place, ".hobnob-backup-*")
	if err != nil {
		return m, exit.New(exit.Storage, "", "the folder %s cannot be written: %w", place, cause(err))
	}
	defer func() { err = errors.Join(err, os.RemoveAll(pieces)) }()
	m, sources, err := collect(ctx, data, pieces, version)
	if err != nil {
		return m, err
	}
	if file == dash {
		if m, err = backup.Write(ctx, out, m, sources); err != nil {
			return m, notWritten("stdout", err)
		}
		return m, nil
	}
	part := filepath.Join(pieces, "archive")
	if m, err = writeArchive(ctx, part, m, sources); err == nil {
		err = errors.Join(os.Rename(part, file), disk.Sync(place))
	}
	if err != nil {
		return m, notWritten(file, err)
	}
	return m, nil
}

// collect copies the database of a team into a folder, checks the copy, and lists the
// files of an archive. The uploads are listed after the database was copied: what it
// tells of is among them, unless it was deleted since.
func collect(ctx context.Context, data, pieces, version string) (backup.Manifest, []backup.Source, error) {
	made := time.Now().UTC()
	copied := filepath.Join(pieces, databaseFile)
	err := inTeam(ctx, data, func(team *store.Store) error { return team.CopyTo(ctx, copied) })
	if store.Full(err) {
		return backup.Manifest{}, nil, diskFull("the team's database cannot be copied")
	}
	if err != nil {
		return backup.Manifest{}, nil, unusable(err, "the team's database cannot be copied: %w")
	}
	sum, err := store.Verify(ctx, copied)
	if err != nil {
		return backup.Manifest{}, nil, unusable(err, "the copy of the team's database is not whole: %w")
	}
	sources := []backup.Source{
		{Name: backup.Database, Path: copied},
		{Name: backup.Key, Path: filepath.Join(data, auth.KeyFile)},
		{Name: backup.Host, Path: filepath.Join(data, hostFile)},
	}
	uploads, missing, err := uploadsOf(ctx, data, copied)
	if err != nil {
		return backup.Manifest{}, nil, exit.New(exit.Storage, "", "the uploaded files cannot be read: %w", err)
	}
	return backup.Manifest{
		Missing: missing,
		Made:    made, By: version, Team: sum.Team, Schema: sum.Schema, Position: sum.Position,
		Counts: backup.Counts{People: sum.People, Rooms: sum.Rooms + sum.Direct, Messages: sum.Messages},
	}, append(sources, uploads...), nil
}

// uploadsOf lists the contents of the files that the database of a copy tells of, and
// says which of them are not there. What is on the disk beside them was deleted, or is
// not yet whole.
func uploadsOf(ctx context.Context, data, copied string) (list []backup.Source, missing []string, err error) {
	all, err := backup.Uploads(filepath.Join(data, uploadsFolder))
	if err != nil {
		return nil, nil, err
	}
	wanted, known, err := store.FileHashes(ctx, copied, time.Now())
	if err != nil || !known {
		return all, nil, err
	}
	for _, u := range all {
		if hash := filepath.Base(u.Path); wanted[hash] {
			list = append(list, u)
			delete(wanted, hash)
		}
	}
	return list, slices.Sorted(maps.Keys(wanted)), nil
}

// complain tells of files that are not what they should be: the backup has what there
// is, which is better than none.
func complain(w io.Writer, m backup.Manifest) {
	for _, hash := range m.Missing {
		fmt.Fprintf(w, "the content of a file is not there: %s\n", hash)
	}
	for _, f := range m.Damaged() {
		fmt.Fprintf(w, "the content of a file is damaged: %s\n", f.Name)
	}
}

// writeArchive writes an archive to a new file, and brings it to disk.
func writeArchive(ctx context.Context, path string, m backup.Manifest, sources []backup.Source) (backup.Manifest, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return m, err
	}
	m, err = backup.Write(ctx, f, m, sources)
	return m, disk.Close(f, err)
}

// standing is what stands where a file is to be written, nil where nothing does. A folder
// is no place for one: such is a name for it in there.
func standing(file, such string) (fs.FileInfo, error) {
	info, err := os.Stat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, exit.New(exit.Storage, "", "%s cannot be written: %w", file, cause(err))
	case info.IsDir():
		return nil, exit.New(exit.Usage, "name a file in it, such as "+filepath.Join(file, such), "%s is a folder", file)
	}
	return info, nil
}

// replaceable refuses to put a backup in the place of what is none.
func replaceable(file string) error {
	info, err := standing(file, "hobnob.tar")
	if err != nil || info == nil {
		return err
	}
	f, err := os.Open(file)
	if err != nil {
		return exit.New(exit.Storage, "", "%s is there and cannot be read: %w", file, cause(err))
	}
	defer f.Close() // only read from: nothing is lost if it fails
	if info.Size() > 0 && !backup.IsArchive(f) {
		return exit.New(exit.Usage, "choose another name", "%s is there and is no backup", file)
	}
	return nil
}

func notWritten(what string, err error) error {
	if store.Full(err) {
		return diskFull("the backup cannot be written to " + what)
	}
	return exit.New(exit.Storage, "", "the backup cannot be written to %s: %w", what, cause(err))
}

// diskFull says what could not be done since the disk is full, and the way out.
func diskFull(what string) error {
	return exit.New(exit.Storage, "make room there, or name a file on another disk", "%s: the disk is full", what)
}

// unusable makes an exit error of what went wrong with a database, with the way out
// where that is damage. Errors that are a command's already stay as they are.
func unusable(err error, format string) error {
	if _, ok := errors.AsType[*exit.Error](err); ok {
		return err
	}
	if store.Damaged(err) {
		return exit.New(exit.Storage, "put the last backup in its place: hobnob admin restore FILE", format, err)
	}
	return exit.New(exit.Storage, "", format, err)
}

// stopped says of a command that was told to end, with Ctrl+C or SIGTERM, that it did
// and what that left; any other error is as it was.
func stopped(ctx context.Context, err error, left string) error {
	if err == nil || ctx.Err() == nil {
		return err
	}
	return exit.New(exit.Failed, "", "stopped; %s", left)
}

// countOf says how many there are of something.
func countOf(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

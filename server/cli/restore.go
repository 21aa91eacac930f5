package cli

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/server/auth"
	"github.com/hobnob-chat/hobnob/server/backup"
	"github.com/hobnob-chat/hobnob/server/disk"
	"github.com/hobnob-chat/hobnob/server/eventlog/sqlite"
	"github.com/hobnob-chat/hobnob/server/store"
)

const (
	// stageFolder is where a restore unpacks in the data folder: renaming from
	// there takes one step on every file system that a folder can be mounted on.
	stageFolder = "restore.part"

	// asidePrefix begins the names of folders with what a restore found.
	asidePrefix = "before-restore-"

	// restoringFile is there while a restore puts its files into their places. What
	// is in the folder then belongs to two teams, and nobody serves it.
	restoringFile = "restoring.json"
)

func restoreCommand() *cobra.Command {
	var data string
	var check bool
	cmd := &cobra.Command{
		Use:   "restore FILE",
		Short: "Make a team of a backup again",
		Long: "Put the team of a backup into the data folder, while nobody serves it. The backup is checked first,\n" +
			"all of it. What is in the folder is kept there, in a folder of its own that is named at the end.\n" +
			"With - the backup is read from stdin.\n\n" +
			"The clients notice that the team was put back: they load anew what they show. What was said after\n" +
			"the backup is gone, and so is who came in since, while the invites of then are open again,\n" +
			"and bans and ended sign-ins of since are no more.",
		Example: "  hobnob admin restore acme.tar\n  hobnob admin restore acme.tar --data ./moved\n  hobnob admin restore acme.tar --check",
		Args:    exit.Args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			elsewhere := ""
			if cmd.Flags().Changed("data") { // not by the environment, which the next command has, too
				elsewhere = " --data " + exit.Quote(data)
			}
			if err := environment(cmd); err != nil {
				return err
			}
			in := cmd.InOrStdin()
			if args[0] != dash {
				f, err := os.Open(args[0])
				if err != nil {
					return exit.New(exit.Storage, "", "the backup %s cannot be read: %w", args[0], cause(err))
				}
				defer f.Close() // only read from: nothing is lost if it fails
				in = f
			}
			if check {
				m, err := checkBackup(cmd.Context(), in)
				if err != nil {
					return stopped(cmd.Context(), err, "the backup was not checked to its end")
				}
				fmt.Fprintf(cmd.ErrOrStderr(), "whole: %s\n", contents(m))
				return nil
			}
			err := restoreTo(cmd.Context(), data, in, cmd.ErrOrStderr())
			if err == nil {
				fmt.Fprintf(cmd.ErrOrStderr(), "hint: hobnob serve%s, and hobnob invite list%s shows which invites are open again\n", elsewhere, elsewhere)
			}
			return stopped(cmd.Context(), err, "the data folder is as it was")
		},
	}
	dataFlag(cmd.Flags(), &data)
	cmd.Flags().BoolVar(&check, "check", false, "only say whether the backup is whole, and what it holds")
	describeTwins(cmd.Flags())
	return cmd
}

// checkBackup unpacks a backup into a folder for this, and checks it.
func checkBackup(ctx context.Context, in io.Reader) (m backup.Manifest, err error) {
	dir, err := os.MkdirTemp("", "hobnob-check-*")
	if err != nil {
		return m, exit.New(exit.Storage, "choose another folder for it with TMPDIR", "the backup cannot be unpacked: %w", cause(err))
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	return unpack(ctx, in, dir)
}

// restoreTo puts the team of a backup into a data folder, and says so.
func restoreTo(ctx context.Context, data string, in io.Reader, say io.Writer) (err error) {
	_, missing := os.Stat(data)
	home, err := lockFolder(ctx, data)
	if err != nil {
		return err
	}
	done := false
	defer func() {
		err = errors.Join(err, home.close())
		if !done && errors.Is(missing, fs.ErrNotExist) {
			_ = os.Remove(home.file(lockFile))
			_ = os.Remove(data) // as it was: not there; anything else in it keeps it
		}
	}()
	stage := home.file(stageFolder)
	if err := os.RemoveAll(stage); err != nil { // of a restore that was interrupted
		return exit.New(exit.Storage, "", "the data folder %s cannot be written: %w", data, cause(err))
	}
	if err := os.Mkdir(stage, 0o700); err != nil {
		return exit.New(exit.Storage, "", "the data folder %s cannot be written: %w", data, cause(err))
	}
	defer func() { err = errors.Join(err, os.RemoveAll(stage)) }()
	m, err := unpack(ctx, in, stage)
	if err != nil {
		return err
	}
	if err := newEpoch(ctx, filepath.Join(stage, databaseFile)); err != nil {
		return exit.New(exit.Storage, "", "the team of the backup cannot be made ready: %w", err)
	}
	aside, err := swap(home)
	if err != nil {
		return exit.New(exit.Storage, "", "the team could not be put into %s: %w", data, err)
	}
	done = true
	fmt.Fprintf(say, "restored %s\n", contents(m))
	if aside != "" {
		fmt.Fprintf(say, "what was there before is in %s\n", filepath.Join(data, aside))
	}
	return nil
}

// unpack reads a backup into a folder and checks all of it.
func unpack(ctx context.Context, in io.Reader, dir string) (backup.Manifest, error) {
	archive := bufio.NewReaderSize(in, 64<<10)
	switch head, _ := archive.Peek(4); {
	case bytes.HasPrefix(head, []byte("{")), string(head) == "PK\x03\x04": // APPNOTE.TXT, section 4.3.7
		return backup.Manifest{}, exit.New(exit.Usage, "an export, of hobnob or of Slack, is taken in with: hobnob admin import FILE", "that is an export, and no backup")
	case bytes.HasPrefix(head, []byte("\x1f\x8b")): // RFC 1952, section 2.3.1
		return backup.Manifest{}, exit.New(exit.Storage, "gunzip -c FILE | hobnob admin restore -", "the backup is compressed with gzip")
	}
	m, err := backup.Unpack(ctx, archive, dir)
	switch {
	case errors.Is(err, backup.ErrForeign), errors.Is(err, backup.ErrNewer), errors.Is(err, backup.ErrCut), errors.Is(err, backup.ErrDamaged):
		return m, exit.New(exit.Storage, "", "the backup cannot be used: %w", err)
	case err != nil:
		return m, exit.New(exit.Storage, "", "the backup cannot be unpacked: %w", cause(err))
	}
	sum, err := store.Verify(ctx, filepath.Join(dir, databaseFile))
	if err == nil && sum.Position != m.Position {
		err = errors.New("it stands elsewhere than the backup says")
	}
	if err != nil {
		if refused, ok := errors.AsType[*store.FileError](err); ok {
			err = refused.Err // the path is one that nobody knows
		}
		return m, exit.New(exit.Storage, "", "the database in the backup cannot be used: %w", err)
	}
	if _, err := auth.OpenIssuer(dir); err != nil {
		return m, exit.New(exit.Storage, "", "the key in the backup cannot be used: %w", err)
	}
	var host chat.User
	if err := readJSON(filepath.Join(dir, hostFile), &host); err != nil || host.ID == "" {
		return m, exit.New(exit.Storage, "", "the host's account in the backup cannot be read")
	}
	return m, nil
}

// newEpoch makes the history in a database another one, for clients to notice.
func newEpoch(ctx context.Context, path string) error {
	return store.Alone(ctx, path, func(ctx context.Context, tx *sql.Tx) error {
		at, err := sqlite.NewEpoch(ctx, tx)
		if err != nil {
			return err
		}
		return store.MoveTo(ctx, tx, at)
	})
}

// swap puts what is staged into a folder, and what was there into one beside it,
// which it names; "" is that there was nothing. Where it fails all is as it was.
// What interrupts it leaves the marker, and everything in one of the two folders.
func swap(home *folder) (aside string, err error) {
	old, err := contentsOf(home.path)
	if err != nil {
		return "", err
	}
	staged, err := os.ReadDir(home.file(stageFolder))
	if err != nil {
		return "", err
	}
	if len(old) > 0 {
		if aside, err = makeAside(home.path); err != nil {
			return "", err
		}
	}
	if err := writeJSON(home.file(restoringFile), map[string]string{"aside": aside}); err != nil {
		return "", err
	}
	var moved moves
	if err = moved.all(home, aside, old, staged); err != nil {
		if undone := moved.undo(); undone != nil {
			return "", errors.Join(err, undone) // the marker stays
		}
		if aside != "" {
			err = errors.Join(err, os.Remove(home.file(aside)))
		}
	}
	return aside, errors.Join(err, os.Remove(home.file(restoringFile)), disk.Sync(home.path))
}

// contentsOf lists what a restore has to put aside: all but the lock that it holds, its
// own files, and what earlier ones put aside.
func contentsOf(dir string) (names []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		switch name := e.Name(); {
		case name == lockFile, name == stageFolder, name == restoringFile, strings.HasPrefix(name, asidePrefix):
		default:
			names = append(names, name)
		}
	}
	return names, nil
}

// makeAside makes a folder with a name that nothing has.
func makeAside(dir string) (string, error) {
	now := time.Now().Format("20060102-150405")
	for n := 1; ; n++ {
		name := asidePrefix + now
		if n > 1 {
			name = fmt.Sprintf("%s-%d", name, n)
		}
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); !errors.Is(err, fs.ErrExist) {
			return name, err
		}
	}
}

// moves are renames that can be taken back.
type moves [][2]string

func (m *moves) move(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	*m = append(*m, [2]string{from, to})
	return nil
}

// all moves what is old aside, and what is staged into its place, and brings that to
// disk. After an error some of it is done.
func (m *moves) all(home *folder, aside string, old []string, staged []fs.DirEntry) error {
	for _, name := range old {
		if err := m.move(home.file(name), filepath.Join(home.path, aside, name)); err != nil {
			return err
		}
	}
	for _, e := range staged {
		if err := m.move(filepath.Join(home.file(stageFolder), e.Name()), home.file(e.Name())); err != nil {
			return err
		}
	}
	return errors.Join(disk.Sync(filepath.Join(home.path, aside)), disk.Sync(home.path))
}

func (m *moves) undo() (err error) {
	for _, one := range slices.Backward(*m) {
		err = errors.Join(err, os.Rename(one[1], one[0]))
	}
	return err
}

// unfinished refuses a folder that a restore was interrupted in.
func unfinished(path string) error {
	if _, err := os.Stat(filepath.Join(path, restoringFile)); err != nil {
		return nil //nolint:nilerr // there is none, or the folder is not there
	}
	return exit.New(exit.Storage, "restore it once more: hobnob admin restore FILE --data "+path+"; what it had before is in "+
		filepath.Join(path, asidePrefix+"…"), "a restore of the data folder %s was interrupted", path)
}

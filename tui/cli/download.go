package cli

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/client"
	"github.com/hobnob-chat/hobnob/net/exit"
)

// downloading is what hobnob download was told.
type downloading struct {
	scripting
	output string
	force  bool
}

func downloadCommand(o Options) *cobra.Command {
	d := &downloading{scripting: scripting{o: o}}
	cmd := &cobra.Command{
		Use:   "download FILE-ID|LINK",
		Short: "Download a file",
		Long: "Download a file by its ID, as hobnob tail and upload print it, or by its address on the server.\n" +
			"It is saved in this folder under the name it has there, or where -o says: a file, a folder, or - for\n" +
			"stdout. No file is written over without --force. A download that is cut off goes on where it was,\n" +
			"and so does the same command when it is run again. stdout has the path.",
		Example:           "  hobnob download 0193f2a0-…\n  hobnob download 0193f2a0-… -o - | tar xz",
		Args:              exit.Args(cobra.ExactArgs(1)),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              d.run,
	}
	d.scripting.flags(cmd, "print where it is, its size and type, as JSON")
	f := cmd.Flags()
	f.StringVarP(&d.output, "output", "o", "", "save it as this `FILE`, or in this folder; - is stdout")
	f.BoolVarP(&d.force, "force", "f", false, "write over a file that is there")
	d.patient(cmd, 30*time.Second)
	return cmd
}

func (d *downloading) run(cmd *cobra.Command, args []string) error {
	stdout := d.output == "-"
	if f, ok := cmd.OutOrStdout().(*os.File); ok && stdout && term.IsTerminal(f.Fd()) {
		return exit.New(exit.Usage, "read it with a program: hobnob download "+exit.Quote(args[0])+" -o - | less\nor save it: -o FILE",
			"what is in a file of others is not for a terminal: it could take it over")
	}
	server, id, err := fileNamed(args[0])
	if err != nil {
		return err
	}
	if server != "" && d.account == "" && os.Getenv("HOBNOB_SERVER") == "" {
		d.account = server // a link says where it is from
	}
	at, err := d.sit(cmd)
	if err != nil {
		return err
	}
	if server != "" && server != at.account.Server {
		return exit.New(exit.Usage, "name your account there: --account", "that file is on %s, and %s", server, at.account.label())
	}
	files := at.files(d.timeout)
	head, err := files.Head(cmd.Context(), id)
	if err != nil {
		return at.say(cmd.Context(), err)
	}
	if stdout {
		return at.say(cmd.Context(), pipeTo(cmd.Context(), files, id, head, cmd.OutOrStdout()))
	}
	path, err := d.save(cmd.Context(), at, files, id, head)
	if err != nil {
		return at.say(cmd.Context(), err)
	}
	if d.json {
		return quietly(printLine(cmd.OutOrStdout(), saved{path, id, chat.CleanFileName(head.Name), head.Type, head.Size}))
	}
	return quietly(columns(cmd.OutOrStdout(), path))
}

// saved is what --json says of a file that was downloaded.
type saved struct {
	Path string `json:"path"`
	ID   string `json:"id"`
	Name string `json:"name"`
	Type string `json:"type"`
	Size int64  `json:"size"`
}

// fileNamed takes what was given for a file apart: its ID, and where that is known its
// server.
func fileNamed(given string) (server, id string, err error) {
	broken := exit.New(exit.Usage, "hobnob tail prints them, as [file ID: name, …]", "%q is neither the ID of a file nor a link to one", chat.SanitizeLine(given))
	id = given
	if strings.Contains(given, "/") {
		u, perr := url.Parse(given)
		if perr != nil {
			return "", "", broken
		}
		rest, ok := strings.CutPrefix(u.Path, "/api/files/")
		if !ok {
			return "", "", broken
		}
		id, _, _ = strings.Cut(rest, "/")
		if server, err = canonical(u.Scheme + "://" + u.Host); u.Host == "" || u.User != nil || err != nil {
			return "", "", broken
		}
	}
	if !isFileID(id) {
		return "", "", broken
	}
	return server, id, nil
}

// isFileID tells whether this may be the ID of a file, and part of a path.
func isFileID(id string) bool {
	return id != "" && len(id) <= chat.MaxID && only(id, "-_.") && strings.Trim(id, ".") != ""
}

// pipeTo writes a file to stdout.
func pipeTo(ctx context.Context, files *client.Files, id string, head client.FileHead, w io.Writer) error {
	err := files.Download(ctx, id, head, 0, w)
	if quietly(err) == nil {
		return nil // who reads has enough
	}
	return err
}

// save writes a file to where it was asked for, by way of one beside it that is
// renamed when it is whole.
func (d *downloading) save(ctx context.Context, at *seat, files *client.Files, id string, head client.FileHead) (string, error) {
	path := d.output
	name := chat.CleanFileName(head.Name)
	if path == "" {
		path = name
	} else if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = filepath.Join(path, name)
	}
	if err := d.free(path); err != nil {
		return "", err
	}
	part := partIn(filepath.Dir(path), id)
	shows := newProgress(at.talk, name, head.Size)
	err := fetchPart(ctx, files, id, head, part, shows.at)
	shows.end()
	if err == nil {
		err = d.rename(part, path)
	}
	return path, err
}

// partIn is where a file is while not all of it is there. The name says of which file it
// is a part, and its content never changes.
func partIn(folder, id string) string { return filepath.Join(folder, ".hobnob-"+id+".part") }

// fetchPart brings a part up to the whole file. at is told how far it is.
func fetchPart(ctx context.Context, files *client.Files, id string, head client.FileHead, part string, at func(n int64)) error {
	f, err := openPart(part)
	if err != nil {
		return err
	}
	err = errors.Join(fill(ctx, files, id, head, f, at), f.Close())
	if info, serr := os.Stat(part); err != nil && (serr != nil || info.Size() == 0) {
		_ = os.Remove(part) // there is nothing to go on with
	}
	return err
}

// openPart opens what there is of a file, or begins it. Where something else has its
// name, as a link that somebody planted in a folder of all, nothing is written.
func openPart(path string) (*os.File, error) {
	inTheWay := exit.New(exit.Storage, "take it away, or save it elsewhere: -o FILE", "%s is in the way, and is no file", chat.SanitizeLine(path))
	info, err := os.Lstat(path)
	if err == nil && !info.Mode().IsRegular() {
		return nil, inTheWay
	}
	flags := os.O_RDWR
	if errors.Is(err, fs.ErrNotExist) {
		flags |= os.O_CREATE | os.O_EXCL
	}
	f, err := os.OpenFile(path, flags, 0o666) //nolint:gosec // as the user has it for new files
	if err != nil {
		return nil, unwritable(path, err)
	}
	if opened, err := f.Stat(); err != nil || info != nil && !os.SameFile(info, opened) {
		return nil, errors.Join(inTheWay, f.Close())
	}
	return f, nil
}

// free refuses a path that is taken, before anything is fetched for it.
func (d *downloading) free(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return unwritable(path, err)
	case info.IsDir():
		return exit.New(exit.Storage, "choose another name: -o FILE", "%s is a folder", chat.SanitizeLine(path))
	case !d.force:
		return exit.New(exit.Storage, "write over it with --force, or choose another name: -o FILE", "%s is there already", chat.SanitizeLine(path))
	}
	return nil
}

func unwritable(path string, err error) error {
	return exit.New(exit.Storage, "", "%s cannot be written: %w", chat.SanitizeLine(path), reason(err))
}

// fill brings what there is of a file up to all of it.
func fill(ctx context.Context, files *client.Files, id string, head client.FileHead, f *os.File, at func(n int64)) error {
	from, err := f.Seek(0, io.SeekEnd)
	if err == nil && from > head.Size {
		from, err = 0, f.Truncate(0)
	}
	if err != nil {
		return unwritable(f.Name(), err)
	}
	if _, err := f.Seek(from, io.SeekStart); err != nil {
		return unwritable(f.Name(), err)
	}
	err = files.Download(ctx, id, head, from, &counted{f, from, at})
	if _, own := errors.AsType[*os.PathError](err); own {
		return unwritable(f.Name(), err)
	}
	if err != nil {
		return err
	}
	return intact(f, head)
}

// counted is a writer that tells how far it is.
type counted struct {
	w  io.Writer
	n  int64
	at func(n int64)
}

// Write implements io.Writer.
func (c *counted) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += int64(n)
	c.at(c.n)
	return n, err
}

// intact compares what was written with what the server says it is, where it does.
func intact(f *os.File, head client.FileHead) error {
	want, err := hex.DecodeString(head.Tag)
	if err != nil || len(want) != sha256.Size {
		return nil //nolint:nilerr // a server that says something else there
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, io.NewSectionReader(f, 0, head.Size)); err != nil {
		return unwritable(f.Name(), err)
	}
	if !bytes.Equal(sum.Sum(nil), want) {
		return errors.Join(exit.New(exit.Failed, "run it again", "the file did not come as it is on the server"), f.Truncate(0))
	}
	if err := f.Sync(); err != nil {
		return unwritable(f.Name(), err)
	}
	return nil
}

// rename gives a file that is whole its name. A name that was taken meanwhile is not
// taken over: a link is made where there is none, or nothing.
func (d *downloading) rename(part, path string) error {
	if !d.force {
		err := os.Link(part, path)
		switch {
		case err == nil:
			return os.Remove(part)
		case errors.Is(err, fs.ErrExist):
			return d.free(path)
		}
		if err := d.free(path); err != nil { // a file system without links
			return err
		}
	}
	if err := os.Rename(part, path); err != nil {
		return unwritable(path, err)
	}
	return nil
}

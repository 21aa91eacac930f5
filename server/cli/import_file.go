package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/server/auth"
	"github.com/hobnob-chat/hobnob/server/export"
	"github.com/hobnob-chat/hobnob/server/slack/archive"
	"github.com/hobnob-chat/hobnob/server/store"
)

// importTo is the team that something is imported into.
type importTo struct {
	data, team string // a new team is made where this names one
	elsewhere  string // how --data was given, for the commands that are hinted at
}

// run imports a file, into a new team where one is wanted, and says the whole way to a
// team where there is none.
func (i *importTo) run(ctx context.Context, file string, progress func(int)) (export.Result, error) {
	_, err := os.Stat(filepath.Join(i.data, auth.KeyFile))
	missing := i.data != "" && errors.Is(err, fs.ErrNotExist)
	switch {
	case missing && i.team == "":
		return export.Result{}, exit.New(exit.Storage, "make a new one for it with --team NAME, or say with --data where yours is", "there is no team in %s", i.data)
	case !missing && i.team != "" && !i.called(ctx):
		return export.Result{}, exit.New(exit.Usage, "to import into it leave --team away, or choose another folder with --data", "there is a team in %s already", i.data)
	case missing:
		if err := i.found(ctx, file); err != nil {
			return export.Result{}, err
		}
	}
	r, err := importFile(ctx, i.data, file, progress)
	if e, ok := errors.AsType[*exit.Error](err); ok && e.Code == exit.InUse {
		e.Hint = "stop the server, import, and serve the team again: hobnob serve" + i.elsewhere
	}
	return r, err
}

// called tells whether the team that is there has the name of the new one: the same
// import was made before.
func (i *importTo) called(ctx context.Context) (same bool) {
	err := inTeam(ctx, i.data, func(team *store.Store) error {
		is, err := team.Team(ctx)
		same = is.Name == i.team
		return err
	})
	return err != nil || same // an import will say what is wrong
}

// found makes the new team, once the file is known to be one that can be imported: a
// wrong one leaves nothing behind.
func (i *importTo) found(ctx context.Context, file string) error {
	lines, end, err := openExport(file)
	if err != nil {
		return err
	}
	if err = errors.Join(notImported(file, lines(func(export.Line) error { return ctx.Err() })), end()); err != nil {
		return err
	}
	c := config{
		addr: "127.0.0.1:0", data: i.data, team: i.team, logLevel: "error", logFormat: "text", leeway: 30 * time.Second,
		authTimeout: time.Second, maxPayload: 1_000_000,
	}
	h, err := start(ctx, c, "", io.Discard)
	if err != nil {
		return err
	}
	return h.close(context.WithoutCancel(ctx))
}

// spooled is the file itself, or where what is on stdin was put: it is read more than
// once.
func (i *importTo) spooled(ctx context.Context, file string, stdin io.Reader) (path string, err error) {
	if file != dash {
		return file, nil
	}
	f, err := os.CreateTemp("", "hobnob-import-*")
	if err != nil {
		return "", exit.New(exit.Storage, "choose another folder for it with TMPDIR", "there is no place for what is on stdin: %w", cause(err))
	}
	copied := make(chan error, 1)
	go func() {
		_, err := io.Copy(f, stdin)
		copied <- errors.Join(err, f.Close())
	}()
	select {
	case err = <-copied:
	case <-ctx.Done():
		err = ctx.Err() // and the read ends with the process, which is at once
	}
	if err != nil {
		_ = os.Remove(f.Name())
		if ctx.Err() != nil {
			return "", err
		}
		return "", exit.New(exit.Storage, "choose another folder for it with TMPDIR", "what is on stdin cannot be kept until it is imported: %w", cause(err))
	}
	return f.Name(), nil
}

// openExport opens a file of either kind. lines reads it from its beginning each time.
func openExport(file string) (lines export.Pass, end func() error, err error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, nil, exit.New(exit.Storage, "", "the export %s cannot be read: %w", file, cause(err))
	}
	head := make([]byte, 512)
	if info, serr := f.Stat(); serr == nil && info.IsDir() {
		return nil, nil, errors.Join(exit.New(exit.Usage, fmt.Sprintf("import the zip file that Slack gave you, or make it again: (cd %s && zip -qr - .) | hobnob admin import -", exit.Quote(file)),
			"%s is a folder", file), f.Close())
	}
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, nil, errors.Join(exit.New(exit.Storage, "", "the export %s cannot be read: %w", file, cause(err)), f.Close())
	}
	switch head = head[:n]; {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")): // APPNOTE.TXT, section 4.3.7
		a, err := archive.Open(file)
		if err != nil {
			return nil, nil, errors.Join(wrong(file, err), f.Close())
		}
		return a.Lines, func() error { return errors.Join(a.Close(), f.Close()) }, nil
	case bytes.HasPrefix(head, []byte("\x1f\x8b")): // RFC 1952, section 2.3.1
		return nil, nil, errors.Join(exit.New(exit.Usage, "gunzip -c FILE | hobnob admin import -\na backup is put back otherwise: gunzip -c FILE | hobnob admin restore -",
			"%s is compressed with gzip", filepath.Base(file)), f.Close())
	case n > 262 && string(head[257:262]) == "ustar": // POSIX.1-2024, pax, "ustar Interchange Format"
		return nil, nil, errors.Join(exit.New(exit.Usage, "a backup is put back with: hobnob admin restore FILE", "%s is a tar file, as backups are, and no export", filepath.Base(file)), f.Close())
	}
	return func(tell func(export.Line) error) error {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return err
		}
		return export.Read(f, tell)
	}, f.Close, nil
}

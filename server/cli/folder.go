package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/gofrs/flock"
	"github.com/google/renameio/v2/maybe"

	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/server/auth"
)

// The files of a data folder.
const (
	databaseFile = "hobnob.db"
	hostFile     = "host.json"  // the host's own account
	servingFile  = "serve.json" // who serves the folder now
	lockFile     = "lock"
	logFile      = "serve.log" // what serve --chat logs, whose terminal is taken
)

// folder is a data folder that this process holds the lock of.
type folder struct {
	path string
	lock *flock.Flock
}

// serving is written beside the lock, for other commands of the same user and
// for whoever is told that the folder is in use.
type serving struct {
	PID int    `json:"pid"`
	URL string `json:"url"`
}

// lockTime is how long a folder may be locked by who only looks whether it is
// (isServed); who serves it has it for longer.
const lockTime = 200 * time.Millisecond

// openFolder makes the folder where there is none and takes its lock, unless a
// restore of it was interrupted.
func openFolder(ctx context.Context, path string) (*folder, error) {
	f, err := lockFolder(ctx, path)
	if err != nil {
		return nil, err
	}
	if err := unfinished(path); err != nil {
		return nil, errors.Join(err, f.close())
	}
	return f, nil
}

// lockFolder makes the folder where there is none and takes its lock. The lock
// is the operating system's: it ends with the process, however that ends.
func lockFolder(ctx context.Context, path string) (*folder, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, exit.New(exit.Storage, "choose another with --data", "the data folder %s cannot be made: %w", path, cause(err))
	}
	if err := private(path); err != nil {
		return nil, err
	}
	lock := flock.New(filepath.Join(path, lockFile), flock.SetPermissions(0o600))
	asking, cancel := context.WithTimeout(ctx, lockTime)
	defer cancel()
	held, err := lock.TryLockContext(asking, lockTime/20)
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return nil, exit.New(exit.Storage, "choose another with --data", "the data folder %s cannot be written: %w", path, cause(err))
	}
	if !held {
		by := "another process"
		if s, err := readServing(path); err == nil {
			by = fmt.Sprintf("process %d, which serves %s", s.PID, s.URL)
		}
		return nil, exit.New(exit.InUse, "stop it, or host another team with --data and --addr; to chat in the one that runs: hobnob",
			"the data folder %s is in use by %s", path, by)
	}
	f := &folder{path: path, lock: lock}
	// A server that was killed left its record behind.
	if err := os.Remove(f.file(servingFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, errors.Join(exit.New(exit.Storage, "", "the data folder %s cannot be written: %w", path, cause(err)), lock.Unlock())
	}
	return f, nil
}

// private makes sure that nobody else can read a folder that holds a key.
func private(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return exit.New(exit.Storage, "choose another with --data", "the data folder %s cannot be read: %w", path, cause(err))
	}
	if !info.IsDir() {
		return exit.New(exit.Storage, "choose another with --data", "%s is not a folder", path)
	}
	if auth.Foreign(info) {
		return exit.New(exit.Storage, "run as that user, make it yours with chown, or choose another with --data",
			"the data folder %s belongs to another user", path)
	}
	if runtime.GOOS == "windows" || info.Mode().Perm()&0o077 == 0 {
		return nil
	}
	// An empty folder was made for this; one with files in it may be anybody's.
	entries, err := os.ReadDir(path)
	if err == nil && len(entries) == 0 {
		err = os.Chmod(path, 0o700)
	} else if err == nil {
		err = errors.New("it is open to others")
	}
	if err != nil {
		return exit.New(exit.Storage, "chmod 700 "+path+", or choose another with --data",
			"the data folder %s cannot keep the team's key: %w", path, cause(err))
	}
	return nil
}

// close gives the folder back.
func (f *folder) close() error {
	err := os.Remove(f.file(servingFile))
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return errors.Join(err, f.lock.Unlock())
}

func (f *folder) file(name string) string { return filepath.Join(f.path, name) }

// announce writes who serves the folder.
func (f *folder) announce(url string) error {
	return writeJSON(f.file(servingFile), serving{PID: os.Getpid(), URL: url})
}

func readServing(path string) (serving, error) {
	var s serving
	err := readJSON(filepath.Join(path, servingFile), &s)
	return s, err
}

// isServed asks the lock, which cannot be left behind as the record can.
func isServed(path string) (serving, bool) {
	if path == "" {
		return serving{}, false
	}
	lock := flock.New(filepath.Join(path, lockFile), flock.SetPermissions(0o600))
	free, err := lock.TryLock()
	if err != nil {
		return serving{}, false
	}
	if free {
		_ = lock.Unlock()
		return serving{}, false
	}
	s, err := readServing(path)
	return s, err == nil
}

// ownIssuer opens the key of a team that was served before: a mistyped --data
// makes no new team, and a lost key no new key.
func ownIssuer(data string) (*auth.Issuer, error) {
	if data == "" {
		return nil, noFolder()
	}
	if err := unfinished(data); err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(data, auth.KeyFile)); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, noTeam(data, "")
		}
		return nil, exit.New(exit.Storage, "", "the data folder %s cannot be read: %w", data, cause(err))
	}
	issuer, err := auth.OpenIssuer(data)
	if err != nil {
		return nil, exit.New(exit.Storage, "", "the team's key cannot be used: %w", err)
	}
	return issuer, nil
}

// noTeam says that no team is hosted in a folder. With other it may be done elsewhere,
// too; else on the machine that hosts the team alone.
func noTeam(data, other string) error {
	hint := "this is done on the machine that hosts the team: say where its folder is with --data, or host one with: hobnob serve"
	if other != "" {
		hint = "say where it is with --data, or host one with: hobnob serve\n" + other
	}
	if data == "" {
		return noFolder()
	}
	return &exit.Error{Code: exit.Storage, Text: "there is no team in " + data, Hint: hint, Cause: fs.ErrNotExist}
}

func readJSON(path string, v any) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return json.Unmarshal(b, v)
}

// writeJSON replaces a file so that a reader sees the old one or the new one.
func writeJSON(path string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return maybe.WriteFile(path, append(b, '\n'), 0o600)
}

// cause is what went wrong without the path, which the sentence names already.
func cause(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err
	}
	return err
}

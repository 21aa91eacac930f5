package keystore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"time"

	"github.com/gofrs/flock"
)

// errLocked is why a lock was not had in time.
var errLocked = errors.New("another program is using it")

// Lock keeps all other programs, and all other calls of this one, from changing
// the file at path until unlock is called. The lock is on a file beside it, path +
// ".lock", because the file itself is replaced; the operating system frees it when
// a program dies. Where there is no file at path when it is freed, the lock's own
// goes too. ErrUnavailable is returned when it cannot be had in time,
// fs.ErrNotExist when there is no directory.
func Lock(ctx context.Context, path string) (unlock func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	ctx, cancel := context.WithTimeout(ctx, lockTimeout)
	defer cancel()
	name := path + ".lock"
	for {
		l := flock.New(name, flock.SetPermissions(0o600))
		if _, err = l.TryLockContext(ctx, lockPoll); err != nil {
			break
		}
		if current(l, name) {
			return func() { release(l, path) }, nil
		}
		// Whoever held it took its file away: a lock on that keeps nobody out.
		_ = l.Close()
		select {
		case <-ctx.Done():
		case <-time.After(lockPoll):
		}
	}
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		err = fmt.Errorf("%w: %w: %w", ErrUnavailable, errLocked, err)
	}
	return nil, fmt.Errorf("lock %s: %w", path, err)
}

// current tells whether a lock is on the file that has its name now.
func current(l *flock.Flock, name string) bool {
	if runtime.GOOS == "windows" {
		return true // there no file goes that somebody has open
	}
	held, err := l.Stat()
	if err != nil {
		return false
	}
	named, err := os.Stat(name)
	return err == nil && os.SameFile(held, named)
}

// release frees a lock, which has nothing to write that could fail. Its file goes
// before that, so that nobody else holds it; on Windows after, where it does not
// go while anybody has it open.
func release(l *flock.Flock, path string) {
	_, err := os.Lstat(path)
	gone := errors.Is(err, fs.ErrNotExist)
	if gone && runtime.GOOS != "windows" {
		_ = os.Remove(l.Path())
	}
	_ = l.Close()
	if gone && runtime.GOOS == "windows" {
		_ = os.Remove(l.Path())
	}
}

package keystore

import (
	"context"
	"errors"
	"fmt"

	"github.com/gofrs/flock"
)

// errLocked is why a lock was not had in time.
var errLocked = errors.New("another program is using it")

// lock keeps all other programs, and all other calls of this one, from changing
// the file until unlock is called. The lock is on a file beside it, because the
// file itself is replaced; the operating system frees it when a program dies, and
// so the file that carries it is never removed. ErrUnavailable is returned when
// it cannot be had in time, fs.ErrNotExist when there is no directory.
func (f *file) lock(ctx context.Context) (unlock func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("lock tokens: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, lockTimeout)
	defer cancel()
	path := f.path + ".lock"
	l := flock.New(path, flock.SetPermissions(0o600))
	if _, err = l.TryLockContext(ctx, lockPoll); err == nil {
		// Freeing the lock has nothing to write.
		return func() { _ = l.Close() }, nil
	}
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		err = fmt.Errorf("%w: %w: %w", ErrUnavailable, errLocked, err)
	}
	return nil, fmt.Errorf("lock tokens: %s: %w", path, err)
}

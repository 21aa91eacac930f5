package keystore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

// errLocked is returned by tryLock while somebody else has the lock.
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
	l, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock tokens: %w", err)
	}
	for {
		err = tryLock(l)
		if err == nil {
			// Closing the file frees the lock, and has nothing to write.
			return func() { _ = l.Close() }, nil
		}
		if errors.Is(err, errLocked) {
			select {
			case <-time.After(lockPoll):
				continue
			case <-ctx.Done():
				err = fmt.Errorf("%w: %w: %w", ErrUnavailable, errLocked, ctx.Err())
			}
		}
		return nil, errors.Join(fmt.Errorf("lock tokens: %s: %w", path, err), l.Close())
	}
}

//go:build unix

package screen

import (
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// readable waits until one of two files has something to read, or it is time; the zero
// time never comes. What is in woken is taken out.
//
// It is select, since a Mac's poll and kqueue know nothing of terminals.
func readable(in, woken *os.File, due time.Time) (bool, error) {
	fd, other := int(in.Fd()), int(woken.Fd())
	if max(fd, other) >= unix.FD_SETSIZE {
		return false, errors.New("the terminal cannot be waited for: too many files are open")
	}
	for {
		var set unix.FdSet
		set.Set(fd)
		set.Set(other)
		var wait *unix.Timeval
		if !due.IsZero() {
			t := unix.NsecToTimeval(max(0, time.Until(due)+time.Microsecond-1).Nanoseconds())
			wait = &t
		}
		n, err := unix.Select(max(fd, other)+1, &set, nil, nil, wait)
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case err != nil:
			return false, os.NewSyscallError("select", err)
		case n > 0 && set.IsSet(other):
			if _, err := woken.Read(make([]byte, 16)); err != nil {
				return false, fmt.Errorf("the terminal cannot be read: %w", err)
			}
			return false, nil
		}
		return n > 0, nil
	}
}

//go:build unix

package screen

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// await waits until a file can be read, or with toWrite written, or until called has
// something to read or is at its end, or it is time; the zero time never comes. called may
// be nil.
//
// It is select, since a Mac's poll and kqueue know nothing of terminals.
func await(f *os.File, toWrite bool, called *os.File, due time.Time) (ready, isCalled bool, err error) {
	fd, other := int(f.Fd()), -1
	if called != nil {
		other = int(called.Fd())
	}
	if max(fd, other) >= unix.FD_SETSIZE {
		return false, false, errors.New("too many files are open to wait for the terminal")
	}
	for {
		var reads, writes unix.FdSet
		set := &reads
		if toWrite {
			set = &writes
		}
		set.Set(fd)
		if called != nil {
			reads.Set(other)
		}
		var wait *unix.Timeval
		if !due.IsZero() {
			t := unix.NsecToTimeval(max(0, time.Until(due)+time.Microsecond-1).Nanoseconds())
			wait = &t
		}
		n, err := unix.Select(max(fd, other)+1, &reads, &writes, nil, wait)
		switch {
		case errors.Is(err, unix.EINTR):
		case err != nil:
			return false, false, os.NewSyscallError("select", err)
		case n == 0:
			return false, false, nil
		default:
			return set.IsSet(fd), called != nil && reads.IsSet(other), nil
		}
	}
}

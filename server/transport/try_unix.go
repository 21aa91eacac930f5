//go:build unix

package transport

import (
	"net"
	"syscall"
)

// tryWriter writes to a TCP connection without ever blocking, so that a packet
// for a peer that keeps up needs no goroutine. It does nothing on connections
// of other kinds.
type tryWriter struct {
	raw  syscall.RawConn
	call func(fd uintptr) bool // kept, since a new closure a write is garbage
	args *tryArgs
}

type tryArgs struct {
	frames []byte
	n      int
}

func newTryWriter(c net.Conn) tryWriter {
	tcp, ok := c.(*net.TCPConn)
	if !ok {
		return tryWriter{}
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return tryWriter{}
	}
	a := new(tryArgs)
	return tryWriter{raw: raw, args: a, call: func(fd uintptr) bool {
		// An error is left for the write that follows to find again.
		if n, err := syscall.Write(int(fd), a.frames); err == nil && n > 0 {
			a.n = n
		}
		return true // never wait
	}}
}

// write returns how many bytes were written.
func (t tryWriter) write(frames []byte) int {
	if t.raw == nil || len(frames) == 0 {
		return 0
	}
	t.args.frames, t.args.n = frames, 0
	err := t.raw.Write(t.call)
	t.args.frames = nil
	if err != nil {
		return 0
	}
	return t.args.n
}

package screen

import (
	"os"
	"time"
)

const (
	// pieceSize is how much is written at once: a pseudo-terminal of Linux that says it
	// can be written takes it. Most frames are less.
	pieceSize = 4 << 10
	// lastTime is how long a terminal that takes nothing is waited for when the program is
	// told to end, and then once more for what gives it back.
	lastTime = 500 * time.Millisecond
)

// outlet writes to a terminal, which may stop taking anything: it is held (Ctrl+S), or
// what is at its other end hangs. Then a program waits, but it can be called away.
// It is used by one goroutine at a time, but for giveUp.
type outlet struct {
	// Set once. Both are nil where there are no pipes.
	called, calls *os.File

	out  *os.File
	left bool // in the middle of something
}

func newOutlet(out *os.File) *outlet {
	o := &outlet{out: out}
	if called, calls, err := os.Pipe(); err == nil {
		o.called, o.calls = called, calls
	}
	return o
}

// giveUp has write return from now on rather than wait.
func (o *outlet) giveUp() {
	if o.calls != nil {
		_ = o.calls.Close() // which its other end sees for ever
	}
}

// write writes. An error is for nobody: a terminal that cannot be written to cannot be
// read either, and that ends the program.
func (o *outlet) write(b []byte) { o.writeUntil(b, o.called, time.Time{}) }

// last writes what gives a terminal back, if it takes that in time.
func (o *outlet) last(b []byte) {
	if o.left {
		b = append([]byte{cancel}, b...)
	}
	o.writeUntil(b, nil, time.Now().Add(lastTime))
}

// cancel is CAN: it ends a sequence that is not complete.
const cancel = 0x18

func (o *outlet) writeUntil(b []byte, called *os.File, due time.Time) {
	for len(b) > 0 {
		if ours {
			o.left = true
			if ready, _, err := await(o.out, true, called, due); err == nil && !ready {
				return
			}
		}
		n := min(len(b), pieceSize)
		if _, err := o.out.Write(b[:n]); err != nil {
			return
		}
		b = b[n:]
	}
	o.left = false
}

// close is to be called when nothing more is written.
func (o *outlet) close() {
	o.giveUp()
	if o.called != nil {
		_ = o.called.Close()
	}
}

// Takes tells whether a file takes what is written to it, or may in a moment. All but
// a terminal that is held does.
func Takes(f *os.File) bool {
	if !ours {
		return true
	}
	ready, _, err := await(f, true, nil, time.Now().Add(lastTime))
	return ready || err != nil
}

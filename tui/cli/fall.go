package cli

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"time"

	"github.com/hobnob-chat/hobnob/net/exit"
)

const (
	// fallTime is how long all may take to end in order after a panic: the screen, what is
	// typed, the cache. What hangs then because of it is not waited for.
	fallTime = 3 * time.Second

	// restoreTime is how long the terminal may take to be given back then.
	restoreTime = time.Second
)

// fall is what comes of a panic in a goroutine of ours: it is in the client's log, the
// chat ends as if it were told to, with the terminal as it was, and its user is told in
// one sentence.
type fall struct {
	// set once
	end  func()    // ends the chat; it does not wait
	exit func(int) // os.Exit

	mu      sync.Mutex
	restore func() // gives the terminal back, nil while nobody has it
	undump  func() // ends dumps, nil before heeds
	err     error  // nil while nothing happened
	late    *time.Timer
}

func newFall(end func()) *fall { return &fall{end: end, exit: os.Exit} }

// caught is told of a panic, by the goroutine that panicked. It is safe from any.
func (f *fall) caught(a Account, log *slog.Logger) func(value any, stack []byte) {
	return func(value any, stack []byte) {
		log.Error("panic", "value", fmt.Sprint(value), "stack", string(stack))
		f.mu.Lock()
		defer f.mu.Unlock()
		if f.err != nil {
			return
		}
		f.err = exit.New(exit.Failed, "open it again: what you wrote is kept",
			"something went wrong inside hobnob, and it had to end; what it was is in %s", filepath.Join(a.state(), logName))
		f.late = time.AfterFunc(fallTime, f.leave)
		f.end()
	}
}

// leave ends the process, whatever hangs.
func (f *fall) leave() {
	f.giveBack()
	f.mu.Lock()
	err := f.err
	f.mu.Unlock()
	exit.Print(os.Stderr, err)
	f.exit(int(exit.CodeOf(err)))
}

// giveBack gives the terminal back, if it takes that in time.
func (f *fall) giveBack() {
	f.mu.Lock()
	restore := f.restore
	f.mu.Unlock()
	if restore == nil {
		return
	}
	done := make(chan struct{})
	go func() { defer close(done); restore() }()
	select {
	case <-done:
	case <-time.After(restoreTime): // it takes nothing, and so shows nothing
	}
}

// has says how the terminal is given back.
func (f *fall) has(restore func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.restore = restore
}

// heeds has the terminal given back, too, when the process is told to end with a dump of what
// it does. It is called once.
func (f *fall) heeds() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.undump = dumps(f.giveBack)
}

// over is why the chat ended, when all of it has: err, unless there was a panic.
func (f *fall) over(err error) error {
	f.mu.Lock()
	undump := f.undump
	f.mu.Unlock()
	if undump != nil {
		undump()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err == nil {
		return err
	}
	f.late.Stop()
	return f.err
}

// guarded is do, whose panic is caught.
func guarded(caught func(value any, stack []byte), do func()) func() {
	return func() {
		defer func() {
			if value := recover(); value != nil {
				caught(value, debug.Stack())
			}
		}()
		do()
	}
}

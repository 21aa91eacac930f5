package cli

import (
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"
	"github.com/google/renameio/v2/maybe"

	"github.com/hobnob-chat/hobnob/net/exit"
)

const (
	// keepWithin is how long a change may wait to be written: all that is typed
	// meanwhile is written at once, and whatever kills the program, no more than
	// half a sentence is lost.
	keepWithin = 500 * time.Millisecond

	// maxUnsent bounds what is read back, in bytes: twice what can be written.
	maxUnsent = 128 << 10
)

// unsent keeps what is being written in an account's chat, in a file of its state
// folder, so that it is there when the chat is opened again.
//
//	screen ──Keep──> text, changed ──> one goroutine ──> file, half a second later
//	close ─────────────────done─────> the same, at once
//
// Of several processes on one account the first keeps: they write different
// things, and a file has room for one.
type unsent struct {
	// set once
	path    string
	log     *slog.Logger
	lock    *flock.Flock // nil if nothing is kept here
	changed chan struct{}
	done    chan struct{}
	worker  sync.WaitGroup

	// owned by the worker, then by close
	saved string
	err   error // of the last write

	// guarded by mu
	mu   sync.Mutex
	text string
}

// openUnsent begins to keep, and returns what was being written when it ended. With
// an error nothing is kept, and what is there stays.
func openUnsent(dir string, log *slog.Logger) (_ *unsent, text string, _ error) {
	u := &unsent{
		path: filepath.Join(dir, "unsent.txt"), log: log,
		changed: make(chan struct{}, 1), done: make(chan struct{}),
	}
	lock := flock.New(u.path+".lock", flock.SetPermissions(0o600))
	if held, err := lock.TryLock(); err != nil || !held {
		return u, "", err
	}
	text, err := u.read()
	if err != nil {
		// There is something, and nobody knows what: it is not written over.
		return u, "", errors.Join(err, lock.Unlock())
	}
	u.lock, u.text, u.saved = lock, text, text
	u.worker.Go(u.work)
	return u, text, nil
}

func (u *unsent) read() (string, error) {
	f, err := os.Open(u.path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxUnsent))
	return string(b), err
}

// Keep implements tui.Keeper.
func (u *unsent) Keep(text string) {
	u.mu.Lock()
	u.text = text
	u.mu.Unlock()
	select {
	case u.changed <- struct{}{}:
	default:
	}
}

func (u *unsent) now() string {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.text
}

func (u *unsent) work() {
	late := time.NewTimer(0)
	defer late.Stop()
	for {
		select {
		case <-u.changed:
		case <-u.done:
			return
		}
		if u.now() != "" { // what was sent is not offered once more
			late.Reset(keepWithin)
			select {
			case <-late.C:
			case <-u.done:
				return
			}
		}
		before := u.err
		if u.write(); u.err != nil && before == nil {
			u.log.Warn("what is being written cannot be kept", "err", u.err)
		}
	}
}

// write makes the file what is being written; nothing is no file.
func (u *unsent) write() {
	text := u.now()
	if text == u.saved && u.err == nil {
		return
	}
	if text == "" {
		if u.err = os.Remove(u.path); errors.Is(u.err, fs.ErrNotExist) {
			u.err = nil
		}
	} else {
		u.err = maybe.WriteFile(u.path, []byte(text), 0o600)
	}
	if u.err == nil {
		u.saved = text
	}
}

// close writes what is left to be written, and lets another process keep.
func (u *unsent) close() error {
	if u.lock == nil {
		return nil
	}
	close(u.done)
	u.worker.Wait()
	u.write()
	err := u.err
	if err != nil {
		err = exit.New(exit.Storage, "", "what you were writing could not be kept: %w", err)
	}
	return errors.Join(err, u.lock.Unlock())
}

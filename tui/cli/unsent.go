package cli

import (
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/tui"
)

// keepWithin is how long a change may wait to be written: all that is typed
// meanwhile is written at once, and whatever kills the program, no more than
// half a sentence is lost.
const keepWithin = 500 * time.Millisecond

// unsent keeps what is being written in an account's chat, room by room, in a file of
// its state folder (unsentfile.go), so that it is there when the chat is opened again.
//
//	screen ──Keep──> texts, changed ──> one goroutine ──> file, half a second later
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
	saved []tui.Unsent
	err   error // of the last write

	// guarded by mu
	mu    sync.Mutex
	texts []tui.Unsent // in the order in which they were begun; none is empty
	soon  bool         // what was sent is not offered once more: it is written at once
}

// openUnsent begins to keep, and returns what was being written when it ended. With
// an error nothing is kept, and what is there stays.
func openUnsent(dir string, log *slog.Logger) (_ *unsent, texts []tui.Unsent, _ error) {
	u := &unsent{
		path: filepath.Join(dir, "unsent.json"), log: log,
		changed: make(chan struct{}, 1), done: make(chan struct{}),
	}
	lock := flock.New(filepath.Join(dir, oldUnsent+".lock"), flock.SetPermissions(0o600))
	if held, err := lock.TryLock(); err != nil || !held {
		return u, nil, err
	}
	texts, err := readUnsent(u.path)
	if err != nil {
		// There is something, and nobody knows what: it is not written over.
		return u, nil, errors.Join(err, lock.Unlock())
	}
	if texts, err = adoptUnsent(u.path, texts); err != nil {
		return u, nil, errors.Join(err, lock.Unlock())
	}
	u.lock, u.texts, u.saved = lock, texts, texts
	u.worker.Go(u.work)
	return u, texts, nil
}

// Keep implements tui.Keeper.
func (u *unsent) Keep(text tui.Unsent) {
	u.mu.Lock()
	list := slices.Clone(u.texts)
	at := slices.IndexFunc(list, func(t tui.Unsent) bool { return t.Room == text.Room && t.Thread == text.Thread && t.Edit == text.Edit })
	switch {
	case at >= 0 && text.Text == "":
		list, u.soon = slices.Delete(list, at, at+1), true
	case at >= 0:
		list[at] = text
	case text.Text != "":
		list = append(list, text)
	}
	u.texts = list
	u.mu.Unlock()
	select {
	case u.changed <- struct{}{}:
	default:
	}
}

// now is what is to be kept, and whether at once.
func (u *unsent) now() (texts []tui.Unsent, soon bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	soon, u.soon = u.soon, false
	return u.texts, soon
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
		if _, soon := u.now(); !soon {
			u.wait(late)
		}
		before := u.err
		if u.write(); u.err != nil && before == nil {
			u.log.Warn("what is being written cannot be kept", "err", u.err)
		}
	}
}

// wait lets what is typed come together: for keepWithin, or until something was sent.
func (u *unsent) wait(late *time.Timer) {
	late.Reset(keepWithin)
	for {
		select {
		case <-late.C:
			return
		case <-u.done:
			return
		case <-u.changed:
			if _, soon := u.now(); soon {
				return
			}
		}
	}
}

// write makes the file what is being written; nothing is no file.
func (u *unsent) write() {
	texts, _ := u.now()
	if slices.Equal(texts, u.saved) && u.err == nil {
		return
	}
	if u.err = writeUnsent(u.path, texts); u.err == nil {
		u.saved = texts
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

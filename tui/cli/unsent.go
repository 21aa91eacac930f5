package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/tui"
)

const (
	// keepWithin is how far writes of what is typed on are apart: all that is typed meanwhile is
	// written at once, and whatever kills the program, no more than a word or two is lost.
	keepWithin = 500 * time.Millisecond

	// keepSoon is how long what is typed after a pause waits: the frame that shows it comes first.
	keepSoon = 30 * time.Millisecond
)

// sentWait bounds how long the file waits for the outbox: that says sooner what it cannot
// keep.
const sentWait = 5 * time.Second

// unsent keeps what is being written in an account's chat, room by room, in a file of
// its state folder (unsentfile.go), so that it is there when the chat is opened again.
//
//	screen ──Keep──> texts, changed ──> one goroutine ──> file, twice a second
//	Dropped ────────────────asked────> the same, at once
//	close ─────────────────done─────> the same, at once
//
// What was sent stays in the file until the outbox has it, and what is taken back out of
// the outbox is in the file first: at any moment it is in one of them. Of what is in both the
// file says that it was taken back (dropped.go).
//
// Of several processes on one account each has a file of its own, and the lock of it: they
// write different things. What was left by one that has ended is taken over by the next
// that begins.
type unsent struct {
	// set once
	path    string
	log     *slog.Logger
	words   io.Writer    // where they are printed that could not be kept
	passing bool         // the folder is for this time alone: none are kept
	lock    *flock.Flock // nil if nothing is kept here
	since   time.Time    // when a file of what was being written was written last, zero if there is none
	changed chan struct{}
	asked   chan chan error // to be told when all is written, or why it is not; of capacity 1
	damaged []string        // what is to be said of files that were set aside
	behind  []string        // and of what editors left
	done    chan struct{}
	worker  sync.WaitGroup

	// owned by the worker, then by close
	saved filed
	shown chat.Room // as it was kept last
	err   error     // of the last write
	wrong error     // why nothing can be kept, nil since a text was written
	wrote time.Time // when that was last

	// guarded by mu
	mu sync.Mutex
	filed
	room chat.Room                       // that is shown, as far as it is known
	sent func(ctx context.Context) error // waits until the outbox has what was sent; nil for none
	soon bool                            // what was sent is not offered once more: it is written at once
	tell func(chat.Noticed)
}

// maxDesks is how many processes on one account keep what is written: more windows than
// anybody writes in.
const maxDesks = 16

// deskFiles are the file of the n-th process, from 0, and its lock.
func deskFiles(dir string, n int) (path, lock string) {
	if n == 0 {
		return filepath.Join(dir, "unsent.json"), filepath.Join(dir, oldUnsent+".lock")
	}
	name := filepath.Join(dir, fmt.Sprintf("unsent-%d", n+1))
	return name + ".json", name + ".lock"
}

// take takes a file for oneself, and tells whether no other process has it.
func take(lock string) (*flock.Flock, bool, error) {
	l := flock.New(lock, flock.SetPermissions(0o600))
	held, err := l.TryLock()
	return l, held, err
}

// openUnsent begins to keep, and returns what was being written when it ended. With
// an error nothing is kept, and what is there stays.
func openUnsent(dir string, log *slog.Logger) (_ *unsent, texts []tui.Unsent, _ error) {
	u := &unsent{log: log, words: os.Stderr, changed: make(chan struct{}, 1), asked: make(chan chan error), done: make(chan struct{})}
	var lock *flock.Flock
	for n := range maxDesks {
		path, name := deskFiles(dir, n)
		l, held, err := take(name)
		if err != nil {
			return u, nil, err
		}
		if held {
			u.path, lock = path, l
			break
		}
	}
	if lock == nil {
		return u, nil, fmt.Errorf("%d other windows of this account are open", maxDesks)
	}
	u.since = keptSince(dir)
	texts, says, err := readOrSetAside(u.path, log)
	if err != nil {
		// There is something, and nobody knows what: it is not written over.
		return u, nil, errors.Join(err, lock.Unlock())
	}
	u.finds(says)
	if first, _ := deskFiles(dir, 0); u.path == first {
		if texts, err = adoptUnsent(u.path, texts); err != nil {
			return u, nil, errors.Join(err, lock.Unlock())
		}
	}
	texts = u.takeOver(texts)
	u.lock, u.texts, u.saved.texts = lock, texts, texts
	u.worker.Go(u.work)
	return u, texts, nil
}

// tells says how the user is told that nothing can be kept. It is safe from any goroutine.
func (u *unsent) tells(tell func(chat.Noticed)) {
	u.mu.Lock()
	u.tell = tell
	u.mu.Unlock()
}

// follows says what waits until the outbox has what was sent. It is safe from any goroutine.
func (u *unsent) follows(sent func(context.Context) error) {
	u.mu.Lock()
	u.sent = sent
	u.mu.Unlock()
}

// Dropped returns when what is being written is in the file, or cannot be: what was taken
// out of the outbox is then there. It is safe from any goroutine.
func (u *unsent) Dropped(ctx context.Context) { u.written(ctx) }

// written is Dropped, and tells whether it is in the file.
func (u *unsent) written(ctx context.Context) bool {
	if u == nil || u.lock == nil {
		return false
	}
	written := make(chan error, 1)
	select {
	case u.asked <- written:
	case <-u.done:
		return false
	case <-ctx.Done():
		return false
	}
	select {
	case err := <-written:
		return err == nil
	case <-ctx.Done():
		return false
	}
}

// notice tells the user that nothing is kept, or that it is again.
func (u *unsent) notice(before error) {
	u.mu.Lock()
	tell := u.tell
	u.mu.Unlock()
	if tell == nil {
		return
	}
	said := func(err error) string {
		if err == nil {
			return ""
		}
		return "what you are writing cannot be kept: " + pathless(err).Error() + ". It is printed when you leave"
	}
	switch {
	case u.wrong != nil && before == nil:
		tell(chat.Noticed{Text: said(u.wrong)})
	case u.wrong == nil && before != nil:
		tell(chat.Noticed{Text: "what you are writing is kept again", Instead: said(before)})
	}
}

// Keep implements tui.Keeper.
func (u *unsent) Keep(text tui.Unsent) {
	u.mu.Lock()
	list := slices.Clone(u.texts)
	at := place(list, text)
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

// Show implements tui.Keeper.
func (u *unsent) Show(r chat.Room) {
	u.mu.Lock()
	u.room = r
	u.mu.Unlock()
	select {
	case u.changed <- struct{}{}:
	default:
	}
}

// writeRoom keeps which room is shown, if that is another one.
func (u *unsent) writeRoom() {
	u.mu.Lock()
	r := u.room
	u.mu.Unlock()
	if r.ID != u.shown.ID {
		u.shown = r
		keepRoom(filepath.Dir(u.path), r, u.log)
	}
}

// now is what is to be kept, and whether at once.
func (u *unsent) now() (what filed, soon bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	soon, u.soon = u.soon, false
	return u.filed, soon
}

func (u *unsent) work() {
	late := time.NewTimer(0)
	defer late.Stop()
	for {
		var asked chan error
		select {
		case <-u.changed:
			if _, soon := u.now(); !soon {
				asked = u.wait(late)
			}
		case asked = <-u.asked:
		case <-u.done:
			return
		}
		u.writeRoom()
		before := u.wrong
		if u.write(); u.wrong != nil && before == nil {
			u.log.Warn("what is being written cannot be kept", "err", u.wrong)
		}
		u.notice(before)
		if asked != nil {
			asked <- u.err
		}
	}
}

// wait lets what is typed come together: for keepWithin since the last write, or until something
// was sent or somebody asks.
func (u *unsent) wait(late *time.Timer) (asked chan error) {
	late.Reset(max(keepSoon, keepWithin-time.Since(u.wrote)))
	for {
		select {
		case <-late.C:
			return nil
		case <-u.done:
			return nil
		case asked = <-u.asked:
			return asked
		case <-u.changed:
			if _, soon := u.now(); soon {
				return nil
			}
		}
	}
}

// write makes the file what is being written; nothing is no file.
func (u *unsent) write() {
	what, _ := u.now()
	if what.same(u.saved) && u.err == nil {
		return
	}
	u.mu.Lock()
	sent := u.sent
	u.mu.Unlock()
	if sent != nil {
		ctx, cancel := context.WithTimeout(context.Background(), sentWait)
		defer cancel()
		_ = sent(ctx) // of what it cannot keep the user is told
	}
	if u.err = what.write(u.path); u.err == nil {
		u.saved = what
	}
	if u.wrote = time.Now(); u.err != nil || len(what.texts) > 0 { // that a file can be removed says nothing of a full disk
		u.wrong = u.err
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
	if err != nil || u.passing {
		fmt.Fprint(u.words, u.left())
	}
	if err != nil {
		err = exit.New(exit.Storage, "", "what you were writing could not be kept: %w", err)
	}
	return errors.Join(err, u.lock.Unlock())
}

// left is what was being written, as it is printed.
func (u *unsent) left() string {
	what, _ := u.now()
	var b strings.Builder
	for _, t := range what.texts {
		what := "what you were writing"
		if t.Edit != 0 {
			what = "what you made of message " + fmt.Sprint(t.Edit)
		}
		fmt.Fprintf(&b, "%s in %s:\n%s\n\n", what, chat.SanitizeLine(t.Room), chat.Sanitize(t.Text))
	}
	return b.String()
}

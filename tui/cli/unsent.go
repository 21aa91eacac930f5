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

// keepWithin is how long a change may wait to be written: all that is typed
// meanwhile is written at once, and whatever kills the program, no more than
// half a sentence is lost.
const keepWithin = 500 * time.Millisecond

// sentWait bounds how long the file waits for the outbox: that says sooner what it cannot
// keep.
const sentWait = 5 * time.Second

// unsent keeps what is being written in an account's chat, room by room, in a file of
// its state folder (unsentfile.go), so that it is there when the chat is opened again.
//
//	screen ──Keep──> texts, changed ──> one goroutine ──> file, half a second later
//	Dropped ────────────────asked────> the same, at once
//	close ─────────────────done─────> the same, at once
//
// What was sent stays in the file until the outbox has it, and what is taken back out of
// the outbox is in the file first: at any moment it is in one of them.
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
	asked   chan chan struct{} // to be closed when all is written
	done    chan struct{}
	worker  sync.WaitGroup

	// owned by the worker, then by close
	saved []tui.Unsent
	shown chat.Room // as it was kept last
	err   error     // of the last write

	// guarded by mu
	mu    sync.Mutex
	texts []tui.Unsent                    // in the order in which they were begun; none is empty
	room  chat.Room                       // that is shown, as far as it is known
	sent  func(ctx context.Context) error // waits until the outbox has what was sent; nil for none
	soon  bool                            // what was sent is not offered once more: it is written at once
	tell  func(chat.Noticed)
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
	u := &unsent{log: log, words: os.Stderr, changed: make(chan struct{}, 1), asked: make(chan chan struct{}), done: make(chan struct{})}
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
	texts, err := readUnsent(u.path)
	if err != nil {
		// There is something, and nobody knows what: it is not written over.
		return u, nil, errors.Join(err, lock.Unlock())
	}
	if first, _ := deskFiles(dir, 0); u.path == first {
		if texts, err = adoptUnsent(u.path, texts); err != nil {
			return u, nil, errors.Join(err, lock.Unlock())
		}
	}
	texts = takeOver(dir, u.path, texts, log)
	u.lock, u.texts, u.saved = lock, texts, texts
	u.worker.Go(u.work)
	return u, texts, nil
}

// keptSince is when any process wrote last what was being written, zero if none did.
func keptSince(dir string) (last time.Time) {
	for n := range maxDesks {
		path, _ := deskFiles(dir, n)
		if is, err := os.Stat(path); err == nil && is.ModTime().After(last) {
			last = is.ModTime()
		}
	}
	return last
}

// takeOver adds what processes left that have ended. Their files go once ours has it.
func takeOver(dir, ours string, texts []tui.Unsent, log *slog.Logger) []tui.Unsent {
	for n := range maxDesks {
		path, name := deskFiles(dir, n)
		if _, err := os.Stat(path); err != nil || path == ours {
			continue
		}
		lock, free, err := take(name)
		if err != nil || !free {
			continue
		}
		all := texts
		left, err := readUnsent(path)
		if err == nil {
			if all = mergeUnsent(texts, left); !slices.Equal(all, texts) {
				err = writeUnsent(ours, all)
			}
		}
		if err == nil {
			texts = all
			err = os.Remove(path)
		}
		if err = errors.Join(err, lock.Unlock()); err != nil {
			log.Warn("what another window left is not taken over", "err", err)
		}
	}
	return texts
}

// mergeUnsent is what two processes were writing: of one place both. The second text is put
// aside there, as it is: joined they may be too long, or answers to two messages, and nobody
// wrote that.
func mergeUnsent(ours, theirs []tui.Unsent) []tui.Unsent {
	all := slices.Clone(ours)
	for _, t := range theirs {
		if at := place(all, t); at < 0 {
			all = append(all, t)
			continue
		}
		same := func(o tui.Unsent) bool {
			return o.Room == t.Room && o.Thread == t.Thread && o.Text == t.Text && (o.Edit == t.Edit || o.Also != 0) && o.To.ID == t.To.ID
		}
		if slices.ContainsFunc(all, same) {
			continue
		}
		if t.Edit != 0 {
			t.Edit, t.To = 0, tui.To{}
		}
		for t.Also = 1; place(all, t) >= 0; {
			t.Also++
		}
		all = append(all, t)
	}
	return all
}

// place is where among texts the one is that has the place of t, -1 if there is none.
func place(list []tui.Unsent, t tui.Unsent) int {
	return slices.IndexFunc(list, func(o tui.Unsent) bool {
		return o.Room == t.Room && o.Thread == t.Thread && o.Edit == t.Edit && o.Also == t.Also
	})
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
func (u *unsent) Dropped(ctx context.Context) {
	if u == nil || u.lock == nil {
		return
	}
	written := make(chan struct{})
	select {
	case u.asked <- written:
	case <-u.done:
		return
	case <-ctx.Done():
		return
	}
	select {
	case <-written:
	case <-ctx.Done():
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
	case u.err != nil && before == nil:
		tell(chat.Noticed{Text: said(u.err)})
	case u.err == nil && before != nil:
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
		var asked chan struct{}
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
		before := u.err
		if u.write(); u.err != nil && before == nil {
			u.log.Warn("what is being written cannot be kept", "err", u.err)
		}
		u.notice(before)
		if asked != nil {
			close(asked)
		}
	}
}

// wait lets what is typed come together: for keepWithin, or until something was sent or
// somebody asks.
func (u *unsent) wait(late *time.Timer) (asked chan struct{}) {
	late.Reset(keepWithin)
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
	texts, _ := u.now()
	if slices.Equal(texts, u.saved) && u.err == nil {
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
	texts, _ := u.now()
	var b strings.Builder
	for _, t := range texts {
		what := "what you were writing"
		if t.Edit != 0 {
			what = "what you made of message " + fmt.Sprint(t.Edit)
		}
		fmt.Fprintf(&b, "%s in %s:\n%s\n\n", what, chat.SanitizeLine(t.Room), chat.Sanitize(t.Text))
	}
	return b.String()
}

package cli

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/adrg/xdg"
	"github.com/google/renameio/v2/maybe"
)

// teamFile says which team was shown last, of several in one window: the key of its account.
func teamFile() string { return filepath.Join(xdg.StateHome, "hobnob", "team") }

// lastTeam is where among accounts that is whose team was shown last: otherwise where that is not
// known. It is not known any more once somebody comes into a team: they mean that one.
func lastTeam(list []Account, otherwise int) int {
	b, err := readBounded(teamFile())
	if err != nil {
		return otherwise
	}
	key := strings.TrimSpace(string(b))
	if i := slices.IndexFunc(list, func(a Account) bool { return a.key() == key }); i >= 0 {
		return i
	}
	return otherwise
}

// forgetTeam is that the first account's team is meant from now on: who comes into one, or signs
// in to one anew, means that.
func forgetTeam() { _ = os.Remove(teamFile()) } // where it stays, it is no more than a place to begin

// front keeps which team of a window is shown, so that it is shown first the next time.
//
//	screen's loop ──of──> key, changed ──> one goroutine ──> file
//
// Of several processes the one counts that showed another team last, or ended last. A nil one
// keeps nothing.
type front struct {
	changed chan struct{} // of capacity 1

	// guarded by mu
	mu  sync.Mutex
	key string // of the account
}

func newFront() *front { return &front{changed: make(chan struct{}, 1)} }

// of is what notes that an account's team is shown. It returns at once; nil of a nil one.
func (f *front) of(a Account) func() {
	if f == nil {
		return nil
	}
	return func() {
		f.mu.Lock()
		f.key = a.key()
		f.mu.Unlock()
		select {
		case f.changed <- struct{}{}:
		default:
		}
	}
}

// run keeps it until done is closed, and once more then.
func (f *front) run(done <-chan struct{}) {
	for {
		select {
		case <-f.changed:
			f.keep()
		case <-done:
			f.keep()
			return
		}
	}
}

func (f *front) keep() {
	f.mu.Lock()
	key := f.key
	f.mu.Unlock()
	if key != "" && os.MkdirAll(filepath.Dir(teamFile()), 0o700) == nil {
		_ = maybe.WriteFile(teamFile(), []byte(key+"\n"), 0o600) // it is no more than a place to begin
	}
}

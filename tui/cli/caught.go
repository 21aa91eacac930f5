package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"sync"

	"github.com/gofrs/flock"
	"github.com/google/renameio/v2/maybe"
)

// caught keeps how far rooms were marked as read on walks through what is unread, in a file
// of an account's state folder. The server is told at the end of a walk, for its markers
// never go back; when the program is killed before, the next one that begins tells it.
//
//	screen ──mark──> marks, changed ──> one goroutine ──> file
//	close: the client has told or kept them, and the file goes; or it could not, and the
//	       file has them for the next start
//
// Of several processes on one account each has a file of its own, and the lock of it.
type caught struct {
	// set once
	path    string
	log     *slog.Logger
	lock    *flock.Flock  // nil if nothing is kept here
	changed chan struct{} // capacity 1
	done    chan struct{}
	worker  sync.WaitGroup

	told bool              // tell was called; of who calls close
	left map[string]uint64 // what came of it

	mu    sync.Mutex
	marks map[string]uint64 // room → seq
}

// caughtFiles are the file of the n-th process, from 0, and its lock.
func caughtFiles(dir string, n int) (path, lock string) {
	name := filepath.Join(dir, fmt.Sprintf("caught-%d", n+1))
	return name + ".json", name + ".lock"
}

// openCaught begins to keep, and returns what was marked by programs that were killed. Where
// nothing can be kept nothing is: it is no more than a convenience.
func openCaught(dir string, log *slog.Logger) (*caught, map[string]uint64) {
	c := &caught{log: log, changed: make(chan struct{}, 1), done: make(chan struct{}), marks: make(map[string]uint64)}
	for n := range maxDesks {
		path, name := caughtFiles(dir, n)
		if _, err := os.Stat(path); err != nil && c.lock != nil {
			continue // nobody left anything there
		}
		lock, free, err := take(name)
		if err != nil {
			log.Debug("what is marked as read is not kept", "err", err)
			return c, nil
		}
		if !free {
			continue
		}
		for room, seq := range readCaught(path, log) {
			c.marks[room] = max(c.marks[room], seq)
		}
		if c.lock == nil {
			c.path, c.lock = path, lock
			continue
		}
		err = c.write() // it is in ours before it goes there
		if err == nil {
			err = os.Remove(path)
		}
		if err != nil {
			log.Warn("what another window marked as read is taken over, and stays there", "err", err)
		}
		if err := lock.Unlock(); err != nil {
			log.Warn("unlock", "err", err)
		}
	}
	if c.lock != nil {
		c.worker.Go(c.work)
	}
	return c, maps.Clone(c.marks)
}

// readCaught reads what a process marked.
func readCaught(path string, log *slog.Logger) (marks map[string]uint64) {
	b, err := readBounded(path)
	if err == nil && len(b) > 0 {
		err = json.Unmarshal(b, &marks)
	}
	if err != nil {
		log.Warn("what was marked as read cannot be read", "err", err)
	}
	return marks
}

// mark takes how far a room is marked as read. It never waits.
func (c *caught) mark(room string, seq uint64) {
	c.mu.Lock()
	c.marks[room] = seq
	c.mu.Unlock()
	select {
	case c.changed <- struct{}{}:
	default:
	}
}

// all is what was marked.
func (c *caught) all() map[string]uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.marks)
}

func (c *caught) work() {
	for {
		select {
		case <-c.changed:
			if err := c.write(); err != nil {
				c.log.Debug("what is marked as read is not kept", "err", err)
			}
		case <-c.done:
			return
		}
	}
}

func (c *caught) write() error {
	b, err := json.Marshal(c.all())
	if err != nil {
		return err
	}
	return maybe.WriteFile(c.path, b, 0o600)
}

// tell hands all that was marked to who tells the server.
func (c *caught) tell(read func(room string, seq uint64)) {
	c.told = true
	for room, seq := range c.all() {
		read(room, seq)
	}
}

// remains is what the client that was told of it could neither tell nor keep, when that is
// closed: there may be more than was marked on walks.
func (c *caught) remains(left map[string]uint64) { c.left = left }

// close forgets what was marked, if tell has handed it on: the server was told by now or the
// client has kept it. Otherwise, and what remains, is there for the next start.
func (c *caught) close() error {
	if c.lock == nil {
		return nil
	}
	close(c.done)
	c.worker.Wait()
	if !c.told {
		return c.lock.Unlock()
	}
	if len(c.left) > 0 {
		c.mu.Lock()
		c.marks = c.left
		c.mu.Unlock()
		if err := c.write(); err != nil { // what the file has already stays
			c.log.Warn("what was marked as read is not kept", "err", err)
		}
		return c.lock.Unlock()
	}
	if err := os.Remove(c.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		c.log.Warn("what was marked as read is told again", "err", err)
	}
	return c.lock.Unlock()
}

package client

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// fillDisk makes the disk of a client full; free makes it have room again.
func fillDisk(t *testing.T, c *Client) (free func()) {
	t.Helper()
	limit := func(pages int) {
		for _, db := range []execer{c.cache.sure, c.cache.quick} {
			if _, err := db.ExecContext(t.Context(), fmt.Sprintf("PRAGMA max_page_count = %d", pages)); err != nil {
				t.Fatal(err)
			}
		}
	}
	limit(1)
	good := spoilSpare(t, c)
	return func() { limit(1 << 30); good() }
}

// spoilSpare keeps a client from writing its spare file.
func spoilSpare(t *testing.T, c *Client) (good func()) {
	t.Helper()
	if err := os.Mkdir(c.spare.path+".new", 0o700); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := os.Remove(c.spare.path + ".new"); err != nil {
			t.Fatal(err)
		}
	}
}

// long is a draft that needs pages of its own.
func long(id string) chat.Draft {
	d := draft("general", id+strings.Repeat(" and so on", 5000))
	d.ID = id
	return d
}

// noticed waits for a line about the disk.
func noticed(t *testing.T, s *screen, want chat.Noticed) {
	t.Helper()
	s.wait(t, fmt.Sprintf("%+v", want), func() bool {
		return slices.ContainsFunc(s.all, func(u chat.Update) bool { n, ok := u.(chat.Noticed); return ok && n == want })
	})
}

// onFull is what is said while the disk is full.
var onFull = chat.Noticed{Text: "what you send goes from memory and is not kept: the disk is full"}

// Who is connected goes on speaking while the disk is full, and is told that it is not kept,
// once, and when that is over.
func TestFullDiskKeepsNobodyFromSpeaking(t *testing.T) {
	f := newFake("general")
	c, s := online(t, config(t, f.start(t)))
	free := fillDisk(t, c)
	for i, id := range []string{"a", "b"} {
		if err := c.Enqueue(long(id)); err != nil {
			t.Fatal(err)
		}
		s.waitLast(t, "general", uint64(i+1))
	}
	s.waitEmpty(t)
	noticed(t, s, onFull)
	free()
	if err := c.Enqueue(long("c")); err != nil {
		t.Fatal(err)
	}
	noticed(t, s, chat.Noticed{Text: "what you send is kept again until it is sent", Instead: onFull.Text})
	s.waitLast(t, "general", 3)
	s.waitEmpty(t)
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, u := range s.all {
		if _, ok := u.(chat.Noticed); ok {
			n++
		}
	}
	if n != 2 {
		t.Errorf("%d lines were told", n)
	}
}

// Without a connection what cannot be kept waits in memory, and that is said.
func TestFullDiskWithoutAConnection(t *testing.T) {
	c, s := open(t, config(t, "http://127.0.0.1:1"))
	free := fillDisk(t, c)
	if err := c.Enqueue(long("a")); err != nil {
		t.Fatal(err)
	}
	if err := c.Kept(t.Context()); !errors.Is(err, ErrNotKept) {
		t.Errorf("kept: %v", err)
	}
	noticed(t, s, onFull)
	free()
	if left := c.Left(); c.Waiting() != 1 || len(left) != 1 || left[0].Kept {
		t.Errorf("%d wait, %+v", c.Waiting(), left)
	}
	if err := c.Close(); err != nil { // which keeps it
		t.Fatal(err)
	}
	if left := c.Left(); len(left) != 1 || !left[0].Kept {
		t.Errorf("in the end %+v", left)
	}
}

// putsOff is a server that never can store.
func putsOff() *fake {
	f := newFake("general")
	f.deny = func(chat.PostOptions, int) *chat.Error {
		return &chat.Error{Code: chat.CodeUnavailable, Message: "later"}
	}
	return f
}

// What was not kept is kept in the end where there is room by then, and else it is at hand.
func TestWhatIsLeftOfWhatWasNotKept(t *testing.T) {
	for name, room := range map[string]bool{"room in the end": true, "none": false} {
		t.Run(name, func(t *testing.T) {
			cfg := config(t, putsOff().start(t))
			c, _ := online(t, cfg)
			first := draft("general", "first")
			if err := errors.Join(c.Enqueue(first), c.Kept(t.Context())); err != nil {
				t.Fatal(err)
			}
			free := fillDisk(t, c)
			if err := c.Enqueue(long("a")); err != nil {
				t.Fatal(err)
			}
			if room {
				free()
			}
			if err := c.Close(); err != nil {
				t.Error(err)
			}
			left := c.Left()
			if len(left) != 2 || !left[0].Kept || left[1].Draft.ID != "a" || left[1].Kept != room || left[1].Failed {
				t.Errorf("left: %d", len(left))
			}
			k, err := testCache(t, cfg.Dir).load(t.Context())
			if err != nil || len(k.drafts) == 2 != room || len(k.drafts) == 0 {
				t.Errorf("%d drafts on disk, %v", len(k.drafts), err)
			}
		})
	}
}

// A draft that is not on disk can be dropped and tried again all the same.
func TestUnkeptDraftIsDroppedAndRetried(t *testing.T) {
	f := newFake("general")
	f.deny = func(_ chat.PostOptions, n int) *chat.Error {
		if n < 1 {
			return &chat.Error{Code: chat.CodeNotAllowed, Message: "no"}
		}
		return nil
	}
	c, s := online(t, config(t, f.start(t)))
	fillDisk(t, c)
	for _, id := range []string{"a", "b"} {
		if err := c.Enqueue(long(id)); err != nil {
			t.Fatal(err)
		}
		s.wait(t, "a refusal", func() bool { return s.drafts[id].State == chat.DraftFailed })
	}
	if err := c.Drop("a"); err != nil {
		t.Error(err)
	}
	if err := c.Retry("b"); err != nil {
		t.Error(err)
	}
	s.waitLast(t, "general", 1)
}

// spoil damages the pages of the outbox while a client has the database open: of its table
// and its index, or of one of them.
func spoil(t *testing.T, c *Client, of ...string) {
	t.Helper()
	db, err := handle(c.cache.path, "WAL", "NORMAL", "deferred", busyWait)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	pages := make([]int64, len(of))
	for i, kind := range of {
		const root = "SELECT rootpage FROM sqlite_schema WHERE tbl_name = 'outbox' AND type = ?"
		if err := db.QueryRowContext(t.Context(), root, kind).Scan(&pages[i]); err != nil {
			t.Fatal(err)
		}
	}
	// All of it is in the main file, and then everybody reads it anew.
	if _, err := db.ExecContext(t.Context(), "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(filepath.Clean(c.cache.path), os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, page := range pages {
		if _, err := f.WriteAt([]byte(strings.Repeat("?", damagedPage)), (page-1)*damagedPage); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := db.ExecContext(t.Context(), "INSERT INTO meta (key, value) VALUES ('x', '')"); err != nil {
		t.Fatal(err)
	}
}

// twoKept is a client with two drafts, which are on the disk.
func twoKept(t *testing.T, cfg Config) *Client {
	t.Helper()
	c, _ := online(t, cfg)
	for _, id := range []string{"a", "b"} {
		if err := c.Enqueue(long(id)); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Kept(t.Context()); err != nil {
		t.Fatal(err)
	}
	return c
}

// Where the cache is damaged while it is used, the chat goes on, and what is to be sent is
// there at the next start: it is in memory, and a new cache is made in the end.
func TestDamagedWhileItIsUsed(t *testing.T) {
	cfg := config(t, putsOff().start(t))
	c := twoKept(t, cfg)
	spoil(t, c, "table", "index")
	if err := errors.Join(c.Enqueue(long("c")), c.Kept(t.Context())); err != nil {
		t.Fatal(err)
	}
	if got := idsOf(afterKill(t, c)); got != "[a b c]" {
		t.Errorf("after a kill there are %s", got)
	}
	if err := c.Enqueue(long("d")); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"d", "b"} { // the disk never had the one, and has the other
		if err := c.Drop(id); err != nil {
			t.Errorf("drop %s: %v", id, err)
		}
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	for _, l := range c.Left() {
		if !l.Kept {
			t.Errorf("%s is not kept", l.Draft.ID)
		}
	}
	k, err := testCache(t, cfg.Dir).load(t.Context())
	if err != nil || len(k.drafts) != 2 || k.drafts[0].draft.ID != "a" || k.drafts[1].draft.ID != "c" {
		t.Errorf("kept %d drafts, %v", len(k.drafts), err)
	}
}

// What was taken back out of a damaged database is not carried over into the new one, though
// it can still be read there.
func TestTakenBackWhereItIsDamaged(t *testing.T) {
	cfg := config(t, putsOff().start(t))
	c := twoKept(t, cfg)
	spoil(t, c, "index")
	if err := errors.Join(c.Drop("b"), c.Close()); err != nil {
		t.Fatal(err)
	}
	k, err := testCache(t, cfg.Dir).load(t.Context())
	if err != nil || len(k.drafts) != 1 || k.drafts[0].draft.ID != "a" {
		t.Errorf("kept %d drafts, %v", len(k.drafts), err)
	}
}

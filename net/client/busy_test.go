package client

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// busyDisk is a client in a bubble whose writer is held until free is called.
func busyDisk(t *testing.T, do func(t *testing.T, c *Client, hold func() (free func()))) {
	dir := folder(t)
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t, newFake("general"), dir, 1<<30)
		defer b.close()
		synctest.Wait()
		do(t, b.c, func() func() {
			held := holdUp(b.c.cache)
			synctest.Wait()
			return func() { close(held); synctest.Wait() }
		})
	})
}

func onDisk(t *testing.T, c *Client) int {
	t.Helper()
	k, err := c.cache.load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return len(k.drafts)
}

// What the disk does not take in time is taken at once all the same, is found by who comes
// after a kill, and is on disk once that is free, in order.
func TestBusyDiskHoldsNobodyUp(t *testing.T) {
	busyDisk(t, func(t *testing.T, c *Client, hold func() func()) {
		free := hold()
		began := time.Now()
		for _, id := range []string{"a", "b", "c"} {
			d := draft("general", id)
			d.ID = id
			if err := c.Enqueue(d); err != nil {
				t.Error(err)
			}
		}
		if err := c.Drop("b"); err != nil || c.Waiting() != 2 {
			t.Errorf("drop: %v, %d wait", err, c.Waiting())
		}
		if took := time.Since(began); took != 0 { // of the bubble
			t.Errorf("it took %v", took)
		}
		if err := c.Kept(t.Context()); err != nil {
			t.Errorf("kept: %v", err)
		}
		left := afterKill(t, c)
		if got := idsOf(left); got != "[a c]" {
			t.Errorf("after a kill there are %s", got)
		}
		free()
		time.Sleep(2 * keepAgain) // of the bubble
		synctest.Wait()
		if n := onDisk(t, c); n != 2 || c.Waiting() != 2 {
			t.Errorf("%d on disk, %d wait", n, c.Waiting())
		}
		if files, _ := filepath.Glob(filepath.Join(c.cache.dir(), sparePattern)); len(files) > 0 {
			t.Errorf("left: %v", files)
		}
	})
}

// idsOf are the IDs of drafts in their order.
func idsOf(rows []outboxRow) string {
	var ids []string
	for _, r := range rows {
		ids = append(ids, r.draft.ID)
	}
	return fmt.Sprint(ids)
}

// afterKill is what the next process finds in the outbox if this one is killed now.
func afterKill(t *testing.T, c *Client) []outboxRow {
	t.Helper()
	dir := folder(t)
	files, err := os.ReadDir(c.cache.dir())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(c.cache.dir(), f.Name()))
		if err == nil && !strings.HasSuffix(f.Name(), "-shm") {
			err = os.WriteFile(filepath.Join(dir, f.Name()), b, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	next, k, err := readyCache(t.Context(), dir, slog.New(slog.DiscardHandler))
	if err == nil {
		err = next.closeHandles()
	}
	if err != nil {
		t.Fatal(err)
	}
	return k.drafts
}

// A draft that was dropped is off the disk when what its user made of it is kept, and not
// before; nor does what another process left bring it back.
func TestDropWaitsForWhatIsMadeOfIt(t *testing.T) {
	made := make(chan struct{})
	cfg := config(t, "http://127.0.0.1:1")
	cfg.Dropping = func(ctx context.Context) {
		select {
		case <-made:
		case <-ctx.Done():
		}
	}
	c, _ := open(t, cfg)
	d := draft("general", "x")
	d.ID = "x"
	if err := errors.Join(c.Enqueue(d), c.Kept(t.Context()), c.Drop("x")); err != nil {
		t.Fatal(err)
	}
	if n := onDisk(t, c); n != 1 || c.Waiting() != 0 {
		t.Errorf("%d on disk, %d wait", n, c.Waiting())
	}
	if c.adopt(); c.Waiting() != 0 {
		t.Error("it came back")
	}
	close(made)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if k, err := testCache(t, cfg.Dir).load(t.Context()); err != nil || len(k.drafts) != 0 {
		t.Errorf("%d on disk, %v", len(k.drafts), err)
	}
}

// Another program holds the database: what is written is sent all the same, in order and
// once; and what is not is there after a kill.
func TestAnotherProgramHoldsTheDatabase(t *testing.T) {
	f := newFake("general")
	cfg := config(t, f.start(t))
	c, s := run(t, cfg)
	s.waitState(t, chat.Online)
	other, err := handle(c.cache.path, "WAL", "NORMAL", "immediate", busyWait)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	tx, err := other.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	say := func(texts ...string) {
		for _, text := range texts {
			d := draft("general", text)
			d.ID = text
			if err := c.Enqueue(d); err != nil {
				t.Fatal(err)
			}
		}
	}
	say("a", "b", "c")
	s.waitLast(t, "general", 3)
	s.waitEmpty(t)
	f.set(func() { f.refuse = func(string) string { return "token_expired" } })
	f.cutAll()
	s.waitState(t, chat.Refused)
	say("d", "e")
	if err := c.Kept(t.Context()); err != nil {
		t.Fatal(err)
	}
	found := idsOf(afterKill(t, c))
	if !strings.HasSuffix(found, "d e]") {
		t.Errorf("after a kill there are %s", found)
	}
	f.set(func() { f.refuse = nil })
	if err := tx.Rollback(); err != nil { // it was held until here
		t.Fatal(err)
	}
	c.Reconnect()
	s.waitLast(t, "general", 5)
	s.waitEmpty(t)
	s.mu.Lock()
	for i, m := range s.rooms["general"] {
		if want := []string{"a", "b", "c", "d", "e"}[i]; m.ID != want {
			t.Errorf("message %d is %s", i, m.ID)
		}
	}
	s.mu.Unlock()
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if k, err := testCache(t, cfg.Dir).load(t.Context()); err != nil || len(k.drafts) != 0 {
		t.Errorf("in the end the outbox has %s, %v", idsOf(k.drafts), err)
	}
	if folderHas(t, cfg.Dir, `"drafts":`) {
		t.Error("a spare outbox is left")
	}
}

// A disk that takes nothing for long is tried ever more seldom, and at once when something is
// written.
func TestDiskThatTakesNothingIsLeftAlone(t *testing.T) {
	busyDisk(t, func(t *testing.T, c *Client, hold func() func()) {
		spoilSpare(t, c)
		tries := 0
		log := slog.New(counting{slog.DiscardHandler, &tries})
		c.log = log
		free := hold()
		if err := c.Enqueue(draft("general", "x")); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour) // of the bubble
		synctest.Wait()
		if tries < 3600/40 || tries > 3600/25 {
			t.Errorf("it was tried %d times in an hour", tries)
		}
		before := tries
		if err := c.Enqueue(draft("general", "y")); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * keepWait)
		synctest.Wait()
		if tries == before {
			t.Error("it was not tried for what was written")
		}
		free()
		time.Sleep(2 * keepSeldom)
		synctest.Wait()
		if n := onDisk(t, c); n != 2 {
			t.Errorf("%d are on disk", n)
		}
	})
}

// Who says much meanwhile waits no longer for the disk than who says little.
func TestDiskIsTriedSoonHoweverMuchIsSaid(t *testing.T) {
	busyDisk(t, func(t *testing.T, c *Client, hold func() func()) {
		spoilSpare(t, c)
		free := hold()
		const said = 6
		for i := range said {
			if err := c.Enqueue(draft("general", strconv.Itoa(i))); err != nil {
				t.Fatal(err)
			}
			time.Sleep(keepWait + keepWait/10) // of the bubble: it was tried in vain
			synctest.Wait()
		}
		free()
		time.Sleep(2*keepAgain + 2*keepWait)
		synctest.Wait()
		if n := onDisk(t, c); n != said {
			t.Errorf("%d of %d are on disk", n, said)
		}
	})
}

// counting counts how often it was tried to keep something in vain.
type counting struct {
	slog.Handler

	tries *int
}

func (c counting) Enabled(context.Context, slog.Level) bool { return true }
func (c counting) Handle(_ context.Context, r slog.Record) error {
	if r.Level == slog.LevelDebug {
		*c.tries++
	}
	return nil
}

// A disk that hangs is told of, and what is written goes from memory.
func TestDiskThatHangs(t *testing.T) {
	busyDisk(t, func(t *testing.T, c *Client, hold func() func()) {
		spoilSpare(t, c)
		defer hold()()
		if err := c.Enqueue(draft("general", "x")); err != nil {
			t.Fatal(err)
		}
		if err := c.Kept(t.Context()); !errors.Is(err, ErrNotKept) {
			t.Errorf("kept: %v", err)
		}
		if left := c.Left(); len(left) != 1 || left[0].Kept {
			t.Errorf("left %+v", left)
		}
	})
}

// A batch that another process holds up is tried again, and who waits at a
// keyboard does not wait for it.
func TestBusyBatchIsTriedAgain(t *testing.T) {
	c := testCache(t, folder(t))
	tx, err := c.sure.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	other, err := handle(c.path, "WAL", "NORMAL", "immediate", 0)
	if err != nil {
		t.Fatal(err)
	}
	_, held := other.BeginTx(t.Context(), nil)
	if err := errors.Join(tx.Rollback(), other.Close()); err != nil || !busy(held) {
		t.Fatal(err, held)
	}
	var order []string
	fails := busyTries - 1
	tried := func(context.Context, *txn) error {
		if fails == 0 {
			order = append(order, "batch")
			return nil
		}
		if fails--; fails == 1 { // in the midst of it
			c.urgent <- op{apply: func(context.Context, *txn) error { order = append(order, "urgent"); return nil }}
		}
		return fmt.Errorf("held: %w", held)
	}
	if err := c.ask(c.ops, tried); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(order) != "[urgent batch]" {
		t.Errorf("done: %v", order)
	}
	fails = busyTries
	if err := c.ask(c.ops, tried); !errors.Is(err, errBusy) {
		t.Errorf("held for longer: %v", err)
	}
	if err := c.keepDraft(chat.Draft{ID: "d", Body: chat.TextBody("x")}); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// A database that another program does not let go of is not opened: that is said in words.
func TestOpenHeld(t *testing.T) {
	t.Parallel()
	cfg := config(t, "http://127.0.0.1:1")
	c, err := Open(t.Context(), cfg)
	if err == nil {
		err = c.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	db, err := handle(filepath.Join(cfg.Dir, cacheName), "WAL", "FULL", "exclusive", 0)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Open(t.Context(), cfg)
	if !errors.Is(err, ErrHeld) || err.Error() != "another program holds what is kept on this machine" {
		t.Errorf("opened: %v", err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if c, err = Open(t.Context(), cfg); err == nil {
		err = c.Close()
	}
	if err != nil {
		t.Errorf("let go, it is not opened: %v", err)
	}
}

// A spare outbox that somebody was killed over while they took it is taken by the next.
func TestSpareThatWasBeingTaken(t *testing.T) {
	cfg := config(t, "http://127.0.0.1:1")
	s, d := newSpare(cfg.Dir), draft("general", "what waits")
	d.ID = "a"
	err := s.write(unsaved{rows: []outboxRow{{draft: d}}})
	if err == nil {
		err = os.Rename(s.path, s.path+takenSpare)
	}
	if err != nil {
		t.Fatal(err)
	}
	c, err := Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if n := c.Waiting(); n != 1 {
		t.Errorf("%d wait", n)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if folderHas(t, cfg.Dir, `"drafts":`) {
		t.Error("it is left")
	}
}

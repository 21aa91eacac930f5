package cli

import (
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
)

// walking opens what is kept of walks, and wants what was left.
func walking(t *testing.T, dir string, want map[string]uint64) *caught {
	t.Helper()
	c, left := openCaught(dir, slog.New(slog.DiscardHandler))
	if len(left)+len(want) > 0 && !maps.Equal(left, want) {
		t.Errorf("left are %v, want %v", left, want)
	}
	return c
}

// killed is the end of a process that was killed.
func (c *caught) killed(t *testing.T) {
	t.Helper()
	synctest.Wait() // until it is written
	close(c.done)
	c.worker.Wait()
	if err := c.lock.Unlock(); err != nil {
		t.Error(err)
	}
}

// What was marked on a walk is kept at once, told by the next process if this one is killed,
// and forgotten when it ends.
func TestCaughtIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		one := walking(t, dir, nil)
		one.mark("general", 7)
		one.mark("ops", 9)
		one.mark("ops", 4) // undone
		other := walking(t, dir, nil)
		other.mark("general", 5)
		other.mark("plans", 2)
		one.killed(t)
		other.killed(t)
		all := map[string]uint64{"general": 7, "ops": 4, "plans": 2}
		walking(t, dir, all).killed(t)                       // before it could tell anybody
		if err := walking(t, dir, all).close(); err != nil { // what it read could be told to nobody
			t.Error(err)
		}
		third := walking(t, dir, all)
		third.mark("ops", 12)
		all["ops"] = 12
		told := make(map[string]uint64)
		third.tell(func(room string, seq uint64) { told[room] = seq })
		if !maps.Equal(told, all) {
			t.Errorf("told %v, want %v", told, all)
		}
		synctest.Wait()
		if err := third.close(); err != nil {
			t.Error(err)
		}
		if left, err := filepath.Glob(filepath.Join(dir, "*.json")); err != nil || len(left) > 0 {
			t.Errorf("left are %q, %v", left, err)
		}
		if err := walking(t, dir, nil).close(); err != nil {
			t.Error(err)
		}
	})
}

// What cannot be read or kept keeps nobody from the chat.
func TestCaughtIsNoMoreThanAConvenience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		for n := range 2 {
			path, _ := caughtFiles(dir, n)
			if err := os.WriteFile(path, []byte(`{"general":`), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := walking(t, dir, nil).close(); err != nil {
			t.Error(err)
		}
		nowhere := walking(t, filepath.Join(dir, "nowhere"), nil)
		nowhere.mark("general", 1)
		if err := nowhere.close(); err != nil {
			t.Error(err)
		}
		var all []*caught
		for range maxDesks + 1 {
			c := walking(t, dir, nil)
			c.mark("general", 1)
			all = append(all, c)
		}
		synctest.Wait()
		for n, c := range all {
			if err := c.close(); err != nil {
				t.Error(fmt.Sprint(n), err)
			}
		}
	})
}

// What the server was not told and the cache did not take is in the file for the next start,
// also what was not marked on a walk; where the disk is full, what is there stays.
func TestCaughtKeepsWhatNobodyElseDid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		c := walking(t, dir, nil)
		c.mark("general", 7)
		c.mark("ops", 9)
		synctest.Wait()
		c.tell(func(string, uint64) {})
		c.remains(map[string]uint64{"ops": 9, "plans": 2})
		if err := c.close(); err != nil {
			t.Error(err)
		}
		c = walking(t, dir, map[string]uint64{"ops": 9, "plans": 2})
		c.tell(func(string, uint64) {})
		c.remains(map[string]uint64{"ops": 9})
		c.path = filepath.Join(dir, "nowhere", "caught.json")
		if err := c.close(); err != nil {
			t.Error(err)
		}
		c = walking(t, dir, map[string]uint64{"ops": 9, "plans": 2})
		c.tell(func(string, uint64) {})
		if err := c.close(); err != nil { // all of it was told
			t.Error(err)
		}
		walking(t, dir, nil).killed(t)
	})
}

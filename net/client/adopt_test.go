package client

import (
	"errors"
	"testing"
)

// failCommits has each transaction fail in its commit that changes a draft, as on a disk that
// becomes full right then.
func failCommits(t *testing.T, c *Client) (good func()) {
	t.Helper()
	do := func(statement string) {
		if _, err := c.cache.sure.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	do(`PRAGMA foreign_keys = ON;
		CREATE TABLE nobody (id INTEGER PRIMARY KEY);
		CREATE TABLE broken (id INTEGER REFERENCES nobody DEFERRABLE INITIALLY DEFERRED);
		CREATE TRIGGER breaks AFTER UPDATE ON outbox BEGIN INSERT INTO broken VALUES (1); END`)
	return func() { t.Helper(); do("DROP TRIGGER breaks") }
}

// What another process left at home is not sent while the disk says that it is there: it can be
// taken back there.
func TestWhatCouldNotLeaveHomeIsNotAdopted(t *testing.T) {
	cfg := config(t, "http://127.0.0.1:1")
	c, _ := open(t, cfg)
	other, _ := open(t, cfg)
	enqueues(t, other, "a")
	good := failCommits(t, c)
	if c.adopt(); c.Waiting() != 0 {
		t.Errorf("%d are to be sent that are at home on disk", c.Waiting())
	}
	good()
	if c.adopt(); c.Waiting() != 1 {
		t.Errorf("%d are to be sent once the disk takes it", c.Waiting())
	}
	if err := other.TakeBack(t.Context(), "a"); !errors.Is(err, ErrLeft) {
		t.Errorf("taking it back: %v", err)
	}
}

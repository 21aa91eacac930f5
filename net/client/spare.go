package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/google/uuid"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// sparePattern is how the spare files in a state folder are called.
const sparePattern = "outbox-*.json"

// takenSpare is added to the name of one that is being put into the database.
const takenSpare = ".taken"

// spare is a file of one process's own with what the database could not take yet of the
// outbox, because another program holds it or it is damaged. The next process that opens
// the folder puts it into the database: a draft that both send is posted once.
type spare struct {
	path string
	has  string // what was written last
}

// spareFile is what it holds.
type spareFile struct {
	Drafts []spareDraft `json:"drafts"`
	Gone   []string     `json:"gone,omitempty"` // IDs of those that are not to be sent any more
}

type spareDraft struct {
	ID     string      `json:"id"`
	Draft  storedDraft `json:"draft"`
	Error  *chat.Error `json:"error,omitempty"`  // when it was refused
	Stored bool        `json:"stored,omitempty"` // the database has had it
}

func newSpare(dir string) *spare {
	return &spare{path: filepath.Join(dir, "outbox-"+uuid.NewString()+".json")}
}

// write makes the file this, durably. It does nothing where it is that already.
func (s *spare) write(u unsaved) error {
	var f spareFile
	for _, r := range u.rows {
		f.Drafts = append(f.Drafts, spareDraft{r.draft.ID, storedOf(r.draft), r.refusal, r.stored})
	}
	f.Gone = u.gone
	b, err := json.Marshal(f)
	if err != nil {
		return fmt.Errorf("spare outbox: %w", err)
	}
	if string(b) == s.has {
		return nil
	}
	if err := replaceFile(s.path, b); err != nil {
		return fmt.Errorf("spare outbox: %w", err)
	}
	s.has = string(b)
	return nil
}

// replaceFile makes a file that only its owner reads these bytes, at once and durably.
func replaceFile(path string, b []byte) (err error) {
	f, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(path+".new", path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(path+".new"))
	}
	if d, err := os.Open(filepath.Dir(path)); err == nil { // where a folder can be synced
		_ = d.Sync()
		_ = d.Close()
	}
	return nil
}

// remove takes the file away: the database has what it held.
func (s *spare) remove() {
	if s.has == "" {
		return
	}
	if err := os.Remove(s.path); err == nil || errors.Is(err, fs.ErrNotExist) {
		s.has = ""
	}
}

// takeSpares puts into a database what processes left that could not.
func takeSpares(ctx context.Context, c *cache, log *slog.Logger) error {
	left, err := filepath.Glob(filepath.Join(c.dir(), sparePattern))
	if err != nil {
		return nil //nolint:nilerr // the folder's name has a bracket that is not closed: it is not searched
	}
	for _, path := range left {
		// Its process may write another one meanwhile, which is not ours to remove.
		if err := os.Rename(path, path+takenSpare); err != nil && !errors.Is(err, fs.ErrNotExist) {
			log.Warn("what could not be put into the outbox cannot be taken, and is left where it is", "path", path, "error", err)
		}
	}
	paths, _ := filepath.Glob(filepath.Join(c.dir(), sparePattern+takenSpare)) // also those of who was killed here
	for _, path := range paths {
		u, err := readSpare(path)
		if err != nil {
			log.Warn("what could not be put into the outbox cannot be read, and is left where it is", "path", path, "error", err)
			continue
		}
		tx, err := c.sure.BeginTx(ctx, nil)
		if err != nil {
			return fmt.Errorf("cache: %w", err)
		}
		if err = u.save(ctx, tx); err == nil {
			err = tx.Commit()
		}
		if err != nil {
			return errors.Join(fmt.Errorf("cache: %w", err), tx.Rollback())
		}
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			log.Warn("a spare outbox cannot be removed", "path", path, "error", err)
		}
	}
	return nil
}

func readSpare(path string) (u unsaved, err error) {
	b, err := os.ReadFile(filepath.Clean(path))
	if err != nil {
		return u, err
	}
	var f spareFile
	if err := json.Unmarshal(b, &f); err != nil {
		return u, err
	}
	for _, d := range f.Drafts {
		if d.ID != "" && len(d.ID) <= chat.MaxID && len(d.Draft.JSON) > 0 {
			u.rows = append(u.rows, outboxRow{draft: d.Draft.draft(d.ID), refusal: d.Error, stored: d.Stored})
		}
	}
	u.gone = f.Gone
	return u, nil
}

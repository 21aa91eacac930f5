package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2/maybe"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui"
)

const (
	// oldUnsent is where earlier versions kept the one text they had. Its lock is
	// still the lock, so that an old program and a new one do not both keep.
	oldUnsent = "unsent.txt"

	// maxUnsent bounds what is read back, in bytes: more than a hundred of the longest
	// texts, each byte as JSON escapes it. What is larger is not ours, and not written.
	maxUnsent = 64 << 20
)

// unsentFile is what the file holds.
type unsentFile struct {
	Unsent []unsentText `json:"unsent"`
}

type unsentText struct {
	Room   string    `json:"room"`
	Thread string    `json:"thread,omitempty"`
	Edit   uint64    `json:"edit,omitempty"`
	Also   int       `json:"also,omitempty"` // of those that are put aside, from 1
	Text   string    `json:"text"`
	To     *unsentTo `json:"to,omitempty"`
}

// unsentTo is the message that a text is about.
type unsentTo struct {
	ID       string `json:"id,omitempty"`
	Seq      uint64 `json:"seq,omitempty"`
	Who      string `json:"who,omitempty"`
	Says     string `json:"says,omitempty"`
	Revision int    `json:"revision,omitempty"`
}

func (t *unsentText) unsent() tui.Unsent {
	u := tui.Unsent{Room: t.Room, Thread: t.Thread, Edit: t.Edit, Also: t.Also, Text: t.Text}
	if t.To != nil {
		u.To = tui.To(*t.To)
	}
	return u
}

func unsentTextOf(u tui.Unsent) unsentText {
	t := unsentText{Room: u.Room, Thread: u.Thread, Edit: u.Edit, Also: u.Also, Text: u.Text}
	if to := unsentTo(u.To); to != (unsentTo{}) {
		t.To = &to
	}
	return t
}

// readBounded reads a file; one that is not there is empty.
func readBounded(path string) ([]byte, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxUnsent+1))
	if err == nil && len(b) > maxUnsent {
		err = fmt.Errorf("%s is larger than anything that is kept there", path)
	}
	return b, err
}

func readUnsent(path string) (texts []tui.Unsent, _ error) {
	b, err := readBounded(path)
	if err != nil || len(b) == 0 {
		return nil, err
	}
	var file unsentFile
	if err := json.Unmarshal(b, &file); err != nil {
		return nil, fmt.Errorf("%s is damaged: %w", path, err)
	}
	for _, t := range file.Unsent {
		if t.Text != "" {
			texts = append(texts, t.unsent())
		}
	}
	return texts, nil
}

// adoptUnsent takes over what an older version kept: it had one text, and no room for
// it. The old file goes once the new one is written.
func adoptUnsent(path string, texts []tui.Unsent) ([]tui.Unsent, error) {
	old := filepath.Join(filepath.Dir(path), oldUnsent)
	b, err := readBounded(old)
	if err != nil {
		return nil, err
	}
	text := string(b)
	if text == "" {
		return texts, nil
	}
	texts = mergeUnsent(texts, []tui.Unsent{{Room: chat.GeneralRoom, Text: text}}) // an old version may have been used in between
	if err := writeUnsent(path, texts); err != nil {
		return nil, err
	}
	return texts, os.Remove(old)
}

// writeUnsent makes the file these texts; none is no file.
func writeUnsent(path string, texts []tui.Unsent) error {
	if len(texts) == 0 {
		err := os.Remove(path)
		if errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
		return err
	}
	var file unsentFile
	for _, t := range texts {
		file.Unsent = append(file.Unsent, unsentTextOf(t))
	}
	b, err := json.Marshal(file)
	if err == nil && len(b) > maxUnsent {
		err = errors.New("that is too much")
	}
	if err != nil {
		return err
	}
	return maybe.WriteFile(path, b, 0o600)
}

package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

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
	Unsent  []unsentText `json:"unsent"`
	Dropped []string     `json:"dropped,omitempty"` // IDs of drafts
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
	f, err := openRegular(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxUnsent+1))
	if err == nil && len(b) > maxUnsent {
		err = fmt.Errorf("%w: %s is larger than anything that is kept there", errDamaged, path)
	}
	return b, err
}

// errDamaged is said of a file that is not what we wrote.
var errDamaged = errors.New("it is damaged")

// readUnsent reads what is being written. Of a file that is damaged there is, with the error,
// what can still be read.
func readUnsent(path string) (texts []tui.Unsent, _ error) {
	b, err := readBounded(path)
	var file unsentFile
	switch {
	case errors.Is(err, errDamaged):
		file.Unsent = salvageUnsent(b[:maxUnsent])
	case err != nil:
		return nil, err
	case len(b) > 0:
		if err = json.Unmarshal(b, &file); err != nil {
			err = fmt.Errorf("%w: %s: %w", errDamaged, path, err)
			file.Unsent = salvageUnsent(b)
		}
	}
	for _, t := range file.Unsent {
		if t.Text != "" {
			texts = append(texts, t.unsent())
		}
	}
	return texts, err
}

// maxTorn bounds how many texts are tried that turn out to be torn: each may be read to the
// end of the file, and damage does not tear many.
const maxTorn = 20

// salvageUnsent finds the texts in a damaged file that are whole, those behind the damage as
// well. No text looks like the begin of one: its quotes are escaped.
func salvageUnsent(b []byte) (list []unsentText) {
	begin := []byte(`{"room":`)
	for torn := 0; torn < maxTorn; {
		at := bytes.Index(b, begin)
		if at < 0 {
			break
		}
		b = b[at:]
		var one unsentText
		d := json.NewDecoder(bytes.NewReader(b))
		if err := d.Decode(&one); err != nil {
			torn++
			b = b[len(begin):]
			continue
		}
		list = append(list, one)
		b = b[d.InputOffset():]
	}
	return list
}

const (
	// damagedStamp is when a file was set aside, in its name.
	damagedStamp = "20060102T150405.000000000"

	// damagedTime is how long a damaged file is kept, in case its user wants something of it: the
	// month that they are told, whichever it is.
	damagedTime = 31 * 24 * time.Hour
)

// pruneDamaged removes what was damaged and set aside longer ago than that. What could only not
// be read may be whole, and stays; a file with another name is not ours.
func pruneDamaged(path string, now time.Time, log *slog.Logger) {
	files, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return // who reads or writes there says so
	}
	for _, f := range files {
		stamp, is := strings.CutPrefix(f.Name(), filepath.Base(path)+".damaged-")
		if !is {
			continue
		}
		if at, err := time.Parse(damagedStamp, stamp); err != nil || now.Sub(at) < damagedTime {
			continue
		}
		// A folder that somebody put there, with something in it, stays.
		if err := os.Remove(filepath.Join(filepath.Dir(path), f.Name())); err != nil {
			log.Info("what was set aside long ago is not removed", "error", err)
		}
	}
}

// readOrSetAside is readUnsent that sets aside a file that is damaged, or not to be read: what
// can still be read of it is in a new one, and a sentence says where the other is.
func readOrSetAside(path string, log *slog.Logger) (texts []tui.Unsent, says string, err error) {
	pruneDamaged(path, time.Now(), log)
	texts, err = readUnsent(path)
	if !errors.Is(err, errDamaged) && !errors.Is(err, errIrregular) && !errors.Is(err, fs.ErrPermission) {
		return texts, "", err
	}
	why, what, kept := "damaged", "was damaged", " for a month"
	if !errors.Is(err, errDamaged) {
		why, what, kept = "unreadable", "could not be read", "" // and stays there
	}
	aside := path + "." + why + "-" + time.Now().UTC().Format(damagedStamp)
	log.Warn("what was being written is set aside", "why", why, "aside", aside, "read", len(texts), "err", err)
	// It has two names until the new one is in its place: at no moment are the words in none.
	if os.Link(path, aside) != nil { // a folder, or a file system without links
		if err := os.Rename(path, aside); err != nil {
			return nil, "", err
		}
	}
	if err := writeUnsent(path, texts); err != nil {
		return nil, "", err
	}
	found := "nothing could be read of it"
	if len(texts) > 0 {
		found = "what could be read of it is where you wrote it"
	}
	return texts, fmt.Sprintf("the file with what you were writing %s: %s, and the rest may be in %s%s", what, found, short(aside), kept), nil
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

// writeUnsent makes the file these texts, before the outbox is opened: what it says was dropped may be
// there yet. None is no file.
func writeUnsent(path string, texts []tui.Unsent) error {
	return filed{texts, droppedOf(path)}.write(path)
}

func (f filed) write(path string) error {
	if len(f.texts) == 0 {
		err := os.Remove(path)
		if errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
		return err
	}
	file := unsentFile{Dropped: f.dropped}
	for _, t := range f.texts {
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

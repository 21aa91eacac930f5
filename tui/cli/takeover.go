package cli

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/hobnob-chat/hobnob/tui"
)

// keptSince is when any process wrote last what was being written, zero if none did.
func keptSince(dir string) (last time.Time) {
	for n := range maxDesks {
		path, _ := deskFiles(dir, n)
		files := []string{path}
		for _, folder := range editFolders(path) {
			files = append(files, filepath.Join(folder, editText))
		}
		for _, file := range files {
			if is, err := os.Stat(file); err == nil && is.ModTime().After(last) {
				last = is.ModTime()
			}
		}
	}
	return last
}

// takeOver adds what processes left that have ended. Their files go once ours has it.
func (u *unsent) takeOver(texts []tui.Unsent) []tui.Unsent {
	ours, log := u.path, u.log
	texts = u.takeEdits(ours, texts)
	for n := range maxDesks {
		path, name := deskFiles(filepath.Dir(ours), n)
		if path == ours || !isThere(path) && len(editFolders(path)) == 0 {
			continue
		}
		lock, free, err := take(name)
		if err != nil || !free {
			continue
		}
		all := texts
		dropped := droppedOf(path) // which the outbox may have yet: it is opened after this
		left, says, err := readOrSetAside(path, log)
		u.finds(says)
		if err == nil {
			if all = mergeUnsent(texts, left); !slices.Equal(all, texts) || len(dropped) > 0 {
				dropped = append(droppedOf(ours), dropped...)
				err = filed{all, dropped[max(0, len(dropped)-maxDropped):]}.write(ours)
			}
		}
		if err == nil {
			texts = all
			if err = os.Remove(path); errors.Is(err, fs.ErrNotExist) {
				err = nil // there were folders alone
			}
		}
		texts = u.takeEdits(path, texts)
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

func isThere(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// place is where among texts the one is that has the place of t, -1 if there is none.
func place(list []tui.Unsent, t tui.Unsent) int {
	return slices.IndexFunc(list, func(o tui.Unsent) bool {
		return o.Room == t.Room && o.Thread == t.Thread && o.Edit == t.Edit && o.Also == t.Also
	})
}

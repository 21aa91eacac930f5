package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/renameio/v2/maybe"

	"github.com/hobnob-chat/hobnob/tui"
)

// What somebody writes in their own editor is in a folder of its own beside the file of what is
// being written, and the lock of that file is the folder's, too: what is there is the window's
// that made it, and of one that has ended the next one's that begins. That takes what was saved
// into the draft of its room. What else an editor left there, as they do when they are ended, is
// never removed: each start says where it is.

const (
	// editText is the file that the editor has; its name says how it is written.
	editText = "message.md"

	// editPlace is the file beside it that says where the text belongs.
	editPlace = "place.json"

	// maxEdits is how many folders a start looks at: as many as editors that were ended, and
	// what they left never taken away.
	maxEdits = 100

	// mostEdits is how many folders are named at a start.
	mostEdits = 3
)

// editFile is what editPlace holds: where the text belongs and what it was, as it was kept last,
// and the process of the editor, 0 for none. One that is Away was back at once, and may go on in
// a window of its own.
type editFile struct {
	unsentText
	Process int  `json:"process,omitempty"`
	Away    bool `json:"away,omitempty"`
}

// awayFor is how long a folder stays whose editor may go on where we do not see it: a day's work.
const awayFor = 24 * time.Hour

// open tells whether the editor may go on to write there.
func (e *editFile) open(folder string) bool {
	if !e.Away {
		return running(e.Process)
	}
	info, err := os.Stat(folder)
	return err == nil && time.Since(info.ModTime()) < awayFor
}

// editPrefix is how the folders are called of who keeps what is written in a file.
func editPrefix(path string) string { return strings.TrimSuffix(path, ".json") + ".editor-" }

// keeps tells whether what is written is kept here for the next start.
func (u *unsent) keeps() bool { return u != nil && u.lock != nil && !u.passing }

// editFolder makes a folder for an editor, which others cannot look into: editors put copies
// beside the file.
func (u *unsent) editFolder() (string, error) {
	if !u.keeps() {
		return passingFolder()
	}
	prefix := editPrefix(u.path)
	return os.MkdirTemp(filepath.Dir(prefix), filepath.Base(prefix)+"*")
}

// passingFolder makes one that no start looks for.
func passingFolder() (string, error) { return os.MkdirTemp("", "hobnob-") }

// editFolders are those there are.
func editFolders(path string) (list []string) {
	prefix := editPrefix(path)
	d, err := os.Open(filepath.Dir(prefix))
	if err != nil {
		return nil // whoever opens the file says so
	}
	defer d.Close()
	names, _ := d.Readdirnames(maxEntries) // of a folder that is read in part, those
	slices.Sort(names)
	for _, name := range names {
		if strings.HasPrefix(name, filepath.Base(prefix)) && len(list) < maxEdits {
			list = append(list, filepath.Join(filepath.Dir(prefix), name))
		}
	}
	return list
}

func writeEdit(folder string, e editFile) error {
	b, err := json.Marshal(e)
	if err != nil {
		return err
	}
	return maybe.WriteFile(filepath.Join(folder, editPlace), b, 0o600)
}

func readEdit(folder string) (e editFile, _ error) {
	f, err := openRegular(filepath.Join(folder, editPlace))
	if err != nil {
		return e, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxUnsent))
	if err != nil {
		return e, err
	}
	err = json.Unmarshal(b, &e)
	return e, err
}

// besides tells whether there is something in a folder that we did not put there, or nobody
// knows.
func besides(folder string) bool {
	list, err := os.ReadDir(folder)
	return err != nil && !errors.Is(err, fs.ErrNotExist) ||
		slices.ContainsFunc(list, func(f fs.DirEntry) bool { return !oursIn(f.Name()) })
}

// oursIn tells whether we put a file into a folder: what was being written into editPlace when we
// were killed has its name, with a dot before it and digits behind.
func oursIn(name string) bool {
	begun, is := strings.CutPrefix(name, "."+editPlace)
	return name == editText || name == editPlace || is && strings.Trim(begun, "0123456789") == ""
}

// removeBackups removes what an editor that ended well keeps of how a file was.
func removeBackups(folder string) {
	list, _ := os.ReadDir(folder)
	for _, f := range list {
		if strings.HasSuffix(f.Name(), "~") {
			_ = os.Remove(filepath.Join(folder, f.Name())) // else it is as what an editor leaves
		}
	}
}

// takeEdits takes what was saved in editors of a window that has ended, and says what it could
// not take.
func (u *unsent) takeEdits(of string, texts []tui.Unsent) []tui.Unsent {
	for _, folder := range editFolders(of) {
		all, says, err := takeEdit(folder, u.path, texts)
		if err != nil {
			u.log.Warn("what an editor left is not taken over", "err", err)
		}
		texts = all
		if says != "" {
			u.behind = append(u.behind, says)
		}
	}
	return texts
}

// takeEdit takes what was saved in one folder, and removes that once ours has it.
func takeEdit(folder, ours string, texts []tui.Unsent) (all []tui.Unsent, says string, err error) {
	place, err := readEdit(folder)
	open := place.open(folder) // before its text is read, which it may have written last
	text, failed := readText(filepath.Join(folder, editText))
	gone := errors.Is(failed, fs.ErrNotExist)
	switch {
	case open && (gone || failed == nil && text == ""): // as it is for a moment while an editor saves
		return texts, stillOpen(folder), nil
	case gone && !besides(folder): // the editor removed it, or there was none yet
		return texts, "", os.RemoveAll(folder)
	case gone:
		return texts, toRecover(folder), nil
	case errors.Is(failed, errLong):
		return texts, "what you wrote in your editor is longer than a message may be, and is in " + short(filepath.Join(folder, editText)), nil
	case failed == nil && text == "" && !besides(folder):
		return texts, "", os.RemoveAll(folder)
	case err != nil || failed != nil || !utf8.ValidString(text):
		return texts, "what you wrote in your editor could not be read, and is in " + short(folder), errors.Join(err, failed)
	}
	all = texts
	had := place.Text
	if text != had {
		text = strings.TrimRight(text, "\r\n") // as when it comes to the screen
	}
	if text != place.Text && text != "" {
		if all = mergeEdit(texts, place.unsent(), text); !slices.Equal(all, texts) {
			if err := writeUnsent(ours, all); err != nil {
				return texts, "", err
			}
		}
		place.Text = text
	}
	if says = toRecover(folder); open {
		says = stillOpen(folder)
	} else if !besides(folder) {
		return all, "", os.RemoveAll(folder)
	}
	if place.Text != had { // else its folder stays as old as it is
		err = writeEdit(folder, place)
	}
	return all, says, err
}

// stillOpen is what is to be said of a folder whose editor runs, as far as is known. Another
// process may have its number by now, so what is to be recovered there is named all the same.
func stillOpen(folder string) string {
	if !besides(folder) {
		return ""
	}
	return "your editor has a text open that you began here before, or was ended, and what it left to be recovered is in " + short(folder)
}

func toRecover(folder string) string {
	return "your editor was ended while you wrote, and what it left to be recovered is in " + short(folder) +
		": open " + editText + " there with it, and remove the folder afterwards"
}

// mergeEdit is what was being written with what an editor made of it. Where that is another
// text by now, there are both.
func mergeEdit(texts []tui.Unsent, was tui.Unsent, text string) []tui.Unsent {
	at := place(texts, was)
	if at < 0 || strings.TrimRight(texts[at].Text, "\r\n") != strings.TrimRight(was.Text, "\r\n") {
		was.Text = text
		return mergeUnsent(texts, []tui.Unsent{was})
	}
	texts = slices.Clone(texts)
	texts[at].Text = text
	return texts
}

// found is what is to be said on the screen of what was found, when the desk was opened.
func (u *unsent) found() []string {
	left := u.behind
	if more := len(left) - mostEdits; more > 0 {
		left = append(slices.Clip(left[:mostEdits]), fmt.Sprintf("your editors left %d more folders in %s", more, short(filepath.Dir(u.path))))
	}
	return append(slices.Clip(u.damaged), left...)
}

// finds notes a sentence about a file that was set aside, "" for none.
func (u *unsent) finds(says string) {
	if says != "" {
		u.damaged = append(u.damaged, says)
	}
}

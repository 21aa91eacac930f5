package cli

import (
	"encoding/json"
	"slices"

	"github.com/hobnob-chat/hobnob/tui"
)

// What was refused and is taken back is in two places for a moment: in the file with what is being
// written, and in the outbox, which it leaves only then, so that it is in one of them whatever
// ends the program. Who is killed in that moment would find it twice. So the file says as well, in
// the same write, which drafts were dropped, and the next program begins with an outbox that
// does not have them.

// maxDropped is how many drafts a file names, the last of them: each is off the disk milliseconds
// later, and nobody takes back a hundred messages meanwhile.
const maxDropped = 100

// filed is what a file has. Neither list is changed in place.
type filed struct {
	texts   []tui.Unsent // in the order in which they were begun; none is empty
	dropped []string     // drafts that one of them may be made of, or that were dropped while it was written
}

// same tells whether two files say the same. Where nothing is being written there is none.
func (f filed) same(o filed) bool {
	return slices.Equal(f.texts, o.texts) && (len(f.texts) == 0 || slices.Equal(f.dropped, o.dropped))
}

// drops remembers that a draft is dropped. It is to be called before the outbox drops it: Dropped
// writes it. It is safe from any goroutine.
func (u *unsent) drops(id string) {
	if u == nil {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	all := append(slices.Clone(u.dropped), id)
	u.dropped = all[max(0, len(all)-maxDropped):]
}

// dropsNot takes drops back: the outbox did not drop it.
func (u *unsent) dropsNot(id string) {
	if u == nil {
		return
	}
	u.mu.Lock()
	u.dropped = slices.DeleteFunc(slices.Clone(u.dropped), func(one string) bool { return one == id })
	u.mu.Unlock()
	select {
	case u.changed <- struct{}{}:
	default:
	}
}

// Drop implements tui.Client.
func (c connection) Drop(id string) error {
	c.desk.drops(id)
	err := c.Client.Drop(id)
	if err != nil {
		c.desk.dropsNot(id)
	}
	return err
}

// droppedIn are the drafts that were dropped by the processes whose files are in a state folder. Of
// a file that cannot be read whoever takes it over says so.
func droppedIn(dir string) (ids []string) {
	for n := range maxDesks {
		path, _ := deskFiles(dir, n)
		ids = append(ids, droppedOf(path)...)
	}
	return ids
}

// droppedOf are those of one file.
func droppedOf(path string) []string {
	var file unsentFile
	if b, err := readBounded(path); err != nil || len(b) == 0 || json.Unmarshal(b, &file) != nil {
		return nil
	}
	return file.Dropped
}

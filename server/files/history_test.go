package files

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// history is what a Library should have after what was done to it.
type history struct {
	t       *testing.T
	s       *shelf
	uploads map[string]*sent    // by ID; all are ada's
	content map[string]string   // file's ID → content, of those that are there
	says    map[uint64][]string // number of a message → its files
	last    uint64
}

// sent is an upload that is not whole.
type sent struct {
	content string
	offset  int
}

// TestHistories does what people do in any order, with restarts in between: whatever
// was answered holds, every content that somebody may have is there, and nothing else
// is on disk.
func TestHistories(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h := &history{t: t, s: open(t, t.TempDir()), uploads: map[string]*sent{}, content: map[string]string{}, says: map[uint64][]string{}}
		rt.Repeat(map[string]func(*rapid.T){
			"send": h.send, "cancel": h.cancel, "say": h.say, "delete": h.remove, "restart": h.restart, "": h.check,
		})
		h.s.shut(t)
	})
}

var contents = []string{"", "a", "bb", strings.Repeat("c", 100_000)}

// send begins an upload or goes on with one, and may be cut off.
func (h *history) send(rt *rapid.T) {
	id := rapid.SampledFrom([]string{"1", "2", "3"}).Draw(rt, "id")
	u := h.uploads[id]
	fresh := u == nil
	if fresh {
		u = &sent{content: rapid.SampledFrom(contents).Draw(rt, "content")}
	}
	request := rest(ada, id, u.offset, len(u.content)-u.offset, len(u.content))
	if fresh && len(u.content) == 0 || rapid.Bool().Draw(rt, "whole") {
		request, u.offset = whole(ada, id, "", len(u.content)), 0
	}
	body := io.Reader(strings.NewReader(u.content[u.offset:]))
	cut := rapid.IntRange(0, len(u.content)-u.offset).Draw(rt, "cut")
	if isCut := rapid.Bool().Draw(rt, "is cut") && u.offset+cut < len(u.content); isCut {
		body = cutOff(u.content[u.offset : u.offset+cut])
	}
	state, before, err := h.s.Receive(h.t.Context(), request, body)
	switch {
	case errors.Is(err, errGone):
		if u.offset += cut; u.offset > 0 {
			h.uploads[id] = u
		} else {
			delete(h.uploads, id)
		}
	case err != nil:
		rt.Fatalf("send: %v", err)
	case before:
		rt.Fatalf("it was whole before: %+v", state)
	default:
		delete(h.uploads, id)
		if state.SHA256 != sum(u.content) {
			rt.Fatalf("%q became %+v", u.content, state)
		}
		h.content[state.File.ID] = u.content
		// Its ID is free for the next one, as that of a client that counts anew.
		if err := h.s.db.DropUpload(h.t.Context(), "nobody", id); err != nil {
			rt.Fatal(err)
		}
		if _, err := h.s.db.Writer().Exec("DELETE FROM uploads WHERE id = ?", id); err != nil {
			rt.Fatal(err)
		}
	}
}

func (h *history) cancel(rt *rapid.T) {
	id := rapid.SampledFrom([]string{"1", "2", "3"}).Draw(rt, "id")
	err := h.s.Cancel(h.t.Context(), ada, id)
	if known := h.uploads[id] != nil; known != (err == nil) {
		rt.Fatalf("cancel %s, which is known %v: %v", id, known, err)
	}
	delete(h.uploads, id)
}

// say says some files in a message.
func (h *history) say(rt *rapid.T) {
	var ids []string
	for id := range h.content {
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		rt.Skip()
	}
	slices.Sort(ids)
	some := rapid.SliceOfNDistinct(rapid.SampledFrom(ids), 1, min(3, len(ids)), rapid.ID[string]).Draw(rt, "files")
	h.s.use(h.t, ada, some...)
	h.last++
	h.says[h.last] = some
}

// remove deletes a message, and with it the files that no other one has.
func (h *history) remove(rt *rapid.T) {
	var seqs []uint64
	for seq := range h.says {
		seqs = append(seqs, seq)
	}
	if len(seqs) == 0 {
		rt.Skip()
	}
	slices.Sort(seqs)
	seq := rapid.SampledFrom(seqs).Draw(rt, "message")
	h.s.apply(h.t, chat.Event{Kind: chat.MessageDeleted, Author: ada, Room: chat.GeneralRoom, Change: chat.Change{Target: seq, User: &ada}})
	gone := h.says[seq]
	delete(h.says, seq)
	for _, id := range gone {
		if !h.said(id) {
			delete(h.content, id)
		}
	}
}

func (h *history) said(id string) bool {
	for _, ids := range h.says {
		if slices.Contains(ids, id) {
			return true
		}
	}
	return false
}

func (h *history) restart(*rapid.T) {
	h.s.shut(h.t)
	h.s = open(h.t, h.s.dir)
}

// check compares all that can be asked.
func (h *history) check(rt *rapid.T) {
	if err := errors.Join(h.s.dropDue(h.t.Context()), h.s.removeContents(h.t.Context())); err != nil {
		rt.Fatal(err)
	}
	want := make(map[string]bool)
	for id, content := range h.content {
		want[sum(content)] = true
		if got := h.s.read(h.t, ada, id); got != content {
			rt.Fatalf("file %s has %d bytes and not %d", id, len(got), len(content))
		}
		c, err := h.s.Get(h.t.Context(), bob, id)
		if err == nil {
			err = c.Close()
		}
		if h.said(id) != (err == nil) || err != nil && !hasCode(err, chat.CodeNotFound) {
			rt.Fatalf("file %s is said %v, and another is told %v", id, h.said(id), err)
		}
	}
	for id, u := range h.uploads {
		state, err := h.s.Status(h.t.Context(), ada, id)
		if err != nil || state.Offset != int64(u.offset) {
			rt.Fatalf("upload %s is at %d, and should be at %d: %v", id, state.Offset, u.offset, err)
		}
	}
	if got := len(h.s.onDisk(h.t)); got != len(want)+len(h.uploads) {
		rt.Fatalf("%d contents and %d uploads are %d files", len(want), len(h.uploads), got)
	}
}

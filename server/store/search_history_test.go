package store

import (
	"database/sql"
	"flag"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// history is a random history of a team, told twice: to a store, and in memory.
type history struct {
	s      *Store
	offset uint64
	rooms  map[string][]*line // in the order of their seqs
}

type line struct {
	offset uint64
	author string
	text   string // "" once it is gone
	pinned bool
}

var historyWords = []string{"alpha", "beta", "Alpha", "gamma", "東京都", "京都", "日", "café", "x.y"}

func (h *history) text(t *rapid.T) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(historyWords), 1, 4).Draw(t, "text"), " ")
}

func (h *history) append(t *rapid.T, e chat.Event) {
	if err := inTx(t.Context(), h.s.Writer(), func(tx *sql.Tx) error { return h.s.Apply(t.Context(), tx, []chat.Event{e}) }); err != nil {
		t.Fatal(err)
	}
}

func (h *history) next() uint64 { h.offset++; return h.offset }

// some is a message that is still there, nil where there is none.
func (h *history) some(t *rapid.T) (room string, seq uint64, m *line) {
	room = rapid.SampledFrom(slices.Sorted(maps.Keys(h.rooms))).Draw(t, "room")
	if len(h.rooms[room]) == 0 {
		return "", 0, nil
	}
	i := rapid.IntRange(0, len(h.rooms[room])-1).Draw(t, "message")
	if m = h.rooms[room][i]; m.text == "" {
		m = nil
	}
	return room, uint64(i + 1), m
}

func (h *history) post(t *rapid.T) {
	room := rapid.SampledFrom(slices.Sorted(maps.Keys(h.rooms))).Draw(t, "room")
	m := &line{h.next(), rapid.SampledFrom([]string{"u1", "u2"}).Draw(t, "author"), h.text(t), false}
	h.rooms[room] = append(h.rooms[room], m)
	e := said(m.offset, room, m.text)
	e.Author.ID = m.author
	h.append(t, e)
}

func (h *history) edit(t *rapid.T) {
	if room, seq, m := h.some(t); m != nil {
		m.text = h.text(t)
		h.append(t, change(h.next(), chat.MessageEdited, room, seq, m.text))
	}
}

func (h *history) delete(t *rapid.T) {
	if room, seq, m := h.some(t); m != nil {
		m.text, m.pinned = "", false
		h.append(t, change(h.next(), chat.MessageDeleted, room, seq, ""))
	}
}

func (h *history) pin(t *rapid.T) {
	if room, seq, m := h.some(t); m != nil {
		m.pinned = !m.pinned
		e := change(h.next(), chat.MessagePinned, room, seq, "")
		e.Change.On = m.pinned
		h.append(t, e)
	}
}

func (h *history) trim(t *rapid.T) {
	if room, seq, m := h.some(t); m != nil {
		for _, gone := range h.rooms[room][:seq] {
			gone.text, gone.pinned = "", false
		}
		h.append(t, change(h.next(), chat.RoomTrimmed, room, seq, ""))
	}
}

func (h *history) index(t *rapid.T) {
	if _, err := h.s.indexSome(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// search asks for something and compares it with what is there.
func (h *history) search(t *rapid.T) {
	q := chat.SearchQuery{
		Words: rapid.SliceOfN(rapid.SampledFrom([]string{"alpha", "BETA", "gamma", "京都", "東京", "京", "日", "cafe", "x y"}), 0, 2).Draw(t, "words"),
		From:  rapid.SampledFrom([][]string{nil, {"u1"}, {"u2"}, {"u1", "u2"}}).Draw(t, "from"),
		Rooms: rapid.SampledFrom([][]string{{"general"}, {"r2"}, {"general", "r2"}}).Draw(t, "rooms"),
		Limit: rapid.SampledFrom([]int{1, 3, 200}).Draw(t, "limit"),
	}
	q.Pinned = rapid.IntRange(0, 5).Draw(t, "pinned") == 0
	if before := rapid.IntRange(0, 40).Draw(t, "before"); before > 0 {
		q.Before = chat.Position{Epoch: epoch, Offset: uint64(before)}
	}
	var want []uint64
	for _, room := range q.Rooms {
		for _, m := range h.rooms[room] {
			if m.text == "" || len(q.From) > 0 && !slices.Contains(q.From, m.author) || q.Pinned && !m.pinned ||
				!q.Before.IsZero() && m.offset >= q.Before.Offset || !says(m.text, q.Words) {
				continue
			}
			want = append(want, m.offset)
		}
	}
	slices.Sort(want)
	slices.Reverse(want)
	page, err := h.s.Search(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	var got []uint64
	for _, m := range page.Messages {
		got = append(got, m.Position.Offset)
	}
	if more := len(want) > q.Limit; page.More != more || !slices.Equal(got, want[:min(q.Limit, len(want))]) {
		t.Fatalf("%+v finds %v (more %v), not %v", q, got, page.More, want)
	}
}

// says is what it is to be found, said without terms.
func says(text string, words []string) bool {
	text = " " + strings.ReplaceAll(strings.ReplaceAll(strings.ToLower(text), "é", "e"), ".", " ") + " "
	for _, w := range words {
		if w = strings.ToLower(w); w[0] < 0x80 {
			w = " " + w + " "
		}
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

// TestHistoriesAreFound: whatever was said, changed and indexed in whatever order,
// what is there is found, and nothing else.
func TestHistoriesAreFound(t *testing.T) {
	// Each history opens a file, which is slow under the race detector. -rapid.checks
	// still asks for more of them.
	if checks := flag.Lookup("rapid.checks"); checks.Value.String() == checks.DefValue {
		if err := checks.Value.Set("25"); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = checks.Value.Set(checks.DefValue) })
	}
	folder := t.TempDir()
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		s, err := Open(t.Context(), filepath.Join(folder, fmt.Sprint(n, ".db")))
		if err != nil {
			rt.Fatal(err)
		}
		defer closeStore(t, s)
		h := &history{s: s, rooms: map[string][]*line{chat.GeneralRoom: nil, "r2": nil}}
		room := roomMade(h.next(), "r2", "ops")
		room.Change.Users = append(room.Change.Users, chat.User{ID: "u2", Name: "Una", Role: chat.RoleMember})
		second := said(h.next(), "", "")
		second.Kind, second.Author.ID, second.Body = chat.UserEntered, "u2", chat.Body{}
		second.Position.Offset, room.Position.Offset = 1, 2
		h.append(rt, second)
		h.append(rt, room)
		rt.Repeat(map[string]func(*rapid.T){
			"post": h.post, "say": h.post, "edit": h.edit, "delete": h.delete, "pin": h.pin, "trim": h.trim,
			"index": h.index, "": h.search,
		})
		sound(rt, s)
	})
}

package store

import (
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hobnob-chat/hobnob/net/chat"
)

const epoch = "E"

// said is a message at an offset; its Seq is Apply's to set.
func said(offset uint64, room, text string) chat.Event {
	return chat.Event{
		Position: chat.Position{Epoch: epoch, Offset: offset},
		Kind:     chat.MessageCreated, ID: fmt.Sprintf("id%d", offset), Room: room,
		Author: chat.User{ID: "u1", Name: "Una", Role: chat.RoleMember},
		At:     chat.Millis(1000 + offset), Body: chat.TextBody(text),
	}
}

// talk is n messages in the general room from an offset on.
func talk(first uint64, n int) []chat.Event {
	list := make([]chat.Event, n)
	for i := range list {
		at := first + uint64(i)
		list[i] = said(at, chat.GeneralRoom, fmt.Sprint("text ", at))
	}
	return list
}

// tryApply applies a batch in a transaction of its own.
func tryApply(tb testing.TB, s *Store, batch []chat.Event) error {
	tb.Helper()
	return inTx(tb.Context(), s.Writer(), func(tx *sql.Tx) error { return s.Apply(tb.Context(), tx, batch) })
}

func apply(tb testing.TB, s *Store, batch ...chat.Event) []chat.Event {
	tb.Helper()
	if err := tryApply(tb, s, batch); err != nil {
		tb.Fatal(err)
	}
	return batch
}

// addRoom makes a room with the author of said in it, by an event of its own.
func addRoom(tb testing.TB, s *Store, id, name string) {
	tb.Helper()
	apply(tb, s, roomMade(applied(tb, s)+1, id, name))
}

func roomMade(offset uint64, id, name string) chat.Event {
	e := said(offset, id, "")
	e.Kind, e.Body = chat.RoomCreated, chat.Body{}
	e.Change = chat.Change{Kind: chat.RoomPublic, Name: &name, Users: []chat.User{e.Author}}
	return e
}

// applied is the offset that the read model stands at.
func applied(tb testing.TB, s *Store) uint64 {
	tb.Helper()
	at, err := s.Applied(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	return at.Offset
}

// TestApply: seqs count each room without gaps over batches of every width, the
// position moves, and what was applied is read back exactly.
func TestApply(t *testing.T) {
	s := newStore(t)
	addRoom(t, s, "r2", "zoo")
	var want []chat.Event
	seqs := map[string]uint64{}
	offset := applied(t, s)
	for _, n := range []int{1, 7, 8, 9, 31, 32, 33, 75, 0, 1} {
		var batch []chat.Event
		for i := range n {
			offset += 1 + uint64(i%2) // a log may have gaps
			room := []string{chat.GeneralRoom, "r2"}[i%3%2]
			e := said(offset, room, fmt.Sprint("<&\u2028> ", i))
			if i == 5 {
				e.Body.Attachments = [][]byte{{1, 0, 2}, {}, []byte(strings.Repeat("z", 300))}
				e.ReplyTo, e.Thread = "id1", "id1"
			}
			batch = append(batch, e)
		}
		applied := slices.Clone(batch)
		apply(t, s, applied...)
		for i, e := range applied {
			seqs[e.Room]++
			batch[i].Seq = seqs[e.Room]
			if e.Seq != seqs[e.Room] {
				t.Fatalf("event %d has seq %d in %s, not %d", e.Position.Offset, e.Seq, e.Room, seqs[e.Room])
			}
		}
		want = append(want, batch...)
		if at, err := s.Applied(t.Context()); err != nil || at != want[len(want)-1].Position {
			t.Errorf("applied is %v, %v", at, err)
		}
	}
	for room := range seqs {
		var messages []chat.Message
		for _, e := range want {
			if e.Room == room {
				messages = append(messages, e.Message())
			}
		}
		for len(messages) > 0 {
			page, err := s.History(t.Context(), chat.HistoryRequest{Room: room, After: new(messages[0].Seq - 1), Limit: chat.MaxHistory})
			if err != nil || len(page.Messages) == 0 {
				t.Fatalf("history of %s from %d: %v", room, messages[0].Seq, err)
			}
			n := len(page.Messages)
			forgetReplies(page.Messages)
			if diff := cmp.Diff(messages[:n], page.Messages); diff != "" {
				t.Fatalf("read back (-want +got):\n%s", diff)
			}
			messages = messages[n:]
		}
	}
	rooms, err := s.Rooms(t.Context())
	if err != nil || rooms[0].LastSeq != seqs[chat.GeneralRoom] || rooms[1].LastSeq != seqs["r2"] {
		t.Errorf("rooms are %+v, %v", rooms, err)
	}
}

// forgetReplies takes away what messages have of others.
func forgetReplies(list []chat.Message) {
	for i := range list {
		list[i].Replies = nil
	}
}

// TestApplyFails: an event that does not follow fails the batch, which leaves
// nothing.
func TestApplyFails(t *testing.T) {
	s := newStore(t)
	apply(t, s, talk(1, 5)...)
	before := dump(t, s)
	stranger := said(8, chat.GeneralRoom, "x")
	stranger.Position.Epoch = "other"
	nowhere := said(8, chat.GeneralRoom, "x")
	nowhere.Position.Epoch = ""
	kind := said(8, chat.GeneralRoom, "x")
	kind.Kind = "party"
	for _, c := range []struct {
		name string
		last chat.Event
		want error
	}{
		{"applied already", said(5, chat.GeneralRoom, "x"), nil},
		{"twice", said(6, chat.GeneralRoom, "x"), nil},
		{"unknown room", said(8, "nowhere", "x"), &chat.Error{Code: chat.CodeUnknownRoom}},
		{"other epoch", stranger, ErrEpoch},
		{"no epoch", nowhere, ErrEpoch},
		{"unknown kind", kind, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := tryApply(t, s, []chat.Event{said(6, chat.GeneralRoom, "y"), c.last})
			if err == nil || c.want != nil && !errors.Is(err, c.want) {
				t.Errorf("applied with %v", err)
			}
			if after := dump(t, s); after != before {
				t.Errorf("the read model changed:\n%s", after)
			}
		})
	}
}

// TestRebuild: the same log gives the same rows, whatever was there before; a
// rebuild that fails leaves what was there.
func TestRebuild(t *testing.T) {
	s := newStore(t)
	log := []chat.Event{roomMade(1, "r2", "zoo")}
	for i := range uint64(2499) {
		log = append(log, said(i+2, []string{chat.GeneralRoom, "r2"}[i%2], fmt.Sprint("text ", i)))
	}
	for batch := range slices.Chunk(slices.Clone(log), 333) {
		apply(t, s, batch...)
	}
	want := dump(t, s)
	read := func(after uint64, limit int) ([]chat.Event, error) {
		return slices.Clone(log[after:min(int(after)+limit, len(log))]), nil
	}
	lost := errors.New("lost")
	err := s.Rebuild(t.Context(), func(after uint64, limit int) ([]chat.Event, error) {
		if after > 1000 {
			return nil, lost
		}
		return read(after, limit)
	})
	if !errors.Is(err, lost) || dump(t, s) != want {
		t.Errorf("a rebuild that failed (%v) changed the read model", err)
	}
	if _, err := s.Writer().Exec(`UPDATE messages SET body = 'x', seq = -seq; DELETE FROM messages WHERE offset % 3 = 0;
		UPDATE rooms SET last_seq = 99; UPDATE applied SET epoch = 'old', offset = 1`); err != nil {
		t.Fatal(err)
	}
	if err := s.Rebuild(t.Context(), read); err != nil {
		t.Fatal(err)
	}
	if got := dump(t, s); got != want {
		t.Error("the rebuilt read model is another one")
	}
	apply(t, s, talk(2501, 3)...)
}

func FuzzUnpackAttachments(f *testing.F) {
	f.Add(packAttachments([][]byte{{1, 2, 3}, {}, []byte("four")}))
	f.Add([]byte{})
	f.Add([]byte{5, 1})
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	f.Fuzz(func(t *testing.T, packed []byte) {
		list, err := unpackAttachments(packed)
		if err != nil {
			return
		}
		again, err := unpackAttachments(packAttachments(list))
		if err != nil || !reflect.DeepEqual(list, again) {
			t.Fatalf("%v came back as %v, %v", list, again, err)
		}
	})
}

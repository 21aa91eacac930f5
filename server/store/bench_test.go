package store

import (
	"fmt"
	"os"
	"strconv"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// talking makes the events of a team that talks: people in rooms, and what they say and
// do there. The log of the same numbers is the same.
type talking struct {
	people, rooms int
	offset        uint64
	seqs          map[string]uint64 // room → its newest message
	marks         map[string]uint64 // room and person → their marker
}

func (k *talking) user(i int) chat.User {
	i %= k.people
	return chat.User{ID: fmt.Sprintf("hobnob:%08d-0000-7000-8000-%012d", i, i), Name: fmt.Sprint("Some Body ", i), Role: chat.RoleMember}
}

func (k *talking) room(i int) string {
	if i %= k.rooms; i > 0 {
		return fmt.Sprintf("0193c7a1-0000-7000-8000-%012d", i)
	}
	return chat.GeneralRoom
}

func (k *talking) event(kind chat.EventKind, by chat.User, room string) chat.Event {
	k.offset++
	return chat.Event{
		Position: chat.Position{Epoch: epoch, Offset: k.offset}, Kind: kind, Author: by, Room: room, At: chat.Millis(1_700_000_000_000 + k.offset),
		ID: fmt.Sprintf("0193c7a2-%04x-7000-8000-%012x", k.offset>>32, k.offset),
	}
}

// found is how the team comes to be: everybody is in every room.
func (k *talking) found() (batch []chat.Event) {
	k.seqs, k.marks = make(map[string]uint64), make(map[string]uint64)
	all := make([]chat.User, k.people)
	for i := range all {
		all[i] = k.user(i)
		batch = append(batch, k.event(chat.UserEntered, all[i], ""))
	}
	for i := 1; i < k.rooms; i++ {
		name := fmt.Sprint("room-", i)
		e := k.event(chat.RoomCreated, all[0], k.room(i))
		e.Change = chat.Change{Kind: chat.RoomPublic, Name: &name, Users: all}
		batch = append(batch, e)
	}
	return batch
}

// said is a message; one in ten names somebody and one in five is in a thread.
func (k *talking) said(i int) chat.Event {
	e := k.event(chat.MessageCreated, k.user(i*7), k.room(i*3+i/20))
	e.Body = chat.TextBody("this is an ordinary line of chat, neither short nor long")
	if i%10 == 3 {
		e.Extra.Mentions = []string{k.user(i).ID}
	}
	if i%5 == 2 && i > 100 {
		e.Thread = fmt.Sprintf("0193c7a2-%04x-7000-8000-%012x", 0, k.offset-k.offset%20)
	}
	k.seqs[e.Room]++
	k.marks[e.Room+e.Author.ID] = k.seqs[e.Room]
	return e
}

// mixed is something that happens, and changes something: of twenty things sixteen are
// messages, and the others reactions, edits, and markers that move.
func (k *talking) mixed(i int) chat.Event {
	room, by := k.room(i*3+i/20), k.user(i*7)
	last := k.seqs[room]
	switch mark := k.marks[room+by.ID]; {
	case i%20 < 16 || last < 2:
	case i%20 < 18:
		e := k.event(chat.MessageReacted, k.user(i/20), room)
		e.Change = chat.Change{Target: last, Emoji: fmt.Sprintf(":e%d:", i%20), On: true}
		if key := fmt.Sprint(e.Change, e.Author.ID, room); k.marks[key] == 0 {
			k.marks[key] = 1
			return e
		}
	case i%20 == 18 && mark < last:
		e := k.event(chat.MarkerMoved, by, room)
		e.Change.Target, k.marks[room+by.ID] = last, last
		return e
	case i%20 == 19:
		e := k.event(chat.MessageEdited, by, room)
		e.Body, e.Change.Target = chat.TextBody("this is what it says since it was edited"), last
		return e
	}
	return k.said(i)
}

// BenchmarkApply is applying events in batches of 100, each a transaction, without
// waiting for the disk.
func BenchmarkApply(b *testing.B) {
	for name, next := range map[string]func(*talking, int) chat.Event{"messages": (*talking).said, "mixed": (*talking).mixed} {
		b.Run(name, func(b *testing.B) {
			s := unsynced(b)
			k := &talking{people: 50, rooms: 20}
			apply(b, s, k.found()...)
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				apply(b, s, nextOf(k, next, n, 100)...)
				n += 100
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

// nextOf makes n events.
func nextOf(k *talking, next func(*talking, int) chat.Event, from, n int) []chat.Event {
	batch := make([]chat.Event, n)
	for i := range batch {
		batch[i] = next(k, from+i)
	}
	return batch
}

// unsynced is a store whose commits do not wait for the disk.
func unsynced(b *testing.B) *Store {
	b.Helper()
	s := newStore(b)
	if _, err := s.Writer().Exec("PRAGMA synchronous = off"); err != nil {
		b.Fatal(err)
	}
	return s
}

// grown is a team of a number of rooms in which a number of things happened.
func grown(b *testing.B, rooms, events int) (*Store, *talking) {
	b.Helper()
	s := unsynced(b)
	k := &talking{people: 50, rooms: rooms}
	apply(b, s, k.found()...)
	for n := 0; n < events; n += 500 {
		apply(b, s, nextOf(k, (*talking).mixed, n, 500)...)
	}
	return s, k
}

// BenchmarkHello is what a hello asks of the read model for somebody who is in so many
// rooms, with some messages and mentions unread in each.
func BenchmarkHello(b *testing.B) {
	for _, rooms := range []int{20, 500} {
		b.Run(fmt.Sprint("rooms=", rooms), func(b *testing.B) {
			s, k := grown(b, rooms, 20_000)
			b.ReportAllocs()
			for b.Loop() {
				list, _, err := s.Memberships(b.Context(), k.user(1).ID, "")
				if err != nil || len(list) != rooms {
					b.Fatal(len(list), err)
				}
			}
		})
	}
}

// BenchmarkBusyPage is a page of 50 from a room whose messages have reactions, edits and
// threads.
func BenchmarkBusyPage(b *testing.B) {
	s, k := grown(b, 2, 50_000)
	b.ReportAllocs()
	before := k.seqs[chat.GeneralRoom]
	for b.Loop() {
		page, err := s.History(b.Context(), chat.HistoryRequest{Before: before})
		if err != nil || len(page.Messages) != defaultHistory {
			b.Fatal(len(page.Messages), err)
		}
		if before = page.Messages[0].Seq; before < 2*defaultHistory {
			before = k.seqs[chat.GeneralRoom]
		}
	}
}

// BenchmarkRebuild makes the read model anew from a log of HOBNOB_BENCH_EVENTS mixed
// events, 20,000 when that is not set.
func BenchmarkRebuild(b *testing.B) {
	events := 20_000
	if n, err := strconv.Atoi(os.Getenv("HOBNOB_BENCH_EVENTS")); err == nil && n > 0 {
		events = n
	}
	b.Run(fmt.Sprint("events=", events), func(b *testing.B) {
		s := newStore(b)
		b.ReportAllocs()
		for b.Loop() {
			k := &talking{people: 50, rooms: 20}
			batch, n := k.found(), 0
			err := s.Rebuild(b.Context(), func(_ uint64, limit int) ([]chat.Event, error) {
				if batch == nil && n < events {
					batch = nextOf(k, (*talking).mixed, n, min(limit, events-n))
					n += len(batch)
				}
				next := batch
				batch = nil
				return next, nil
			})
			if err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(events)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
	})
}

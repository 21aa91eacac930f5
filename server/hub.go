package server

import (
	"sync"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Lane is one of the two ways an event is told on the wire.
type Lane uint8

const (
	// PlainLane is for clients that know nothing of hobnob: the body alone.
	PlainLane Lane = iota
	// ChatLane is for those that said hello: the body and its envelope.
	ChatLane

	lanes = 2
)

// Subscriber is one listening session. Send must not block and must be safe
// from any goroutine; a subscriber that cannot keep up ends itself.
type Subscriber[P any] interface {
	comparable
	Send(payload P)
}

// Hub knows who hears what. An event is encoded once for each lane somebody
// listens on, and the same payload, of type P, is handed to every subscriber of
// that lane. It is safe from any goroutine.
type Hub[P any, S Subscriber[P]] struct {
	encode func(Lane, []chat.Event) P

	mu       sync.Mutex
	position chat.Position // of the newest event that was broadcast
	rooms    map[string]*audience[S]
	places   map[S]place
}

// place is where one subscriber listens.
type place struct {
	lane  Lane
	rooms []string
}

// audience is who listens to one room.
type audience[S comparable] struct {
	lanes [lanes]map[S]struct{}
}

// NewHub makes a Hub whose first broadcast follows position. encode makes the
// payload of a batch of events of one room; it is called with the Hub's lock
// held, by one goroutine at a time.
func NewHub[P any, S Subscriber[P]](position chat.Position, encode func(Lane, []chat.Event) P) *Hub[P, S] {
	return &Hub[P, S]{
		encode: encode, position: position,
		rooms: make(map[string]*audience[S]), places: make(map[S]place),
	}
}

// Join makes s hear the rooms on lane from now on, instead of what it heard
// before, and returns the position it joined at: s is sent every event of those
// rooms after it, and none up to it.
func (h *Hub[P, S]) Join(s S, lane Lane, rooms ...string) chat.Position {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.leave(s)
	h.places[s] = place{lane, rooms}
	for _, id := range rooms {
		room := h.rooms[id]
		if room == nil {
			room = &audience[S]{}
			for i := range room.lanes {
				room.lanes[i] = make(map[S]struct{})
			}
			h.rooms[id] = room
		}
		room.lanes[lane][s] = struct{}{}
	}
	return h.position
}

// Leave makes s hear nothing more. It waits for a Broadcast that is under way:
// when it returns, no Send is.
func (h *Hub[P, S]) Leave(s S) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.leave(s)
}

func (h *Hub[P, S]) leave(s S) {
	at := h.places[s]
	delete(h.places, s)
	for _, id := range at.rooms {
		room := h.rooms[id]
		delete(room.lanes[at.lane], s)
		if len(room.lanes[PlainLane])+len(room.lanes[ChatLane]) == 0 {
			delete(h.rooms, id)
		}
	}
}

// Broadcast tells a batch of stored events, in log order, to whom they concern.
// It is called by one goroutine, with each event once.
func (h *Hub[P, S]) Broadcast(batch []chat.Event) {
	if len(batch) == 0 {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, events := range runs(batch) {
		room := h.rooms[events[0].Room]
		if room == nil {
			continue
		}
		for lane, subscribers := range room.lanes {
			if len(subscribers) == 0 {
				continue
			}
			payload := h.encode(Lane(lane), events)
			for s := range subscribers {
				s.Send(payload)
			}
		}
	}
	h.position = batch[len(batch)-1].Position
}

// maxRun is how many bytes of bodies are joined in one payload: a fraction of what
// may wait for one subscriber, so that a large batch is taken by who reads it.
const maxRun = 128 << 10

// runs cuts a batch where the room changes, so that what one subscriber hears
// of several rooms keeps the order of the log, and where it grows large.
func runs(batch []chat.Event) [][]chat.Event {
	var out [][]chat.Event
	start, size := 0, 0
	for i, e := range batch {
		n := bodySize(e.Body)
		if i > start && (e.Room != batch[start].Room || size+n > maxRun) {
			out = append(out, batch[start:i])
			start, size = i, 0
		}
		size += n
	}
	return append(out, batch[start:])
}

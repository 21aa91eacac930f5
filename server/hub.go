package server

import (
	"maps"
	"slices"
	"sync"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Lane is one of the two ways an event is told on the wire.
type Lane uint8

const (
	// PlainLane is for clients that know nothing of hobnob: the body of a message
	// alone, and nothing else that happens.
	PlainLane Lane = iota
	// ChatLane is for those that said hello: everything.
	ChatLane

	lanes = 2
)

// Subscriber is one listening session. Send must not block and must be safe
// from any goroutine; a subscriber that cannot keep up ends itself.
type Subscriber[P any] interface {
	comparable
	Send(payload P)
}

// Reach is who hears an event: all of Room, all of the team where Team is set, and
// Users. Who is in Enter hears the room from this event on, and who is in Leave no
// more after it.
type Reach struct {
	Room  string
	Team  bool
	Users []string

	Enter, Leave []string
}

// Hub knows who hears what. An event is encoded once for each lane somebody
// listens on, and the same payload, of type P, is handed to every subscriber of
// that lane. It is safe from any goroutine.
type Hub[P any, S Subscriber[P]] struct {
	encode func(Lane, []chat.Event) P

	mu        sync.Mutex
	position  chat.Position // of the newest event that was broadcast
	delivered uint64        // messages, to each who heard them
	rooms     map[string]*audience[S]
	people    map[string][]S // user's ID → their sessions, of which most have one
	team      map[S]struct{} // sessions on the chat lane that hear what is told to all
	places    map[S]*place
}

// place is where one subscriber listens.
type place struct {
	lane  Lane
	user  string
	only  func(room string) bool // nil: any
	rooms []string
}

// audience is who listens to one room.
type audience[S comparable] struct {
	lanes [lanes]map[S]struct{}
}

// Listener is what a session listens to: the rooms, those its person comes into
// later, and with Team what is told to all. User is whose it is. Only, when not nil,
// tells which rooms it may ever hear.
type Listener struct {
	Lane  Lane
	User  string
	Team  bool
	Rooms []string
	Only  func(room string) bool
}

// NewHub makes a Hub whose first broadcast follows position. encode makes the
// payload of a batch of messages of one room, or of one other event; it is called
// with the Hub's lock held, by one goroutine at a time.
func NewHub[P any, S Subscriber[P]](position chat.Position, encode func(Lane, []chat.Event) P) *Hub[P, S] {
	return &Hub[P, S]{
		encode: encode, position: position,
		rooms: make(map[string]*audience[S]), people: make(map[string][]S),
		team: make(map[S]struct{}), places: make(map[S]*place),
	}
}

// Join makes s hear what l says from now on, instead of what it heard before, and
// returns the position it joined at: s is sent every event of that after it, and
// none up to it.
func (h *Hub[P, S]) Join(s S, l Listener) chat.Position {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.leave(s)
	h.places[s] = &place{lane: l.Lane, user: l.User, only: l.Only}
	for _, id := range l.Rooms {
		h.enter(s, id)
	}
	h.people[l.User] = append(h.people[l.User], s)
	if l.Team && l.Lane == ChatLane {
		h.team[s] = struct{}{}
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

// Each calls f for each session of a person, with the Hub's lock held.
func (h *Hub[P, S]) Each(user string, f func(S)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, s := range h.people[user] {
		f(s)
	}
}

// All are the sessions of everybody.
func (h *Hub[P, S]) All() []S {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Collect(maps.Keys(h.places))
}

// People are the IDs of who has a session that is one of those, which is asked with the
// Hub's lock held.
func (h *Hub[P, S]) People(is func(S) bool) []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	list := make([]string, 0, len(h.people))
	for user, sessions := range h.people {
		if slices.ContainsFunc(sessions, is) {
			list = append(list, user)
		}
	}
	return list
}

func (h *Hub[P, S]) leave(s S) {
	at := h.places[s]
	if at == nil {
		return
	}
	for _, id := range at.rooms {
		h.forget(s, at.lane, id)
	}
	delete(h.places, s)
	delete(h.team, s)
	if of := without(h.people[at.user], s); len(of) > 0 {
		h.people[at.user] = of
	} else {
		delete(h.people, at.user)
	}
}

func (h *Hub[P, S]) enter(s S, id string) {
	at := h.places[s]
	if at.only != nil && !at.only(id) {
		return
	}
	room := h.rooms[id]
	if room == nil {
		room = &audience[S]{}
		for i := range room.lanes {
			room.lanes[i] = make(map[S]struct{})
		}
		h.rooms[id] = room
	}
	if _, in := room.lanes[at.lane][s]; !in {
		at.rooms = append(at.rooms, id)
		room.lanes[at.lane][s] = struct{}{}
	}
}

func (h *Hub[P, S]) exit(s S, id string) {
	at := h.places[s]
	at.rooms = without(at.rooms, id)
	h.forget(s, at.lane, id)
}

// forget takes s out of the audience of a room.
func (h *Hub[P, S]) forget(s S, lane Lane, id string) {
	room := h.rooms[id]
	if room == nil {
		return
	}
	delete(room.lanes[lane], s)
	if len(room.lanes[PlainLane])+len(room.lanes[ChatLane]) == 0 {
		delete(h.rooms, id)
	}
}

// Broadcast tells a batch of stored events, in log order, to whom they concern.
// It is called by one goroutine, with each event once.
func (h *Hub[P, S]) Broadcast(batch []chat.Event, reach func(*chat.Event) Reach) {
	if len(batch) == 0 {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, events := range runs(batch, h.hearsPassed) {
		if events[0].Kind == chat.MessageCreated {
			h.messages(events)
			h.passed(&events[len(events)-1])
		} else {
			h.event(events, reach(&events[0]))
		}
	}
	h.position = batch[len(batch)-1].Position
}

// messages tells a run of messages of one room.
func (h *Hub[P, S]) messages(events []chat.Event) {
	room := h.rooms[events[0].Room]
	if room == nil {
		return
	}
	for lane, subscribers := range room.lanes {
		if len(subscribers) == 0 {
			continue
		}
		payload := h.encode(Lane(lane), events)
		for s := range subscribers {
			s.Send(payload)
		}
		h.delivered += uint64(len(events)) * uint64(len(subscribers))
	}
}

// passed tells the author of a message whose marker went past it so, on their devices: to
// others it would say how far they have read.
func (h *Hub[P, S]) passed(e *chat.Event) {
	if e.Passed {
		h.event([]chat.Event{{
			Position: e.Position, Kind: chat.MarkerMoved, Author: e.Author, At: e.At, Room: e.Room, Change: chat.Change{Target: e.Seq},
		}}, Reach{Users: []string{e.Author.ID}})
	}
}

// hearsPassed tells whether anybody is told that a message passed its author's marker.
func (h *Hub[P, S]) hearsPassed(e *chat.Event) bool {
	return e.Passed && slices.ContainsFunc(h.people[e.Author.ID], func(s S) bool { return h.places[s].lane == ChatLane })
}

// Delivered is how many messages were handed to subscribers, each counted for
// everyone who heard it.
func (h *Hub[P, S]) Delivered() uint64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.delivered
}

// event tells one event of another kind, to the chat lane alone.
func (h *Hub[P, S]) event(one []chat.Event, to Reach) {
	for _, user := range to.Enter {
		for _, s := range h.people[user] {
			if h.places[s].lane == ChatLane {
				h.enter(s, to.Room)
			}
		}
	}
	if listeners := h.listeners(to, one[0].Room); len(listeners) > 0 {
		payload := h.encode(ChatLane, one)
		for s := range listeners {
			s.Send(payload)
		}
	}
	for _, user := range to.Leave {
		for _, s := range h.people[user] {
			if h.places[s].lane == ChatLane {
				h.exit(s, to.Room)
			}
		}
	}
}

// Tell tells what is not in the log, and may be forgotten, to whom it reaches,
// except to one session.
func (h *Hub[P, S]) Tell(to Reach, payload P, except S) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for s := range h.listeners(to, to.Room) {
		if s != except {
			s.Send(payload)
		}
	}
}

// listeners are the sessions on the chat lane that something reaches, which is about
// a room, or "". The caller does not change the map.
func (h *Hub[P, S]) listeners(to Reach, about string) map[S]struct{} {
	var sets []map[S]struct{}
	if room := h.rooms[to.Room]; room != nil && to.Room != "" {
		sets = append(sets, room.lanes[ChatLane])
	}
	if to.Team {
		sets = append(sets, h.team)
	}
	if len(sets) == 1 && len(to.Users) == 0 {
		return sets[0]
	}
	all := make(map[S]struct{})
	for _, user := range to.Users {
		for _, s := range h.people[user] {
			if at := h.places[s]; at.lane == ChatLane && (at.only == nil || at.only(about)) {
				all[s] = struct{}{}
			}
		}
	}
	for _, set := range sets {
		maps.Copy(all, set)
	}
	return all
}

// without takes one out of a list whose order does not matter, in place.
func without[T comparable](list []T, one T) []T {
	i := slices.Index(list, one)
	if i < 0 {
		return list
	}
	last := len(list) - 1
	list[i] = list[last]
	clear(list[last:])
	return list[:last]
}

// maxRun is how many bytes of bodies are joined in one payload: a fraction of what
// may wait for one subscriber, so that a large batch is taken by who reads it.
const maxRun = 128 << 10

// runs cuts a batch into runs of messages of one room and other events one by one,
// so that what one subscriber hears of several rooms keeps the order of the log;
// where a run grows large; and, unless told is nil, behind
// a message of which told says that something is told of it as well.
func runs(batch []chat.Event, told func(*chat.Event) bool) [][]chat.Event {
	var out [][]chat.Event
	start, size := 0, 0
	for i, e := range batch {
		n := bodySize(e.Body)
		if i > start && (e.Room != batch[start].Room || e.Kind != chat.MessageCreated || batch[start].Kind != chat.MessageCreated ||
			size+n > maxRun || told != nil && told(&batch[i-1])) {
			out = append(out, batch[start:i])
			start, size = i, 0
		}
		size += n
	}
	return append(out, batch[start:])
}

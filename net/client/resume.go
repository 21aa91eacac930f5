package client

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// replayWait is how long the server may go on without bringing a room up to the
// seq it named at the welcome, before that room is fetched like any other gap.
const replayWait = 10 * time.Second

// view is what the screen was told. It outlives connections and is owned by the
// caller of Run.
type view struct {
	position chat.Position     // everything up to it was told
	shown    map[string]uint64 // the newest seq told of each room
	who      chat.Identified
	known    bool // who was told, or kept

	mine map[string]*chat.Membership // the rooms the user is in, as they are now; nil before the first welcome
}

// resume brings the view up to what the server has and keeps it there. It is
// owned by the read loop of one connection.
//
// The position does not move while any room has a gap: were the connection to
// end then, the next one must be told everything again, and discards what the
// view has.
type resume struct {
	s       *session
	v       *view
	seen    chat.Position     // everything up to it was received
	saved   chat.Position     // the last that was given to the cache
	cut     uint64            // offset of what the welcome says of rooms: what is told up to there is in it
	epoch   string            // of the log this connection tells
	behind  map[string]uint64 // rooms below the seq named at the welcome, or since, that are not among fills
	fills   map[string]*fill  // rooms with a gap
	waiting []string          // those of fills whose request is not yet made
	asking  int               // requests that were made
	held    int               // bytes of messages that wait behind gaps
	moved   time.Time         // when a message was told last
	online  bool

	late     []lateChange                     // told while messages were on their way that may not have it
	lateSize int                              // bytes of late
	newest   *atomic.Pointer[chat.Identified] // what is to be saved of the rooms; each connection's own, for it may be another user's
	dirty    bool                             // the cache does not have all that is known of the rooms
	counts   counts
}

func newResume(s *session) resume {
	return resume{
		s: s, v: &s.c.view, newest: new(atomic.Pointer[chat.Identified]),
		behind: make(map[string]uint64), fills: make(map[string]*fill), counts: newCounts(),
	}
}

// welcome begins the chat lane: what the server says is told, and every room is
// on its way to be current when it returns.
func (s *session) welcome(w chat.Welcome) error {
	s.limits, s.welcomed = w.Limits, true
	r, c := &s.sync, s.c
	changed := r.v.known && (r.v.who.You.ID != w.You.ID || r.v.who.Team.ID != w.Team.ID)
	if changed {
		c.marks.forget()
	}
	c.marks.begin()
	c.marks.over(w.Rooms)
	who := chat.Identified{You: w.You, Team: w.Team, Rooms: w.Rooms, Limits: w.Limits}
	r.v.who, r.v.known = who, true
	c.feed.push(who)
	r.v.mine = make(map[string]*chat.Membership, len(w.Rooms))
	for i := range w.Rooms {
		m := w.Rooms[i]
		r.v.mine[m.ID] = &m
	}
	r.epoch, r.cut, r.moved = w.Position.Epoch, max(w.Position.Offset, w.RoomsAt.Offset), time.Now()
	resumed := w.Resumed && !s.asked.IsZero() && s.asked.Epoch == w.Position.Epoch && !changed
	if resumed {
		r.seen = s.asked
	} else {
		r.seen = w.Position
		// The same epoch at an earlier place: the log was restored after all.
		restored := s.asked.Epoch == w.Position.Epoch && w.Position.Offset < s.asked.Offset
		purge := changed || restored
		r.begin(purge)
		if purge || s.asked.Epoch != w.Position.Epoch {
			r.v.position = chat.Position{}
		}
	}
	r.newest.Store(&who)
	c.cache.put(c.cache.ops, op{apply: func(ctx context.Context, t *txn) error {
		return errors.Join(t.identify(ctx, r.newest.Load()), t.only(ctx, who.Rooms))
	}})
	if changed {
		c.strand()
		c.disownInputs()
	} else {
		c.adopt()
	}
	c.welcomeInputs()
	r.rooms(w.Rooms, resumed)
	for _, t := range s.early {
		if err := r.told(t); err != nil {
			return err
		}
	}
	s.early, s.held = nil, 0
	return r.advance()
}

// begin prepares the cache for the messages of this connection's epoch.
func (r *resume) begin(purge bool) {
	epoch := r.epoch
	r.s.c.cache.put(r.s.c.cache.ops, op{covers: true, apply: func(ctx context.Context, t *txn) error {
		return t.begin(ctx, epoch, purge)
	}})
}

// rooms decides for each room how it becomes current.
func (r *resume) rooms(rooms []chat.Membership, resumed bool) {
	known := make(map[string]bool, len(rooms))
	for _, room := range rooms {
		if room.ID == "" || known[room.ID] {
			continue // one fill a room
		}
		known[room.ID] = true
		shown, told := r.v.shown[room.ID]
		switch {
		case room.LastSeq == 0 && !(resumed && told):
			r.s.c.feed.push(chat.Reloaded{Room: room.ID})
			if r.v.shown[room.ID] = 0; !resumed { // nothing of it is read that would say so
				r.reloaded(room.ID, nil)
			}
		case !resumed, !told:
			r.fill(room.ID, true, room.LastSeq)
		case shown < room.LastSeq:
			r.behind[room.ID] = room.LastSeq
		}
	}
	for room := range r.v.shown {
		if !known[room] {
			delete(r.v.shown, room)
		}
	}
}

// told takes what the server told, replayed or live.
func (r *resume) told(t Told) error {
	if p := t.Position; !p.IsZero() {
		if r.epoch == "" { // the welcome was of a log without events
			r.epoch = p.Epoch
			r.begin(false)
		}
		if p.Epoch != r.epoch {
			return protocolError("an event of another epoch", nil)
		}
		r.seen.Epoch, r.seen.Offset = p.Epoch, max(r.seen.Offset, p.Offset)
	}
	if m, ok := t.What.(chat.Message); ok {
		if r.v.mine[m.Room] == nil { // replayed, from before the user left the room
			return r.advance()
		}
		return r.message(m)
	}
	if err := r.became(t); err != nil {
		return err
	}
	return r.advance()
}

// message takes one message.
func (r *resume) message(m chat.Message) error {
	shown := r.v.shown[m.Room]
	switch f := r.fills[m.Room]; {
	case f != nil:
		r.hold(f, m)
	case m.Seq <= shown: // we have it
	case m.Seq == shown+1:
		r.tell(m.Room, []chat.Message{m}, false)
	default:
		f = r.fill(m.Room, shown == 0 || m.Seq-shown > reloadGap, m.Seq)
		r.hold(f, m)
	}
	return r.advance()
}

// tell shows messages that follow what was shown of a room, and saves them. With paged,
// they are of a page of history.
func (r *resume) tell(room string, messages []chat.Message, paged bool) {
	r.settle(messages)
	last := messages[len(messages)-1].Seq
	r.v.shown[room] = last
	r.count(room, messages, paged)
	r.moved = time.Now()
	if want, ok := r.behind[room]; ok && last >= want {
		delete(r.behind, room)
	}
	r.save(page{epoch: r.epoch, room: room, messages: messages, you: r.v.who.You.ID}, r.position())
	r.saved = r.position()
	r.s.c.feed.push(chat.Arrived{Messages: slices.Clone(messages)}) // the feed appends to its own
}

// reload replaces what was shown of a room by its newest page, which may be empty:
// all there was up to last is gone then.
func (r *resume) reload(room string, h chat.History, last uint64) {
	r.settle(h.Messages)
	if n := len(h.Messages); n > 0 {
		last = h.Messages[n-1].Seq
	}
	r.v.shown[room] = last
	if m := r.v.mine[room]; m != nil && last > m.LastSeq {
		r.counts.unshown = true // the screen counts what arrives alone
	}
	r.count(room, h.Messages, true)
	r.moved = time.Now()
	r.reloaded(room, h.Messages)
	r.s.c.feed.push(chat.Reloaded{Room: room, Messages: slices.Clone(h.Messages), More: h.More})
}

// reloaded saves the newest page of a room for all that was known of it.
func (r *resume) reloaded(room string, messages []chat.Message) {
	r.save(page{
		epoch: r.epoch, room: room, messages: messages, you: r.v.who.You.ID,
		fresh: true, unsent: r.s.c.outbox.unsent(room),
	}, chat.Position{})
}

// settle takes the user's own messages out of the outbox, before they are told.
func (r *resume) settle(messages []chat.Message) {
	for _, m := range messages {
		if m.From.ID == r.v.who.You.ID {
			r.s.c.outbox.settle(m.ID, m.Seq)
		}
	}
}

func (r *resume) save(p page, position chat.Position) {
	settles := slices.ContainsFunc(p.messages, func(m chat.Message) bool { return m.From.ID == p.you })
	r.s.c.cache.put(r.s.c.cache.ops, op{covers: true, soon: settles, apply: func(ctx context.Context, t *txn) error {
		if err := t.save(ctx, p); err != nil {
			return err
		}
		return t.advance(ctx, position)
	}})
}

// position is what everything told and saved so far amounts to, or zero while
// there is a gap.
func (r *resume) position() chat.Position {
	if len(r.fills) > 0 {
		return chat.Position{}
	}
	return r.seen
}

// advance moves the position when nothing is missing below it, and tells when
// the view has become current.
func (r *resume) advance() error {
	if p := r.position(); !p.IsZero() {
		r.v.position = p
		if p != r.saved {
			r.saved = p
			r.s.c.cache.put(r.s.c.cache.ops, op{apply: func(ctx context.Context, t *txn) error { return t.advance(ctx, p) }})
		}
	}
	if err := r.ask(); err != nil {
		return err
	}
	if !r.online && len(r.fills) == 0 && len(r.behind) == 0 {
		r.online = true
		r.s.c.online()
	}
	return r.s.ending()
}

// check asks for numbers that are in doubt, and looks for rooms whose replay never came.
func (r *resume) check(now time.Time) error {
	if err := r.recount(now); err != nil {
		return err
	}
	if len(r.behind) == 0 || now.Sub(r.moved) < replayWait {
		return nil
	}
	for room, want := range r.behind {
		r.fill(room, want-r.v.shown[room] > reloadGap, want)
	}
	return r.advance()
}

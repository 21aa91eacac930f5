package client

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// lateLimit bounds the changes that are kept while messages are on their way, in
// bytes.
const lateLimit = 4 << 20

// lateChange is a change that a page of history may not have yet. With upTo, it is
// that all messages up to there are gone.
type lateChange struct {
	change
	at   uint64 // offset
	upTo uint64
}

// became takes what is no message: what became of one, or of a room or a person.
// What the welcome says of rooms and people is newer than what is replayed up to it.
func (r *resume) became(t Told) error {
	news := t.Position.Offset > r.cut
	switch what := t.What.(type) {
	case chat.MessageRevised:
		r.named(&what.MessageChanged)
		return r.changed(change{room: what.Room, seq: what.Seq, says: true, apply: func(m *chat.Message) bool { return m.Revise(what) }},
			what, t.Position.Offset, weighBody(what.Body))
	case chat.MessageChanged:
		r.named(&what)
		return r.changedOther(t.Name, what)
	case chat.RoomTrimmedTold:
		r.trimmedUnread(what)
		return r.trimmed(what)
	case chat.RoomTold:
		if news {
			r.roomUpdated(what)
		}
	case chat.RoomMoved:
		switch {
		case news:
			r.roomMoved(what, t.Name == ToldJoined)
		case t.Name == ToldLeft && r.among(what.Users):
			r.refresh(what.Room.ID)
		}
	case chat.Marker:
		r.marked(what)
	case chat.NotifyTold:
		if m := r.v.mine[what.Room]; news && m != nil && m.Notify != what.Level {
			m.Notify = what.Level
			r.roomsChanged(true)
		}
	case chat.FollowTold:
		r.s.c.feed.push(chat.ThreadFollow{FollowTold: what})
	case chat.UserTold:
		r.userChanged(what, news)
	case chat.TypingTold:
		r.s.c.feed.push(chat.Typing{TypingTold: what})
	case chat.PresenceTold:
		r.s.c.feed.push(chat.PresenceChanged{PresenceTold: what})
	}
	return nil
}

func (r *resume) changedOther(name string, what chat.MessageChanged) error {
	c := change{room: what.Room, seq: what.Seq}
	var u chat.Update
	switch name {
	case ToldDeleted:
		gone := chat.MessageErased{MessageChanged: what}
		u, c.erases, c.says, c.apply = gone, true, true, func(m *chat.Message) bool { return m.Erase(gone) }
	case ToldReaction:
		reaction := chat.MessageReaction{MessageChanged: what}
		u, c.apply = reaction, func(m *chat.Message) bool { return m.React(reaction) }
	case ToldPinned:
		pin := chat.MessagePin{MessageChanged: what}
		u, c.apply = pin, func(m *chat.Message) bool { return m.Pin(pin) }
	default:
		return nil
	}
	return r.changed(c, u, what.Position.Offset, 0)
}

// changed brings a message up to date wherever it is: in the cache, on the screen,
// among those held behind a gap, and in pages that are on their way.
func (r *resume) changed(c change, u chat.Update, at uint64, weight int) error {
	if r.v.mine[c.room] == nil {
		return nil // as with messages
	}
	if f := r.fills[c.room]; f != nil {
		at, found := slices.BinarySearchFunc(f.held, c.seq, func(m chat.Message, seq uint64) int { return cmp.Compare(m.Seq, seq) })
		if found {
			r.held -= weighBody(f.held[at].Body)
			c.apply(&f.held[at])
			r.held += weighBody(f.held[at].Body)
		}
	}
	if err := r.keepLate(lateChange{change: c, at: at}, weight); err != nil {
		return err
	}
	position := r.position()
	r.s.c.cache.put(r.s.c.cache.ops, op{covers: true, apply: func(ctx context.Context, t *txn) error {
		return errors.Join(t.change(ctx, c), t.advance(ctx, position))
	}})
	r.saved = position
	r.s.c.feed.push(u)
	return nil
}

// keepLate remembers a change while messages are on their way.
func (r *resume) keepLate(c lateChange, weight int) error {
	if !r.s.reading() {
		r.late, r.lateSize = nil, 0
		return nil
	}
	r.late = append(r.late, c)
	if r.lateSize += updateWeight + weight; r.lateSize > lateLimit {
		return &problem{"more was told at once than is kept", errors.New("too many messages were changed while history was read")}
	}
	return nil
}

// corrected is a page of history with what became of its messages since it was read.
func (r *resume) corrected(room string, h chat.History) []chat.Message {
	messages := h.Messages
	for _, c := range r.late {
		if c.room != room || len(messages) == 0 || h.Position.Epoch == r.epoch && c.at <= h.Position.Offset {
			continue
		}
		first := messages[0].Seq
		switch {
		case c.upTo > 0:
			if c.upTo >= first {
				messages = messages[min(c.upTo-first+1, uint64(len(messages))):]
			}
		case c.seq >= first && c.seq-first < uint64(len(messages)):
			c.apply(&messages[c.seq-first])
		}
	}
	if !r.s.reading() {
		r.late, r.lateSize = nil, 0
	}
	return messages
}

// trimmed drops the oldest messages of a room.
func (r *resume) trimmed(what chat.RoomTrimmedTold) error {
	if r.v.mine[what.Room] == nil {
		return nil
	}
	if f := r.fills[what.Room]; f != nil {
		for len(f.held) > 0 && f.held[0].Seq <= what.Seq {
			r.held -= updateWeight + weighBody(f.held[0].Body)
			f.held = f.held[1:]
		}
	}
	if err := r.keepLate(lateChange{change: change{room: what.Room}, at: what.Position.Offset, upTo: what.Seq}, 0); err != nil {
		return err
	}
	position := r.position()
	r.s.c.cache.put(r.s.c.cache.ops, op{covers: true, apply: func(ctx context.Context, t *txn) error {
		return errors.Join(t.cut(ctx, what.Room, what.Seq), t.advance(ctx, position))
	}})
	r.saved = position
	r.s.c.feed.push(chat.HistoryTrimmed{RoomTrimmedTold: what})
	return nil
}

// roomUpdated takes a room as it is now. Whoever it was made with is in it.
func (r *resume) roomUpdated(what chat.RoomTold) {
	switch {
	case r.v.mine[what.Room.ID] != nil:
		r.renew(what.Room)
		r.roomsChanged(true)
	case r.among(what.Users):
		r.enter(what.Room)
	}
}

// roomMoved takes who came into a room, or has left it.
func (r *resume) roomMoved(what chat.RoomMoved, joined bool) {
	in, me := r.v.mine[what.Room.ID] != nil, r.among(what.Users)
	switch {
	case me && joined && !in:
		r.enter(what.Room)
	case me && !joined:
		r.leave(what.Room.ID)
	case in:
		r.renew(what.Room)
		r.roomsChanged(false)
	}
}

// among tells whether the user is one of them.
func (r *resume) among(users []chat.User) bool {
	return slices.ContainsFunc(users, func(u chat.User) bool { return u.ID == r.v.who.You.ID })
}

// renew takes what is told of a room that the user is in. How far it is rises with what is
// told and counted; where the room has more, that is on its way, or fetched after a while.
func (r *resume) renew(room chat.Room) {
	m := r.v.mine[room.ID]
	switch f, shown := r.fills[room.ID], r.v.shown[room.ID]; {
	case f != nil:
		f.high = max(f.high, room.LastSeq)
	case room.LastSeq > max(shown, m.LastSeq):
		r.behind[room.ID], r.moved = room.LastSeq, time.Now()
	}
	room.LastSeq, room.LastAt = m.LastSeq, m.LastAt
	m.Room = room
}

// enter brings the user into a room, whose messages are fetched.
func (r *resume) enter(room chat.Room) {
	r.v.mine[room.ID] = &chat.Membership{Room: room, Joined: true, Read: room.LastSeq, Notify: chat.NotifyAll}
	r.roomsChanged(true)
	_, told := r.v.shown[room.ID]
	switch {
	case told || r.fills[room.ID] != nil:
	case room.LastSeq == 0:
		r.v.shown[room.ID] = 0
		r.s.c.feed.push(chat.Reloaded{Room: room.ID})
	default:
		r.fill(room.ID, true, room.LastSeq)
	}
}

// refresh fetches a room again that the user had left and is in again: what became of
// its messages meanwhile was not told.
func (r *resume) refresh(room string) {
	m := r.v.mine[room]
	if _, told := r.v.shown[room]; m == nil || !told || r.fills[room] != nil {
		return
	}
	delete(r.behind, room)
	r.fill(room, true, max(m.LastSeq, r.v.shown[room]))
}

// leave takes the user out of a room, and with them all that is kept of it.
func (r *resume) leave(room string) {
	if f := r.fills[room]; f != nil {
		r.close(f)
	}
	delete(r.v.mine, room)
	delete(r.v.shown, room)
	delete(r.behind, room)
	r.uncount(room)
	r.roomsChanged(true)
	r.s.c.cache.put(r.s.c.cache.ops, op{apply: func(ctx context.Context, t *txn) error { return t.forgetRoom(ctx, room) }})
}

// userChanged takes what somebody is now.
func (r *resume) userChanged(what chat.UserTold, news bool) {
	r.s.c.feed.push(chat.UserChanged{UserTold: what})
	if m := r.v.mine[chat.GeneralRoom]; news && what.New && m != nil {
		m.Members++
		r.roomsChanged(false)
	}
	if news && what.User.ID == r.v.who.You.ID && what.User != r.v.who.You {
		r.v.who.You = what.User
		r.v.who.Rooms = r.memberships()
		r.s.c.feed.push(r.v.who)
		r.identify()
	}
}

// roomsChanged tells the rooms as they are now, and where keep is set, saves them at
// once.
func (r *resume) roomsChanged(keep bool) {
	r.v.who.Rooms = r.memberships()
	r.s.c.feed.push(chat.RoomsChanged{Rooms: r.v.who.Rooms})
	if r.dirty = true; keep {
		r.identify()
	}
}

// memberships are the rooms the user is in, by name, the direct ones last.
func (r *resume) memberships() []chat.Membership {
	rooms := make([]chat.Membership, 0, len(r.v.mine))
	for _, m := range r.v.mine {
		room := *m
		room.Unread = int(room.LastSeq - min(room.Read, room.LastSeq))
		rooms = append(rooms, room)
	}
	r.s.c.marks.over(rooms)
	slices.SortFunc(rooms, func(a, b chat.Membership) int {
		direct := cmp.Compare(len(b.Name), 0) - cmp.Compare(len(a.Name), 0)
		return cmp.Or(direct, cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return rooms
}

// identify saves who the user is and which rooms they are in: the newest that is known when
// it is saved, so that of many thousands of rooms that change in a row not each is a list of all.
func (r *resume) identify() {
	who, newest := r.v.who, r.newest
	r.dirty = false
	newest.Store(&who)
	r.s.c.cache.put(r.s.c.cache.ops, op{apply: func(ctx context.Context, t *txn) error { return t.identify(ctx, newest.Load()) }})
}

// keep saves what was not saved yet when the connection ends.
func (r *resume) keep() {
	if r.dirty {
		r.v.who.Rooms = r.memberships()
		r.identify()
	}
}

package client

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/socketio"
)

// fakeTeam is what a fake knows beside messages. What happened stands in the fake's
// log as a message without a seq, in the place of the event.
type fakeTeam struct {
	events  map[uint64]func(c *fakeConn) // offset → tells it
	changed map[messageKey]chat.Message  // what became of messages
	trimmed map[string]uint64
	read    map[string]uint64 // the user's markers
	reads   []chat.ReadRequest
	marking func(n int) string // how the n-th request for a marker fares: "" or "lost", "deaf", or an error's code
	counted int                // requests that only ask where the marker is
	count   func(n int) string // how the n-th of those fares, as marking; called when the answer is made
	notify  map[string]chat.Notify
	names   map[string]string // rooms that have another name
	threads map[string]bool   // IDs of messages that have answers
	strict  bool              // tell nothing of rooms the user is not in
	unheard map[uint64]bool   // offsets of what was not told for that
}

type messageKey struct {
	room string
	seq  uint64
}

// happen puts an event into the log and tells it; f.mu is held.
func (f *fake) happen(room string, tell func(c *fakeConn, told chat.Told)) {
	at := chat.Position{Epoch: f.epoch, Offset: uint64(len(f.log)) + 1}
	told := chat.Told{Position: at, At: chat.Millis(at.Offset), By: other}
	if f.team.events == nil {
		f.team.events = make(map[uint64]func(*fakeConn))
	}
	f.team.events[at.Offset] = func(c *fakeConn) { tell(c, told) }
	m := chat.Message{Envelope: chat.Envelope{Position: at}}
	f.log = append(f.log, m)
	f.hear(room, at.Offset)
	f.tell(m)
}

// hear notes whether the user is told what happens in a room; f.mu is held.
func (f *fake) hear(room string, offset uint64) {
	if !f.team.strict || room == "" || slices.Contains(f.rooms, room) {
		return
	}
	if f.team.unheard == nil {
		f.team.unheard = make(map[uint64]bool)
	}
	f.team.unheard[offset] = true
}

// now is a message as it is by now; f.mu is held.
func (f *fake) now(m chat.Message) chat.Message {
	if c, ok := f.team.changed[messageKey{m.Room, m.Seq}]; ok {
		m = c
	}
	if !f.team.threads[m.ID] {
		return m
	}
	for _, answer := range f.log {
		if answer = f.as(answer); answer.Seq > 0 && answer.Room == m.Room && answer.Thread == m.ID && m.Thread == "" {
			if m.Replies == nil {
				m.Replies = &chat.Replies{}
			}
			m.Replies = &chat.Replies{Count: m.Replies.Count, Last: answer.At, LastBy: answer.From}
			if answer.Deleted == 0 {
				m.Replies.Count++
			}
		}
	}
	return m
}

// as is now without its thread.
func (f *fake) as(m chat.Message) chat.Message {
	if c, ok := f.team.changed[messageKey{m.Room, m.Seq}]; ok {
		return c
	}
	return m
}

// asTold is a message as its event has it: as it was said, unless it is gone.
func (f *fake) asTold(m chat.Message) chat.Message {
	if f.as(m).Deleted != 0 {
		m.Body, m.Extra = chat.Body{JSON: []byte("null")}, chat.Extra{Auto: m.Auto}
	}
	return m
}

// become changes a message, and tells so; f.mu is held.
func (f *fake) become(name, room string, seq uint64, c chat.MessageChanged, body string) {
	at := slices.IndexFunc(f.log, func(m chat.Message) bool { return m.Room == room && m.Seq == seq })
	if at < 0 || seq <= f.team.trimmed[room] {
		return
	}
	m := f.as(f.log[at])
	if m.Deleted != 0 {
		return
	}
	c.Room, c.Seq = room, seq
	switch name {
	case ToldEdited:
		c.Revision, c.Mentioned = m.Revision+1, m.Mentions
	case ToldDeleted:
		c.Mentioned = m.Mentions
	}
	f.happen(room, func(conn *fakeConn, told chat.Told) {
		c.Told = told
		if name == ToldEdited {
			conn.emit(name, socketio.Value{JSON: chat.TextBody(body).JSON}, c)
			return
		}
		conn.emit(name, c)
	})
	c.Told = chat.Told{At: chat.Millis(len(f.log)), By: other}
	switch name {
	case ToldEdited:
		m.Revise(chat.MessageRevised{MessageChanged: c, Body: chat.TextBody(body)})
	case ToldDeleted:
		m.Erase(chat.MessageErased{MessageChanged: c})
	case ToldReaction:
		m.React(chat.MessageReaction{MessageChanged: c})
	case ToldPinned:
		m.Pin(chat.MessagePin{MessageChanged: c})
	}
	if f.team.changed == nil {
		f.team.changed = make(map[messageKey]chat.Message)
	}
	f.team.changed[messageKey{room, seq}] = m
}

// trim takes messages away for good; f.mu is held.
func (f *fake) trim(room string, upTo uint64) {
	if f.team.trimmed == nil {
		f.team.trimmed = make(map[string]uint64)
	}
	if upTo <= f.team.trimmed[room] {
		return
	}
	f.team.trimmed[room] = upTo
	f.happen(room, func(c *fakeConn, told chat.Told) {
		c.emit(ToldTrimmed, chat.RoomTrimmedTold{Told: told, Room: room, Seq: upTo})
	})
}

// room is a room as it is now; f.mu is held.
func (f *fake) room(id string) chat.Room {
	name := id
	if other, ok := f.team.names[id]; ok {
		name = other
	}
	return chat.Room{ID: id, Name: name, Kind: chat.RoomPublic, Members: 2, LastSeq: f.last(id)}
}

func (f *fake) membership(id string) chat.Membership {
	m := chat.Membership{Room: f.room(id), Joined: true, Read: f.team.read[id], Notify: f.team.notify[id]}
	if m.Notify == "" {
		m.Notify = chat.NotifyAll
	}
	for _, said := range f.log {
		if said.Room == id && said.From.ID == you.ID && !said.Auto {
			m.Read = max(m.Read, said.Seq)
		}
	}
	m.Read = max(m.Read, f.team.trimmed[id])
	m.Unread = int(m.LastSeq - m.Read)
	m.Mentions = f.mentions(id, m.Read)
	return m
}

// mentions are the messages of a room above a seq that name the user; f.mu is held.
func (f *fake) mentions(room string, above uint64) (n int) {
	for _, m := range f.log {
		if m.Room == room && m.Seq > above && chat.Calls(f.as(m).Mentions, you.ID) {
			n++
		}
	}
	return n
}

// move takes the user into a room or out of it; f.mu is held.
func (f *fake) move(room string, in bool) {
	if slices.Contains(f.rooms, room) == in {
		return
	}
	name := ToldLeft
	f.rooms = slices.DeleteFunc(slices.Clone(f.rooms), func(r string) bool { return r == room })
	if in {
		name = ToldJoined
		f.rooms = append(f.rooms, room)
		if f.team.read == nil {
			f.team.read = make(map[string]uint64)
		}
		f.team.read[room] = f.last(room)
	}
	delete(f.team.notify, room)
	f.happen("", func(c *fakeConn, told chat.Told) {
		c.emit(name, chat.RoomMoved{Told: told, Room: f.room(room), Users: []chat.User{you}})
	})
}

// rename names a room otherwise; f.mu is held.
func (f *fake) rename(room, name string) {
	f.team.names = maps.Clone(f.team.names)
	if f.team.names == nil {
		f.team.names = make(map[string]string)
	}
	f.team.names[room] = name
	f.happen("", func(c *fakeConn, told chat.Told) { c.emit(ToldRoom, chat.RoomTold{Told: told, Room: f.room(room)}) })
}

// marked takes a request to move the user's marker on.
func (c *fakeConn) marked(args []socketio.Value, p *socketio.Packet) bool {
	f := c.f
	f.mu.Lock()
	defer f.mu.Unlock()
	var r chat.ReadRequest
	if json.Unmarshal(args[0].JSON, &r) != nil {
		return false
	}
	how := ""
	if r.Seq > 0 {
		f.team.reads = append(f.team.reads, r)
		if f.team.marking != nil {
			how = f.team.marking(len(f.team.reads))
		}
	}
	if how == "" {
		f.mark(r.Room, r.Seq)
	}
	at := f.markerOf(r.Room)
	if r.Seq == 0 {
		if f.team.counted++; f.team.count != nil {
			how = f.team.count(f.team.counted)
		}
	}
	switch how {
	case "ahead": // of what is told
		at = f.markerOf(r.Room)
		fallthrough
	case "":
		c.ack(p, struct {
			OK bool `json:"ok"`
			chat.Marker
		}{true, at})
	case "lost":
		return false
	case "deaf":
	default:
		c.ack(p, map[string]any{"ok": false, "error": chat.Error{Code: chat.Code(how), Message: how}})
	}
	return true
}

// markerOf is where the user's marker stands, and what it stands at; f.mu is held.
func (f *fake) markerOf(room string) chat.Marker {
	m := f.membership(room)
	return chat.Marker{Room: room, Read: m.Read, Mentions: m.Mentions, Position: chat.Position{Epoch: f.epoch, Offset: uint64(len(f.log))}}
}

// marker is how far the user has read a room.
func (f *fake) marker(room string) uint64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.team.read[room]
}

// mark moves the user's marker on; f.mu is held.
func (f *fake) mark(room string, seq uint64) {
	seq = min(seq, f.last(room))
	if seq <= f.membership(room).Read || !slices.Contains(f.rooms, room) {
		return
	}
	for _, said := range f.log { // and past what the user's programs said right behind it
		if said.Room == room && said.From.ID == you.ID && said.Seq == seq+1 {
			seq++
		}
	}
	f.reached(room, seq)
	left := f.mentions(room, seq)
	f.happen("", func(c *fakeConn, told chat.Told) {
		c.emit(ToldRead, chat.Marker{Room: room, Read: seq, Mentions: left, Position: told.Position})
	})
}

// reached is where the user's marker stands from now on; f.mu is held.
func (f *fake) reached(room string, seq uint64) {
	if f.team.read == nil {
		f.team.read = make(map[string]uint64)
	}
	f.team.read[room] = seq
}

// level says what the user wants to be told of a room; f.mu is held.
func (f *fake) level(room string, level chat.Notify) {
	if !slices.Contains(f.rooms, room) {
		return
	}
	if f.team.notify == nil {
		f.team.notify = make(map[string]chat.Notify)
	}
	f.team.notify[room] = level
	f.happen("", func(c *fakeConn, told chat.Told) {
		c.emit(ToldNotify, chat.NotifyTold{Told: told, Room: room, Level: level})
	})
}

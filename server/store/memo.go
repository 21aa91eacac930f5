package store

import "github.com/hobnob-chat/hobnob/net/chat"

// memo is what one Apply leaves to the next, which needs it for nearly every message:
// who is in the team and where rooms stand. It is of one place in the log, and worth
// nothing at any other: a transaction that was undone has left the read model where it
// was before, and the memo elsewhere. It belongs to whoever has the writer's connection.
type memo struct {
	at      chat.Position
	entered map[string]chat.User // authors, as the team has them
	rooms   map[string]*tally
	size    int

	// of the run of messages that is being applied
	spokenIn []*tally
	keys     []int64 // of the room of each
	args     []any
}

// maxMemo bounds what is remembered: people, rooms, and who is known to be in them.
const maxMemo = 50_000

// recall makes the memo one of a place in the log: it keeps what it has, or forgets it.
func (m *memo) recall(at chat.Position) {
	if m.entered == nil || m.at != at || m.size > maxMemo {
		m.entered, m.rooms, m.size = make(map[string]chat.User, 1), make(map[string]*tally, 1), 0
	}
	m.spokenIn = m.spokenIn[:0]
	clear(m.args[:cap(m.args)])      // keep no event's strings
	m.at = chat.Position{Epoch: "?"} // while something is applied, of no place
}

// keep notes the place that the memo is of after a batch.
func (m *memo) keep(batch []chat.Event, err error) {
	if err == nil {
		m.at = batch[len(batch)-1].Position
	}
}

// changesRooms tells whether a kind of event changes what is remembered of rooms.
func changesRooms(kind chat.EventKind) bool {
	switch kind {
	case chat.RoomCreated, chat.RoomChanged, chat.RoomJoined, chat.RoomLeft, chat.RoomTrimmed:
		return true
	}
	return false
}

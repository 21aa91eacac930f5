package client

import (
	"encoding/json"
	"errors"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/socketio"
)

// The names of what the server tells, as docs/chat-lane.md has them.
const (
	ToldMessage  = "message"
	ToldEdited   = "message:edited"
	ToldDeleted  = "message:deleted"
	ToldReaction = "message:reaction"
	ToldPinned   = "message:pinned"
	ToldTrimmed  = "room:trimmed"
	ToldRoom     = "room:updated"
	ToldJoined   = "room:joined"
	ToldLeft     = "room:left"
	ToldRead     = "read"
	ToldNotify   = "notify"
	ToldFollow   = "follow"
	ToldUser     = "user:updated"
	ToldTyping   = "typing"
	ToldPresence = "presence"
)

// Told is one thing the server told. What depends on Name, which is the event's on
// the wire and one of the constants:
//
//	ToldMessage                              chat.Message
//	ToldEdited                               chat.MessageRevised
//	ToldDeleted, ToldReaction, ToldPinned    chat.MessageChanged
//	ToldRoom                                 chat.RoomTold
//	ToldJoined, ToldLeft                     chat.RoomMoved
//	ToldTrimmed                              chat.RoomTrimmedTold
//	ToldRead                                 chat.Marker
//	ToldNotify, ToldFollow, ToldUser         chat.NotifyTold, chat.FollowTold, chat.UserTold
//	ToldTyping, ToldPresence                 chat.TypingTold, chat.PresenceTold
//
// Position is its place in the log, and the zero Position for what is not in it.
type Told struct {
	Name     string
	Position chat.Position
	What     any
}

// errTold is for an event that lacks what everything else relies on.
var errTold = errors.New("a field is missing or out of range")

// readTold reads what the server tells. It reports false for what this version does
// not know, which is to be ignored, and for messages without an envelope: those are
// of the plain lane, from before hello.
func readTold(name string, args []socketio.Value) (t Told, known bool, err error) {
	read := tells[name]
	if read == nil || (len(args) < 2 && (name == ToldMessage || name == ToldEdited)) {
		return Told{}, false, nil
	}
	if len(args) == 0 {
		args = []socketio.Value{{JSON: []byte("null")}}
	}
	t = Told{Name: name}
	if t.What, t.Position, err = read(args); err != nil {
		return Told{}, false, protocolError("the event "+name, err)
	}
	return t, true, nil
}

// tells read what comes with each name.
var tells = map[string]func(args []socketio.Value) (any, chat.Position, error){
	ToldMessage:  readMessage,
	ToldEdited:   readRevised,
	ToldDeleted:  readChanged,
	ToldReaction: readChanged,
	ToldPinned:   readChanged,
	ToldTrimmed: reads(func(p *chat.RoomTrimmedTold) (chat.Position, bool) {
		return p.Position, p.Room != "" && p.Seq < newest
	}),
	ToldRoom:   reads(func(p *chat.RoomTold) (chat.Position, bool) { return p.Position, p.Room.ID != "" }),
	ToldJoined: reads(func(p *chat.RoomMoved) (chat.Position, bool) { return p.Position, p.Room.ID != "" }),
	ToldLeft:   reads(func(p *chat.RoomMoved) (chat.Position, bool) { return p.Position, p.Room.ID != "" }),
	ToldRead: reads(func(p *chat.Marker) (chat.Position, bool) {
		return p.Position, p.Room != "" && p.Read < newest && p.Mentions >= 0
	}),
	ToldNotify:   reads(func(p *chat.NotifyTold) (chat.Position, bool) { return p.Position, p.Room != "" }),
	ToldFollow:   reads(func(p *chat.FollowTold) (chat.Position, bool) { return p.Position, p.Room != "" }),
	ToldUser:     reads(func(p *chat.UserTold) (chat.Position, bool) { return p.Position, p.User.ID != "" }),
	ToldTyping:   reads(func(p *chat.TypingTold) (chat.Position, bool) { return chat.Position{}, p.Room != "" }),
	ToldPresence: reads(func(p *chat.PresenceTold) (chat.Position, bool) { return chat.Position{}, p.User != "" }),
}

// reads reads a payload that is the one argument. whole answers its place in the log,
// and whether it has what it needs.
func reads[P any](whole func(p *P) (chat.Position, bool)) func([]socketio.Value) (any, chat.Position, error) {
	return func(args []socketio.Value) (any, chat.Position, error) {
		var p P
		if err := json.Unmarshal(args[0].JSON, &p); err != nil {
			return nil, chat.Position{}, err
		}
		at, ok := whole(&p)
		if !ok {
			return nil, chat.Position{}, errTold
		}
		return p, at, nil
	}
}

func readMessage(args []socketio.Value) (any, chat.Position, error) {
	m := chat.Message{Body: chat.Body{JSON: args[0].JSON, Attachments: args[0].Attachments}}
	if err := json.Unmarshal(args[1].JSON, &m.Envelope); err != nil {
		return nil, chat.Position{}, err
	}
	return m, m.Position, isMessage(m)
}

func readRevised(args []socketio.Value) (any, chat.Position, error) {
	r := chat.MessageRevised{Body: chat.Body{JSON: args[0].JSON, Attachments: args[0].Attachments}}
	if err := json.Unmarshal(args[1].JSON, &r.MessageChanged); err != nil {
		return nil, chat.Position{}, err
	}
	if len(r.JSON) == 0 || r.Revision < 0 || !refers(&r.MessageChanged) {
		return nil, chat.Position{}, errTold
	}
	return r, r.Position, nil
}

var readChanged = reads(func(p *chat.MessageChanged) (chat.Position, bool) {
	return p.Position, refers(p) && len(p.Emoji) <= chat.MaxEmoji
})

// refers tells whether a change says of which message it is.
func refers(c *chat.MessageChanged) bool { return c.Room != "" && c.Seq > 0 && c.Seq < newest }

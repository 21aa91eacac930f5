package gateway

import (
	"fmt"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/socketio"
	"github.com/hobnob-chat/hobnob/server"
)

// encodeEvent makes the packet that tells a stored event on a lane.
func (g *Gateway) encodeEvent(lane server.Lane, e *chat.Event) (socketio.Packet, error) {
	body := socketio.Value{JSON: e.Body.JSON, Attachments: e.Body.Attachments}
	if len(body.JSON) == 0 {
		body.JSON = []byte("null") // its text is gone
	}
	switch {
	case e.Kind == chat.MessageCreated && lane == server.PlainLane:
		return socketio.EncodeEvent("/", "message", nil, body)
	case e.Kind == chat.MessageCreated:
		return socketio.EncodeEvent("/", "message", nil, body, e.Message().Envelope)
	case e.Kind == chat.MessageEdited:
		return socketio.EncodeEvent("/", "message:edited", nil, body, changed(e))
	}
	name, payload := g.payload(e)
	if name == "" {
		return socketio.Packet{}, fmt.Errorf("no name on the wire for %q", e.Kind)
	}
	return socketio.EncodeEvent("/", name, nil, payload)
}

func toldOf(e *chat.Event) chat.Told {
	return chat.Told{Position: e.Position, At: e.At, By: e.Author}
}

func changed(e *chat.Event) chat.MessageChanged {
	m := chat.MessageChanged{Told: toldOf(e), Room: e.Room, Seq: e.Change.Target}
	switch e.Kind {
	case chat.MessageEdited:
		m.Revision, m.Mentions, m.Mentioned = int(e.Seq), e.Extra.Mentions, e.Was
	case chat.MessageDeleted:
		m.Mentioned, m.Thread = e.Was, e.Thread
	case chat.MessageReacted:
		m.Emoji, m.On = e.Change.Emoji, &e.Change.On
	case chat.MessagePinned:
		m.On = &e.Change.On
	}
	return m
}

// payload is how events other than texts are called on the wire, and what they say.
func (g *Gateway) payload(e *chat.Event) (name string, payload any) {
	c := &e.Change
	switch e.Kind {
	case chat.MessageDeleted:
		return "message:deleted", changed(e)
	case chat.MessageReacted:
		return "message:reaction", changed(e)
	case chat.MessagePinned:
		return "message:pinned", changed(e)
	case chat.RoomCreated, chat.RoomChanged:
		return "room:updated", chat.RoomTold{Told: toldOf(e), Room: server.RoomAt(e), Users: c.Users}
	case chat.RoomJoined:
		return "room:joined", chat.RoomMoved{Told: toldOf(e), Room: server.RoomAt(e), Users: c.Users}
	case chat.RoomLeft:
		return "room:left", chat.RoomMoved{Told: toldOf(e), Room: server.RoomAt(e), Users: []chat.User{*c.User}, Reason: c.Reason}
	case chat.RoomTrimmed:
		return "room:trimmed", chat.RoomTrimmedTold{Told: toldOf(e), Room: e.Room, Seq: c.Target}
	case chat.MarkerMoved:
		return "read", server.Marker(e)
	case chat.NotifyChanged:
		return "notify", chat.NotifyTold{Told: toldOf(e), Room: e.Room, Level: c.Level}
	case chat.ThreadFollowed:
		return "follow", chat.FollowTold{Told: toldOf(e), Room: e.Room, Thread: e.Thread, On: c.On}
	case chat.UserEntered:
		return "user:updated", chat.UserTold{Told: toldOf(e), User: e.Author, New: e.Seq == 1}
	case chat.RoleChanged:
		return "user:updated", chat.UserTold{Told: toldOf(e), User: *c.User, Reason: c.Reason}
	case chat.UserBanned:
		return "user:updated", chat.UserTold{Told: toldOf(e), User: *c.User, Banned: c.On, Reason: c.Reason}
	case chat.SessionEnded:
		return "session:ended", chat.SessionTold{Told: toldOf(e), ID: c.SignIn, Others: c.On, Reason: c.Reason}
	case chat.UserMuted:
		return "user:updated", chat.UserTold{Told: toldOf(e), User: *c.User, Muted: &c.Until, Room: e.Room, Reason: c.Reason}
	}
	return "", nil
}

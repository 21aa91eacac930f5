package bench

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/socketio"
)

// socketIO is Socket.IO 5 on Engine.IO 4.
type socketIO struct {
	hello bool // hobnob's chat lane: say hello before all else, and name the room in each message
	asks  bool // ask for the room in CONNECT
}

// Hobnob is hobnob's own protocol: with chatLane the chat lane, where rooms are named
// and messages have envelopes, else the plain lane of any Socket.IO client.
func Hobnob(chatLane bool) Protocol { return socketIO{hello: chatLane} }

// SocketIO is Socket.IO as the servers of others speak it. It has no convention
// for rooms: a client says in its CONNECT which one it wants to be in.
func SocketIO() Protocol { return socketIO{asks: true} }

// helloID is the ack ID of a hello, and joinID that of coming into a room after it.
// Messages have smaller ones.
const (
	helloID = 1 << 40
	joinID  = helloID + 1
)

func (socketIO) path(*visitor) string  { return "/socket.io/?EIO=4&transport=websocket" }
func (socketIO) begin(*visitor) string { return "" }
func (socketIO) batched() bool         { return false }
func (p socketIO) connect(who *visitor) string {
	if p.asks {
		return `40{"token":` + quoted(who.token) + `,"room":` + quoted(who.room) + `}`
	}
	return `40{"token":` + quoted(who.token) + `}`
}

var messageEvent = []byte(`2["message",`)

func (p socketIO) take(msg []byte, who *visitor) (took, string, error) {
	if len(msg) == 0 {
		return tookNothing, "", errors.New("the server sent an empty Engine.IO packet")
	}
	switch socketio.EngineType(msg[0]) {
	case socketio.EngineOpen:
		return tookNothing, p.connect(who), nil
	case socketio.EnginePing:
		return tookNothing, "3", nil
	case socketio.EngineClose:
		return tookNothing, "", errEnded
	case socketio.EngineMessage:
	default:
		return tookNothing, "", nil
	}
	msg = msg[1:]
	if bytes.HasPrefix(msg, messageEvent) {
		return tookMessage, "", nil
	}
	if len(msg) == 0 {
		return tookNothing, "", errors.New("the server sent an empty Socket.IO packet")
	}
	switch socketio.Type(msg[0] - '0') {
	case socketio.Connect:
		if p.hello {
			return tookNothing, "42" + strconv.Itoa(helloID) + `["hello",{"protocol":1,"client":"hobnob bench"}]`, nil
		}
		return tookJoined, "", nil
	case socketio.ConnectError:
		return tookNothing, "", refusal(msg[1:])
	case socketio.Disconnect:
		return tookNothing, "", errEnded
	case socketio.Ack:
		return p.ack(msg[1:], who)
	default:
		return tookNothing, "", nil
	}
}

// ack takes the answer to a hello or a message.
func (p socketIO) ack(msg []byte, who *visitor) (took, string, error) {
	digits := 0
	var id uint64
	for digits < len(msg) && msg[digits] >= '0' && msg[digits] <= '9' {
		id = id*10 + uint64(msg[digits]-'0')
		digits++
	}
	// Other servers answer with what they like; hobnob says whether it was done.
	if !p.asks && !bytes.HasPrefix(msg[digits:], []byte(`[{"ok":true`)) {
		return tookNothing, "", fmt.Errorf("the server answered %s", clip(msg[digits:]))
	}
	switch {
	case id == helloID && who.room != "" && who.room != chat.GeneralRoom:
		return tookNothing, "42" + strconv.Itoa(joinID) + `["room:join",{"room":` + quoted(who.room) + `}]`, nil
	case id == helloID, id == joinID:
		return tookJoined, "", nil
	}
	who.acked = id
	return tookAck, "", nil
}

func (p socketIO) publish(dst, body []byte, who *visitor, id uint64, ack bool) []byte {
	dst = append(dst, "42"...)
	if ack {
		dst = strconv.AppendUint(dst, id, 10)
	}
	dst = append(dst, `["message",`...)
	dst = append(dst, body...)
	if p.hello {
		dst = append(dst, `,{"room":"`...)
		dst = append(dst, who.room...) // an ID, or a name of ours: nothing in it is escaped
		dst = append(dst, `"}`...)
	}
	return append(dst, ']')
}

// refusal reads the payload of a CONNECT_ERROR.
func refusal(payload []byte) error {
	var said struct {
		Message string `json:"message"`
		Data    struct {
			Reason string `json:"reason"`
		} `json:"data"`
	}
	if json.Unmarshal(payload, &said) != nil || said.Message == "" {
		return &RefusedError{clip(payload)}
	}
	if said.Data.Reason != "" {
		return &RefusedError{said.Data.Reason}
	}
	return &RefusedError{said.Message}
}

// clip is the beginning of what a server said, for a sentence.
func clip(b []byte) string {
	const enough = 200
	if len(b) > enough {
		return string(b[:enough]) + " …"
	}
	return string(b)
}

package bench

import (
	"encoding/json"
	"errors"
)

// Protocol is how the clients of one kind of server get in, speak and hear. Those
// of this package are all there are.
type Protocol interface {
	// path is what the handshake asks for.
	path(who *visitor) string
	// begin is what a client says first, "" where the server does.
	begin(who *visitor) string
	// take takes one message of the server, and returns what is to be answered,
	// or "". Its error ends the client.
	take(msg []byte, who *visitor) (what took, answer string, err error)
	// publish appends what says body, a JSON string, in the visitor's room. id
	// numbers what the client says; where ack is set it wants to be answered.
	publish(dst, body []byte, who *visitor, id uint64, ack bool) []byte
	// batched tells whether one frame may have several messages, a line each.
	batched() bool
}

// visitor is what a Protocol knows of one client.
type visitor struct {
	token, room string
	acked       uint64 // the number that the last answer was to
}

// took is what a message of the server was.
type took byte

const (
	tookNothing took = iota
	tookJoined       // the client is in, and hears its room from here on
	tookMessage      // somebody said something: it has a stamp
	tookAck          // visitor.acked was answered
)

// errEnded: the server has ended the client's session and said so.
var errEnded = errors.New("disconnected by the server")

// quoted is s as JSON.
func quoted(s string) string {
	b, _ := json.Marshal(s) //nolint:errchkjson // a string always has a JSON form
	return string(b)
}

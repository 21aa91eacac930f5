package transport

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"sync/atomic"

	"github.com/hobnob-chat/hobnob/net/socketio"
)

// Handler is asked about every CONNECT to a namespace that exists.
type Handler interface {
	// Connect accepts a socket by returning its Receiver, which must not be
	// nil, or refuses it by an error: a *ConnectError is told to the peer as it
	// is, any other error only as "Internal error". It runs on a
	// goroutine of its own, for which the session's read goroutine waits, and may
	// block; s.Done tells when waiting is in vain.
	//
	// The socket may be used before Connect returns: what is sent waits behind
	// the answer to CONNECT, and is dropped when that is a refusal.
	Connect(s *Socket, h *Handshake) (Receiver, error)
}

// Receiver is told what comes from one socket. All its methods but Pace are called
// on the session's read goroutine, one at a time.
type Receiver interface {
	// Receive takes one event. While it blocks nothing more is read from this
	// peer; it must return soon after the socket's Done is closed.
	Receive(e *Event)

	// Pace is called for each message of the peer before it is decoded, be it a packet
	// or an attachment, and once more for each 16 KiB of it as they come. While it blocks nothing more is read
	// from this peer; it must return soon after the socket's Done is closed. A POST
	// is read by another goroutine, so it may be called by two at a time.
	Pace()

	// Closed is called exactly once, after the last Receive.
	Closed(reason Reason)
}

// ConnectError refuses a socket. Its fields are the peer's connect_error.
type ConnectError struct {
	Message string
	Data    any // anything json.Marshal takes, or nil
}

// Error implements error.
func (e *ConnectError) Error() string { return e.Message }

// Handshake is what is known of a peer when it asks to connect.
type Handshake struct {
	Query      url.Values      // of the request that opened the session: what Config.ShowQuery names
	Header     http.Header     // of that request: what Config.ShowHeader names
	Auth       json.RawMessage // the CONNECT packet's payload: a JSON object, or nil
	Cut        bool            // something of it was too much to be kept, and is not here
	RemoteAddr string
	Secure     bool // whether that request came over TLS
}

// Event is one event from a peer. Its arguments are not to be changed.
type Event struct {
	Name string
	Args []socketio.Value

	socket   *Socket
	id       uint64
	hasID    bool
	answered atomic.Bool
}

// HasAck tells whether the peer asked for an answer.
func (e *Event) HasAck() bool { return e.hasID }

// Ack answers the event. Only the first call that can be encoded answers;
// further ones, and those to an event that asked for none, do nothing. It is
// safe from any goroutine and never blocks; after the socket ended it returns
// ErrClosed.
func (e *Event) Ack(args ...any) error {
	if !e.hasID || e.answered.Load() {
		return nil
	}
	p, err := socketio.EncodeAck(e.socket.namespace, e.id, args...)
	if err != nil {
		return err
	}
	if !e.answered.CompareAndSwap(false, true) {
		return nil
	}
	return e.socket.Send(Prepare(p))
}

// Reason is why a socket or its session ended. Where the reference server has
// a word for it, it is that word.
type Reason string

// The reasons this package gives. Socket.Close may give others.
const (
	ReasonTransportClose   Reason = "transport close" // the peer hung up
	ReasonTransportError   Reason = "transport error" // the network failed
	ReasonParseError       Reason = "parse error"     // the peer broke the protocol
	ReasonPingTimeout      Reason = "ping timeout"
	ReasonClientDisconnect Reason = "client namespace disconnect"
	ReasonServerDisconnect Reason = "server namespace disconnect"
	ReasonShutdown         Reason = "server shutting down"
	ReasonConnectTimeout   Reason = "connect timeout" // no CONNECT came, or none that was accepted
	ReasonSlowReader       Reason = "slow reader"     // its queue was full, or it stalled
	ReasonSlowSender       Reason = "slow sender"     // a message took too long to come
	ReasonCrowd            Reason = "too many poll"   // without a socket, and others came
	ReasonTooLarge         Reason = "message too large"
)

// What sending can fail with.
var (
	ErrClosed      = errors.New("transport: socket is closed")
	ErrQueueFull   = errors.New("transport: peer reads too slowly")
	ErrTooManyAcks = errors.New("transport: too many answers are outstanding")
	ErrConnecting  = errors.New("transport: socket is not yet connected")
)

package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"github.com/hobnob-chat/hobnob/net/socketio"
)

// link is one connection, from the dial to its end: packets in and out, requests
// and their answers. What it is for knows whoever has it: a session of a Client, or
// a Line. Whoever reads is one goroutine, and write another.
type link struct {
	// set once
	conn  *websocket.Conn
	wire  *hurried // below conn
	log   *slog.Logger
	event func(name string, args []socketio.Value) error // what the server tells; called by who reads

	token string // that the connection began with
	show  int    // the longest body that is taken, 0 for any

	frames  chan frame    // to the writer
	pong    chan struct{} // to the writer, capacity 1: two pings need one answer
	ended   chan struct{} // closed by the first end
	written chan struct{} // closed when write returned

	// owned by who reads; open also read by the writer once it is ready for drafts
	open     socketio.Open
	decoder  socketio.Decoder
	attached int // bytes of the attachments of the packet that is read

	// guarded by mu
	mu     sync.Mutex
	cause  error
	calls  map[uint64]call
	lastID uint64
	drafts int       // calls that are drafts
	acked  time.Time // when one of them was answered last
}

// newLink takes over what dial opened.
func newLink(conn *websocket.Conn, wire *hurried, log *slog.Logger, token string) *link {
	l := &link{
		conn: conn, wire: wire, log: log, token: token,
		frames: make(chan frame, 16), pong: make(chan struct{}, 1),
		ended: make(chan struct{}), written: make(chan struct{}),
		calls: make(map[uint64]call),
	}
	l.decoder.MaxBytes = readLimit
	return l
}

// patience sets how long the server may be silent.
func (l *link) patience(d time.Duration) error {
	if err := l.conn.SetReadDeadline(time.Now().Add(d)); err != nil {
		return fmt.Errorf("connection: %w", err)
	}
	return nil
}

// noPacket is returned by next in place of a packet when something else was
// heard, so that the read loop renews its patience.
var noPacket = &socketio.Packet{Type: socketio.Ack}

// next reads one WebSocket message. It returns noPacket for one that is not, or
// not yet, a Socket.IO packet.
func (l *link) next() (*socketio.Packet, error) {
	kind, b, err := l.read()
	if err != nil {
		return nil, fmt.Errorf("connection: %w", err)
	}
	var p *socketio.Packet
	switch {
	case kind == websocket.BinaryMessage:
		p, err = l.decoder.Binary(b)
	case len(b) == 0:
		return nil, protocolError("an empty packet", nil)
	default:
		switch socketio.EngineType(b[0]) {
		case socketio.EngineMessage:
			p, err = l.decoder.Text(b[1:])
		case socketio.EnginePing:
			select {
			case l.pong <- struct{}{}:
			default:
			}
		case socketio.EnginePong, socketio.EngineNoop:
		case socketio.EngineClose:
			return nil, &problem{reason: "the server ended the connection"}
		default:
			return nil, protocolError("an unknown Engine.IO packet", nil)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("connection: %w", err)
	}
	if p == nil {
		return noPacket, nil
	}
	return p, nil
}

// handle does what a packet asks for, once CONNECT was answered.
func (l *link) handle(p *socketio.Packet) error {
	switch {
	case p == noPacket:
		return nil
	case p.Namespace != "/":
		return protocolError("a packet of a namespace nobody asked for", nil)
	}
	switch p.Type {
	case socketio.Event, socketio.BinaryEvent:
		name, args, err := p.Event()
		if err != nil {
			return protocolError("an event", err)
		}
		return l.event(name, args)
	case socketio.Ack, socketio.BinaryAck:
		args, err := p.Args()
		if err != nil {
			return protocolError("an answer", err)
		}
		if k, ok := l.unregister(p.ID); ok {
			k.done(args, nil)
		}
		return l.ending()
	case socketio.Disconnect:
		return &problem{reason: "the server ended the session"}
	case socketio.ConnectError:
		return connectError(p.Data)
	}
	return protocolError("a packet that is out of place", nil)
}

// unauthorized reads what the server tells before it ends a session whose token
// it no longer accepts.
func unauthorized(args []socketio.Value) error {
	var e struct {
		Message string `json:"message"`
		Data    struct {
			Message string `json:"message"`
			Code    string `json:"code"`
			Reason  string `json:"reason"`
		} `json:"data"`
	}
	if len(args) > 0 && json.Unmarshal(args[0].JSON, &e) != nil {
		return refused("")
	}
	for _, reason := range []string{e.Data.Reason, e.Data.Message, e.Message, e.Data.Code} {
		if reason != "" {
			return refused(reason)
		}
	}
	return refused("")
}

// end ends the connection; the first cause is the one that counts. It is safe
// from any goroutine.
func (l *link) end(cause error) {
	l.mu.Lock()
	first := l.cause == nil
	if first {
		if cause == nil {
			cause = errors.New("the connection ended")
		}
		l.cause = cause
	}
	l.mu.Unlock()
	if first {
		close(l.ended)
		l.conn.Close() // nothing more is done with it
	}
}

// ending is the cause once the connection is to end, for what runs on the read
// loop but cannot return an error.
func (l *link) ending() error {
	select {
	case <-l.ended:
		return l.why()
	default:
		return nil
	}
}

func (l *link) why() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.cause
}

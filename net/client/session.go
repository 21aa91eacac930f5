package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/socketio"
)

// session is one connection, from the dial to its end.
type session struct {
	// set once
	c    *Client
	conn *websocket.Conn
	wire *hurried // below conn
	log  *slog.Logger

	token string // that the connection began with

	frames  chan frame    // to the writer
	pong    chan struct{} // to the writer, capacity 1: two pings need one answer
	ready   chan struct{} // closed at the welcome: drafts may be sent
	ended   chan struct{} // closed by the first end
	written chan struct{} // closed when write returned

	// owned by the read loop; open and limits also read by the writer after ready
	open     socketio.Open
	limits   chat.Limits
	decoder  socketio.Decoder
	asked    chat.Position // what hello asked to resume from
	early    []chat.Message
	held     int // bytes of early
	welcomed bool
	sync     resume

	// guarded by mu
	mu     sync.Mutex
	cause  error
	calls  map[uint64]call
	lastID uint64
	drafts int       // calls that are drafts
	acked  time.Time // when one of them was answered last
}

// connect makes one connection and lives it to its end. The error is never nil;
// lived is how long the connection was welcomed, 0 when it never was.
func (c *Client) connect(ctx context.Context) (lived time.Duration, err error) {
	token, err := c.cfg.Token(ctx)
	switch {
	case errors.Is(err, ErrNoToken), err == nil && token == "":
		return 0, &refusal{reason: "you are not signed in"}
	case err != nil:
		return 0, &problem{"your sign-in could not be read: " + plain(err.Error()), err}
	}
	conn, wire, err := c.dial(ctx)
	if err != nil {
		return 0, err
	}
	s := &session{
		c: c, conn: conn, wire: wire, log: c.log, token: token,
		frames: make(chan frame, 16), pong: make(chan struct{}, 1),
		ready: make(chan struct{}), ended: make(chan struct{}), written: make(chan struct{}),
		calls: make(map[uint64]call),
	}
	s.decoder.MaxBytes = readLimit
	s.sync = newResume(s)
	hasty := make(chan struct{})
	unhurry := context.AfterFunc(ctx, func() {
		defer close(hasty)
		s.wire.hurry()
	})
	go s.write(ctx)
	defer func() {
		s.end(err)
		<-s.written
		if !unhurry() {
			<-hasty
		}
		c.setSession(nil)
		s.abandon()
		c.outbox.rewind()
		if _, ok := errors.AsType[*refusal](err); !ok { // which counts even if a write failed first
			err = s.why()
		}
	}()
	welcome, err := s.handshake(token)
	if err != nil {
		return 0, err
	}
	began := time.Now()
	err = s.live(ctx, welcome)
	return max(time.Since(began), 1), err
}

// live is the read loop.
func (s *session) live(ctx context.Context, welcome chat.Welcome) error {
	s.c.setSession(s) // before Online is told, so that Reconnect knows
	if err := s.welcome(welcome); err != nil {
		return err
	}
	close(s.ready)
	ctx, stop := context.WithCancel(ctx)
	var renewing sync.WaitGroup
	defer renewing.Wait()
	defer stop()
	renewing.Go(func() { s.renew(ctx, welcome.Expires.Time()) })
	for {
		// What a packet tells is bounded; so is the feed when each packet waits
		// until there is room.
		if !s.c.feed.wait(s.ended) {
			return s.why()
		}
		// Whatever is heard proves the connection, the server's pings at the
		// least (Engine.IO 4, "Heartbeat").
		if err := s.patience(s.open.PingInterval + s.open.PingTimeout); err != nil {
			return err
		}
		p, err := s.next()
		if err != nil {
			return err
		}
		if err := s.handle(p); err != nil {
			return err
		}
		now := time.Now()
		if s.overdue(now) {
			return &problem{"the server did not answer in time", errors.New("a request was not answered")}
		}
		if err := s.sync.check(now); err != nil {
			return err
		}
	}
}

// patience sets how long the server may be silent.
func (s *session) patience(d time.Duration) error {
	if err := s.conn.SetReadDeadline(time.Now().Add(d)); err != nil {
		return fmt.Errorf("connection: %w", err)
	}
	return nil
}

// noPacket is returned by next in place of a packet when something else was
// heard, so that the read loop renews its patience.
var noPacket = &socketio.Packet{Type: socketio.Ack}

// next reads one WebSocket message. It returns noPacket for one that is not, or
// not yet, a Socket.IO packet.
func (s *session) next() (*socketio.Packet, error) {
	kind, b, err := s.conn.ReadMessage()
	if err != nil {
		return nil, fmt.Errorf("connection: %w", err)
	}
	var p *socketio.Packet
	switch {
	case kind == websocket.BinaryMessage:
		p, err = s.decoder.Binary(b)
	case len(b) == 0:
		return nil, protocolError("an empty packet", nil)
	default:
		switch socketio.EngineType(b[0]) {
		case socketio.EngineMessage:
			p, err = s.decoder.Text(b[1:])
		case socketio.EnginePing:
			select {
			case s.pong <- struct{}{}:
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
func (s *session) handle(p *socketio.Packet) error {
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
		return s.event(name, args)
	case socketio.Ack, socketio.BinaryAck:
		args, err := p.Args()
		if err != nil {
			return protocolError("an answer", err)
		}
		if k, ok := s.unregister(p.ID); ok {
			k.done(args, nil)
		}
		return s.ending()
	case socketio.Disconnect:
		return &problem{reason: "the server ended the session"}
	case socketio.ConnectError:
		return connectError(p.Data)
	}
	return protocolError("a packet that is out of place", nil)
}

// event does what the server tells. Names it does not know are those of a later
// version.
func (s *session) event(name string, args []socketio.Value) error {
	switch name {
	case "message":
		if len(args) < 2 {
			return nil // of the plain lane, from before hello
		}
		m := chat.Message{Body: chat.Body{JSON: args[0].JSON, Attachments: args[0].Attachments}}
		if err := json.Unmarshal(args[1].JSON, &m.Envelope); err != nil {
			return protocolError("a message", err)
		}
		if err := isMessage(m); err != nil {
			return err
		}
		if s.welcomed {
			return s.sync.message(m)
		}
		s.held += len(args[1].JSON) + weighBody(m.Body)
		if len(s.early) >= earlyLimit || s.held > earlyBytes {
			return protocolError("too much before the answer to hello", nil)
		}
		s.early = append(s.early, m)
	case "unauthorized":
		if s.shows() {
			return nil // of the token that is shown; the one we came with still holds
		}
		return unauthorized(args)
	}
	return nil
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
func (s *session) end(cause error) {
	s.mu.Lock()
	first := s.cause == nil
	if first {
		if cause == nil {
			cause = errors.New("the connection ended")
		}
		s.cause = cause
	}
	s.mu.Unlock()
	if first {
		close(s.ended)
		s.conn.Close() // nothing more is done with it
	}
}

// ending is the cause once the connection is to end, for what runs on the read
// loop but cannot return an error.
func (s *session) ending() error {
	select {
	case <-s.ended:
		return s.why()
	default:
		return nil
	}
}

func (s *session) why() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cause
}

package transport

import (
	"bufio"
	"cmp"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"github.com/hobnob-chat/hobnob/net/socketio"
)

// conn is what a session is carried by. One that begins with long-polling may
// move to a WebSocket, once.
type conn interface {
	// attach tells whose the connection is, before anything is read.
	attach(s *session)

	// next blocks for a message and returns it unread; binary tells what it is.
	// Its error is final. Read goroutine only.
	next() (binary bool, r io.Reader, err error)

	// interrupt makes next and the reader it returned fail, now and for ever.
	interrupt()

	// drain follows when next has failed: it takes in what the peer still sends,
	// until the peer hangs up or cut is called. Read goroutine only.
	drain()

	// encode returns packets as this connection writes them.
	encode(p *Prepared) *Prepared

	// try writes what can be written without blocking and returns how many
	// bytes that were. It is not called while another write is going on.
	try(frames []byte) int

	// ready blocks until a batch can be written, and is false when the session
	// ought to be looked at again before. One writer at a time.
	ready() bool

	// write writes a batch. One writer at a time, after ready.
	write(batch []*Prepared) error

	// finish says goodbye and writes no more. One writer at a time, once.
	finish(code uint16, reason Reason)

	// cut ends the connection at once, whatever goes on. Any goroutine, often.
	cut()
}

// wsConn is a WebSocket. gorilla does the handshake and the reading; frames to
// the peer are our own bytes, straight to the network.
type wsConn struct {
	gate *gate // gorilla's network
	ws   *websocket.Conn
	now  tryWriter

	old    bool // Engine.IO 3
	base64 bool // the peer takes only text

	messageTimeout, writeTimeout time.Duration
}

// upgrade shakes hands (RFC 6455 section 4.2). On an error the request has been
// answered.
func upgrade(s *Server, w http.ResponseWriter, r *http.Request, revision socketio.Revision) (*wsConn, error) {
	h := &hijacker{ResponseWriter: w}
	ws, err := s.upgrader.Upgrade(h, r, nil)
	if err != nil {
		return nil, err
	}
	h.gate.mute = true
	ws.SetReadLimit(strangerPayload) // whose it is, is seen when it is read
	return &wsConn{
		gate: h.gate, ws: ws, now: newTryWriter(h.gate.Conn), old: revision == socketio.Revision3,
		base64:         !s.plain && r.URL.Query().Get("b64") != "",
		messageTimeout: s.cfg.MessageTimeout, writeTimeout: s.cfg.WriteTimeout,
	}, nil
}

func (c *wsConn) attach(s *session) {
	c.gate.seen = func() { s.alive.Store(true) }
	c.gate.idle = func() error {
		if over := s.idle(); over.reason != "" {
			return cmp.Or(over.err, errInterrupted)
		}
		return nil
	}
	// RFC 6455 section 5.5.3: a pong says what the ping said. It waits its turn
	// among our other frames, and a peer that pings and never reads is a slow
	// reader like any other.
	c.ws.SetPingHandler(func(data string) error {
		s.mu.Lock()
		err := s.push(&Prepared{frames: appendFrame(nil, opPong, []byte(data))})
		s.mu.Unlock()
		return errors.Join(err, s.idle().err)
	})
	c.ws.SetPongHandler(func(string) error { return s.idle().err })
	// The answer to a close frame is the one that ends every session.
	c.ws.SetCloseHandler(func(int, string) error {
		if c.gate.peer.short {
			return errShortClose
		}
		return nil
	})
}

// hijacker puts a gate between gorilla and the network.
type hijacker struct {
	http.ResponseWriter
	gate *gate
}

// Hijack implements http.Hijacker.
func (h *hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	c, brw, err := http.NewResponseController(h.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	h.gate = &gate{Conn: c}
	return h.gate, brw, nil
}

// gate is the network as gorilla sees it: after the handshake its writes go
// nowhere, since a close frame of gorilla's own would land in the middle of a
// frame of ours; and every read keeps the deadline of the message it is for.
type gate struct {
	net.Conn

	// owned by the read goroutine
	mute  bool
	seen  func()       // told of every sign of life
	idle  func() error // of what means nothing
	until time.Time    // when the message being read must be complete; zero between messages
	armed time.Time    // the deadline that is set
	peer  follower

	mu          sync.Mutex
	interrupted bool
}

var errInterrupted = errors.New("session has ended")

// Read implements net.Conn. A message that came in one piece costs no deadline.
func (g *gate) Read(b []byte) (int, error) {
	if !g.until.Equal(g.armed) {
		g.mu.Lock()
		if g.interrupted {
			g.mu.Unlock()
			return 0, errInterrupted
		}
		err := g.SetReadDeadline(g.until)
		g.mu.Unlock()
		if err != nil {
			return 0, err
		}
		g.armed = g.until
	}
	n, err := g.Conn.Read(b)
	g.peer.follow(b[:n])
	if n > 0 && g.seen != nil {
		g.seen()
	}
	if over := g.countEmpty(); over != nil {
		return 0, over
	}
	return n, err
}

// countEmpty counts the fragments in which nothing came: by the million they cost others
// their time. Of a WebSocket that is being tried nobody knows yet whose it is.
func (g *gate) countEmpty() error {
	if g.idle == nil {
		if g.peer.empty > idleBurst {
			return errIdle
		}
		return nil
	}
	for ; g.peer.empty > 0; g.peer.empty-- {
		if err := g.idle(); err != nil {
			return err
		}
	}
	return nil
}

// Write implements net.Conn.
func (g *gate) Write(b []byte) (int, error) {
	if g.mute {
		return len(b), nil
	}
	return g.Conn.Write(b)
}

// longAgo is a deadline that has passed.
var longAgo = time.Unix(1, 0)

func (c *wsConn) interrupt() {
	c.gate.mu.Lock()
	defer c.gate.mu.Unlock()
	c.gate.interrupted = true
	// It fails only on a connection that is closed, where reads fail anyway.
	_ = c.gate.SetReadDeadline(longAgo)
}

func (c *wsConn) next() (binary bool, r io.Reader, err error) {
	c.gate.until = time.Time{}
	kind, r, err := c.ws.NextReader()
	if err != nil {
		return false, nil, err
	}
	c.gate.until = time.Now().Add(c.messageTimeout)
	return kind == websocket.BinaryMessage, r, nil
}

func (c *wsConn) drain() {
	if c.gate.SetReadDeadline(time.Time{}) != nil {
		return
	}
	// Bytes that lie unread when a connection is closed make TCP reset it, and
	// the peer may never see our close frame.
	_, _ = io.Copy(io.Discard, onlyReader{c.gate.Conn})
}

// onlyReader hides whatever else a connection can do from io.Copy.
type onlyReader struct{ io.Reader }

func (c *wsConn) try(frames []byte) int { return c.now.write(frames) }

// joined is how much goes into one write, in bytes: enough that a system call's
// own cost does not matter, little enough for a slow link to take within
// Config.WriteTimeout.
const joined = 64 << 10

// joinBuffers are arrays of that size.
var joinBuffers sync.Pool

func joinBuffer() *[joined]byte {
	if buf, ok := joinBuffers.Get().(*[joined]byte); ok {
		return buf
	}
	return new([joined]byte)
}

func (c *wsConn) write(batch []*Prepared) error {
	if len(batch) == 1 {
		return c.writeAll(batch[0].frames)
	}
	buf := joinBuffer()
	defer joinBuffers.Put(buf)
	b := buf[:0]
	for _, p := range batch {
		rest := p.frames
		for len(rest) > 0 {
			n := min(len(rest), joined-len(b))
			b, rest = append(b, rest[:n]...), rest[n:]
			if len(b) < joined {
				continue
			}
			if err := c.writeAll(b); err != nil {
				return err
			}
			b = b[:0]
		}
	}
	return c.writeAll(b)
}

// writeAll writes b in pieces, each with its own deadline: a slow peer is one
// thing, a dead one another.
func (c *wsConn) writeAll(b []byte) error {
	for len(b) > 0 {
		n := min(len(b), joined)
		if err := c.gate.SetWriteDeadline(time.Now().Add(c.writeTimeout)); err != nil {
			return err
		}
		if _, err := c.gate.Conn.Write(b[:n]); err != nil {
			return err
		}
		b = b[n:]
	}
	// A deadline that has passed would keep what is written inline from a socket
	// that has room. On a connection that was closed meanwhile there is none to clear.
	_ = c.gate.SetWriteDeadline(time.Time{})
	return nil
}

func (c *wsConn) finish(code uint16, reason Reason) {
	// What fails here fails on a connection that is being given up.
	if c.writeAll(closeFrame(code, reason)) != nil {
		c.cut()
		return
	}
	// The server is the first to close (RFC 6455 section 7.1.1); closing only
	// our direction lets the peer read up to the close frame.
	half, ok := c.gate.Conn.(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil {
		c.cut()
	}
}

func (c *wsConn) cut() { _ = c.gate.Close() }

// dismiss ends a connection that no session wants: it says so, and waits a
// moment for the peer to hang up.
func (c *wsConn) dismiss() {
	timer := time.AfterFunc(closeTimeout, c.cut)
	defer timer.Stop()
	c.finish(closePolicy, "")
	c.drain()
	c.cut()
}

func (c *wsConn) ready() bool { return true }

func (c *wsConn) encode(p *Prepared) *Prepared {
	switch {
	case c.old:
		return p.reframed(socketio.Revision3, c.base64)
	case c.base64:
		return p.reframed(socketio.Revision4, true)
	}
	return p
}

// classify says how a session ends whose reading failed.
func classify(err error) ending {
	var closed *websocket.CloseError
	var timeout net.Error
	switch {
	case errors.Is(err, socketio.ErrMalformed), errors.Is(err, errIdle):
		return broken("%w", err)
	case errors.Is(err, websocket.ErrReadLimit):
		return ending{reason: ReasonTooLarge, code: closeTooBig, err: err}
	case errors.As(err, &closed):
		// 1006 is gorilla's word for a connection that ended without a close frame.
		return ending{reason: ReasonTransportClose, code: closeNormal}
	case errors.As(err, &timeout) && timeout.Timeout():
		return ending{reason: ReasonSlowSender, code: closePolicy, err: err}
	case strings.HasPrefix(err.Error(), "websocket: "):
		// gorilla has no type for a peer that breaks RFC 6455.
		return ending{reason: ReasonParseError, code: closeProtocolError, err: err}
	}
	return ending{reason: ReasonTransportError, code: closeNormal, err: err}
}

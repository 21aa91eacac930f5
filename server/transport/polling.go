package transport

import (
	"bytes"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/hobnob-chat/hobnob/net/socketio"
)

// pollConn is HTTP long-polling: what the peer says comes in the bodies of its
// POSTs, what it is told goes into the answers to its GETs, one of each at a
// time. It carries a session from the first request until an upgrade or the end.
//
//	POST's goroutine ──bodies──▶ read goroutine ──done──▶ POST is answered "ok"
//	GET's goroutine ──waiting──▶ writer goroutine ──answer──▶ GET is answered
//
// A GET waits until the writer has something for it. A POST is answered when
// all of it has been handled, so that a handler that blocks holds up its sender.
type pollConn struct {
	// set once
	session  *session
	cfg      *Config
	revision socketio.Revision
	octets   bool // revision 3: the peer takes binary payloads

	bodies  chan *pollBody
	arrived chan struct{} // has room for one: a GET waits
	stopped chan struct{} // closed by interrupt: nothing more is read
	left    chan struct{} // closed by retire: the session has moved to a WebSocket
	gone    chan struct{} // closed by cut

	body *pollBody // owned by the read goroutine: what it is reading

	// owned by the writer goroutine
	held     *poll // a GET that was taken to be answered
	flushing bool  // it knows that the session is over

	mu      sync.Mutex
	waiting *poll // the GET that waits
	posting bool  // a POST is being read or handled
	probing bool  // a WebSocket is about to take over: GETs are not kept
	closed  bool  // no GET is taken any more
}

// poll is a GET.
type poll struct {
	answer  chan pollAnswer // has room for one
	written chan error      // has room for one
}

// pollAnswer is what a GET is answered.
type pollAnswer struct {
	body   []byte
	octets bool
}

// pollBody is the body of a POST.
type pollBody struct {
	packets *socketio.Payload
	done    chan struct{} // closed when all of it has been handled, or will not be
}

// probePoll is how long a GET waits while the peer tries a WebSocket: as long
// as with the reference (engine.io, lib/socket.ts, maybeUpgrade). The peer
// stops polling only once it has heard from both.
const probePoll = 100 * time.Millisecond

var (
	errUpgraded = errors.New("session has moved to a WebSocket")
	errGone     = errors.New("nobody polls")
)

// newPollConn makes the connection of a session that its first GET opens.
func newPollConn(cfg *Config, revision socketio.Revision, octets bool) *pollConn {
	return &pollConn{
		cfg: cfg, revision: revision, octets: octets,
		bodies: make(chan *pollBody), arrived: make(chan struct{}, 1),
		stopped: make(chan struct{}), left: make(chan struct{}), gone: make(chan struct{}),
	}
}

func (c *pollConn) attach(s *session) { c.session = s }

func (c *pollConn) next() (isBinary bool, r io.Reader, err error) {
	for {
		if c.body != nil {
			packet, ok, err := c.body.packets.Next()
			if err != nil {
				return false, nil, err
			}
			if ok {
				return packet.Binary, bytes.NewReader(packet.Data), nil
			}
			c.drain()
		}
		select {
		case c.body = <-c.bodies:
		case <-c.stopped:
			return false, nil, errInterrupted
		case <-c.left:
			return false, nil, errUpgraded
		}
	}
}

func (c *pollConn) interrupt() { close(c.stopped) }

// drain lets go of the POST that is being read.
func (c *pollConn) drain() {
	if c.body != nil {
		close(c.body.done)
		c.body = nil
	}
}

// try writes nothing: a GET is answered once, with all there is.
func (c *pollConn) try([]byte) int { return 0 }

func (c *pollConn) encode(p *Prepared) *Prepared { return p }

// ready waits for a GET and takes it. It is false when the session has moved,
// or has ended since the last call, and there may be nothing to write any more.
func (c *pollConn) ready() bool {
	if c.held != nil {
		return true
	}
	stopped := c.stopped
	if c.flushing {
		stopped = nil
	}
	for {
		if c.held = c.take(); c.held != nil || (c.flushing && c.forsaken()) {
			return true
		}
		select {
		case <-c.arrived:
		case <-c.gone:
			return true // write will say so
		case <-c.left:
			return false
		case <-stopped:
			c.flushing = true
			return false
		}
	}
}

// forsaken tells whether the server ends and the session is a stranger's: there is nobody
// who would mind what they are not told, and perhaps nobody there at all.
func (c *pollConn) forsaken() bool {
	return c.session.ended().reason == ReasonShutdown && !c.session.admitted.Load()
}

// take takes the GET that waits, or nil.
func (c *pollConn) take() *poll {
	c.mu.Lock()
	defer c.mu.Unlock()
	g := c.waiting
	c.waiting = nil
	return g
}

func (c *pollConn) write(batch []*Prepared) error {
	if c.held == nil {
		return errGone
	}
	return c.reply(packetsOf(batch))
}

// reply answers the GET that was taken, and waits until that is written, or until
// the connection is cut: a peer that reads nothing must not hold up the end.
func (c *pollConn) reply(packets []socketio.EnginePacket) error {
	g := c.held
	c.held = nil
	g.answer <- c.payload(packets)
	select {
	case err := <-g.written:
		return err
	case <-c.gone:
		return errGone
	}
}

// payload encodes an answer.
func (c *pollConn) payload(packets []socketio.EnginePacket) pollAnswer {
	if c.revision == socketio.Revision4 {
		return pollAnswer{body: socketio.AppendPayload(nil, packets)}
	}
	for _, p := range packets {
		if p.Binary && c.octets {
			return pollAnswer{body: socketio.AppendBinaryPayload3(nil, packets), octets: true}
		}
	}
	return pollAnswer{body: socketio.AppendPayload3(nil, packets)}
}

// lastPoll is how long a GET is waited for of a peer that has just said goodbye.
// Its packet and its next GET leave it together, over two connections, and either
// may come first; it hardly needs more than the time between two packets.
const lastPoll = 100 * time.Millisecond

// finish answers the GET that waits. Where the server ends the session in good
// order, or the peer said that it is over, it waits a moment for one, which
// otherwise would only hear that there is no such session.
func (c *pollConn) finish(_ uint16, reason Reason) {
	if c.held == nil {
		c.held = c.take()
	}
	switch {
	case c.held != nil, c.forsaken():
	case orderly(reason):
		c.await(closeTimeout)
	case c.session.ended().told:
		c.await(lastPoll)
	}
	c.mu.Lock()
	c.closed = true
	if c.held == nil {
		c.held, c.waiting = c.waiting, nil
	}
	c.mu.Unlock()
	if c.held != nil {
		last := socketio.EngineClose
		if reason == ReasonTransportClose {
			last = socketio.EngineNoop // it was the peer that closed
		}
		// What fails here fails for a peer that is gone.
		_ = c.reply([]socketio.EnginePacket{{Data: []byte{byte(last)}}})
	}
}

// await takes the next GET, for at most d.
func (c *pollConn) await(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	for c.held == nil {
		select {
		case <-c.arrived:
			c.held = c.take()
		case <-timer.C:
			return
		case <-c.gone:
			return
		}
	}
}

// orderly tells whether a session ended because the server wanted it to, and
// not for what the peer did.
func orderly(reason Reason) bool {
	switch reason {
	case ReasonTransportClose, ReasonTransportError, ReasonParseError, ReasonPingTimeout,
		ReasonConnectTimeout, ReasonSlowReader, ReasonSlowSender, ReasonCrowd, ReasonTooLarge:
		return false
	}
	return true
}

func (c *pollConn) cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	shut(c.gone)
}

// retire ends the connection's part in a session that goes on over WebSocket.
func (c *pollConn) retire() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	shut(c.left)
}

// shut closes a channel unless it is closed. The caller holds a lock.
func shut(c chan struct{}) {
	select {
	case <-c:
	default:
		close(c)
	}
}

// probe tells whether the peer tries a WebSocket. A GET that waits is let go.
func (c *pollConn) probe(on bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.probing = on
	if on && c.waiting != nil {
		c.waiting.answer <- c.noop()
		c.waiting = nil
	}
}

// noop is the answer for a GET for which there is nothing.
func (c *pollConn) noop() pollAnswer {
	return c.payload([]socketio.EnginePacket{{Data: []byte{byte(socketio.EngineNoop)}}})
}

// packetsOf takes the packets out of their WebSocket frames, which are our own.
func packetsOf(batch []*Prepared) []socketio.EnginePacket {
	packets := make([]socketio.EnginePacket, 0, len(batch))
	for _, p := range batch {
		for op, payload := range p.all() {
			packets = append(packets, socketio.EnginePacket{Binary: op == opBinary, Data: payload})
		}
	}
	return packets
}

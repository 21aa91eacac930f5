package transport

import (
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hobnob-chat/hobnob/net/socketio"
)

// session is one Engine.IO session.
type session struct {
	// set once
	server    *Server
	sid       string    // secret: whoever knows it can speak for the peer
	poll      *pollConn // where it began; nil when that was a WebSocket
	revision  socketio.Revision
	handshake Handshake
	written   chan struct{} // closed when the writer has said goodbye

	alive atomic.Bool  // a sign of life came since the last ping
	busy  atomic.Int32 // handlers that keep a goroutine from reading
	asked atomic.Bool  // a GET came, or was answered, since the last ping

	admitted atomic.Bool            // a socket of it is no stranger's; set by the read goroutine
	pacer    atomic.Pointer[Socket] // whose receiver counts what the peer says; nil for none

	// owned by the read goroutine
	reading  conn // after an upgrade the old one, until the POST that came over it is read
	decoder  socketio.Decoder
	awaiting bool // attachments of a packet
	refusals int
	noise    int64 // when idle talk would be free again, in nanoseconds; see idle

	mu      sync.Mutex
	conn    conn
	probing *wsConn       // which the peer tries out, to move to it
	sockets []*Socket     // connecting or connected; changed by the read goroutine only
	queue   []*Prepared   // what the writer has not yet taken
	queued  int           // bytes that wait: in queue, at the writer, or held by a socket
	writing bool          // a writer goroutine runs
	corked  bool          // its queue waits for Cork.pull
	broken  bool          // a write failed in the middle of a frame
	drained chan struct{} // closed when the queue is below half; nil while nobody waits
	over    ending        // zero while the session is open

	timer     *time.Timer
	nextPing  time.Time
	pinged    time.Time // when the ping was sent that is not yet answered, or zero; in revision 3 when the peer's last came
	connectBy time.Time // when there must be a socket; zero while there is one
	packetBy  time.Time // when the attachments that are awaited must be there; zero when none are
	cutAt     time.Time // when the connection of a session that is over is cut

	// guarded by Server.mu
	polls   bool   // it is counted as one that polls
	place   *place // its own, or nil
	settled bool   // the place is a person's, and not a stranger's
}

// ending is how a session ends.
type ending struct {
	reason Reason
	code   uint16        // of the WebSocket close frame
	flush  time.Duration // how long the queue may take to be written; 0 means closeTimeout
	drop   bool          // do not write the queue at all
	told   bool          // the peer said so itself, in a packet: its last GET may be on its way
	err    error         // for the log
}

// newSession begins a session: its timers run before the peer hears of it.
func newSession(server *Server, c conn, revision socketio.Revision, h Handshake) *session {
	cfg := &server.cfg
	s := &session{
		server: server, sid: newID(), conn: c, reading: c, revision: revision, handshake: h,
		written: make(chan struct{}),
	}
	s.decoder.MaxBytes, s.decoder.Awaited = s.maxPacket(), s.awaited
	s.poll, _ = c.(*pollConn)
	c.attach(s)
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.nextPing = now.Add(cfg.PingInterval)
	if server.receive == nil {
		s.connectBy = now.Add(cfg.ConnectTimeout)
	}
	if revision == socketio.Revision3 {
		s.pinged = now
	}
	s.timer = time.AfterFunc(s.nextBeat(now).Sub(now), s.beat)
	return s
}

// run is the read goroutine.
func (s *session) run() {
	s.open()
	s.end(s.read())
	over := s.ended()
	s.mu.Lock()
	sockets := s.sockets
	s.sockets = nil
	s.mu.Unlock()
	for _, socket := range sockets {
		s.server.countSockets(-1)
		socket.receiver.Closed(over.reason)
	}
	if s.poll != nil {
		s.poll.drain() // a POST that was being read when the session moved
	}
	c := s.current() // it changes no more
	c.drain()
	<-s.written
	c.cut()
	s.mu.Lock()
	s.timer.Stop()
	s.mu.Unlock()
}

// oldPause is how long a WebSocket of Engine.IO 3 is left alone after its handshake.
// Programs of its time, the public suite among them, listen for messages only once
// they were told that the connection is open: what comes in one read with the answer
// to the handshake is lost to them. It is more than a busy client needs to wake up,
// and less than anybody sees.
const oldPause = 20 * time.Millisecond

// open tells the peer of its session.
func (s *session) open() {
	if s.server.plain {
		return
	}
	if s.poll == nil && s.revision == socketio.Revision3 {
		<-time.After(oldPause)
	}
	cfg := &s.server.cfg
	open := socketio.Open{
		SID: s.sid, PingInterval: cfg.PingInterval, PingTimeout: cfg.PingTimeout, MaxPayload: cfg.MaxPayload,
	}
	if s.poll != nil {
		open.Upgrades = []string{transportWebSocket}
	}
	s.mu.Lock()
	// Its error is that the session has ended, as reading will find.
	_ = s.push(control(socketio.EngineOpen, open.AppendJSON(nil)))
	s.mu.Unlock()
}

// current is what carries the session now.
func (s *session) current() conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conn
}

// end ends the session, unless it has ended. Any goroutine; does not block.
func (s *session) end(e ending) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.endLocked(e)
}

func (s *session) endLocked(e ending) {
	if s.over.reason != "" {
		return
	}
	s.over = e
	for _, socket := range s.sockets {
		socket.endLocked()
	}
	if e.drop {
		s.queue = nil
	}
	s.conn.interrupt()
	s.cutIn(max(e.flush, closeTimeout))
	s.wakeWriter()
}

// cutIn sets the timer to cut the connection. s.mu is held.
func (s *session) cutIn(d time.Duration) {
	s.cutAt = time.Now().Add(d)
	s.timer.Reset(d)
}

// ended returns how the session ended, or the zero ending.
func (s *session) ended() ending {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.over
}

// push puts p on the wire or into the queue. s.mu is held.
//
// It is written at once, by the goroutine that sends it: waking a writer costs
// more than the write. When the server is busy, or the network takes no more, or
// while a writer is at it, packets queue up and are joined: then it is the writes
// that cost.
func (s *session) push(p *Prepared) error {
	if s.over.reason != "" {
		return ErrClosed
	}
	if err := s.room(); err != nil {
		return err
	}
	p = s.conn.encode(p)
	if !s.writing && !s.server.cfg.Cork.holds(s) {
		if p = s.writeNow(p); p == nil {
			return nil
		}
	}
	s.queue = append(s.queue, p)
	s.queued += p.weight()
	if !s.corked {
		s.wakeWriter()
	}
	return nil
}

// writeNow writes what the network takes at once, if there is time for that, and returns
// what is left: p, the rest of it, or nil. s.mu is held, and nobody writes.
func (s *session) writeNow(p *Prepared) *Prepared {
	now := time.Now()
	if !s.server.direct.left(now) {
		return p
	}
	n := s.conn.try(p.frames)
	s.server.direct.spend(time.Since(now))
	switch n {
	case 0:
		return p
	case len(p.frames):
		return nil
	}
	return &Prepared{frames: p.frames[n:]} // never encoded again: the connection is the last
}

// room makes sure that the queue may take one packet more, and ends the session
// when it may not. A queue that is not yet full takes a packet of any size: one
// large picture must not disconnect everybody who has a small packet waiting.
// s.mu is held.
func (s *session) room() error {
	if s.queued < s.server.cfg.QueueBytes {
		return nil
	}
	s.endLocked(ending{reason: ReasonSlowReader, code: closeTryLater, drop: true, err: ErrQueueFull})
	return ErrQueueFull
}

// wakeWriter makes sure that a writer goroutine runs. s.mu is held.
func (s *session) wakeWriter() {
	if !s.writing {
		s.writing = true
		go s.write()
	}
}

// write is the writer goroutine. It ends when there is nothing to write, or,
// after the session's end, having said goodbye.
func (s *session) write() {
	for {
		s.mu.Lock()
		c, empty, over := s.conn, len(s.queue) == 0, s.over
		if empty && over.reason == "" {
			s.writing = false
			s.mu.Unlock()
			return
		}
		s.mu.Unlock()
		if empty {
			break
		}
		if !c.ready() {
			continue
		}
		s.mu.Lock()
		if s.conn != c {
			s.mu.Unlock()
			c.finish(closeNormal, ReasonTransportClose) // for a GET that it may have taken
			continue
		}
		batch := s.queue
		s.queue = nil
		s.mu.Unlock()
		if len(batch) == 0 {
			continue // the session has ended, and its queue is not to be written
		}
		err := c.write(batch)
		s.mu.Lock()
		for _, p := range batch {
			s.queued -= p.weight()
		}
		s.tellDrained()
		if err != nil {
			s.broken, s.queue = true, nil
			s.endLocked(writeFailed(err))
		}
		s.mu.Unlock()
	}
	s.goodbye()
}

// goodbye is the last thing the writer does.
func (s *session) goodbye() {
	s.mu.Lock()
	c, over, broken := s.conn, s.over, s.broken
	s.mu.Unlock()
	if broken {
		c.cut() // a close frame would be taken for the rest of another
	} else {
		c.finish(over.code, over.reason)
	}
	s.mu.Lock()
	if s.probing != nil {
		// Not before: clients of Socket.IO 2 that lose it while they stop polling
		// never ask for what they were told at last.
		s.probing.cut()
	}
	s.cutIn(closeTimeout)
	s.mu.Unlock()
	close(s.written)
}

// writeFailed is the end of a session that could not be written to.
func writeFailed(err error) ending {
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return ending{reason: ReasonSlowReader, code: closeTryLater, drop: true, err: err}
	}
	return ending{reason: ReasonTransportError, code: closeNormal, drop: true, err: err}
}

// tellDrained wakes who waits for a queue below half. s.mu is held.
func (s *session) tellDrained() {
	if s.drained != nil && s.queued < s.server.cfg.QueueBytes/2 {
		close(s.drained)
		s.drained = nil
	}
}

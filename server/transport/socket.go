package transport

import (
	"context"
	"time"

	"github.com/hobnob-chat/hobnob/net/socketio"
)

// Socket is one peer's connection to one namespace. Its methods are safe from
// any goroutine, and none but Drain blocks.
//
// What is sent is written in the order of the calls, or not at all once the
// socket has ended. A packet that was sent may still be lost with the
// connection: only an ack tells that it arrived.
type Socket struct {
	// set once
	session   *session
	id        string
	namespace string
	done      chan struct{}

	// set and used by the read goroutine
	receiver Receiver
	stranger bool // set by the Handler, for whom it waits

	// guarded by session.mu
	state   socketState
	leaving bool        // Disconnect was called before CONNECT was answered
	held    []*Prepared // sent before CONNECT was answered
	lastAck uint64
	acks    map[uint64]func([]socketio.Value)
}

type socketState byte

const (
	connecting socketState = iota // CONNECT is not yet answered
	connected
	ended
)

// ID is the socket's public name, unique and unguessable. It is not the
// session's secret one.
func (s *Socket) ID() string { return s.id }

// Namespace is the namespace it is connected to.
func (s *Socket) Namespace() string { return s.namespace }

// Done is closed when the socket has ended, before Receiver.Closed is called.
func (s *Socket) Done() <-chan struct{} { return s.done }

// Suspect keeps the peer a stranger although its socket is accepted, until Admit: its
// messages are to be small, and a session of it that polls goes first where there are
// too many. It is called by Handler.Connect.
func (s *Socket) Suspect() { s.stranger = true }

// Admit says that the peer is no stranger, and who it is: a word that means nothing here
// but that of those who have the same nobody gets more than a share of what is scarce.
// It is called by Handler.Connect, or by Receiver.Receive, where it ends what Suspect
// began. Only the first call counts.
func (s *Socket) Admit(person string) { s.session.admit(person) }

// Emit sends an event. Arguments are those of socketio.EncodeEvent. The error
// is the encoding's, ErrClosed, or ErrQueueFull, which has ended the session.
func (s *Socket) Emit(name string, args ...any) error {
	p, err := socketio.EncodeEvent(s.namespace, name, nil, args...)
	if err != nil {
		return err
	}
	return s.Send(Prepare(p))
}

// EmitAck sends an event that asks for an answer, and calls ack with it: on the
// session's read goroutine, at most once, and never when the socket ends before
// the answer comes. Too many outstanding answers are ErrTooManyAcks, and the
// event is not sent.
func (s *Socket) EmitAck(ack func(args []socketio.Value), name string, args ...any) error {
	// The number is part of the bytes, but encoding under the lock would make
	// everybody wait for a stranger's large argument.
	s.session.mu.Lock()
	if s.state == ended || s.leaving {
		s.session.mu.Unlock()
		return ErrClosed
	}
	if len(s.acks) >= maxAcks {
		s.session.mu.Unlock()
		return ErrTooManyAcks
	}
	id := s.lastAck
	s.lastAck++
	s.acks[id] = ack
	s.session.mu.Unlock()

	p, err := socketio.EncodeEvent(s.namespace, name, &id, args...)
	if err == nil {
		err = s.Send(Prepare(p))
	}
	if err != nil {
		s.takeAck(id)
	}
	return err
}

// awaits tells whether an answer is to come.
func (s *Socket) awaits(id uint64) bool {
	s.session.mu.Lock()
	defer s.session.mu.Unlock()
	_, ok := s.acks[id]
	return ok
}

// takeAck returns the callback for an answer, once, or nil.
func (s *Socket) takeAck(id uint64) func([]socketio.Value) {
	s.session.mu.Lock()
	defer s.session.mu.Unlock()
	ack := s.acks[id]
	delete(s.acks, id)
	return ack
}

// Send sends packets that were prepared for many. Its errors are Emit's.
func (s *Socket) Send(p *Prepared) error {
	sess := s.session
	sess.mu.Lock()
	defer sess.mu.Unlock()
	switch {
	case s.state == ended || s.leaving:
		return ErrClosed
	case s.state == connected:
		return sess.push(p)
	}
	if err := sess.room(); err != nil {
		return err
	}
	s.held = append(s.held, p)
	sess.queued += p.weight()
	return nil
}

// accept answers CONNECT, and lets go of what was held behind the answer.
func (s *Socket) accept() ending {
	answer := socketio.Packet{
		Type: socketio.Connect, Namespace: s.namespace,
		Data: []byte(`{"sid":"` + s.id + `"}`),
	}
	sess := s.session
	if sess.revision == socketio.Revision3 {
		answer.Data = nil
	}
	sess.mu.Lock()
	defer sess.mu.Unlock()
	if sess.over.reason != "" {
		return sess.over
	}
	all := Prepare(answer)
	for _, p := range s.held {
		sess.queued -= p.weight()
		all.frames, all.binary = append(all.frames, p.frames...), all.binary || p.binary
	}
	s.held, s.state = nil, connected
	sess.choosePacer()
	sess.setConnectBy(time.Time{})
	if err := sess.push(all); err != nil {
		return sess.over
	}
	if s.leaving {
		s.disconnectLocked()
		return sess.over
	}
	return ending{}
}

// Disconnect tells the peer that the server disconnects it ("io server
// disconnect"; official clients do not come back by themselves), writes what is
// queued, and closes the session. Called again it does nothing.
func (s *Socket) Disconnect() {
	s.session.mu.Lock()
	defer s.session.mu.Unlock()
	switch s.state {
	case connecting:
		s.leaving = true
	case connected:
		s.disconnectLocked()
	default: // it has ended
	}
}

func (s *Socket) disconnectLocked() {
	sess := s.session
	if sess.push(Prepare(socketio.Packet{Type: socketio.Disconnect, Namespace: s.namespace})) != nil {
		return // it has ended anyhow
	}
	sess.endLocked(ending{reason: ReasonServerDisconnect, code: closeNormal, flush: sess.server.cfg.WriteTimeout})
}

// Close closes the session for a reason, which Receiver.Closed is told. To the
// peer the transport closed: official clients come back. What is queued is
// written if the peer takes it at once.
func (s *Socket) Close(reason Reason) {
	if reason == "" {
		reason = ReasonTransportClose
	}
	s.session.end(ending{reason: reason, code: closeGoingAway})
}

// Drain blocks until less than half of the queue's bound waits to be written:
// whoever has much to send at once, such as a replay, calls it in between. It
// fails with ErrClosed, with ctx's error, and with ErrConnecting before CONNECT
// was answered, since nothing is written until then.
func (s *Socket) Drain(ctx context.Context) error {
	sess := s.session
	for {
		sess.mu.Lock()
		switch {
		case s.state == ended:
			sess.mu.Unlock()
			return ErrClosed
		case s.state == connecting:
			sess.mu.Unlock()
			return ErrConnecting
		case sess.queued < sess.server.cfg.QueueBytes/2:
			sess.mu.Unlock()
			return nil
		}
		if sess.drained == nil {
			sess.drained = make(chan struct{})
		}
		drained := sess.drained
		sess.mu.Unlock()
		select {
		case <-drained:
		case <-s.done:
			return ErrClosed
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// endLocked ends the socket. session.mu is held.
func (s *Socket) endLocked() {
	if s.state == ended {
		return
	}
	for _, p := range s.held {
		s.session.queued -= p.weight()
	}
	s.state, s.held, s.acks = ended, nil, nil
	s.session.tellDrained()
	close(s.done)
}

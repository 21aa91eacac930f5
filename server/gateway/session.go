package gateway

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/socketio"
	"github.com/hobnob-chat/hobnob/server"
	"github.com/hobnob-chat/hobnob/server/auth"
	"github.com/hobnob-chat/hobnob/server/transport"
)

const (
	// maxTries is how many tokens a socket may show before it is sent away: enough
	// for a client that refreshes a stale one, too few to guess or to burn CPU.
	maxTries = 5

	// maxIgnored is how many events a socket may say before it is authenticated,
	// which all come to nothing: a program's first words, and no flood.
	maxIgnored = 100

	// maxHeld is how many bytes of live events may wait, before one more is too
	// many, while a session is replayed what it missed; as in a socket's own queue.
	maxHeld = 1 << 20
)

// session is one socket's standing.
type session struct {
	// set once
	g      *Gateway
	socket *transport.Socket
	remote string
	since  time.Time
	ctx    context.Context //nolint:containedctx // ends with the socket

	// owned by the read goroutine
	tries   int
	ignored int  // events before it was authenticated
	chat    bool // hello was said
	quiet   bool // and that nobody is there
	line    server.Line

	mu       sync.Mutex
	in       bool                  // authenticated
	identity auth.Identity         // valid while in
	end      *time.Timer           // of the grace, then of the token
	held     []*transport.Prepared // live events, while holding
	heldSize int
	holding  bool
	asking   bool   // a request is being done, and will be answered
	after    func() // what ends the session once that is answered
	present  bool   // its person's presence knows of it
	program  bool   // it said that nobody is there
	names    *names // nil before hello
	noted    bool   // what it is was handed out to be remembered
}

// Connect implements transport.Handler: the guard. Nobody passes who shows a bad
// token, and nobody without one but to wait for it, deaf and mute.
func (g *Gateway) Connect(socket *transport.Socket, h *transport.Handshake) (transport.Receiver, error) {
	token, err := credentials(h)
	late := false
	var who auth.Identity
	switch {
	case err == errNone && g.cfg.LateAuth: //nolint:errorlint // the very value, not its kind
		late = true
	case err == nil:
		if who, err = g.cfg.Verifier.Verify(token); err == nil {
			err = g.admit(who)
		}
	}
	if err != nil && !late {
		g.refused("refused", socket.ID(), h.RemoteAddr, err)
		return nil, refusal(err)
	}
	s := &session{g: g, socket: socket, remote: h.RemoteAddr, since: g.cfg.Now(), ctx: during{context.Background(), socket.Done()}}
	if !late && g.cfg.Service.Throttle(s.ctx, who.User.ID, 1) != nil {
		return nil, refusal(errNone) // it went away while it waited
	}
	if late {
		socket.Suspect()
		s.mu.Lock()
		s.end = time.AfterFunc(g.cfg.AuthTimeout, s.graceOver)
		s.mu.Unlock()
		return s, nil
	}
	socket.Admit(who.User.ID)
	s.known(who)
	if err := s.enter(who); err != nil {
		return nil, refusal(err)
	}
	return s, nil
}

// known makes who one of the team: who only listens can be sent away like all. That this
// cannot be stored keeps nobody from hearing; who is banned finds out in enter.
func (s *session) known(who auth.Identity) {
	if err := s.g.cfg.Service.Enter(s.ctx, who.User); err != nil {
		s.g.cfg.Logger.Debug("enter", "socket", s.socket.ID(), "err", err)
	}
}

// enter lets the session in as who; from here on it hears the plain lane. It fails for
// who was banned, or whose sign-in was ended, since their token was looked at: what
// comes after that finds the session.
func (s *session) enter(who auth.Identity) error {
	s.mu.Lock()
	first := !s.in
	s.in, s.identity, s.noted = true, who, false
	s.watch()
	s.mu.Unlock()
	if first {
		err := s.g.cfg.Service.Overhear(who.User, func(l server.Listener) chat.Position { return s.g.hub.Join(s, l) })
		if err != nil {
			err = errBanned
		} else if err = s.g.admit(who); err != nil {
			s.g.hub.Leave(s)
		}
		if err != nil {
			s.mu.Lock()
			s.in = false
			s.end.Stop()
			s.mu.Unlock()
			return err
		}
		s.g.cfg.Logger.Info("in", "socket", s.socket.ID(), "user", who.User.ID)
	}
	return nil
}

// who is the session's identity, and whether it has one that still holds: a
// token is looked at again at each thing its holder asks.
func (s *session) who() (auth.Identity, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.identity, s.in && s.g.cfg.Now().Before(s.identity.Ends)
}

// graceOver ends a session that showed no good token in time.
func (s *session) graceOver() {
	s.mu.Lock()
	in := s.in
	s.mu.Unlock()
	if !in {
		s.socket.Disconnect()
	}
}

// expired ends a session whose token has ended, as the clock has it now.
func (s *session) expired() {
	s.mu.Lock()
	holds := s.g.cfg.Now().Before(s.identity.Ends)
	if holds {
		s.watch()
	}
	s.in = holds
	s.mu.Unlock()
	if holds {
		return
	}
	s.away(&auth.Error{Reason: auth.TokenExpired, Message: "jwt expired"})
}

// again looks again whether the team has who is in, and sends them away if not.
func (s *session) again() {
	s.mu.Lock()
	in, who := s.in, s.identity
	s.mu.Unlock()
	if !in {
		return
	}
	if err := s.g.admit(who); err != nil {
		s.away(authError(err))
	}
}

// away tells somebody who was in why they are no more, and sends them away.
func (s *session) away(why *auth.Error) {
	s.mu.Lock()
	s.in = false
	s.mu.Unlock()
	s.g.hub.Leave(s)
	_ = s.socket.EmitAck(func([]socketio.Value) {}, "unauthorized", newUnauthorized(why))
	s.socket.Disconnect()
}

// Send implements server.Subscriber.
func (s *session) Send(p *transport.Prepared) {
	s.mu.Lock()
	if s.holding {
		over := s.heldSize > maxHeld
		if !over {
			s.held = append(s.held, p)
			s.heldSize += p.Size()
		}
		s.mu.Unlock()
		if over {
			s.socket.Close(transport.ReasonSlowReader)
		}
		return
	}
	s.mu.Unlock()
	// What the socket refuses it counts and reports itself, and it is closed then.
	_ = s.socket.Send(p)
}

// release sends what was held, and lets live events through from then on.
func (s *session) release() {
	for {
		s.mu.Lock()
		held := s.held
		s.held, s.heldSize = nil, 0
		if len(held) == 0 {
			s.holding = false
			s.mu.Unlock()
			return
		}
		s.mu.Unlock()
		for _, p := range held {
			if s.socket.Drain(s.ctx) != nil || s.socket.Send(p) != nil {
				return // the session has ended; nothing more is told to it
			}
		}
	}
}

// Closed implements transport.Receiver.
func (s *session) Closed(reason transport.Reason) {
	s.mu.Lock()
	if s.end != nil {
		s.end.Stop()
	}
	in, present, program, user := s.in, s.present, s.program, s.identity.User
	s.mu.Unlock()
	if user.ID != "" {
		s.g.cfg.Service.Used(s.seen())
	}
	if user.ID != "" && !program {
		s.g.cfg.Service.Went(user)
	}
	s.g.hub.Leave(s)
	if present {
		s.g.cfg.Service.Depart(user, s)
	}
	if !in {
		// Its grace and its tries are the session's: no CONNECT begins them anew.
		s.socket.Close(reason)
	}
	level := slog.LevelInfo
	if user.ID == "" {
		level = slog.LevelDebug // nobody who was in
	}
	s.g.cfg.Logger.Log(s.ctx, level, "out", "socket", s.socket.ID(), "user", user.ID, "reason", reason)
}

// Pace implements transport.Receiver: it blocks a sender who is too fast. A person
// has one pace, whatever they say and over however many sessions.
func (s *session) Pace() {
	if who, ok := s.who(); ok {
		_ = s.g.cfg.Service.Throttle(s.ctx, who.User.ID, 0) // it fails when the session ended, as the transport sees
	}
}

// Receive implements transport.Receiver.
func (s *session) Receive(e *transport.Event) {
	who, ok := s.who()
	if !ok && e.Name == "authenticate" {
		s.authenticate(e) // its tries are counted
		return
	}
	if !ok {
		if s.ignored++; s.ignored > maxIgnored {
			s.socket.Disconnect()
			return
		}
		s.answer(e, failure(&chat.Error{Code: chat.CodeUnauthenticated, Message: "authenticate first"}))
		return
	}
	s.dispatch(e, who)
}

// answer acks a request, where its sender wants to know.
func (s *session) answer(e *transport.Event, reply any) {
	if !e.HasAck() {
		return
	}
	err := e.Ack(reply)
	if err == nil || errors.Is(err, transport.ErrClosed) || errors.Is(err, transport.ErrQueueFull) {
		return // who has gone needs no answer
	}
	// Whoever asked waits for it: a fault of ours is told, too.
	s.g.cfg.Logger.Error("answer", "socket", s.socket.ID(), "event", e.Name, "err", err)
	_ = e.Ack(failure(err))
}

// argument is a request's i-th argument, null where it has none.
func argument(args []socketio.Value, i int) socketio.Value {
	if i < len(args) {
		return args[i]
	}
	return socketio.Value{JSON: []byte("null")}
}

// during is a context that ends with a socket, without a goroutine to end it.
type during struct {
	context.Context //nolint:containedctx // it is one
	done            <-chan struct{}
}

// Done implements context.Context.
func (d during) Done() <-chan struct{} { return d.done }

// Err implements context.Context.
func (d during) Err() error {
	select {
	case <-d.done:
		return context.Canceled
	default:
		return nil
	}
}

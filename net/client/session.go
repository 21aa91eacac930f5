package client

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/socketio"
)

// session is a connection of a Client.
type session struct {
	*link

	// set once
	c     *Client
	ready chan struct{} // closed at the welcome: drafts may be sent

	// owned by the read loop; limits also read by the writer after ready
	limits   chat.Limits
	asked    chat.Position // what hello asked to resume from
	early    []Told
	held     int // bytes of early
	welcomed bool
	sync     resume
}

// reach asks for the token and dials.
func (p *peer) reach(ctx context.Context, log *slog.Logger, ask func(context.Context) (string, error)) (*link, error) {
	token, err := ask(ctx)
	switch {
	case errors.Is(err, ErrNoToken), err == nil && token == "":
		return nil, &refusal{reason: "you are not signed in"}
	case err != nil:
		return nil, &problem{"your sign-in could not be read: " + plain(err.Error()), err}
	}
	conn, wire, err := p.dial(ctx)
	if err != nil {
		return nil, err
	}
	return newLink(conn, wire, log, token), nil
}

// connect makes one connection and lives it to its end. The error is never nil;
// lived is how long the connection was welcomed, 0 when it never was.
func (c *Client) connect(ctx context.Context) (lived time.Duration, err error) {
	l, err := c.reach(ctx, c.log, c.cfg.Token)
	if err != nil {
		return 0, err
	}
	s := &session{link: l, c: c, ready: make(chan struct{}), asked: c.view.position}
	l.wire.pace.asked = make(chan struct{}, 1)
	s.link.event, s.link.show, s.link.decoder.MaxBytes = s.event, showLimit, readLimit+showLimit
	s.sync = newResume(s)
	hasty := make(chan struct{})
	unhurry := context.AfterFunc(ctx, func() {
		defer close(hasty)
		s.wire.hurry()
	})
	go c.cfg.guard(func() {
		defer s.end(ErrClosed) // which it has done, unless it panics
		s.write(ctx, drafting{ready: s.ready, wake: c.outbox.wake, put: s.putDrafts})
	})
	defer func() {
		s.end(err)
		<-s.written
		if !unhurry() {
			<-hasty
		}
		c.setSession(nil)
		s.sync.keep()
		s.abandon()
		c.outbox.rewind()
		if _, ok := errors.AsType[*refusal](err); !ok { // which counts even if a write failed first
			err = s.why()
		}
	}()
	hello := chat.Hello{Protocol: chat.ProtocolVersion, Client: c.cfg.Name, Position: s.asked}
	if c.cfg.Device != nil {
		hello.Device = c.cfg.Device()
	}
	welcome, err := s.handshake(hello)
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
	renewing.Go(func() { s.c.cfg.guard(func() { s.renew(ctx, welcome.Expires.Time()) }) })
	renewing.Go(func() { s.c.cfg.guard(func() { s.tellMarks(ctx) }) })
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

// event does what the server tells. Until hello is answered, what it sends may be
// meant for the plain lane: messages without an envelope are not ours, and the rest
// is kept for later.
func (s *session) event(name string, args []socketio.Value) error {
	if name == "unauthorized" {
		if s.shows() {
			return nil // of the token that is shown; the one we came with still holds
		}
		return unauthorized(args)
	}
	t, known, err := readTold(name, args)
	switch {
	case err != nil || !known:
		return err
	case s.welcomed:
		return s.sync.told(t)
	}
	for _, a := range args {
		s.held += len(a.JSON) + weighBody(chat.Body{Attachments: a.Attachments})
	}
	if len(s.early) >= earlyLimit || s.held > earlyBytes {
		return protocolError("too much before the answer to hello", nil)
	}
	s.early = append(s.early, t)
	return nil
}

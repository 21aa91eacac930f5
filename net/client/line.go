package client

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/socketio"
)

// LineConfig says which server, as whom, and what for.
type LineConfig struct {
	Server string                                    // http(s)://host[:port][/path]
	Token  func(ctx context.Context) (string, error) // asked once; ErrNoToken when there is none
	Name   string                                    // name and version of the program
	Device string                                    // name of this machine; "" for none. Its user sees both
	TLS    *tls.Config                               // nil for the system's certificates
	Logger *slog.Logger                              // nil for none; tokens and texts are never logged

	// Position, where it is not zero, is the place in the log from which on Next is
	// to tell what happened; the welcome says whether it does.
	Position chat.Position

	// Listen keeps what the server tells for Next. Without it, it is forgotten.
	Listen bool

	// Quiet leaves the presence of whose token it is as it was: what runs by itself
	// makes nobody seem to be there.
	Quiet bool

	// Renewed is as in Config. A successor is asked for while Next or Dial has the
	// connection, when that is due.
	Renewed func(ctx context.Context, token string) error

	dialer func(ctx context.Context, network, addr string) (net.Conn, error) // for tests
}

// Line is one connection of a program that asks a few things, or listens for a
// while, and keeps nothing: no cache, no outbox, and when it ends it is over. Its
// methods are for one goroutine; whichever of them is called reads the socket, and
// between the calls nobody does. Only Close may be called from any.
type Line struct {
	// set once
	link    *link
	welcome chat.Welcome
	renewed func(ctx context.Context, token string) error
	listens bool
	hangUp  context.CancelFunc // ends the writer, which says goodbye

	// owned by who calls
	told       []Told
	held       int // bytes of told
	renewAgain time.Time
	expires    time.Time
}

// ErrRefused is what a *LineError is when the server will not have the token, or
// there is none: trying again will not change that.
var ErrRefused = errors.New("the server refuses the token")

// ErrBanned is what a *LineError is, beside ErrRefused, when whose token it is may not
// be in the team: no other token will change that.
var ErrBanned = errors.New("banned from the team")

// ErrDistrusted is what a *LineError is when the server's certificate is not one that
// this computer trusts for it: to ask again changes nothing.
var ErrDistrusted = errors.New("the server's certificate is not trusted")

// LineError is why there is no connection, or none any more.
type LineError struct {
	Reason  string // in words, for people
	Refused bool   // ErrRefused, perhaps ErrBanned
	Err     error  // what the network, or the packets, said
}

// Error implements error.
func (e *LineError) Error() string { return e.Reason }

// Unwrap makes the cause matchable.
func (e *LineError) Unwrap() error { return e.Err }

// Is makes ErrRefused, ErrBanned and ErrDistrusted matchable.
func (e *LineError) Is(target error) bool {
	if target == ErrDistrusted {
		_, distrusted := errors.AsType[*tls.CertificateVerificationError](e.Err)
		return distrusted
	}
	return e.Refused && (target == ErrRefused || target == ErrBanned && e.Reason == bannedReason)
}

// lineError puts the end of a connection in words. What ended it is the caller's own
// ctx when that has ended.
func lineError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if e, ok := errors.AsType[*LineError](err); ok {
		return e
	}
	if r, ok := errors.AsType[*refusal](err); ok {
		return &LineError{Reason: r.reason, Refused: true, Err: err}
	}
	return &LineError{Reason: reasonFor(err), Err: err}
}

// Dial connects, signs in and says hello. It blocks until the server has said who we
// are, or ctx ends; the Line outlives ctx, and is to be closed. The error is a
// *LineError, or ctx's.
func Dial(ctx context.Context, cfg LineConfig) (*Line, error) {
	at, err := endpoint(cfg.Server)
	if err != nil {
		return nil, err
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	p := peer{at, cfg.Name, cfg.TLS, cfg.dialer}
	l, err := p.reach(ctx, cfg.Logger, cfg.Token)
	if err != nil {
		return nil, lineError(ctx, err)
	}
	line := &Line{link: l, renewed: cfg.Renewed, listens: cfg.Listen}
	l.event = line.event
	writing, hangUp := context.WithCancel(context.WithoutCancel(ctx))
	line.hangUp = hangUp
	go l.write(writing, drafting{})
	stop := context.AfterFunc(ctx, func() { l.end(ctx.Err()) })
	defer stop()
	line.welcome, err = l.handshake(chat.Hello{
		Protocol: chat.ProtocolVersion, Client: cfg.Name, Device: cfg.Device, Position: cfg.Position, Quiet: cfg.Quiet,
	})
	if err == nil {
		line.expires = line.welcome.Expires.Time()
		err = line.renew(ctx)
	}
	if err != nil {
		l.end(err)
		err = lineError(ctx, line.cause(err))
		line.Close()
		return nil, err
	}
	return line, nil
}

// Welcome is what the server said to hello.
func (l *Line) Welcome() chat.Welcome { return l.welcome }

// MaxBody is how many bytes the JSON of a text may have here, 0 for any number. Beside
// it a message has some room for everything else it says.
func (l *Line) MaxBody() int {
	limit := l.welcome.Limits.Body
	const beside = 4 << 10
	if whole := l.link.open.MaxPayload; whole > 0 && (limit <= 0 || whole-beside < limit) {
		limit = max(whole-beside, 1)
	}
	return limit
}

// Close says goodbye and ends the connection. It is safe from any goroutine, and
// returns when all is over: within moments, also where the server takes nothing.
func (l *Line) Close() {
	l.link.wire.hurry()
	l.hangUp()
	<-l.link.written
	l.hangUp()
}

// Ask makes a request of the chat lane by its name, with its arguments as they go on
// the wire, and reads the answer. It blocks until that comes, or ctx ends, which
// ends the Line. The error is a *chat.Error when the server refuses, and the Line
// goes on; otherwise a *LineError or ctx's.
func Ask[A any](ctx context.Context, l *Line, name string, args ...any) (A, error) {
	var zero A
	reply, err := l.ask(ctx, name, args...)
	if err != nil {
		return zero, err
	}
	value, err := answer[A](reply)
	if _, refused := errors.AsType[*chat.Error](err); err != nil && !refused {
		l.link.end(err)
		return zero, lineError(ctx, err)
	}
	return value, err
}

// Post posts a draft, whose ID makes it safe to be posted again, and answers where
// it stands. Blocking and errors are as with Ask; a draft that no server would take,
// or this one would not for its size, is refused without being sent.
func (l *Line) Post(ctx context.Context, d chat.Draft) (chat.Posted, error) {
	if _, refusal := fitDraft(d, nil, l.welcome.Limits, l.link.open); refusal != nil {
		return chat.Posted{}, refusal
	}
	body, options := draftArgs(d)
	return Ask[chat.Posted](ctx, l, "message", body, options)
}

// Next is the next thing the server tells. It blocks until there is one, or ctx
// ends, which ends the Line. The error is a *LineError or ctx's.
func (l *Line) Next(ctx context.Context) (Told, error) {
	if err := l.until(ctx, func() bool { return len(l.told) > 0 }); err != nil {
		return Told{}, err
	}
	next := l.told[0]
	l.told[0] = Told{}
	if l.told = l.told[1:]; len(l.told) == 0 {
		l.told, l.held = nil, 0
	}
	return next, nil
}

// until reads until done, and keeps the token from ending meanwhile.
func (l *Line) until(ctx context.Context, done func() bool) error {
	stop := context.AfterFunc(ctx, func() { l.link.end(ctx.Err()) })
	defer stop()
	for !done() {
		err := l.renew(ctx)
		if err == nil && !done() {
			err = l.read()
		}
		if err != nil {
			l.link.end(err)
			return lineError(ctx, l.cause(err))
		}
	}
	return ctx.Err()
}

// read reads one packet.
func (l *Line) read() error {
	// As in session.live: whatever is heard proves the connection.
	if err := l.link.patience(l.link.open.PingInterval + l.link.open.PingTimeout); err != nil {
		return err
	}
	p, err := l.link.next()
	if err != nil {
		return err
	}
	if err := l.link.handle(p); err != nil {
		return err
	}
	if l.link.overdue(time.Now()) {
		return &problem{"the server did not answer in time", errors.New("a request was not answered")}
	}
	return nil
}

// cause is why the connection ended: what was found first, but that the token is
// refused counts whatever else failed.
func (l *Line) cause(err error) error {
	if _, ok := errors.AsType[*refusal](err); ok {
		return err
	}
	return l.link.why()
}

// ask is an asker that reads the answer itself.
func (l *Line) ask(ctx context.Context, name string, args ...any) (reply []socketio.Value, err error) {
	answered := false
	id := l.link.register(call{
		shows: name == "authenticate",
		due:   time.Now().Add(ackWait),
		done:  func(got []socketio.Value, _ error) { answered, reply = true, got },
	})
	p, err := socketio.EncodeEvent("/", name, &id, args...)
	if err != nil {
		l.link.unregister(id)
		return nil, fmt.Errorf("request: %w", err)
	}
	if err := l.link.send(ctx.Done(), encodeFrame(&p)); err != nil {
		l.link.end(err)
		return nil, lineError(ctx, l.link.why())
	}
	stop := context.AfterFunc(ctx, func() { l.link.end(ctx.Err()) })
	defer stop()
	for !answered {
		if err := l.read(); err != nil {
			l.link.end(err)
			return nil, lineError(ctx, l.cause(err))
		}
	}
	return reply, nil
}

// renew has the token renewed when that is due.
func (l *Line) renew(ctx context.Context) error {
	now := time.Now()
	if l.renewed == nil || l.expires.UnixMilli() <= 0 || now.Before(l.renewAgain) || now.Before(l.expires.Add(-renewBefore)) {
		return nil
	}
	next, err := l.link.renewOnce(ctx, l.ask, l.renewed)
	if l.link.ending() != nil {
		return err
	}
	switch {
	case errors.Is(err, errForeign), errors.Is(err, errGiven):
		l.renewed = nil
	case err == nil:
		l.expires = next
	}
	if err != nil {
		l.link.log.Warn("the token could not be renewed", "error", err, "expires", l.expires)
	}
	l.renewAgain = now.Add(leftAlone(l.expires))
	return nil
}

// event keeps what the server tells.
func (l *Line) event(name string, args []socketio.Value) error {
	if name == "unauthorized" {
		if l.link.shows() {
			return nil
		}
		return unauthorized(args)
	}
	if !l.listens {
		return nil
	}
	t, known, err := readTold(name, args)
	if err != nil || !known {
		return err
	}
	for _, a := range args {
		l.held += len(a.JSON) + weighBody(chat.Body{Attachments: a.Attachments})
	}
	// Only while a request is answered, or before hello is, more than one waits.
	if len(l.told) >= earlyLimit || l.held > earlyBytes {
		return &problem{"more was told at once than is kept", errors.New("too much was told while a request was answered")}
	}
	l.told = append(l.told, t)
	return nil
}

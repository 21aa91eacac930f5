package client

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/socketio"
)

const (
	// renewBefore is how long before its end a token is renewed. What is told of
	// a token is its end and not its beginning, so this is a time and no share of
	// its life: a third of the 90 days that servers give theirs. Whoever opens
	// hobnob once in that month stays signed in, and whoever has it open all day
	// asks six times a year.
	renewBefore = 30 * 24 * time.Hour

	// renewCheck is how often a long connection looks at the clock, since no
	// timer counts the time that a computer sleeps. It is also how long a renewal
	// that came to nothing is left alone, even by later connections: with a
	// month to go nothing is urgent, and a keyring that is asked may ask its user
	// for a password.
	renewCheck = 24 * time.Hour

	// renewSoonest is the same for a token that has hardly any time left.
	renewSoonest = time.Minute
)

// What ends the renewing on a connection.
var (
	errForeign = errors.New("the server does not renew this token")
	errGiven   = errors.New("the server does not take the token it gave")
)

// renewal is a token with the end that the server named.
type renewal struct {
	Token   string      `json:"token"`
	Expires chat.Millis `json:"expires"`
}

// renew keeps the session's token from ending, until ctx does. It runs beside the
// read loop: the store may take its time.
func (s *session) renew(ctx context.Context, expires time.Time) {
	if s.c.cfg.Renewed == nil || expires.UnixMilli() <= 0 {
		return // nowhere to keep one, or a server that does not say when it ends
	}
	for {
		due := expires.Add(-renewBefore)
		if due.Before(s.c.renewAgain) {
			due = s.c.renewAgain
		}
		if left := time.Until(due); left > 0 {
			if !sleep(ctx, min(left, renewCheck)) {
				return
			}
			continue
		}
		next, err := s.renewOnce(ctx, s.ask, s.c.cfg.Renewed)
		switch {
		case ctx.Err() != nil, errors.Is(err, ErrOffline):
			return // the next connection looks again
		case errors.Is(err, errForeign):
			s.log.Info("the token is renewed by whoever issued it", "expires", expires)
		case err != nil:
			s.log.Warn("the token could not be renewed", "error", err, "expires", expires)
		default:
			s.log.Info("the token was renewed", "expires", next)
			expires = next
		}
		s.c.renewAgain = time.Now().Add(leftAlone(expires))
		if errors.Is(err, errForeign) || errors.Is(err, errGiven) {
			return
		}
	}
}

// leftAlone is how long nothing more is tried for a token that ends then.
func leftAlone(expires time.Time) time.Duration {
	return max(renewSoonest, min(renewCheck, time.Until(expires)/3))
}

// sleep reports false when ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// asker makes a request and waits for its answer.
type asker func(ctx context.Context, name string, args ...any) ([]socketio.Value, error)

// renewOnce asks for a successor, has it kept and then shows it, so that there is
// no moment at which only the server knows the token that holds. The old one
// stays good until its end whatever comes between.
func (l *link) renewOnce(ctx context.Context, ask asker, keep func(context.Context, string) error) (expires time.Time, err error) {
	args, err := ask(ctx, "token:renew")
	if err != nil {
		return expires, err
	}
	next, err := answer[renewal](args)
	var e *chat.Error
	switch {
	case errors.As(err, &e) && (e.Code == chat.CodeNotAllowed || e.Code == chat.CodeUnknownEvent):
		return expires, errForeign // another issuer's, or an older server
	case err != nil:
		return expires, err
	case next.Token == "" || !next.Expires.Time().After(time.Now()):
		return expires, errors.New("the server's answer has no token that holds")
	}
	if err := keep(ctx, next.Token); err != nil {
		return expires, err
	}
	args, err = ask(ctx, "authenticate", struct {
		Token string `json:"token"`
	}{next.Token})
	if err != nil {
		return expires, err // it is shown when the next connection begins
	}
	if _, err = answer[json.RawMessage](args); errors.As(err, &e) {
		// The server does not take what it gave. The next connection must not
		// begin with that, and fail for good.
		return expires, errors.Join(errGiven, err, keep(ctx, l.token))
	}
	return next.Expires.Time(), err
}

// ask makes a request from beside the read loop and waits for the answer, for as
// long as there is a connection: one that is slow to come ends nothing.
func (l *link) ask(ctx context.Context, name string, args ...any) ([]socketio.Value, error) {
	type result struct {
		args []socketio.Value
		err  error
	}
	answered := make(chan result, 1)
	id := l.register(call{
		shows: name == "authenticate",
		done:  func(args []socketio.Value, err error) { answered <- result{args, err} },
	})
	p, err := socketio.EncodeEvent("/", name, &id, args...)
	if err == nil {
		err = l.send(ctx.Done(), encodeFrame(&p))
	}
	if err != nil {
		l.unregister(id)
		return nil, err
	}
	select {
	case r := <-answered:
		return r.args, r.err
	case <-ctx.Done():
		l.unregister(id)
		return nil, ctx.Err()
	}
}

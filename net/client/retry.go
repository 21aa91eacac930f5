package client

import (
	"context"
	"errors"
	"io"
	"mime"
	"sync"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Backoff says how long to wait between attempts to reach a server, as a Client does
// it: longer after each, at random, so that not all come back at once. Its zero value
// is ready. It is for one goroutine.
type Backoff struct{ b backoff }

// Next is the pause after one more failure.
func (b *Backoff) Next() time.Duration {
	if b.b.random == nil {
		b.b = newBackoff(nil)
	}
	return b.b.next()
}

// Lived takes into account how long the connection was there that ended, 0 for never.
func (b *Backoff) Lived(d time.Duration) { b.b.lived(d) }

// Pause waits for d, and reports false when ctx ended first.
func Pause(ctx context.Context, d time.Duration) bool { return sleep(ctx, d) }

// ownError is of this machine's own reader or writer: trying again does not help.
type ownError struct{ err error }

func (e ownError) Error() string { return e.err.Error() }
func (e ownError) Unwrap() error { return e.err }

// ownWriter marks the errors of a writer of ours.
type ownWriter struct{ w io.Writer }

// Write implements io.Writer.
func (o *ownWriter) Write(b []byte) (int, error) {
	n, err := o.w.Write(b)
	if err != nil {
		err = ownError{err}
	}
	return n, err
}

// tries counts the attempts to move one file.
type tries struct {
	patience time.Duration
	tell     func(reason string)
	wait     backoff
	since    time.Time // when something went forward last
}

func (f *Files) tries() *tries {
	t := &tries{patience: f.Patience, tell: f.Waiting, wait: newBackoff(f.random), since: time.Now()}
	if t.patience <= 0 {
		t.patience = filesPatience
	}
	return t
}

// wentOn begins to count anew.
func (t *tries) wentOn() {
	t.since = time.Now()
	t.wait.reset()
}

// failed waits until the next attempt is due, or returns why there is none.
func (t *tries) failed(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	pause := t.wait.next()
	if p, ok := errors.AsType[*passing](err); ok {
		pause, err = max(pause, p.after), p.err
	} else if final(err) {
		return err
	}
	if _, ok := errors.AsType[*chat.Error](err); !ok {
		err = lineError(ctx, err)
	}
	if errors.Is(err, ErrDistrusted) {
		return err
	}
	if time.Since(t.since)+pause > t.patience {
		return err
	}
	if t.tell != nil {
		t.tell(err.Error())
	}
	if !sleep(ctx, pause) {
		return ctx.Err()
	}
	return nil
}

// final tells whether trying again would change nothing.
func final(err error) bool {
	_, own := errors.AsType[ownError](err)
	_, refused := errors.AsType[*chat.Error](err)
	_, ended := errors.AsType[*LineError](err)
	return own || refused || ended
}

// errStalled is why a request was given up.
var errStalled = &problem{reason: "the server did not answer in time", err: errors.New("nothing came or went")}

// watch gives a request up over which nothing moves.
type watch struct {
	ctx    context.Context //nolint:containedctx // the request's, whose cause is asked
	timer  *time.Timer
	cancel context.CancelCauseFunc
}

func newWatch(ctx context.Context) (context.Context, *watch) {
	ctx, cancel := context.WithCancelCause(ctx)
	w := &watch{ctx: ctx, cancel: cancel}
	w.timer = time.AfterFunc(stallWait, func() { cancel(errStalled) })
	return ctx, w
}

// moved puts the end off.
func (w *watch) moved(more time.Duration) { w.timer.Reset(more) }

func (w *watch) stop() {
	w.timer.Stop()
	w.cancel(nil)
}

// why is why a request failed: that it stalled, where that was it.
func (w *watch) why(err error) error {
	if err != nil && errors.Is(context.Cause(w.ctx), errStalled) {
		return errStalled
	}
	return err
}

// watched is a body that is looked at by a watch. The transport may go on reading it
// for a moment after it has answered.
type watched struct {
	r     io.Reader
	watch *watch
	end   time.Duration // how long may pass after its end
	moved func(n int64) // told how far it is; may be nil

	mu     sync.Mutex
	at     int64
	over   bool
	failed error // what r said that was not its end
}

// Read implements io.Reader.
func (w *watched) Read(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.over {
		return 0, io.ErrClosedPipe
	}
	n, err := w.r.Read(b)
	switch {
	case err == nil:
		w.watch.moved(stallWait)
	case errors.Is(err, io.EOF):
		w.watch.moved(w.end)
	default:
		w.failed = err
	}
	if w.at += int64(n); n > 0 && w.moved != nil {
		w.moved(w.at)
	}
	return n, err
}

// finish ends the reading, and answers what was wrong with r.
func (w *watched) finish() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.over = true
	return w.failed
}

// fileName is the name in a Content-Disposition (RFC 6266), "" where there is none.
func fileName(disposition string) string {
	_, params, err := mime.ParseMediaType(disposition)
	if err != nil {
		return ""
	}
	return params["filename"] // filename* is decoded into it
}

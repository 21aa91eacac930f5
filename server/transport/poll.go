package transport

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/hobnob-chat/hobnob/net/socketio"
)

// get is the GET of a session that is open: it blocks until there is something
// to tell the peer.
func (c *pollConn) get(w http.ResponseWriter, r *http.Request) {
	// The deadlines of a common request are not those of one that waits. Where
	// there are none to be set, nothing needs to be undone.
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Time{})
	_ = control.SetWriteDeadline(time.Time{})

	g := &poll{answer: make(chan pollAnswer, 1), written: make(chan error, 1)}
	if f := c.wait(g); f != nil {
		f.write(w)
		return
	}
	answer, f := c.answerTo(g, r)
	if f != nil {
		f.write(w)
		return
	}
	_ = control.SetWriteDeadline(time.Now().Add(writeTime(c.cfg, len(answer.body))))
	kind := "text/plain; charset=UTF-8"
	if answer.octets {
		kind = "application/octet-stream"
	}
	err := writeAnswer(w, kind, answer.body)
	c.session.asked.Store(true)
	g.written <- err
}

// wait puts a GET where the writer finds it.
func (c *pollConn) wait(g *poll) *refusal {
	c.mu.Lock()
	switch {
	case c.closed:
		c.mu.Unlock()
		return c.unknown()
	case c.waiting != nil:
		c.mu.Unlock()
		c.session.end(broken("two GETs at once"))
		return refuseRequest
	}
	c.waiting = g
	c.mu.Unlock()
	c.session.asked.Store(true)
	select {
	case c.arrived <- struct{}{}:
	default: // the writer has yet to look for one that came before, and will find this one
	}
	return nil
}

// waits tells whether a GET waits for something to be told.
func (c *pollConn) waits() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.waiting != nil
}

// unknown is what is said to a request that comes too late: the session has
// ended, or uses another transport by now.
func (c *pollConn) unknown() *refusal {
	select {
	case <-c.left:
		return refuseRequest
	default:
		return refuseSession
	}
}

// answerTo waits for the answer to a GET. A peer that hangs up meanwhile ends
// its session, as with the reference: what was being written to it is lost.
func (c *pollConn) answerTo(g *poll, r *http.Request) (pollAnswer, *refusal) {
	var probed <-chan time.Time
	if c.isProbing() {
		timer := time.NewTimer(probePoll)
		defer timer.Stop()
		probed = timer.C
	}
	for {
		select {
		case a := <-g.answer:
			return a, nil
		case <-probed:
			probed = nil
			if c.giveUp(g) {
				return c.noop(), nil
			}
		case <-r.Context().Done():
			if c.giveUp(g) {
				c.session.end(ending{reason: ReasonTransportClose, err: r.Context().Err()})
				return pollAnswer{}, refuseSession
			}
			return <-g.answer, nil
		case <-c.left:
			if c.giveUp(g) {
				return pollAnswer{}, refuseRequest
			}
			return <-g.answer, nil
		case <-c.gone:
			if c.giveUp(g) {
				return pollAnswer{}, refuseSession
			}
			return <-g.answer, nil
		}
	}
}

func (c *pollConn) isProbing() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.probing
}

// giveUp takes back a GET, unless the writer has it already.
func (c *pollConn) giveUp(g *poll) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waiting != g {
		return false
	}
	c.waiting = nil
	return true
}

// post is a POST of a session that is open. It blocks until all packets have
// been handled.
func (c *pollConn) post(w http.ResponseWriter, r *http.Request) {
	if !c.claimPost() {
		c.session.end(broken("two POSTs at once"))
		refuseRequest.write(w)
		return
	}
	done := c.handlePost(w, r)
	c.releasePost() // before the answer: the next POST follows it at once
	if !done {
		return
	}
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(writeTime(c.cfg, 0)))
	// The type is the reference's, and an error means that nobody listens.
	_ = writeAnswer(w, "text/html", []byte("ok"))
}

// handlePost reads a POST and waits until all of it has been handled. It is
// false when the request has been refused; that is on its way when post returns.
func (c *pollConn) handlePost(w http.ResponseWriter, r *http.Request) bool {
	octets, ok := c.takes(r.Header.Get("Content-Type"))
	if !ok {
		c.session.end(broken("binary payload"))
		refuseRequest.write(w)
		return false
	}
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Now().Add(c.cfg.MessageTimeout))
	b, err := c.readBody(w, r)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		// The session stays: it is the peer's to say less (engine.io,
		// lib/transports/polling.ts, onDataRequest).
		w.Header().Set("Connection", "close")
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		return false
	case err != nil:
		c.session.end(postFailed(err))
		refuseRequest.write(w)
		return false
	}
	_ = control.SetReadDeadline(time.Time{})
	_ = control.SetWriteDeadline(time.Time{}) // a handler may take its time
	body := &pollBody{packets: socketio.NewPayload(b, c.revision, octets), done: make(chan struct{})}
	select {
	case c.bodies <- body:
	case <-c.stopped:
		refuseSession.write(w)
		return false
	case <-c.left:
		refuseRequest.write(w)
		return false
	}
	<-body.done
	return true
}

// readBody reads the body of a POST; one that says that it is too large is not
// read at all. Of a stranger's CONNECT that is too large it returns the beginning, as
// session.oversized takes it.
func (c *pollConn) readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	limit := int64(c.cfg.MaxPayload)
	if r.ContentLength > limit {
		return nil, &http.MaxBytesError{Limit: limit}
	}
	body := &pacedReader{
		Reader: seenReader{http.MaxBytesReader(w, r.Body, limit), c.session}, session: c.session,
	}
	kept := int64(c.session.maxPayload())
	b, err := io.ReadAll(io.LimitReader(body, kept+1))
	if err != nil || int64(len(b)) <= kept {
		return b, err
	}
	if c.revision == socketio.Revision3 || !isConnect(b) || !socketio.OnePacket(b) {
		return nil, &http.MaxBytesError{Limit: kept}
	}
	_, err = io.Copy(io.Discard, body)
	return b, err
}

// seenReader takes every byte for a sign of life: of a peer with one POST at a
// time, the pong waits until a large message is through.
type seenReader struct {
	io.Reader
	session *session
}

func (r seenReader) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	if n > 0 {
		r.session.alive.Store(true)
	}
	return n, err
}

// postFailed is the end of a session whose POST could not be read.
func postFailed(err error) ending {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return ending{reason: ReasonSlowSender, err: err}
	}
	return ending{reason: ReasonTransportError, err: err}
}

func (c *pollConn) claimPost() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	free := !c.posting
	c.posting = true
	return free
}

func (c *pollConn) releasePost() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.posting = false
}

// takes judges the type of a POST. Only revision 3 knows binary payloads.
func (c *pollConn) takes(contentType string) (octets, ok bool) {
	kind, _, err := mime.ParseMediaType(contentType)
	octets = err == nil && kind == "application/octet-stream"
	return octets, !octets || c.revision == socketio.Revision3
}

// writeTime is how long writing n bytes may take.
func writeTime(c *Config, n int) time.Duration {
	return c.WriteTimeout * time.Duration(1+n/joined)
}

// writeAnswer answers a request with a body, and has it on its way.
func writeAnswer(w http.ResponseWriter, kind string, body []byte) error {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff") // it says what a peer said
	if _, err := w.Write(body); err != nil {
		return err
	}
	err := http.NewResponseController(w).Flush()
	if errors.Is(err, http.ErrNotSupported) {
		err = nil
	}
	return err
}

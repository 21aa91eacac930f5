package api

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"sync"
	"time"
)

// paceBytes is how many bytes have to go over a connection in each stall time: what
// the slowest lines carry, and more than somebody sends who only holds a place.
const paceBytes = 16 << 10

var (
	errStalled     = errors.New("the peer stopped")
	errInterrupted = errors.New("the request was ended from here")
	errExpired     = errors.New("the token has expired")
)

// pace holds the other end of a request to going on. The deadlines of net/http are
// for whole requests, and a large file may take as long as it takes.
type pace struct {
	rc    *http.ResponseController
	stall time.Duration
	valid func() bool // whether who asked may still go on

	mu     sync.Mutex // of the deadlines: nobody moves them after close
	over   bool       // it was interrupted
	closed bool
}

// newPace begins to pace a request.
func newPace(w http.ResponseWriter, stall time.Duration, valid func() bool) *pace {
	p := &pace{rc: http.NewResponseController(w), stall: stall, valid: valid}
	p.move(true, true)
	return p
}

// move gives the peer another stall time, to send or to take what is written. A
// connection that has no deadlines is none that can stall.
func (p *pace) move(read, write bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over || p.closed {
		return
	}
	by := time.Now().Add(p.stall)
	if read {
		_ = p.rc.SetReadDeadline(by)
	}
	if write {
		_ = p.rc.SetWriteDeadline(by)
	}
}

// interrupt makes reading fail now. Safe from any goroutine, at any time.
func (p *pace) interrupt() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return
	}
	p.over = true
	_ = p.rc.SetReadDeadline(time.Unix(1, 0))
}

// answer gives the peer time to take an answer, however it came to it.
func (p *pace) answer() {
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = p.rc.SetWriteDeadline(time.Now().Add(p.stall))
}

// close leaves the deadlines to net/http, which sets them for the next request.
func (p *pace) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
}

// reader paces a request's body. Its errors are the body's, or one of the above.
func (p *pace) reader(body io.Reader) io.Reader { return &pacedBody{pace: p, body: body} }

type pacedBody struct {
	pace *pace
	body io.Reader
	came int // bytes since the deadline was moved
}

func (b *pacedBody) Read(into []byte) (int, error) {
	if !b.pace.valid() {
		return 0, errExpired
	}
	if b.came >= paceBytes {
		b.came = 0
		b.pace.move(true, true)
	}
	n, err := b.body.Read(into)
	b.came += n
	if errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.Canceled) {
		err = b.pace.why(err)
	}
	return n, err
}

// why says what a read that ran into its deadline ran into.
func (p *pace) why(err error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.over:
		return errInterrupted
	case errors.Is(err, os.ErrDeadlineExceeded):
		return errStalled
	}
	return err
}

// content paces what a response is made of: it is read when what was read before is
// on its way.
func (p *pace) content(file io.ReadSeeker) io.ReadSeeker { return &pacedContent{p, file} }

type pacedContent struct {
	pace *pace
	io.ReadSeeker
}

func (c *pacedContent) Read(into []byte) (int, error) {
	if !c.pace.valid() {
		return 0, errExpired
	}
	c.pace.move(false, true)
	return c.ReadSeeker.Read(into[:min(len(into), paceBytes)])
}

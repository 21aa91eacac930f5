package bench

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// writeTime is how long the server may read nothing of what a client says.
	writeTime = 30 * time.Second

	// maxLate is how many messages a client remembers as left out, to tell one
	// that comes late from one that comes twice.
	maxLate = 1 << 16
)

// client is one connection of a fleet.
type client struct {
	// set once
	fleet *Fleet
	index int
	room  int // number of the room it is in
	line  *line
	in    chan error // told once: nil when it is in, or why it is not

	// owned by the reader
	who    visitor
	frames frames
	joined bool
	next   []uint32            // the number that comes next of each sender
	late   map[uint64]struct{} // sender and number of what was left out

	// any goroutine
	received atomic.Int64 // messages heard, each once
	gone     atomic.Bool  // it is connected no more

	write   sync.Mutex // guards the rest
	out     []byte
	payload []byte
	asked   map[uint64]time.Duration // when what awaits an answer was due
}

// run is the reader. It ends with the connection.
func (c *client) run() {
	err := c.read()
	c.gone.Store(true)
	_ = c.line.Close()
	if !c.joined {
		c.in <- err
		return
	}
	c.fleet.lost(err)
}

func (c *client) read() error {
	protocol := c.fleet.cfg.Protocol
	if first := protocol.begin(&c.who); first != "" {
		if err := c.say(opText, first); err != nil {
			return err
		}
	}
	for {
		if err := c.frames.fill(); err != nil {
			return err
		}
		now, heard := c.fleet.clock(), int64(0)
		for {
			op, payload, ok, err := c.frames.next()
			if err != nil {
				return err
			}
			if !ok {
				break
			}
			n, err := c.frame(op, payload, now)
			heard += n
			if err != nil {
				c.received.Add(heard)
				return err
			}
		}
		if heard > 0 {
			c.received.Add(heard)
		}
	}
}

// frame takes one frame and returns how many new messages were in it.
func (c *client) frame(op byte, payload []byte, now time.Duration) (heard int64, err error) {
	switch op {
	case opPing:
		return 0, c.say(opPong, string(payload))
	case opClose:
		return 0, closed(payload)
	case opText:
	default:
		return 0, nil
	}
	if !c.fleet.cfg.Protocol.batched() {
		return c.message(payload, now)
	}
	for len(payload) > 0 {
		var line []byte
		line, payload, _ = bytes.Cut(payload, []byte{'\n'})
		n, err := c.message(line, now)
		heard += n
		if err != nil {
			return heard, err
		}
	}
	return heard, nil
}

// closed is what a close frame says (RFC 6455, section 5.5.1).
func closed(payload []byte) error {
	if len(payload) < 2 {
		return errEnded
	}
	return fmt.Errorf("closed by the server: %d %s", binary.BigEndian.Uint16(payload), payload[2:])
}

// message takes one message of the protocol.
func (c *client) message(msg []byte, now time.Duration) (heard int64, err error) {
	what, answer, err := c.fleet.cfg.Protocol.take(msg, &c.who)
	if err != nil {
		return 0, err
	}
	if answer != "" {
		return 0, c.say(opText, answer)
	}
	switch what {
	case tookMessage:
		if c.hears(msg, now) {
			return 1, nil
		}
	case tookJoined:
		c.joined = true
		c.in <- nil
	case tookAck:
		c.answered(c.who.acked)
	case tookNothing:
	}
	return 0, nil
}

// hears checks a message of the room, and tells whether it is a new one.
func (c *client) hears(msg []byte, now time.Duration) bool {
	f := c.fleet
	_, rest, ok := bytes.Cut(msg, markBytes)
	if !ok {
		f.foreign.Add(1) // somebody else's, who speaks in the same room
		return false
	}
	s, ok := readStamp(rest)
	if !ok || s.run != f.run || int(s.sender) >= len(c.next) || int(s.sender)%len(f.sent) != c.room {
		f.foreign.Add(1) // an earlier run's, or of a room that it also hears
		return false
	}
	switch next := c.next[s.sender]; {
	case s.number == next:
		c.next[s.sender]++
	case s.number > next:
		for n := next; n < s.number && len(c.late) < maxLate; n++ {
			c.late[uint64(s.sender)<<32|uint64(n)] = struct{}{}
		}
		c.next[s.sender] = s.number + 1
	default:
		key := uint64(s.sender)<<32 | uint64(s.number)
		if _, ok := c.late[key]; !ok {
			f.doubled.Add(1)
			return false
		}
		delete(c.late, key)
		f.reordered.Add(1)
	}
	if h := f.heard.Load(); h != nil {
		h.add(now - time.Duration(s.due))
	}
	return true
}

// answered takes the answer to what the client said as number id.
func (c *client) answered(id uint64) {
	c.write.Lock()
	due, ok := c.asked[id]
	delete(c.asked, id)
	c.write.Unlock()
	if !ok {
		return
	}
	if h := c.fleet.answers.Load(); h != nil {
		h.add(c.fleet.clock() - due)
	}
	if s := c.fleet.speaker(c.index); s != nil {
		s.acked.Add(1)
		s.nudge()
	}
}

// say writes one frame.
func (c *client) say(op byte, text string) error {
	c.write.Lock()
	defer c.write.Unlock()
	c.out = appendFrame(c.out[:0], op, []byte(text))
	return c.flush()
}

// flush writes what out has. c.write is held.
func (c *client) flush() error {
	if err := c.line.SetWriteDeadline(time.Now().Add(writeTime)); err != nil {
		return err
	}
	_, err := c.line.Write(c.out)
	return err
}

// dial connects a client. It shows its token in a header where the protocol has no
// other place for it.
func (f *Fleet) dial(ctx context.Context, c *client) (*line, error) {
	var shown string
	if _, ok := f.cfg.Protocol.(hub); ok {
		shown = c.who.token
	}
	return dial(ctx, f.server, f.cfg.Protocol.path(&c.who), shown, c.index)
}

// join connects a client and waits until it is in its room. Its reader runs then,
// and Close waits for it.
func (f *Fleet) join(ctx context.Context, c *client) error {
	ctx, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	l, err := f.dial(ctx, c)
	if err != nil {
		return err
	}
	c.line = l
	c.frames = frames{r: l.rest, buf: make([]byte, f.bufferSize())}
	f.readers.Go(c.run)
	select {
	case err = <-c.in:
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	if err == nil {
		return nil
	}
	_ = l.Close()
	if refused, ok := errors.AsType[*RefusedError](err); ok {
		return refused
	}
	if ctx.Err() == nil && (errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed)) {
		err = errors.New("it hung up before the client was in")
	}
	return &UnreachableError{f.server.Redacted(), err}
}

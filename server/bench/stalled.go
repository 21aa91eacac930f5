package bench

import (
	"context"
	"errors"
	"net"
	"os"
	"sync"
	"time"
)

// Stalled is what clients cost that read nothing.
type Stalled struct {
	Readers      int     `json:"readers"`
	Disconnected int     `json:"disconnected"`
	Reason       string  `json:"reason,omitempty"` // that one of them was given
	Size         int     `json:"message_bytes"`
	BytesEach    float64 `json:"server_bytes_each,omitempty"` // at most, above what the same messages took without them
	Without      Latency `json:"delivery_without"`            // of the others
	With         Latency `json:"delivery_with"`
	Missing      int64   `json:"missing"`
}

// StalledSize is how large the messages are that stalled readers are sent, in
// bytes: with small ones it takes a long time until a server notices anything, so
// much do the two kernels keep.
const StalledSize = 16 << 10

// stillHere is how long a stalled reader, once it reads, hears nothing before it is
// taken to be still connected.
const stillHere = 3 * time.Second

// stalled is a client that gets in and then reads nothing until it is told to.
type stalled struct {
	net.Conn
	*client
}

// Stalled measures readers that stall: first a phase without them, then the same
// with them, both at rate messages a second.
func (f *Fleet) Stalled(ctx context.Context, readers int, rate float64, d time.Duration) (Stalled, error) {
	plan := Plan{Duration: d, Rate: rate, Size: StalledSize}
	r := Stalled{Readers: readers, Size: StalledSize}
	highest, phase, err := f.watched(ctx, plan)
	r.Without, r.Missing = phase.Delivery, phase.Missing
	if err != nil {
		return r, err
	}
	var asleep []*stalled
	defer func() {
		for _, s := range asleep {
			_ = s.Close()
		}
	}()
	for i := range readers {
		s, err := f.stall(ctx, len(f.clients)+i)
		if err != nil {
			return r, err
		}
		asleep = append(asleep, s)
	}
	with, phase, err := f.watched(ctx, plan)
	r.With, r.Missing = phase.Delivery, r.Missing+phase.Missing
	if highest > 0 {
		r.BytesEach = max(float64(with-highest)/float64(readers), 0)
	}
	r.Disconnected, r.Reason = woken(asleep)
	return r, err
}

// woken wakes stalled readers, all at once, and returns how many had been
// disconnected, and why.
func woken(asleep []*stalled) (disconnected int, why string) {
	var mu sync.Mutex
	var waking sync.WaitGroup
	for _, s := range asleep {
		waking.Go(func() {
			reason, ended := s.wake()
			mu.Lock()
			defer mu.Unlock()
			if ended {
				disconnected, why = disconnected+1, reason
			}
		})
	}
	waking.Wait()
	return disconnected, why
}

// watched runs a phase and returns the most memory the server had in it.
func (f *Fleet) watched(ctx context.Context, plan Plan) (highest int64, p Phase, err error) {
	done := make(chan struct{})
	var watch sync.WaitGroup
	watch.Go(func() {
		ticker := time.NewTicker(50 * time.Millisecond)
		defer ticker.Stop()
		for {
			highest = max(highest, f.memory())
			select {
			case <-ticker.C:
			case <-done:
				return
			}
		}
	})
	p, err = f.Run(ctx, plan)
	close(done)
	watch.Wait()
	return highest, p, err
}

// stall lets one more client in that reads until then and no further. It is in
// the first room, and counted nowhere.
func (f *Fleet) stall(ctx context.Context, i int) (*stalled, error) {
	token, err := f.cfg.Token(i)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	c := f.newClient(i, token)
	c.room, c.who.room = 0, f.cfg.Rooms[0]
	if c.line, err = f.dial(ctx, c); err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = c.line.Close() })
	defer stop()
	c.frames = frames{r: c.line.rest, buf: make([]byte, minReadBuf)}
	if err := c.readUntilIn(); err != nil {
		_ = c.line.Close()
		return nil, err
	}
	return &stalled{Conn: c.line, client: c}, nil
}

// wake reads what was kept for a stalled reader, and tells whether its end was in
// it, and why.
func (s *stalled) wake() (why string, ended bool) {
	err := s.skip()
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return "", false
	}
	return reason(err), true
}

// skip reads frames and heeds none, until the connection ends.
func (s *stalled) skip() error {
	for {
		if err := s.SetReadDeadline(time.Now().Add(stillHere)); err != nil {
			return err
		}
		if err := s.frames.fill(); err != nil {
			return err
		}
		for {
			op, payload, ok, err := s.frames.next()
			if err != nil {
				return err
			}
			if !ok {
				break
			}
			if op == opClose {
				return closed(payload)
			}
		}
	}
}

// readUntilIn is a client's reader up to where it is in.
func (c *client) readUntilIn() error {
	if first := c.fleet.cfg.Protocol.begin(&c.who); first != "" {
		if err := c.say(opText, first); err != nil {
			return err
		}
	}
	for !c.joined {
		if err := c.frames.fill(); err != nil {
			return err
		}
		for !c.joined {
			op, payload, ok, err := c.frames.next()
			if err != nil {
				return err
			}
			if !ok {
				break
			}
			if _, err := c.frame(op, payload, c.fleet.clock()); err != nil {
				return err
			}
		}
	}
	return nil
}

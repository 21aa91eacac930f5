package bench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// FleetConfig is what a fleet is.
type FleetConfig struct {
	URL      *url.URL // http or https
	Protocol Protocol
	Clients  int
	Rooms    []string                    // client i is in the room i modulo their number
	Speakers int                         // how many clients speak: the first of them
	Size     int                         // of a message's text, in bytes
	Token    func(i int) (string, error) // client i's
	PID      int                         // the server's, for what it costs; 0 when not known

	quiet   time.Duration // without a delivery until those to come are missing; drainQuiet when 0
	longest time.Duration // until a phase does not wait for them any more; drainLongest when 0
}

const (
	// MinSize is the smallest Size: a stamp fills it.
	MinSize = stampSize
	// MaxClients is how many clients a fleet may have: the addresses they come from
	// end there.
	MaxClients = 200_000
	// MaxSpeakers bounds what every client keeps of every speaker.
	MaxSpeakers = 4096

	// parallel is how many clients connect at once: enough to keep the server
	// busy, and few enough not to fill its queue of new connections.
	parallel = 64

	// readMemory is what all clients may have to read into, in bytes, within the
	// two bounds for one of them.
	readMemory               = 128 << 20
	minReadBuf, maxReadBuf   = 2 << 10, 64 << 10
	drainQuiet, drainLongest = 5 * time.Second, 30 * time.Second
)

// Fleet is a number of clients of one server, all in their rooms. Its methods are
// for one goroutine.
type Fleet struct {
	// set once
	cfg    FleetConfig
	server *url.URL
	run    uint32 // tells our messages from those of another run
	epoch  time.Time

	clients  []*client
	speakers []*speaker
	sent     []atomic.Int64 // messages said in each room

	readers sync.WaitGroup
	closing atomic.Bool

	// what the readers count
	heard, answers              atomic.Pointer[histogram] // while a phase measures
	foreign, doubled, reordered atomic.Int64

	mu    sync.Mutex
	ended map[string]int // clients that were lost, by reason
	inAll int            // clients that are in
}

// Open connects all clients. What was counted up to an error is returned with it,
// and nothing is left connected then.
func Open(ctx context.Context, cfg FleetConfig) (*Fleet, Connects, error) {
	f, err := prepare(cfg)
	if err != nil {
		return nil, Connects{}, err
	}
	result, err := f.open(ctx)
	if err != nil {
		return nil, result, err
	}
	return f, result, nil
}

// prepare makes the clients with their tokens, which are not to be paid for while
// they connect.
func prepare(cfg FleetConfig) (*Fleet, error) {
	f := &Fleet{
		cfg: cfg, server: cfg.URL, epoch: time.Now(),
		run:  rand.Uint32() >> 8, //nolint:gosec // it tells runs apart, and guards nothing
		sent: make([]atomic.Int64, len(cfg.Rooms)), ended: make(map[string]int),
	}
	for i := range cfg.Clients {
		token, err := cfg.Token(i)
		if err != nil {
			return nil, err
		}
		f.clients = append(f.clients, f.newClient(i, token))
	}
	for i := range cfg.Speakers {
		f.speakers = append(f.speakers, newSpeaker(f, f.clients[i]))
	}
	return f, nil
}

// open connects the clients, or after an error none.
func (f *Fleet) open(ctx context.Context) (Connects, error) {
	before, began := f.memory(), f.usage()
	err := f.connect(ctx)
	r := Connects{Cost: f.since(began), Connected: f.connected(), before: before}
	r.PerSecond = float64(r.Connected) / r.Seconds
	r.CPUEach = r.each(int64(r.Connected))
	if err != nil {
		f.Close()
	}
	return r, err
}

func (f *Fleet) newClient(i int, token string) *client {
	room := i % len(f.cfg.Rooms)
	c := &client{
		fleet: f, index: i, room: room, in: make(chan error, 1),
		who:  visitor{token: token, room: f.cfg.Rooms[room]},
		next: make([]uint32, f.cfg.Speakers), late: make(map[uint64]struct{}),
		asked: make(map[uint64]time.Duration),
	}
	for s := range c.next {
		c.next[s] = 1
	}
	return c
}

// connect connects the clients, some at a time, and stops at the first failure.
func (f *Fleet) connect(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(parallel, len(f.clients)) {
		workers.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(f.clients) {
					return
				}
				if err := f.join(ctx, f.clients[i]); err != nil {
					cancel(err)
					return
				}
				f.mu.Lock()
				f.inAll++
				f.mu.Unlock()
			}
		})
	}
	workers.Wait()
	return context.Cause(ctx)
}

// connected is how many clients have got in.
func (f *Fleet) connected() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.inAll
}

// Close disconnects all clients and waits for their goroutines.
func (f *Fleet) Close() {
	f.closing.Store(true)
	for _, c := range f.clients {
		if c.line != nil {
			_ = c.line.Close()
		}
	}
	f.readers.Wait()
}

// lost notes a client that was disconnected while it should not be.
func (f *Fleet) lost(err error) {
	if f.closing.Load() {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ended[reason(err)]++
}

// reason is why a connection ended, in words that are the same for many.
func reason(err error) string {
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "the connection was cut"
	case errors.Is(err, net.ErrClosed):
		return "the connection was closed, since the server read nothing"
	}
	return err.Error()
}

// clock is the time since the fleet was made.
func (f *Fleet) clock() time.Duration { return time.Since(f.epoch) }

// speaker is the speaker that a client is, or nil.
func (f *Fleet) speaker(i int) *speaker {
	if i < len(f.speakers) {
		return f.speakers[i]
	}
	return nil
}

func (f *Fleet) bufferSize() int {
	return min(max(readMemory/max(f.cfg.Clients, 1), minReadBuf), maxReadBuf)
}

func (f *Fleet) memory() int64 {
	m, _ := memory(f.cfg.PID)
	return m
}

// deliveries is what all clients have heard.
func (f *Fleet) deliveries() (n int64) {
	for _, c := range f.clients {
		n += c.received.Load()
	}
	return n
}

// behind is how many deliveries to clients that are here are still to come.
func (f *Fleet) behind() (n int64) {
	for _, c := range f.clients {
		if !c.gone.Load() {
			n += f.sent[c.room].Load() - c.received.Load()
		}
	}
	return n
}

// drain waits until everybody has heard everything. It returns how many
// deliveries are missing: none came for a while, or it took too long.
func (f *Fleet) drain(ctx context.Context) (missing int64, err error) {
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	began, moved := time.Now(), time.Now()
	last := f.behind()
	for last > 0 {
		select {
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		case now := <-ticker.C:
			n := f.behind()
			if n != last {
				last, moved = n, now
			}
			if now.Sub(moved) > cmp.Or(f.cfg.quiet, drainQuiet) {
				return f.unheard(last), nil
			}
			if longest := cmp.Or(f.cfg.longest, drainLongest); now.Sub(began) > longest {
				return 0, &BacklogError{last, longest}
			}
		}
	}
	return 0, nil
}

// unheard is how many of the deliveries that do not come are missing. What a speaker
// said that was disconnected may never have been taken in, and is nobody's loss but
// the speaker's, who is counted.
func (f *Fleet) unheard(n int64) int64 {
	for _, s := range f.speakers {
		if s.gone.Load() {
			return 0
		}
	}
	return n
}

// Faults are what should not happen, over a fleet's life.
type Faults struct {
	Missing   int64          `json:"missing"`
	Doubled   int64          `json:"doubled"`
	Reordered int64          `json:"reordered"`
	Lost      map[string]int `json:"lost,omitempty"` // disconnected clients, by reason
}

// Any tells whether there are faults.
func (f Faults) Any() bool {
	return f.Missing+f.Doubled+f.Reordered > 0 || len(f.Lost) > 0
}

// String is a sentence of them.
func (f Faults) String() string {
	var reasons []string
	for reason, n := range f.Lost {
		reasons = append(reasons, count(n, "client")+" lost: "+reason)
	}
	slices.Sort(reasons)
	if f.Missing+f.Doubled+f.Reordered > 0 || len(reasons) == 0 {
		reasons = slices.Insert(reasons, 0, fmt.Sprintf("%d missing, %d doubled, %d out of order", f.Missing, f.Doubled, f.Reordered))
	}
	return strings.Join(reasons, "; ")
}

// Faults are those up to now; missing is what the last phase said of it.
func (f *Fleet) Faults(missing int64) Faults {
	return Faults{Missing: missing, Doubled: f.doubled.Load(), Reordered: f.reordered.Load(), Lost: f.Lost()}
}

package bench

import (
	"context"
	"sync"
	"time"
)

const (
	// pumpEvery is how often the pump looks at all clients: it is what a window
	// takes at least to be refilled, so windows are made for that.
	pumpEvery = time.Millisecond

	// paceEvery is how often the pump notes how much was said.
	paceEvery = 250 * time.Millisecond

	// joined is how many messages a speaker says in one write.
	joined = 16
)

// gate lets the speakers of one room be so far ahead of its slowest client, and no
// further: what a server has to keep for a client stays within any server's bound.
type gate struct {
	mu    sync.Mutex
	moved sync.Cond
	sent  int64
	limit int64
	over  bool
}

// claim waits until something may be said, and returns how much; 0 is the end.
func (g *gate) claim() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	for g.sent >= g.limit && !g.over {
		g.moved.Wait()
	}
	if g.over {
		return 0
	}
	n := min(g.limit-g.sent, joined)
	g.sent += n
	return int(n)
}

// open moves the limit.
func (g *gate) open(limit int64, over bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if limit > g.limit || over {
		g.limit, g.over = max(limit, g.limit), over
		g.moved.Broadcast()
	}
}

// flood has as much said as is heard, until ctx ends.
func (f *Fleet) flood(ctx context.Context, plan Plan, p *Phase) error {
	gates := make([]*gate, len(f.sent))
	for i := range gates {
		g := &gate{sent: f.sent[i].Load()}
		g.moved.L = &g.mu
		g.limit = g.sent + int64(plan.Window)
		gates[i] = g
	}
	var pump sync.WaitGroup
	pump.Go(func() { f.pump(ctx, gates, plan.Window, p) })
	err := f.all(func(_ int, s *speaker) error {
		for {
			n := gates[s.room].claim()
			if n == 0 || s.gone.Load() {
				return nil
			}
			f.sent[s.room].Add(int64(n))
			if err := s.speak(n, f.clock(), plan.Size, plan.Acks); err != nil {
				return err
			}
		}
	})
	pump.Wait()
	return err
}

// pump moves the gates until ctx ends.
func (f *Fleet) pump(ctx context.Context, gates []*gate, window int, p *Phase) {
	ticker := time.NewTicker(pumpEvery)
	defer ticker.Stop()
	slowest := make([]int64, len(gates))
	noted := time.Now()
	for {
		select {
		case <-ctx.Done():
			for _, g := range gates {
				g.open(0, true)
			}
			return
		case now := <-ticker.C:
			for i := range slowest {
				slowest[i] = f.sent[i].Load()
			}
			for _, c := range f.clients {
				if n := c.received.Load(); n < slowest[c.room] && !c.gone.Load() {
					slowest[c.room] = n
				}
			}
			for i, g := range gates {
				g.open(slowest[i]+int64(window), false)
				p.queue = max(p.queue, f.sent[i].Load()-slowest[i])
			}
			if now.Sub(noted) >= paceEvery {
				noted = now
				p.paces = append(p.paces, f.said())
			}
		}
	}
}

// Acknowledged has one client say messages for a while with so many of them
// unanswered, and returns how many were answered a second.
func (f *Fleet) Acknowledged(ctx context.Context, inFlight int, d time.Duration) (perSecond float64, p Phase, err error) {
	var answers histogram
	f.answers.Store(&answers)
	defer f.answers.Store(nil)
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	s := f.speakers[0]
	began, before, sent := f.usage(), s.acked.Load(), s.acked.Load()
	for ctx.Err() == nil && !s.gone.Load() {
		room := int64(inFlight) - (sent - s.acked.Load())
		if room <= 0 {
			select {
			case <-s.wake:
			case <-ctx.Done():
			}
			continue
		}
		n := min(room, joined)
		sent += n
		f.sent[s.room].Add(n)
		if err = s.speak(int(n), f.clock(), f.cfg.Size, true); err != nil {
			break
		}
	}
	p.Cost = f.since(began)
	p.Sent = s.acked.Load() - before
	perSecond = float64(p.Sent) / p.Seconds
	p.Ack = answers.latency()
	if err == nil {
		p.Missing, err = f.drain(context.WithoutCancel(ctx))
	}
	return perSecond, p, err
}

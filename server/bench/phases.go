package bench

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Connects is what connecting came to.
type Connects struct {
	Cost
	Connected int     `json:"connected"`
	PerSecond float64 `json:"per_second"`
	CPUEach   float64 `json:"server_cpu_us_each,omitempty"`

	before int64 // the server's memory before, in bytes
}

// Idle is what connections cost that say nothing.
type Idle struct {
	Cost
	BytesEach float64 `json:"server_bytes_each,omitempty"` // 0 when not known
	Memory    int64   `json:"server_bytes,omitempty"`
}

// Idle lets the clients be quiet for a while, then looks at the server's memory.
func (f *Fleet) Idle(ctx context.Context, since Connects, d time.Duration) (Idle, error) {
	began := f.usage()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return Idle{}, ctx.Err()
	case <-timer.C:
	}
	r := Idle{Cost: f.since(began), Memory: f.memory()}
	if r.Memory > 0 && since.before > 0 {
		r.BytesEach = max(float64(r.Memory-since.before)/float64(len(f.clients)), 0) // it may have given some back
	}
	return r, nil
}

// Phase is what messages came to.
type Phase struct {
	Cost
	Asked      float64 `json:"asked_per_second,omitempty"` // messages a second that were to be said
	Sent       int64   `json:"sent"`
	Deliveries int64   `json:"deliveries"`
	PerSecond  float64 `json:"deliveries_per_second"`
	CPUEach    float64 `json:"server_cpu_us_a_delivery,omitempty"`
	Delivery   Latency `json:"delivery"`     // from when it was due until it was heard
	Ack        Latency `json:"ack,omitzero"` // until it was answered
	Missing    int64   `json:"missing"`
	Late       float64 `json:"behind_seconds,omitempty"` // how long the last delivery came after the phase's end

	paces []int64 // messages said up to each paceEvery
	queue int64   // how far the slowest client was behind at most, in messages
}

// Plan is how a phase is to go.
type Plan struct {
	Duration time.Duration
	Rate     float64 // messages a second of all together; 0: as fast as they are heard
	Size     int     // of a message's text, in bytes; the fleet's when 0
	Window   int     // without a Rate: how far the speakers of a room may be ahead of its slowest client
	Acks     bool    // ask for answers
}

// Run runs one phase: the speakers speak for its duration, and then all is waited
// for. When ctx ends first the phase does, with what there is and ctx's error.
func (f *Fleet) Run(ctx context.Context, plan Plan) (Phase, error) {
	if plan.Size == 0 {
		plan.Size = f.cfg.Size
	}
	var heard, answers histogram
	f.heard.Store(&heard)
	f.answers.Store(&answers)
	defer f.heard.Store(nil)
	defer f.answers.Store(nil)

	timed, cancel := context.WithTimeout(ctx, plan.Duration)
	defer cancel()
	began, before, said := f.usage(), f.deliveries(), f.said()
	var p Phase
	var err error
	if plan.Rate > 0 {
		p.Asked = plan.Rate
		err = f.steady(timed, plan)
	} else {
		err = f.flood(timed, plan, &p)
	}
	// A flood ends here; a steady phase with its last delivery, so that what was
	// late is paid for.
	if plan.Rate <= 0 {
		p.Cost, p.Deliveries = f.since(began), f.deliveries()-before
	}
	stopped := f.clock()
	var drained error
	if p.Missing, drained = f.drain(ctx); err == nil {
		err = drained
	}
	if plan.Rate > 0 {
		p.Late = (f.clock() - stopped).Seconds()
		p.Cost, p.Deliveries = f.since(began), f.deliveries()-before
	}
	p.Sent = f.said() - said
	p.PerSecond = float64(p.Deliveries) / p.Seconds
	p.CPUEach = p.each(p.Deliveries)
	p.Delivery, p.Ack = heard.latency(), answers.latency()
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return p, err
}

// said is how many messages were said in all rooms.
func (f *Fleet) said() (n int64) {
	for i := range f.sent {
		n += f.sent[i].Load()
	}
	return n
}

// steady has every message said when it is due, and stamped with that time, even
// when the one before it has held up its speaker: who waited for it waited from
// then on.
func (f *Fleet) steady(ctx context.Context, plan Plan) error {
	interval := time.Duration(float64(time.Second) * float64(len(f.speakers)) / plan.Rate)
	start := f.clock()
	return f.all(func(i int, s *speaker) error {
		timer := time.NewTimer(time.Hour)
		defer timer.Stop()
		due := start + interval*time.Duration(i)/time.Duration(len(f.speakers))
		for ; due < start+plan.Duration; due += interval {
			if f.wait(ctx, timer, due) != nil || s.gone.Load() {
				return nil
			}
			f.sent[s.room].Add(1)
			if err := s.speak(1, due, plan.Size, plan.Acks); err != nil {
				return err
			}
		}
		return nil
	})
}

// all runs a function for each speaker and waits for them. Errors of speakers
// whose connection is gone are the reader's to tell.
func (f *Fleet) all(do func(i int, s *speaker) error) error {
	errs := make([]error, len(f.speakers))
	var speaking sync.WaitGroup
	for i, s := range f.speakers {
		speaking.Go(func() {
			if err := do(i, s); err != nil {
				_ = s.line.Close() // the reader ends, and counts it
				if !s.gone.Load() {
					errs[i] = err
				}
			}
		})
	}
	speaking.Wait()
	return errors.Join(errs...)
}

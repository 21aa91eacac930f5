package server

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Rate is how fast one person may send: Burst requests at once, then PerSecond.
// A PerSecond of 0 sets no limit.
type Rate struct {
	PerSecond float64
	Burst     int
}

// rates slows senders down, a person and not a socket at a time: whoever opens a
// second socket shares what is left. A person's limiter outlives their last
// socket until it is full again, so that coming back is no way round it.
type rates struct {
	limit Rate

	mu      sync.Mutex
	people  map[string]*rate.Limiter
	swept   time.Time
	nowFunc func() time.Time
}

// rateUnit is how many bytes count as one request: a text is one, and a burst of
// the largest messages is not a thousand times what a burst of texts is.
const rateUnit = 16 << 10

// sweepEvery is how often limiters that are full again are forgotten.
const sweepEvery = time.Minute

func newRates(limit Rate, now func() time.Time) *rates {
	return &rates{limit: limit, people: make(map[string]*rate.Limiter), swept: now(), nowFunc: now}
}

// wait blocks until the person may send n requests more.
func (r *rates) wait(ctx context.Context, person string, n int) error {
	if r.limit.PerSecond <= 0 {
		return nil
	}
	l := r.limiter(person)
	return l.WaitN(ctx, min(n, l.Burst()))
}

// owe counts n requests that were answered already, and blocks until the person may
// send more. Unlike with wait they count though ctx ends meanwhile.
func (r *rates) owe(ctx context.Context, person string, n int) error {
	if r.limit.PerSecond <= 0 || n == 0 {
		return ctx.Err()
	}
	l := r.limiter(person)
	delay := l.ReserveN(time.Now(), min(n, l.Burst())).Delay()
	if delay == 0 {
		return nil
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// note counts n requests that were answered already, and waits for nothing: the person's
// next request does.
func (r *rates) note(person string, n int) {
	if r.limit.PerSecond > 0 {
		l := r.limiter(person)
		l.ReserveN(time.Now(), min(n, l.Burst()))
	}
}

func (r *rates) limiter(person string) *rate.Limiter {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now := r.nowFunc(); now.Sub(r.swept) > sweepEvery {
		r.swept = now
		for id, l := range r.people {
			if l.TokensAt(now) >= float64(l.Burst()) {
				delete(r.people, id)
			}
		}
	}
	l := r.people[person]
	if l == nil {
		l = rate.NewLimiter(rate.Limit(r.limit.PerSecond), max(r.limit.Burst, 1))
		r.people[person] = l
	}
	return l
}

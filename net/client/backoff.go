package client

import (
	"math/rand/v2"
	"time"
)

const (
	// firstWait is the ceiling of the first pause: a server that restarts is
	// back within a second, and a person notices more.
	firstWait = 500 * time.Millisecond

	// longestWait bounds the pause: longer, and a person who sees that the server
	// is back gives up on us; with full jitter a team's clients are still spread
	// over seconds.
	longestWait = 10 * time.Second

	// provenLife is how long a connection must have lived to count as a success.
	// A server that accepts and then drops must not be tried twice a second.
	provenLife = 10 * time.Second

	// welcomedFailures is what a connection that was welcomed but did not last
	// leaves of the failures: the server is there, perhaps restarting once more,
	// so the next pause is 2 s at most.
	welcomedFailures = 2
)

// The pauses after a refusal that may pass by itself: another server on the port
// is noticed and put right within a minute, or not for long, and each attempt is
// a token shown and a line in the log of whoever answers there.
const (
	firstRefusedWait   = 15 * time.Second
	longestRefusedWait = 4 * time.Minute
)

// backoff says how long to wait before the next attempt: full jitter, so that
// the clients of a server that restarted do not come back all at once.
type backoff struct {
	failures int
	refusals int
	random   func() float64 // in [0, 1)
}

func newBackoff(random func() float64) backoff {
	if random == nil {
		random = rand.Float64
	}
	return backoff{random: random}
}

// next is the pause after one more failure.
func (b *backoff) next() time.Duration {
	ceiling := longestWait
	if shift := b.failures; shift < 5 { // 0.5 s << 5 is over the longest already
		ceiling = min(firstWait<<shift, longestWait)
		b.failures++
	}
	return time.Duration(b.random() * float64(ceiling))
}

// seldom is the pause after one more refusal: twice the one before, less up to a
// half of it.
func (b *backoff) seldom() time.Duration {
	d := min(firstRefusedWait<<b.refusals, longestRefusedWait)
	if d < longestRefusedWait {
		b.refusals++
	}
	return d/2 + time.Duration(b.random()*float64(d/2))
}

// lived takes into account how long a connection was welcomed, 0 for never.
func (b *backoff) lived(d time.Duration) {
	if d > 0 {
		b.refusals = 0
	}
	switch {
	case d >= provenLife:
		b.reset()
	case d > 0:
		b.failures = min(b.failures, welcomedFailures)
	}
}

// reset forgets the failures.
func (b *backoff) reset() { b.failures, b.refusals = 0, 0 }

package webhook

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"time"
)

// workers bounds how many addresses are told at the same time.
const workers = 16

const (
	// turnTime is after how long a webhook that has more to tell goes to the back of
	// the queue, so that one with a long way to go does not keep its worker.
	turnTime = time.Second

	// slowTime is how long an address may take for a message and not be slow. What
	// takes a message in and does its work after is far below.
	slowTime = time.Second

	// mend is after how many turns in a row without a slow answer an address is slow
	// no more: one that is by turns must not hold the workers of the others.
	mend = 8
)

// pace is how an address has answered so far.
type pace int

const (
	quick  pace = iota
	untold      // it has told nothing yet since the server started
	slow
	paces // how many there are
)

// share is how many workers webhooks of a pace and of slower ones may hold together:
// however many slow ones there are, some workers are left to the others.
var share = [paces]int{quick: workers, untold: workers * 3 / 4, slow: workers / 2}

// turns says whose turn it is.
type turns struct {
	of    map[string]*turn // by the webhook's ID
	busy  [paces]int       // workers, by the pace of their webhooks
	count uint64
	full  pace // of this pace and slower ones nobody may begin, until order is asked again
}

// turn is how it stands with one webhook.
type turn struct {
	busy  bool
	pace  pace          // which changes when a turn ends
	last  uint64        // the number of its last turn, 0 before it had one
	good  int           // turns since it was slow
	took  time.Duration // for one message at most, in its last turn that had one
	pause time.Duration // after its last failure, 0 where it does not fail
	due   time.Time     // when it may try again
}

func newTurns() turns { return turns{of: make(map[string]*turn)} }

func (t *turns) get(id string) *turn {
	w := t.of[id]
	if w == nil {
		w = &turn{pace: untold}
		t.of[id] = w
	}
	return w
}

// order answers webhooks with the one first whose turn is longest ago. A worker that
// ends while they are gone through is for the first that waits, and not for the next.
func (t *turns) order(list []Hook) []Hook {
	t.full = paces
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b Hook) int { return cmp.Compare(t.get(a.ID).last, t.get(b.ID).last) })
	return list
}

// may tells whether a webhook may begin a turn, else when to look again: where it waits
// for a worker, the one that ends has the manager look.
func (t *turns) may(id string, now time.Time) (time.Duration, bool) {
	w := t.get(id)
	if w.busy {
		return lookAgain, false
	}
	if w.due.After(now) {
		return w.due.Sub(now), false
	}
	if w.pace >= t.full {
		return lookAgain, false
	}
	held := 0
	for p := slow; p >= quick; p-- {
		if held += t.busy[p]; p <= w.pace && held >= share[p] {
			t.full = w.pace
			return lookAgain, false
		}
	}
	return 0, true
}

func (t *turns) begin(id string) {
	w := t.get(id)
	t.count++
	w.busy, w.last = true, t.count
	t.busy[w.pace]++
}

// end ends a turn in which one message took so long at most, and tells whether the
// webhook is one of the slow since. One that failed waits.
func (t *turns) end(id string, now time.Time, took time.Duration, err error) (slowed bool) {
	w := t.get(id)
	w.busy = false
	t.busy[w.pace]--
	if took > 0 {
		w.took = took
	}
	switch {
	case took > slowTime:
		slowed = w.pace != slow
		w.pace, w.good = slow, 0
	case err != nil:
	case w.pace == slow:
		if w.good++; w.good >= mend {
			w.pace = quick
		}
	default:
		w.pace = quick
	}
	if err == nil {
		w.pause, w.due = 0, time.Time{}
		return slowed
	}
	w.pause = min(max(2*w.pause, firstPause), lastPause)
	// Addresses that failed together do not come back together.
	w.due = now.Add(w.pause/2 + rand.N(w.pause)) //nolint:gosec // no secret
	return slowed
}

// Fare is how it stands with a webhook since the server started.
type Fare struct {
	Took   time.Duration // for one message at most, in its last turn; 0 before it told any
	Slow   bool          // it takes its turns with others that are slow
	Cursor uint64        // it has told all up to this offset, 0 where that is written down
}

// Fares tells how it stands with a webhook.
func (s *Sender) Fares(id string) Fare {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := Fare{Cursor: s.passed[id]}
	if w := s.turns.of[id]; w != nil {
		f.Took, f.Slow = w.took, w.pace == slow
	}
	return f
}

// forget forgets webhooks that there are no more.
func (s *Sender) forget(list []Hook) {
	s.mu.Lock()
	defer s.mu.Unlock()
	there := make(map[string]bool, len(list))
	for i := range list {
		there[list[i].ID] = true
	}
	for id, w := range s.turns.of {
		if !w.busy && !there[id] {
			delete(s.turns.of, id)
		}
	}
}

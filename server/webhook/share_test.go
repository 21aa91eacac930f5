package webhook

import (
	"errors"
	"fmt"
	"testing"
	"time"
)

// queue is turns of webhooks, gone through as the manager does.
type queue struct {
	turns

	t    *testing.T
	now  time.Time
	made int
}

func newQueue(t *testing.T) *queue {
	return &queue{turns: newTurns(), t: t, now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
}

// of makes n webhooks of a pace.
func (q *queue) of(n int, p pace) (ids []string) {
	for range n {
		id := fmt.Sprint("h", q.made)
		q.made++
		q.get(id).pace = p
		ids = append(ids, id)
	}
	return ids
}

// give goes through webhooks once, and tells how many got a worker.
func (q *queue) give(ids []string) (n int) {
	q.order(nil)
	for _, id := range ids {
		if _, ok := q.may(id, q.now); ok {
			q.begin(id)
			n++
		}
	}
	return n
}

// turn is one whole turn of a webhook.
func (q *queue) turn(id string, took time.Duration, err error) (slowed bool) {
	q.t.Helper()
	q.order(nil)
	if wait, ok := q.may(id, q.now); !ok {
		q.t.Fatalf("%s may not begin for %v", id, wait)
	}
	q.begin(id)
	return q.end(id, q.now, took, err)
}

// TestShares: the slow hold half of the workers at most, they and those of which nothing is
// known three quarters, and the last quarter is for those that are quick.
func TestShares(t *testing.T) {
	for name, c := range map[string]struct {
		begin []pace // many of each, in this order
		want  []int  // workers that each got
	}{
		"quick alone":               {[]pace{quick}, []int{16}},
		"untold alone":              {[]pace{untold}, []int{12}},
		"slow alone":                {[]pace{slow}, []int{8}},
		"slow before all":           {[]pace{slow, untold, quick}, []int{8, 4, 4}},
		"untold before the slow":    {[]pace{untold, slow, quick}, []int{12, 0, 4}},
		"the quick before the slow": {[]pace{quick, slow}, []int{16, 0}},
	} {
		q := newQueue(t)
		for i, p := range c.begin {
			if got := q.give(q.of(40, p)); got != c.want[i] {
				t.Errorf("%s: of pace %d %d began, want %d", name, p, got, c.want[i])
			}
		}
	}
}

// TestNobodyOvertakes: who finds no worker is not overtaken by one of its pace behind it,
// when a worker ends while they are gone through.
func TestNobodyOvertakes(t *testing.T) {
	q := newQueue(t)
	held := q.of(8, slow)
	q.give(held)
	waits, behind, fast := q.of(1, slow)[0], q.of(1, slow)[0], q.of(1, quick)[0]
	q.order(nil)
	if _, ok := q.may(waits, q.now); ok {
		t.Fatal("there is a ninth")
	}
	q.end(held[0], q.now, 9*time.Second, nil)
	if _, ok := q.may(behind, q.now); ok {
		t.Error("the one behind is before it")
	}
	if _, ok := q.may(fast, q.now); !ok {
		t.Error("a quick one waits for the slow")
	}
	if q.order(nil); q.give([]string{waits, behind}) != 1 || !q.get(waits).busy {
		t.Error("the first of them is not the next")
	}
	got := q.order([]Hook{hook(waits, ""), hook(behind, ""), hook(held[0], "")})
	if got[0].ID != behind || got[1].ID != held[0] || got[2].ID != waits {
		t.Errorf("their order is %v", got)
	}
}

// TestMending: an address is slow until it was not for eight turns on end, and that it became
// slow is told once.
func TestMending(t *testing.T) {
	q := newQueue(t)
	id := q.of(1, untold)[0]
	if q.turn(id, slowTime, nil) || q.get(id).pace != quick {
		t.Fatal("what took a second is slow")
	}
	if !q.turn(id, slowTime+1, nil) || q.turn(id, slowTime+1, nil) {
		t.Error("that it is slow is not told once")
	}
	for range 2 {
		for i := range 7 {
			if q.turn(id, 0, nil); q.get(id).pace != slow {
				t.Fatalf("after %d turns it is slow no more", i+1)
			}
		}
		q.turn(id, slowTime+1, nil) // by turns
	}
	for range 7 {
		q.turn(id, 0, nil)
	}
	q.turn(id, 0, errors.New("refused")) // at once, which is no answer
	q.now = q.now.Add(time.Hour)
	if q.get(id).pace != slow {
		t.Error("a failure made it quick")
	}
	if q.turn(id, 0, nil); q.get(id).pace != quick {
		t.Error("it is slow for ever")
	}
}

// TestWorkersAreGivenBack, whatever became of the webhook meanwhile.
func TestWorkersAreGivenBack(t *testing.T) {
	q := newQueue(t)
	ids := q.of(3, untold)
	q.give(ids)
	q.end(ids[0], q.now, time.Minute, nil) // it is slow by now
	q.end(ids[1], q.now, 0, nil)
	s := &Sender{turns: q.turns}
	if s.forget(nil); len(s.turns.of) != 1 || !s.turns.get(ids[2]).busy {
		t.Errorf("of none that there is %d are known, but for the one whose turn it is", len(s.turns.of)-1)
	}
	s.turns.end(ids[2], q.now, 0, nil)
	if s.turns.busy != [paces]int{} {
		t.Errorf("workers that are held: %v", s.turns.busy)
	}
}

// TestPauses: after each failure a webhook waits about twice as long, up to an hour, no two
// alike; a message that was taken ends that.
func TestPauses(t *testing.T) {
	q := newQueue(t)
	id := q.of(1, quick)[0]
	fault := errors.New("refused")
	for want := firstPause; want < 20*lastPause; want *= 2 {
		q.turn(id, 0, fault)
		wait, ok := q.may(id, q.now)
		if about := min(want, lastPause); ok || wait < about/2 || wait >= about*3/2 {
			t.Fatalf("it waits %v, want about %v", wait, about)
		}
		q.now = q.now.Add(wait - 1)
		if wait, ok := q.may(id, q.now); ok || wait != 1 {
			t.Fatalf("it begins %v too early", wait)
		}
		q.now = q.now.Add(1)
	}
	q.turn(id, 0, nil)
	if q.turn(id, 0, fault); q.get(id).due.Sub(q.now) >= firstPause*3/2 {
		t.Errorf("after a success it waits %v", q.get(id).due.Sub(q.now))
	}
	waits := make(map[time.Duration]bool)
	for _, id := range q.of(10, quick) {
		q.turn(id, 0, fault)
		wait, _ := q.may(id, q.now)
		waits[wait] = true
	}
	if len(waits) < 5 {
		t.Errorf("ten that failed together come back at %d times", len(waits))
	}
}

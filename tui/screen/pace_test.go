package screen

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestPace: a key is drawn at once, what arrives at most once an interval, and the last
// of it without anything that happens.
func TestPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rung := make(chan struct{}, 100)
		p := newPace(func() { rung <- struct{}{} })
		cost := time.Duration(0)
		frames := 0
		draw := func() {
			p.begins()
			time.Sleep(cost)
			p.ends()
			frames++
		}
		message := func(key bool) {
			if key {
				p.hurry()
			}
			if p.due() {
				draw()
			}
		}
		wait := func(d time.Duration) {
			for end := time.After(d); ; {
				select {
				case <-rung:
					if p.rings() {
						draw()
					}
				case <-end:
					return
				}
			}
		}
		expect := func(what string, want int) {
			t.Helper()
			if frames != want {
				t.Errorf("%s: %d frames, want %d", what, frames, want)
			}
			frames = 0
		}

		message(false)
		expect("the first message", 1)
		wait(3 * time.Millisecond)
		message(false)
		expect("one while it opens", 1)
		wait(time.Second)
		for range 1000 { // a second
			message(false)
			wait(time.Millisecond)
		}
		wait(time.Second)
		if frames < 60 || frames > 64 {
			t.Errorf("a thousand messages in a second: %d frames", frames)
		}
		frames = 0
		wait(time.Hour)
		expect("silence", 0)

		message(false)
		wait(keyInterval + time.Millisecond)
		message(true)
		expect("a key just after a message", 2)
		message(true)
		message(true)
		expect("a key just after a key", 0)
		wait(keyInterval + time.Millisecond)
		expect("a moment later", 1)
		message(false) // the timer is set for an interval
		wait(keyInterval + time.Millisecond)
		message(true)
		expect("a key while a frame is due later", 1)
		wait(time.Second)
		expect("and nothing after it", 0)

		cost = 100 * time.Millisecond // a slow line
		message(false)
		frames = 0
		began := time.Now()
		for range 100 {
			message(false)
			wait(10 * time.Millisecond)
		}
		if each := time.Since(began) / time.Duration(frames); each < 3*cost || each > 4*cost {
			t.Errorf("on a slow line: a frame in %v", each)
		}
		p.stop()
	})
}

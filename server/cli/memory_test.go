package cli

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// TestGiveBack: memory is given back once after a burst, not during it, and not
// for a trickle.
func TestGiveBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var opened atomic.Uint64
		var freed atomic.Int64
		stop, done := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(done)
			giveBack(stop, opened.Load, func() { freed.Add(1) })
		}()
		synctest.Wait()
		for _, step := range []struct {
			connects uint64
			freed    int64
		}{{crowd - 1, 0}, {crowd - 1, 0}, {crowd, 0}, {3 * crowd, 0}, {10, 1}, {0, 1}, {crowd, 1}, {0, 2}} {
			opened.Add(step.connects)
			time.Sleep(memoryLook)
			synctest.Wait()
			if n := freed.Load(); n != step.freed {
				t.Errorf("after %d connects memory was given back %d times, want %d", step.connects, n, step.freed)
			}
		}
		close(stop)
		<-done
	})
}

package transport

import (
	"sync/atomic"
	"time"
)

// budget is of time: at most directTime is spent in each directWindow, and what
// was being done when it ran out. It is safe from any goroutine; where two begin
// a window at once it may count a little wrongly, which does not matter.
type budget struct {
	window atomic.Int64 // the number of the present one
	spent  atomic.Int64 // nanoseconds
}

// left tells whether there is time left.
func (b *budget) left(now time.Time) bool {
	window := now.UnixNano() / int64(directWindow)
	if b.window.Load() != window && b.window.Swap(window) != window {
		b.spent.Store(0)
	}
	return b.spent.Load() < int64(directTime)
}

// spend takes from what is left.
func (b *budget) spend(d time.Duration) { b.spent.Add(int64(d)) }

package exit

import (
	"os"
	"sync"
	"time"
)

// oneSignal is how long signals count as one: less than a person takes to press
// Ctrl+C again, and more than lies between those that timeout(1), a terminal and a
// supervisor send for one wish, to a process and to its group.
const oneSignal = 200 * time.Millisecond

// Twice asks for an orderly end at the first signal, and returns at the next one of
// somebody who does not want to wait for that. signals has room for one. An interrupt that
// another program has (Interrupts) is none of ours.
func Twice(signals <-chan os.Signal, first func()) {
	next := func() {
		for s := range signals {
			if s != os.Interrupt || !elsewhere.now() {
				return
			}
		}
	}
	next()
	first()
	<-time.After(oneSignal)
	select {
	case <-signals: // it came with the first
	default:
	}
	next()
}

// elsewhere is whose the interrupts are.
var elsewhere interrupts

type interrupts struct {
	mu    sync.Mutex
	n     int       // programs that have them
	ended time.Time // when the last one had
}

// Interrupts leaves the interrupt, which a terminal sends to all that run in it, to a program
// that has the terminal meanwhile, until back is called: an editor ends by it, and who began it
// goes on. Other signals are heeded. It is safe from any goroutine.
func Interrupts() (back func()) { return elsewhere.leave() }

func (i *interrupts) leave() (back func()) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.n++
	return func() {
		i.mu.Lock()
		defer i.mu.Unlock()
		i.n--
		i.ended = time.Now()
	}
}

// now tells whether an interrupt of now is another program's: also the one that ended it, which
// may be seen after its end.
func (i *interrupts) now() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.n > 0 || time.Since(i.ended) < oneSignal
}

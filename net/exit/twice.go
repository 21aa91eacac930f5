package exit

import (
	"os"
	"time"
)

// oneSignal is how long signals count as one: less than a person takes to press
// Ctrl+C again, and more than lies between those that timeout(1), a terminal and a
// supervisor send for one wish, to a process and to its group.
const oneSignal = 200 * time.Millisecond

// Twice asks for an orderly end at the first signal, and returns at the next one of
// somebody who does not want to wait for that. signals has room for one.
func Twice(signals <-chan os.Signal, first func()) {
	<-signals
	first()
	<-time.After(oneSignal)
	select {
	case <-signals: // it came with the first
	default:
	}
	<-signals
}

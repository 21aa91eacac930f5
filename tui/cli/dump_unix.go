//go:build unix

package cli

import (
	"os"
	"os/signal"
	"syscall"
)

// dumps has the terminal given back before SIGQUIT and SIGABRT do what they do in every Go
// program: it prints what all goroutines do, and ends with 2. What it returns ends that.
func dumps(giveBack func()) (stop func()) {
	told, over := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(told, syscall.SIGQUIT, syscall.SIGABRT)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		select {
		case <-over:
			signal.Stop(told)
		case which := <-told:
			giveBack()
			signal.Reset(which)
			if number, ok := which.(syscall.Signal); ok { // each is
				_ = syscall.Kill(os.Getpid(), number)
			}
		}
	}()
	return func() { close(over); <-ended }
}

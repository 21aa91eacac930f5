//go:build unix

package cli

import (
	"os"
	"os/signal"
	"syscall"
)

// dumps has the terminal given back before SIGQUIT does what it does in every Go program: it
// prints what all goroutines do, and ends with 2. What it returns ends that.
func dumps(giveBack func()) (stop func()) {
	quit, over := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(quit, syscall.SIGQUIT)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		select {
		case <-over:
			signal.Stop(quit)
		case <-quit:
			giveBack()
			signal.Reset(syscall.SIGQUIT)
			_ = syscall.Kill(os.Getpid(), syscall.SIGQUIT)
		}
	}()
	return func() { close(over); <-ended }
}

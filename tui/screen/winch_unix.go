//go:build unix

package screen

import (
	"os"
	"os/signal"
	"sync"
	"syscall"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/sys/unix"
)

// ours tells whether this package draws here.
const ours = true

// watch tells send of each size that the terminal gets, until what it returns is
// called, which waits until send is not called any more.
func (t *terminal) watch(send func(tea.WindowSizeMsg)) (stop func()) {
	changed, end := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(changed, syscall.SIGWINCH)
	var work sync.WaitGroup
	work.Go(func() {
		for {
			select {
			case <-changed:
				width, height := t.size()
				send(tea.WindowSizeMsg{Width: width, Height: height})
			case <-end:
				return
			}
		}
	})
	return func() {
		signal.Stop(changed)
		close(end)
		work.Wait()
	}
}

// pixels is how many pixels the terminal has, as the kernel was told: zero where it was not.
func (t *terminal) pixels() (width, height int) {
	size, err := unix.IoctlGetWinsize(int(t.out.Fd()), unix.TIOCGWINSZ)
	if err != nil {
		return 0, 0
	}
	return int(size.Xpixel), int(size.Ypixel)
}

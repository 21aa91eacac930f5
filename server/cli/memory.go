package cli

import (
	"context"
	"runtime/debug"
	"sync"
	"time"

	"github.com/hobnob-chat/hobnob/server/transport"
)

const (
	// crowd is how many connections a look must find new for them to be a burst:
	// a server that restarts has all its clients come back at once.
	crowd = 100

	// memoryLook is how often the connections are counted.
	memoryLook = 2 * time.Second
)

// giveBack returns memory to the operating system once a burst of connects is
// over, until stop is closed. Shaking hands takes several times what an idle
// connection keeps, in pieces small enough that the runtime alone would hold on
// to them; what is free is given back once, and costs one collection.
func giveBack(stop <-chan struct{}, opened func() uint64, free func()) {
	ticker := time.NewTicker(memoryLook)
	defer ticker.Stop()
	before, burst := opened(), false
	for {
		select {
		case <-stop:
			return
		case <-ticker.C:
		}
		now := opened()
		switch crowded := now-before >= crowd; {
		case crowded:
			burst = true
		case burst:
			burst = false
			free()
		}
		before = now
	}
}

// watchMemory starts giveBack, and returns its end.
func watchMemory(sockets *transport.Server) func(context.Context) error {
	stop := make(chan struct{})
	var watch sync.WaitGroup
	watch.Go(func() {
		giveBack(stop, func() uint64 { return sockets.Stats().Opened }, debug.FreeOSMemory)
	})
	return func(context.Context) error {
		close(stop)
		watch.Wait()
		return nil
	}
}

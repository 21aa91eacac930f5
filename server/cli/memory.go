package cli

import (
	"context"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/hobnob-chat/hobnob/server/store"
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

// watchMemory starts giveBack, and returns its end. Newcomers are stored, so the
// database keeps pages of a burst, too.
func watchMemory(ctx context.Context, sockets *transport.Server, db *store.Store, log *slog.Logger) func(context.Context) error {
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	free := func() {
		if err := db.GiveBack(ctx); err != nil && ctx.Err() == nil {
			log.Debug("give memory of the database back", "err", err)
		}
		debug.FreeOSMemory()
	}
	var watch sync.WaitGroup
	watch.Go(func() { giveBack(ctx.Done(), func() uint64 { return sockets.Stats().Opened }, free) })
	return func(context.Context) error {
		stop()
		watch.Wait()
		return nil
	}
}

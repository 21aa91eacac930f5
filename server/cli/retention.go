package cli

import (
	"context"
	"sync"
	"time"

	"github.com/hobnob-chat/hobnob/server"
	"github.com/hobnob-chat/hobnob/server/gateway"
	"github.com/hobnob-chat/hobnob/server/store"
)

// sweepEvery is how often rooms are looked through for what they keep no longer. They
// keep it for days.
const sweepEvery = time.Hour

// keepHouse starts to remove what rooms keep no longer, and to write down who was seen
// last when; it has both ended before the log, and after the sockets.
func (h *host) keepHouse(ctx context.Context, service *server.Service, db *store.Store, gate *gateway.Gateway) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var sweeper sync.WaitGroup
	sweeper.Go(func() { service.KeepHouse(ctx, db, sweepEvery) })
	sweeper.Go(func() { service.KeepSeen(ctx, db, gate) })
	h.ends = append(h.ends, func(context.Context) error {
		cancel()
		sweeper.Wait()
		return nil
	})
}

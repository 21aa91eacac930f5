package cli

import (
	"context"
	"sync"
	"time"

	"github.com/hobnob-chat/hobnob/server"
)

// sweepEvery is how often rooms are looked through for what they keep no longer. They
// keep it for days.
const sweepEvery = time.Hour

// keepHouse starts to remove what rooms keep no longer, and has it ended before the log.
func (h *host) keepHouse(ctx context.Context, service *server.Service, r server.Retention) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var sweeper sync.WaitGroup
	sweeper.Go(func() { service.KeepHouse(ctx, r, sweepEvery) })
	h.ends = append(h.ends, func(context.Context) error {
		cancel()
		sweeper.Wait()
		return nil
	})
}

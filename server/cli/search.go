package cli

import (
	"context"

	"github.com/hobnob-chat/hobnob/server/store"
)

// index keeps the search index up with what is said, until the host ends.
func (h *host) index(ctx context.Context, team *store.Store) *store.Indexer {
	indexer := team.StartIndexer(context.WithoutCancel(ctx), h.log)
	h.ends = append(h.ends, func(context.Context) error {
		indexer.Close()
		return nil
	})
	return indexer
}

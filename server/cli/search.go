package cli

import (
	"context"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/server"
	"github.com/hobnob-chat/hobnob/server/store"
)

// finder is where the service has messages found.
type finder struct{ team *store.Store }

// Search implements server.Finder.
func (f finder) Search(ctx context.Context, q server.SearchQuery) (chat.Found, error) {
	return f.team.Search(ctx, store.SearchQuery(q))
}

// index keeps the search index up with what is said, until the host ends.
func (h *host) index(ctx context.Context, team *store.Store) *store.Indexer {
	indexer := team.StartIndexer(context.WithoutCancel(ctx), h.log)
	h.ends = append(h.ends, func(context.Context) error {
		indexer.Close()
		return nil
	})
	return indexer
}

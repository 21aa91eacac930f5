package client

import (
	"context"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// What the outbox does with the database, one by one.

func (c *cache) keepDraft(d chat.Draft) error {
	return c.ask(c.urgent, func(ctx context.Context, t *txn) error { return insertDraft(ctx, t, outboxRow{draft: d}) })
}

func (c *cache) dropDraft(id string) error {
	return c.ask(c.urgent, func(ctx context.Context, t *txn) error { return deleteDraft(ctx, t, id) })
}

func (c *cache) markDraft(id string, refusal *chat.Error) {
	c.put(c.urgent, op{apply: func(ctx context.Context, t *txn) error {
		return updateDraft(ctx, t, outboxRow{draft: chat.Draft{ID: id}, refusal: refusal})
	}})
}

package cli

import (
	"context"
	"net/http"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/server"
	"github.com/hobnob-chat/hobnob/server/api"
	"github.com/hobnob-chat/hobnob/server/store"
	"github.com/hobnob-chat/hobnob/server/webhook"
)

// hookRecords are the webhooks as the API wants them kept.
type hookRecords struct {
	*store.Store
	// told is where the log stands: one that tells begins there.
	told func() chat.Position
}

// CreateHook implements api.HookRecords.
func (r hookRecords) CreateHook(ctx context.Context, h chat.Hook, secret []byte) error {
	return r.Store.CreateHook(ctx, store.Hook{Hook: h, Secret: secret, Cursor: r.told().Offset})
}

// Hooks implements api.HookRecords.
func (r hookRecords) Hooks(ctx context.Context) ([]chat.Hook, error) {
	all, err := r.Store.Hooks(ctx)
	list := make([]chat.Hook, len(all))
	for i := range all {
		list[i] = all[i].Hook
	}
	return list, err
}

// HookOf implements api.HookRecords.
func (r hookRecords) HookOf(ctx context.Context, hash []byte) (chat.Hook, bool, error) {
	h, found, err := r.Store.HookOf(ctx, hash)
	return h.Hook, found, err
}

// tellingHooks are the webhooks that tell, as their sender wants them kept.
type tellingHooks struct{ *store.Store }

// Hooks implements webhook.Records.
func (t tellingHooks) Hooks(ctx context.Context) ([]webhook.Hook, error) {
	all, err := t.Store.Hooks(ctx)
	var list []webhook.Hook
	for _, h := range all {
		if !h.Incoming && h.Stopped == 0 {
			list = append(list, webhook.Hook(h))
		}
	}
	return list, err
}

// Told implements webhook.Records.
func (t tellingHooks) Told(ctx context.Context, id string, cursor uint64) error {
	return t.HookTold(ctx, id, cursor)
}

// Passed implements webhook.Records.
func (t tellingHooks) Passed(ctx context.Context, cursors map[string]uint64) error {
	return t.HooksPassed(ctx, cursors)
}

// Failed implements webhook.Records.
func (t tellingHooks) Failed(ctx context.Context, id, fault string, at chat.Millis, stop bool) error {
	return t.HookFailed(ctx, id, fault, at, stop)
}

// hookFares says how a webhook that tells stands with its address.
func hookFares(db *store.Store, sender *webhook.Sender) func(context.Context, *chat.Hook) error {
	return func(ctx context.Context, h *chat.Hook) (err error) {
		fare := sender.Fares(h.ID)
		h.Took, h.Slow = fare.Took.Milliseconds(), fare.Slow
		h.Behind, h.BehindSince, err = db.HookBehind(ctx, h.ID, fare.Cursor)
		return err
	}
}

// openHooks starts what tells other programs what is said.
func (h *host) openHooks(ctx context.Context, db *store.Store, service *server.Service, events webhook.Events) *webhook.Sender {
	sender := webhook.New(ctx, webhook.Config{
		Team: h.team, Records: tellingHooks{db}, Events: events, Room: service.Room, Stands: service.HookStands, Logger: h.log,
	})
	h.ends = append(h.ends, func(ctx context.Context) error { sender.Close(ctx); return nil })
	return sender
}

// serveHooks puts the webhooks beside what else is answered over HTTP.
func (h *host) serveHooks(mux *http.ServeMux, db *store.Store, service *server.Service, events webhook.Events, sender *webhook.Sender) {
	handler := h.invites.Hooks(api.HooksConfig{
		Records: hookRecords{db, events.Last}, Check: service.CheckHook, May: service.MayHooks, Stands: service.HookStands, Post: service.PostHook,
		Made: service.HookMade, Ended: service.HookEnded, Secret: webhook.Secret, Changed: sender.Made, Fares: hookFares(db, sender), Private: webhook.Private, MaxBody: int64(h.config.maxPayload),
	})
	mux.Handle("/api/hooks", handler)
	mux.Handle("/api/hooks/", handler)
	mux.Handle("/hooks/", handler)
}

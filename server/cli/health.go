package cli

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"sync/atomic"

	"github.com/hobnob-chat/hobnob/server/api"
	"github.com/hobnob-chat/hobnob/server/eventlog/sqlite"
	"github.com/hobnob-chat/hobnob/server/store"
)

// health is what a server knows of its own state. It is safe from any goroutine.
type health struct {
	// set before anything is asked
	logger *slog.Logger
	file   string // the database
	db     *store.Store
	events *sqlite.Log

	damaged  atomic.Bool // a page that was read is not whole; so it stays until it is restored
	stopping atomic.Bool
	ready    atomic.Bool // as it was found out last
}

// The reasons for which a server is not ready.
const (
	reasonStopping = "stopping"
	reasonDamaged  = "damaged"
	reasonFull     = "disk_full"
	reasonStorage  = "storage"
)

// notReady are the sentences for them.
var notReady = map[string]string{
	reasonStopping: "the server is going down",
	reasonDamaged:  "the database is damaged: stop the server, and put the last backup in its place with hobnob admin restore",
	reasonFull:     "the disk is full: messages cannot be stored until there is room again; what is stored can be read",
	reasonStorage:  "messages cannot be stored; the server's log says why",
}

// faulted is told why the log or the read model failed.
func (h *health) faulted(err error) {
	if store.Damaged(err) && !h.damaged.Swap(true) {
		h.ready.Store(false)
		h.logger.Error("the database is damaged; stop the server, and put the last backup in its place: hobnob admin restore FILE", "err", err)
	}
}

// alive tells whether the server can read what it has.
func (h *health) alive(ctx context.Context) error {
	_, err := h.db.Team(ctx)
	if err != nil {
		h.faulted(err)
	}
	return err
}

// check finds out whether messages can be taken.
func (h *health) check(ctx context.Context) error {
	reason := h.reason(ctx)
	h.ready.Store(reason == "")
	if reason == "" {
		return nil
	}
	return &api.NotReadyError{Reason: reason, Message: notReady[reason]}
}

func (h *health) reason(ctx context.Context) string {
	if h.stopping.Load() {
		return reasonStopping
	}
	err := errors.Join(h.events.Ready(ctx), h.alive(ctx))
	h.faulted(err)
	switch {
	case h.damaged.Load():
		return reasonDamaged
	case errors.Is(err, sqlite.ErrFull):
		return reasonFull
	case err != nil:
		return reasonStorage
	}
	return ""
}

// committed follows the log: what it cannot store nobody can send.
func (h *health) committed(err error) {
	if err != nil {
		h.faulted(err)
	}
	h.ready.Store(err == nil && !h.damaged.Load() && !h.stopping.Load())
}

// sizes are how many bytes the database has on disk.
func (h *health) sizes() map[string]int64 {
	out := make(map[string]int64, 2)
	for of, path := range map[string]string{"database": h.file, "wal": h.file + "-wal"} {
		if info, err := os.Stat(path); err == nil {
			out[of] = info.Size()
		}
	}
	return out
}

// begin is called before anything is asked.
func (h *health) begin(logger *slog.Logger, db *store.Store, file string) {
	h.logger, h.db, h.file = logger, db, file
	h.ready.Store(true)
}

// stop says from now on that the server goes down.
func (h *health) stop(context.Context) error {
	h.stopping.Store(true)
	h.ready.Store(false)
	return nil
}

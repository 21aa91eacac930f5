package cli

import (
	"context"
	"log/slog"
	"strings"
)

// complaints are what net/http has to say: of strangers' broken requests, which
// are theirs alone, and of connections that it could not accept, which is the
// host's to know.
type complaints struct{ slog.Handler }

// Enabled implements slog.Handler: how much it matters is seen by what it is.
func (complaints) Enabled(context.Context, slog.Level) bool { return true }

// Handle implements slog.Handler.
func (c complaints) Handle(ctx context.Context, r slog.Record) error {
	if strings.HasPrefix(r.Message, "http: Accept error") {
		r.AddAttrs(slog.String("err", r.Message))
		r.Level, r.Message = slog.LevelWarn, "nobody new can connect; is the limit of open files (ulimit -n) too low?"
	}
	if !c.Handler.Enabled(ctx, r.Level) {
		return nil
	}
	return c.Handler.Handle(ctx, r)
}

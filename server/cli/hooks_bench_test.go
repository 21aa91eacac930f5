package cli

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/server/eventlog/sqlite"
	"github.com/hobnob-chat/hobnob/server/store"
	"github.com/hobnob-chat/hobnob/server/webhook"
)

// BenchmarkIdleWebhooks posts one message after the other where webhooks listen to
// another room.
func BenchmarkIdleWebhooks(b *testing.B) {
	for _, n := range []int{0, 40} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			db, err := store.Open(b.Context(), filepath.Join(b.TempDir(), "team.db"))
			if err != nil {
				b.Fatal(err)
			}
			for i := range n {
				h := store.Hook{Hook: chat.Hook{ID: fmt.Sprint(i), Room: "quiet", URL: "https://example.com"}, Secret: []byte{byte(i)}}
				if err := db.CreateHook(b.Context(), h); err != nil {
					b.Fatal(err)
				}
			}
			told := make(chan *webhook.Sender, 1)
			var sender *webhook.Sender
			log, err := sqlite.Open(b.Context(), db.Writer(), sqlite.Options{Reader: db.Reader(), Apply: db.Apply, Deliver: func([]chat.Event) {
				if sender == nil {
					sender = <-told
				}
				sender.Wake()
			}})
			if err != nil {
				b.Fatal(err)
			}
			s := webhook.New(b.Context(), webhook.Config{
				Records: tellingHooks{db}, Events: log, Logger: slog.New(slog.DiscardHandler),
				Room:   func(id string) (chat.Room, bool) { return chat.Room{ID: id, Kind: chat.RoomPublic}, true },
				Stands: func(chat.Hook) error { return nil },
			})
			told <- s
			una := chat.User{ID: "u", Name: "una", Role: chat.RoleMember}
			stored := make(chan error, 1)
			post := func(i int) error {
				e := chat.Event{Kind: chat.MessageCreated, ID: fmt.Sprint("m", i), Author: una, Room: chat.GeneralRoom, Body: chat.TextBody("hi")}
				if err := log.Append(context.Background(), e, func(_ chat.Event, err error) { stored <- err }); err != nil {
					return err
				}
				return <-stored
			}
			i := 0
			for b.Loop() {
				if err := post(i); err != nil {
					b.Fatal(err)
				}
				i++
			}
			b.ReportMetric(float64(i)/b.Elapsed().Seconds(), "posts/s")
			s.Close(context.Background())
			if err := log.Close(); err != nil {
				b.Error(err)
			}
			if err := db.Close(); err != nil {
				b.Error(err)
			}
		})
	}
}

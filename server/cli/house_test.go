package cli

import (
	"context"
	"io"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/server/store"
)

// lastIn is where the team of a folder stands.
func lastIn(t *testing.T, data string) (at chat.Position) {
	t.Helper()
	err := inTeam(t.Context(), data, func(team *store.Store) (err error) {
		at, err = team.Applied(t.Context())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// messagesOf are all messages of a team's general room, oldest first.
func messagesOf(t *testing.T, data string) (all []chat.Message) {
	t.Helper()
	err := inTeam(t.Context(), data, func(team *store.Store) error {
		for before := uint64(0); ; before = all[0].Seq {
			page, err := team.History(t.Context(), chat.HistoryRequest{Before: before, Limit: chat.MaxHistory})
			if err != nil {
				return err
			}
			all = append(page.Messages, all...)
			if !page.More {
				return nil
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// messagesAt serves a folder that nobody serves, and reads its general room.
func messagesAt(t *testing.T, data string) []chat.Message {
	t.Helper()
	c := defaults(t)
	c.data = data
	h, err := start(t.Context(), c, "test", io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := h.close(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	return messagesOf(t, data)
}

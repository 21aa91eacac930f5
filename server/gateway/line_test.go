package gateway

import (
	"database/sql"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestOrderWhenStoringFails has a message that cannot be stored: those that follow are
// told to try again as well, until it has come again.
func TestOrderWhenStoringFails(t *testing.T) {
	fails := make(chan struct{}, 1)
	s := serveWith(t, setup{apply: func(batch []chat.Event) error {
		for i := range batch {
			if batch[i].ID != "first" {
				continue
			}
			select {
			case <-fails:
				return sql.ErrConnDone // as a disk that is gone
			default:
			}
		}
		return nil
	}})
	p := hello(t, s.Server, "ada")
	fails <- struct{}{}
	send := func(ids ...string) []chat.Code {
		t.Helper()
		codes := make([]chat.Code, 0, len(ids))
		for _, id := range ids {
			var got reply
			p.answer(p.request("message", id, map[string]string{"id": id}), &got, nil)
			codes = append(codes, got.code())
		}
		return codes
	}
	for i, code := range send("first", "second", "third") {
		if code != chat.CodeUnavailable {
			t.Errorf("message %d of a disk that is gone: %q", i, code)
		}
	}
	for i, code := range send("first", "second", "third") {
		if code != "" {
			t.Errorf("message %d with a disk that is back: %q", i, code)
		}
	}
	var page struct{ Messages []chat.Message }
	p.answer(p.request("history"), &page, nil)
	if len(page.Messages) != 3 || page.Messages[0].ID != "first" || page.Messages[2].ID != "third" {
		t.Errorf("stored %+v", page.Messages)
	}
}

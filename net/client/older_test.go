package client

import (
	"context"
	"errors"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// A page that is not what was asked for is an error, and costs the connection.
func TestOlderThatLies(t *testing.T) {
	f := newFake("busy")
	f.say("busy", 500)
	cfg := config(t, f.start(t))
	c, s := online(t, cfg)
	f.set(func() {
		f.history = func(_ chat.HistoryRequest, h *chat.History) { h.Messages = h.Messages[:len(h.Messages)-1] }
	})
	if h, err := c.Older(t.Context(), "busy", 301, 50); err == nil {
		t.Errorf("took %d messages", len(h.Messages))
	}
	f.set(func() { f.history = nil })
	s.wait(t, "another connection", func() bool { return s.state() == chat.Online && len(s.conn) > 2 })
	if h, err := c.Older(t.Context(), "busy", 301, 50); err != nil || len(h.Messages) != 50 {
		t.Errorf("%d messages, %v", len(h.Messages), err)
	}
}

func TestOlderWithoutAnswer(t *testing.T) {
	f := newFake("busy")
	f.say("busy", 500)
	c, _ := online(t, config(t, f.start(t)))
	f.set(func() { f.deaf, f.asked = true, nil })
	ctx, cancel := context.WithCancel(t.Context())
	f.set(func() { f.history = func(chat.HistoryRequest, *chat.History) { cancel() } })
	if _, err := c.Older(ctx, "busy", 301, 50); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	f.set(func() {
		f.history = func(chat.HistoryRequest, *chat.History) {
			for c := range f.conns {
				c.end()
			}
		}
	})
	if _, err := c.Older(t.Context(), "busy", 301, 50); !errors.Is(err, ErrOffline) {
		t.Errorf("cut: %v", err)
	}
	if h, err := c.Older(t.Context(), "busy", 1, 50); err != nil || len(h.Messages) > 0 || h.More {
		t.Errorf("before the first: %+v, %v", h, err)
	}
	if err := c.cache.dropDraft("none"); err != nil { // and so everything before it is saved
		t.Fatal(err)
	}
	if h, err := c.Older(t.Context(), "busy", 0, 5); err != nil || len(h.Messages) != 5 || h.Messages[4].Seq != 500 {
		t.Errorf("the newest: %d messages, %v", len(h.Messages), err)
	}
}

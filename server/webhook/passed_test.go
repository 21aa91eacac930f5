package webhook

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestIdleWebhooksCostLittle: of webhooks of a quiet room nothing is written for each
// message elsewhere, and the log is read once for all of them; what they passed over is
// written down all the same, now and then and in the end.
func TestIdleWebhooksCostLittle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &team{}
		var hooks []Hook
		for i := range 40 {
			hooks = append(hooks, hook(fmt.Sprint("h", i), "ops"))
		}
		s := start(m, hooks...)
		synctest.Wait()
		m.mu.Lock()
		m.read = 0
		m.mu.Unlock()
		const said = 100
		for range said {
			m.say("general", "elsewhere", ada)
			s.Wake()
			synctest.Wait()
		}
		m.mu.Lock()
		if m.read > 3*said || m.listed > said/2 || len(m.wrote) != 0 {
			t.Errorf("for %d messages the log was read %d times, the webhooks %d, and %v was written down", said, m.read, m.listed, m.wrote)
		}
		m.mu.Unlock()
		pass(2 * writeDown)
		m.mu.Lock()
		if !slices.Equal(m.wrote, []int{40}) || m.hooks["h39"].Cursor != said {
			t.Errorf("after a while %v was written down, and the last stands at %d", m.wrote, m.hooks["h39"].Cursor)
		}
		m.mu.Unlock()
		m.say("general", "elsewhere", ada)
		s.Wake()
		synctest.Wait()
		s.Close(context.Background())
		if m.hooks["h0"].Cursor != said+1 {
			t.Errorf("in the end it stands at %d", m.hooks["h0"].Cursor)
		}
		s = New(t.Context(), s.cfg)
		defer s.Close(context.Background())
		m.say("ops", "here", ada)
		s.Wake()
		synctest.Wait()
		if len(m.heard) != 40 || len(m.tries) != 40 {
			t.Errorf("told %v", m.heard)
		}
	})
}

// TestPassedOverAfterAFailure: where what could not be told is gone, a webhook fails no
// more.
func TestPassedOverAfterAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &team{}
		s := start(m, hook("h", "ops"))
		defer s.Close(context.Background())
		m.answer(http.StatusServiceUnavailable)
		m.say("ops", "a", ada)
		s.Wake()
		pass(time.Minute)
		m.mu.Lock()
		m.events[0].Body = chat.Body{} // it was deleted
		m.mu.Unlock()
		pass(2 * lastPause)
		if h := m.hooks["h"]; h.Failing != 0 || h.Cursor != 1 || len(m.heard) != 0 {
			t.Errorf("told %v; it fares %+v", m.heard, h)
		}
	})
}

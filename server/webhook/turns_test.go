package webhook

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// chatter has somebody say something n times, each two seconds.
func (m *team) chatter(s *Sender, n int) (said []string) {
	for i := range n {
		text := fmt.Sprint("at ", i)
		m.say("ops", text, ada)
		s.Wake()
		said = append(said, text)
		pass(2 * time.Second)
	}
	return said
}

func (m *team) told(id string) []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.by[id])
}

// TestSlowAddressesSilenceNobody: however many addresses take their time, those that
// take none are told at once, and each is told all, in order.
func TestSlowAddressesSilenceNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &team{takes: make(map[string]time.Duration)}
		hooks := []Hook{hook("a good one", "ops")}
		for i := range 3 * workers {
			h := hook(fmt.Sprintf("slow%02d", i), "ops")
			m.takes[h.ID] = 9 * time.Second
			hooks = append(hooks, h)
		}
		hooks = append(hooks, hook("z good one", "ops"))
		s := start(m, hooks...)
		defer s.Close(context.Background())
		m.chatter(s, 1)
		pass(2 * time.Minute) // until it has shown which are slow
		said := append([]string{"at 0"}, m.chatter(s, 30)...)
		for _, good := range []string{"a good one", "z good one"} {
			if !slices.Equal(m.told(good), said) {
				t.Errorf("%s was told %d of %d", good, len(m.told(good)), len(said))
			}
		}
		pass(time.Hour)
		for _, h := range hooks {
			if !slices.Equal(m.told(h.ID), said) {
				t.Fatalf("%s was told %v", h.ID, m.told(h.ID))
			}
		}
	})
}

// TestSlowAddressesTakeTurns: one that is slow waits for no other slow one to have told
// all.
func TestSlowAddressesTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &team{takes: make(map[string]time.Duration)}
		var hooks []Hook
		for i := range 4 * workers {
			h := hook(fmt.Sprintf("slow%02d", i), "ops")
			m.takes[h.ID] = 9 * time.Second
			hooks = append(hooks, h)
		}
		s := start(m, hooks...)
		defer s.Close(context.Background())
		for i := range 2 * page {
			m.say("ops", fmt.Sprint(i), ada)
		}
		s.Wake()
		pass(10 * time.Minute)
		least, most := 2*page, 0
		for _, h := range hooks {
			least, most = min(least, len(m.told(h.ID))), max(most, len(m.told(h.ID)))
		}
		if least < 5 || most > least+1 {
			t.Errorf("one was told %d messages and another %d", least, most)
		}
	})
}

// TestDeliveriesReadNoWebhooks: what is told has the webhooks not read again each time.
func TestDeliveriesReadNoWebhooks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &team{}
		var hooks []Hook
		for i := range 2 * workers {
			hooks = append(hooks, hook(fmt.Sprint(i), "ops"))
		}
		s := start(m, hooks...)
		defer s.Close(context.Background())
		for i := range 20 {
			m.say("ops", fmt.Sprint(i), ada)
			s.Wake()
			pass(100 * time.Millisecond)
		}
		if len(m.told("0")) != 20 {
			t.Errorf("told %d of 20", len(m.told("0")))
		}
		if m.listed > 5 {
			t.Errorf("the webhooks were read %d times in two seconds", m.listed)
		}
	})
}

// TestFares: how an address does is told: how long it takes, whether that is too long, and
// up to where it was told all.
func TestFares(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &team{takes: make(map[string]time.Duration)}
		s := start(m, hook("h", "ops"))
		defer s.Close(context.Background())
		if got := s.Fares("h"); got != (Fare{}) {
			t.Errorf("before it was told anything: %+v", got)
		}
		is := func(when string, takes time.Duration, want Fare) {
			t.Helper()
			m.mu.Lock()
			m.takes["h"] = takes
			m.mu.Unlock()
			m.say("ops", when, ada)
			s.Wake()
			pass(5 * time.Second)
			got := s.Fares("h")
			m.mu.Lock()
			got.Cursor = max(got.Cursor, m.hooks["h"].Cursor)
			m.mu.Unlock()
			if got != want {
				t.Errorf("%s: %+v, want %+v", when, got, want)
			}
		}
		is("quick", 300*time.Millisecond, Fare{Took: 300 * time.Millisecond, Cursor: 1})
		is("slow", 3*time.Second, Fare{Took: 3 * time.Second, Slow: true, Cursor: 2})
		is("once better", 10*time.Millisecond, Fare{Took: 10 * time.Millisecond, Slow: true, Cursor: 3})
		m.let(errors.New("no"))
		m.say("ops", "not told", ada)
		s.Wake()
		pass(time.Second)
		if got := s.Fares("h"); got.Took != 10*time.Millisecond {
			t.Errorf("after a turn that told nothing: %+v", got)
		}
		m.let(nil)
		pass(time.Minute)
		for range mend {
			m.say("ops", "well", ada)
			s.Wake()
			pass(time.Second)
		}
		if got := s.Fares("h"); got.Slow {
			t.Errorf("after it was quick for long: %+v", got)
		}
	})
}

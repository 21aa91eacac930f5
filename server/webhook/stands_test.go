package webhook

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
)

// TestWhoMayNoMoreTellsNothing: a webhook whose maker lost the right tells nothing from
// then on, says why, and goes on when they have it again.
func TestWhoMayNoMoreTellsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &team{}
		s := start(m, hook("h", "ops"))
		defer s.Close(context.Background())
		m.say("ops", "a", ada)
		s.Wake()
		synctest.Wait()
		m.let(errors.New("who made it is banned"))
		m.say("ops", "b", ada)
		s.Wake()
		pass(2 * lastPause)
		if !slices.Equal(m.heard, []string{"a"}) || m.hooks["h"].Fault != "who made it is banned" || m.hooks["h"].Failing == 0 {
			t.Errorf("told %v; it fares %+v", m.heard, m.hooks["h"])
		}
		m.let(nil)
		pass(2 * lastPause)
		if !slices.Equal(m.heard, []string{"a", "b"}) || m.hooks["h"].Failing != 0 {
			t.Errorf("told %v; it fares %+v", m.heard, m.hooks["h"])
		}
	})
}

package server

import (
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestSaidEnds: what somebody says of themselves until a time ends then, whether they are
// there, were meanwhile not, or are not; and not if they said something else since.
func TestSaidEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPresences(time.Now)
		defer p.close()
		var told []chat.Presence
		p.tell = func(what chat.PresenceTold) { told = append(told, what.Presence) }
		in := func(d time.Duration) chat.Millis { return chat.ToMillis(time.Now().Add(d)) }
		pass := func(d time.Duration) { time.Sleep(d); synctest.Wait() }
		state := func(when string, want chat.PresenceState, until chat.Millis, text string) {
			t.Helper()
			if got := p.of("ada"); got.State != want || got.Until != until || got.Text != text {
				t.Errorf("%s: %+v; want %s until %d, %q", when, got, want, until, text)
			}
		}
		const one, two = "one device", "another"
		p.arrive("ada", one)
		end := in(time.Hour)
		p.set("ada", one, chat.PresenceRequest{State: chat.DoNotDisturb, Text: "parser", Until: end})
		state("said", chat.DoNotDisturb, end, "parser")
		pass(59 * time.Minute)
		state("before its end", chat.DoNotDisturb, end, "parser")
		pass(time.Minute)
		state("at its end", chat.Active, 0, "")
		if n := len(told); n != 3 || told[1].Until != end || told[2] != (chat.Presence{State: chat.Active, Since: in(0)}) {
			t.Errorf("told were %+v", told)
		}

		p.set("ada", one, chat.PresenceRequest{State: chat.DoNotDisturb, Until: in(time.Hour)})
		p.set("ada", one, chat.PresenceRequest{State: chat.DoNotDisturb})
		pass(2 * time.Hour)
		state("said again without an end", chat.DoNotDisturb, 0, "")

		end = in(time.Hour)
		p.set("ada", one, chat.PresenceRequest{State: chat.Away, Until: end})
		p.depart("ada", one)
		pass(30 * time.Minute)
		state("gone", chat.Absent, 0, "")
		p.arrive("ada", two)
		state("back before the end", chat.Away, end, "")
		pass(30 * time.Minute)
		state("and then at it", chat.Active, 0, "")

		p.set("ada", two, chat.PresenceRequest{State: chat.Away, Text: "lunch", Until: in(time.Hour)})
		p.depart("ada", two)
		pass(2 * time.Hour)
		p.arrive("ada", one)
		state("back after the end", chat.Active, 0, "")
	})
}

// TestSaidEndsByTheClock: of a machine that slept the timers stood still.
func TestSaidEndsByTheClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var slept atomic.Int64
		p := newPresences(func() time.Time { return time.Now().Add(time.Duration(slept.Load())) })
		defer p.close()
		p.arrive("ada", 1)
		end := chat.ToMillis(p.now().Add(time.Hour))
		p.set("ada", 1, chat.PresenceRequest{State: chat.Away, Until: end})
		time.Sleep(10*time.Minute + time.Second)
		slept.Store(int64(49 * time.Minute))
		time.Sleep(58 * time.Second)
		synctest.Wait()
		if got := p.of("ada"); got.State != chat.Away || got.Until != end {
			t.Errorf("before its end: %+v", got)
		}
		slept.Store(int64(time.Hour))
		time.Sleep(untilLook)
		synctest.Wait()
		if got := p.of("ada"); got.State != chat.Active || got.Until != 0 {
			t.Errorf("after its end by the clock: %+v", got)
		}
	})
}

// TestUntilIsToCome: an end is one of what has one, and has not passed.
func TestUntilIsToCome(t *testing.T) {
	w := ofTest(t)
	w.enter(owner)
	w.s.Arrive(owner, 1)
	soon, past := chat.ToMillis(w.Now().Add(time.Minute)), chat.ToMillis(w.Now().Add(-time.Minute))
	for _, c := range []struct {
		state chat.PresenceState
		until chat.Millis
		code  chat.Code
	}{
		{chat.DoNotDisturb, soon, ""},
		{chat.Away, soon, ""},
		{chat.Away, 0, ""},
		{chat.Away, past, chat.CodeBadRequest},
		{chat.Away, -1, chat.CodeBadRequest},
		{chat.Active, soon, chat.CodeBadRequest},
		{chat.Idle, soon, chat.CodeBadRequest},
	} {
		want(t, string(c.state), w.s.SetPresence(w.ctx, owner, 1, chat.PresenceRequest{State: c.state, Until: c.until}), c.code)
	}
	// Who asks by a clock that is behind has typed no time that has passed.
	err := w.s.SetPresence(w.ctx, owner, 1, chat.PresenceRequest{State: chat.Away, Until: past})
	if err == nil || !strings.Contains(err.Error(), "the clocks differ") || !strings.Contains(err.Error(), w.Now().UTC().Format("15:04")) {
		t.Errorf("of the past: %v", err)
	}
}

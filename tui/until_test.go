package tui

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/notify"
)

// keepsUntil answers as a server that ends what somebody says of themselves.
func keepsUntil(s *screen) {
	s.client.answer = func(request string, out any) error {
		var r chat.PresenceRequest
		_, arg, _ := strings.Cut(s.client.asked[len(s.client.asked)-1], " ")
		if err := json.Unmarshal([]byte(arg), &r); err != nil || request != "presence" {
			return err
		}
		out.(*chat.PresenceAnswer).Until = r.Until
		return nil
	}
}

// TestDoNotDisturbEnds: a time behind /dnd and /away ends them, and it is said where there is none.
func TestDoNotDisturbEnds(t *testing.T) {
	for _, c := range []struct{ line, asks, says, last string }{
		{"/dnd 1h", `{"state":"dnd","until":1795432200000}`, "until 11:10, or /back before", " ⊘ you · do not disturb until 11:10 · /back "},
		{"/dnd 2 hours parser", `{"state":"dnd","text":"parser","until":1795435800000}`, "until 12:10, or /back before", " ⊘ you · do not disturb (parser) until 12:10 · /back "},
		{"/away until 11:00", `{"state":"away","until":1795431600000}`, "you are away, until 11:00, or /back before", " ◐ you · away until 11:00 · /back "},
		{"/away tomorrow", `{"state":"away","until":1795510800000}`, "until tomorrow 09:00, or /back", " ◐ you · away until tomorrow 09:00 · /back "},
		{"/dnd until monday", `{"state":"dnd","text":"until monday"}`, "until /back: what you wrote is no time. 1h, 2 days, until 15:00 and tomorrow end by themselves", " ⊘ you · do not disturb (until monday) · /back "},
		{"/dnd", `{"state":"dnd"}`, "you are told of nothing, and others see that, until /back", " ⊘ you · do not disturb · /back "},
	} {
		s := openTeam(140, 30)
		keepsUntil(s)
		drainAll(s, s.keys(t, c.line+"{enter}"))
		if got := s.client.asked[len(s.client.asked)-1]; got != "presence "+c.asks {
			t.Errorf("%s asks %s, not %s", c.line, got, c.asks)
		}
		if !strings.Contains(s.composer.Sentence()+s.text(), c.says) {
			t.Errorf("%s does not say %q:\n%s", c.line, c.says, s.text())
		}
		s.keys(t, "{esc}")
		rows := strings.Split(s.text(), "\n")
		if got := rows[len(rows)-1]; !strings.HasPrefix(got, c.last) {
			t.Errorf("%s: the last row is %q, not %q", c.line, got, c.last)
		}
	}

	s := openTeam(140, 30) // whose server is of before there was an end
	drainAll(s, s.keys(t, "/dnd 1h{enter}"))
	if want := "until /back: this server is too old to end it by itself"; !strings.Contains(s.text(), want) {
		t.Errorf("it does not say %q:\n%s", want, s.text())
	}
}

// TestToldAgainAtTheEnd: who is not to be disturbed until a time is told of messages after it, also
// where the server has not said yet that it is over.
func TestToldAgainAtTheEnd(t *testing.T) {
	s := elsewhere(notify.Means{Bell: true})
	s.send(chat.PresenceChanged{PresenceTold: chat.PresenceTold{User: you.ID, Presence: chat.Presence{State: chat.DoNotDisturb, Until: chat.ToMillis(s.clock.Add(time.Hour))}}})
	if got := s.came(naming(inRoom("general", 900, grace, "one"), s.you.ID)); got != "" {
		t.Errorf("told within it: %q", got)
	}
	s.clock = s.clock.Add(time.Hour)
	if got := s.came(naming(inRoom("general", 901, grace, "two"), s.you.ID)); got != "\a" {
		t.Errorf("told after it: %q", got)
	}
}

// TestOthersSeeTheEnd of what somebody says of themselves.
func TestOthersSeeTheEnd(t *testing.T) {
	now := monday
	p := chat.Presence{State: chat.DoNotDisturb, Text: "parser", Until: chat.ToMillis(now.Add(time.Hour))}
	if got := wordsOfPresence(p, now); got != " · dnd until 10:10 (parser)" {
		t.Errorf("%q", got)
	}
	if got := wordsOfPresence(p, now.Add(time.Hour)); got != " · idle" {
		t.Errorf("once it is over: %q", got)
	}
	s := house(100, 30)
	p.Until = chat.ToMillis(s.clock.Add(time.Hour))
	s.send(chat.PresenceChanged{PresenceTold: chat.PresenceTold{User: ada.ID, Presence: p}})
	for _, want := range []chat.PresenceState{chat.DoNotDisturb, chat.Idle} {
		if got, _ := s.reachOf(ada.ID); got.State != want {
			t.Errorf("at %s it is %+v", s.clock, got)
		}
		s.clock = s.clock.Add(2 * time.Hour)
	}
}

package tui

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// kept are the lines that are kept for the next time, each behind where it was typed.
func (s *screen) remembered() (list []string) {
	for _, in := range s.client.inputs {
		list = append(list, strings.ReplaceAll(where(in.Room, in.Thread), "\x00", "/")+": "+in.Line)
	}
	return list
}

// What is sent is kept for the next time, where it was typed and as it was typed; a message by
// its ID, so that it goes with that.
func TestWhatIsSentIsKeptForTheNextTime(t *testing.T) { synctest.Test(t, whatIsSentIsKept) }

func whatIsSentIsKept(t *testing.T) {
	for keys, want := range map[string][]string{
		"one{enter}//two{enter}":             {"general: one", "general: //two"},
		"/me waves{enter}/shrug so{enter}":   {"general: /me waves", "general: /shrug so"},
		"/reply yes{enter}":                  {"general: /reply yes"},
		"/reconnect{enter}/mute{enter}":      {"general: /reconnect", "general: /mute"},
		"one{enter}/reconnect{enter}":        {"general: one", "general: /reconnect"},
		"/away at lunch{enter}":              {"general: /away at lunch"},
		"/away https://a.example/x{enter}":   nil, // an address may be a way in
		"/join eyJhbGciOi.eyJzdWIi.a{enter}": nil,
		"https://a.example/x{enter}":         {"general: https://a.example/x"}, // it was said to the room
		"/quit{enter}":                       nil,
		"/bye{enter}":                        nil,
		"/edit other words{enter}":           nil, // the message says it
		"/edit{enter}{esc}":                  {"general: /edit"},
		"/nosuch{enter}":                     nil, // it is in the composer again
		"/kick{enter}":                       nil,
		"/go nowhere{enter}":                 nil,
		"/delete{enter}n":                    {"general: /delete"},
		"/msg bob{enter}":                    {"general: /msg bob"},
		"{ctrl+r}find{esc}":                  nil,
		"{up}!{enter}":                       nil, // an edit is its message's
		"typed":                              nil,
		" {enter}":                           nil,
	} {
		s := openTeam(100, 30).leadsTo("dm1", nil)
		s.send(chat.Arrived{Messages: []chat.Message{said(8, you, 0, "mine"), said(9, ada, 0, "theirs")}})
		drainAll(s, s.keys(t, keys))
		if got := s.remembered(); !slices.Equal(got, want) {
			t.Errorf("%s: kept %q, want %q", keys, got, want)
		}
		n := 0
		for _, in := range s.client.inputs {
			if in.ID != "" {
				n++
			}
			if in.ID != "" && !slices.ContainsFunc(s.client.drafts, func(d chat.Draft) bool { return d.ID == in.ID }) {
				t.Errorf("%s: %q is kept by an ID that no message has", keys, in.Line)
			}
		}
		if n != len(s.client.drafts) {
			t.Errorf("%s: %d of %d messages are kept by their ID", keys, n, len(s.client.drafts))
		}
	}
}

// What is said to somebody alone is kept in their room and not where it was typed.
func TestWhatIsSaidAloneIsKeptThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := openTeam(100, 30).leadsTo("dm1", nil)
		drainAll(s, s.keys(t, "/msg bob between us{enter}"))
		if got, want := s.remembered(), []string{"dm1: between us"}; !slices.Equal(got, want) || s.client.inputs[0].ID != s.client.drafts[0].ID {
			t.Errorf("kept %q, want %q: %+v", got, want, s.client.inputs)
		}
	})
}

// inputs are lines that were sent the last time, each behind where it was typed.
func inputs(list ...string) (h chat.InputHistory) {
	for _, s := range list {
		at, line, _ := strings.Cut(s, ": ")
		room, thread, _ := strings.Cut(at, "/")
		h.Inputs = append(h.Inputs, chat.Input{Room: room, Thread: thread, Line: line})
	}
	return h
}

// What was sent the last time is recalled where it was typed, behind what is sent now, and
// found from everywhere, the newest first and each once.
func TestWhatWasSentTheLastTimeIsRecalled(t *testing.T) {
	last := inputs("general: old", "r2: there", "general: /join plans", "general/m3: in thread", "r2: newest", "general: and \x1b[31mred")
	for _, c := range []struct{ keys, want string }{
		{"{up}", "and ␛[31mred"},
		{"{up}{up}", "/join plans"},
		{"{up}{up}{up}{up}", "old"},
		{"now{enter}x{up}{up}{up}", "/join plans"},
		{"draft{up}{up}{down}{down}", "draft"},
		{"{alt+1}{up}", "newest"},
		{"{alt+1}{up}{up}{up}{up}", "there"},
		{"{alt+1}draft{alt+2}{alt+1}{up}{up}", "there"},
		{"{ctrl+r}e{enter}", "and ␛[31mred"}, // those of this room first
		{"{ctrl+r}ne{enter}", "newest"},
		{"{ctrl+r}in thr{enter}", "in thread"},
		{"now{enter}{ctrl+r}o{enter}", "now"},
	} {
		s := openTeam(100, 30)
		s.send(last)
		s.keys(t, c.keys)
		if got := s.composer.Text(); got != c.want {
			t.Errorf("%s: %q is written, want %q", c.keys, got, c.want)
		}
	}
}

// Of what is told late nothing that was sent meanwhile is there twice, and nothing that is
// being recalled moves.
func TestHistoryThatComesLate(t *testing.T) {
	s := openTeam(100, 30)
	s.keys(t, "one{enter}two{enter}draft{up}{up}")
	h := inputs("general: old")
	h.Inputs = append(h.Inputs, s.client.inputs...)
	s.send(h)
	if got, want := s.composer.Past(), []string{"two", "one", "old"}; !slices.Equal(got, want) || s.composer.Text() != "one" {
		t.Errorf("known %q, want %q; shown %q", got, want, s.composer.Text())
	}
	if s.keys(t, "{up}"); s.composer.Text() != "old" {
		t.Errorf("before that %q is recalled", s.composer.Text())
	}
	if s.keys(t, "{down}{down}{down}"); s.composer.Text() != "draft" {
		t.Errorf("what was being written is %q", s.composer.Text())
	}
}

// However much there is, no more than the newest thousand are known.
func TestWhatIsKnownOfWhatWasSentIsBounded(t *testing.T) {
	s := openTeam(100, 30)
	s.typedNow("general", "early", "")
	s.send(chat.InputHistory{Inputs: make([]chat.Input, maxInputs)})
	for range 2 {
		if n := len(s.inputs); n != maxInputs || s.inputs[n-1].Line == "" {
			t.Fatalf("%d are known, up to %+v", n, s.inputs[n-1])
		}
		s.typedNow("general", "late", "")
	}
}

// What another account sent is neither recalled nor found; what was being written stays.
func TestWhatAnotherAccountSentIsNotRecalled(t *testing.T) {
	s := openTeam(100, 30)
	s.send(inputs("general: theirs", "r2: there"))
	s.keys(t, "one{enter}draft{up}{up}")
	s.send(chat.InputHistory{Reset: true})
	if got := s.composer.Text(); got != "draft" || len(s.composer.Past()) != 0 || len(s.inputs) != 0 {
		t.Errorf("%q is written, %q recalled, %+v found", got, s.composer.Past(), s.inputs)
	}
	if s.keys(t, "{alt+1}{up}"); s.composer.Text() != "" {
		t.Errorf("elsewhere %q is recalled", s.composer.Text())
	}
}

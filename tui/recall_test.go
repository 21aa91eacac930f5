package tui

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// What was sent can be had again, as it was typed, and sent as often as wanted.
func TestWhatWasSentIsRecalled(t *testing.T) {
	s := open(80, 24, chat.Connection{State: chat.Online})
	s.keys(t, "one{enter}//two{enter}/reconnect{enter}typed{up}")
	if got := s.composer.Text(); got != "/reconnect" {
		t.Errorf("%q is recalled", got)
	}
	if s.keys(t, "{up}"); s.composer.Text() != "//two" {
		got := s.composer.Text()
		t.Errorf("%q is recalled", got)
	}
	s.keys(t, "{enter}{up}{up}{up}")
	if got := s.composer.Text(); got != "typed" {
		t.Errorf("what was put aside is lost for %q", got)
	}
	s.keys(t, "{up}{up}{up}{enter}")
	if d := cmp.Diff([]string{"one", "/two", "/two", "one"}, s.client.sent()); d != "" {
		t.Error(d)
	}
	if got := s.composer.Text(); got != "" {
		t.Errorf("%q is left", got)
	}
}

// Who leaves with an old text on the screen finds what they were writing the next
// time, and not the old one.
func TestWhatWasPutAsideIsKept(t *testing.T) {
	for keys, want := range map[string][]string{
		"typed{up}": {"typed"}, "typed{up}{ctrl+c}{ctrl+c}": {"typed"}, "typed{up}!{ctrl+c}{ctrl+c}": {"sent!", "typed"},
		"typed{up}{ctrl+u}{ctrl+d}": {"typed"}, "{up}": nil, "{up}{ctrl+c}{ctrl+c}": nil, "typed{up}{down}!": {"typed!"},
		"my long draft{up}!": {"sent!", "my long draft"}, "my long draft{up}!{up}?{down}": {"sent!", "first?", "my long draft"},
		"typed{up}{enter}": {"typed"}, "typed{up}!{enter}": {"typed"}, "typed{up}!{down}": {"typed", "sent!"},
		"typed{up}{enter}{up}{up}{up}{enter}": nil, "typed{up}{enter}new": {"new", "typed"}, "typed{ctrl+r}fir{enter}!": {"first!", "typed"},
	} {
		kept := papers{}
		s := open(80, 24, chat.Connection{State: chat.Online})
		s.keeper = kept
		s.keys(t, "first{enter}sent{enter}"+keys)
		got := slices.DeleteFunc(kept.all(chat.GeneralRoom), func(s string) bool { return s == "" })
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q is kept, want %q", keys, got, want)
		}
		// It is there the next time, and nothing of it is lost by being read again.
		if s.again(kept); len(s.putBy[s.room])+len(s.composer.Text()) < len(want) {
			t.Errorf("%s: of %q there is %q, and %v is put aside", keys, want, s.composer.Text(), s.putBy)
		}
	}
}

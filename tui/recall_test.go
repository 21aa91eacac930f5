package tui

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What was sent can be had again, as it was typed, and sent as often as wanted.
func TestWhatWasSentIsRecalled(t *testing.T) {
	s := open(80, 24)
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
	for keys, want := range map[string]string{
		"typed{up}": "typed", "typed{up}{ctrl+c}{ctrl+c}": "typed", "typed{up}!{ctrl+c}{ctrl+c}": "sent!",
		"typed{up}{ctrl+u}{ctrl+d}": "typed", "{up}": "", "{up}{ctrl+c}{ctrl+c}": "", "typed{up}{down}!": "typed!",
	} {
		kept := &notebook{}
		s := open(80, 24)
		s.keeper = kept
		s.keys(t, "sent{enter}"+keys)
		if got := kept.told[len(kept.told)-1]; got != want {
			t.Errorf("%s: %q is kept, want %q", keys, got, want)
		}
	}
}

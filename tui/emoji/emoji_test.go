package emoji

import (
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestTheListIsWhatTheServerTakes: each is one emoji, and has a name of its own.
func TestTheListIsWhatTheServerTakes(t *testing.T) {
	names := make(map[string]bool)
	for _, e := range All() {
		if !chat.IsEmoji(e.Text) {
			t.Errorf("%q is no emoji", e.Text)
		}
		if len(e.Names) == 0 {
			t.Errorf("%s has no name", e.Text)
		}
		for _, n := range e.Names {
			if names[n] || n != strings.ToLower(n) || strings.ContainsAny(n, ": ") {
				t.Errorf("%s is called %q", e.Text, n)
			}
			names[n] = true
		}
	}
	if n := len(All()); n < 1800 {
		t.Errorf("%d emoji", n)
	}
	if !names["tada"] || !names["+1"] {
		t.Error("names are missing")
	}
}

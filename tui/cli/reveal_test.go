package cli

import (
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestLinesReveal: in the chat in lines what is invisible is told of, as on the screen.
// What goes into a pipe is what was said.
func TestLinesReveal(t *testing.T) {
	m := &chat.Message{Body: chat.TextBody("pay\u200bpal\nsecond")}
	if got := strings.Join(revealing(m), "|"); got != "pay⟨ZWSP⟩pal|second" {
		t.Errorf("%q", got)
	}
	if got := strings.Join(saying(m), "|"); strings.Contains(got, "ZWSP") {
		t.Errorf("%q", got)
	}
}

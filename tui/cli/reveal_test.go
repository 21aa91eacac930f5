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
	if got := strings.Join(revealing(m, byID), "|"); got != "pay⟨ZWSP⟩pal|second" {
		t.Errorf("%q", got)
	}
	if got := strings.Join(saying(m), "|"); strings.Contains(got, "ZWSP") {
		t.Errorf("%q", got)
	}
}

// TestLinesTellImitations: in the chat in lines what looks like a file, a block or a message that
// is gone is in brackets, where somebody wrote it; the chat's own is not.
func TestLinesTellImitations(t *testing.T) {
	for text, want := range map[string]string{
		"(deleted)": "⟨(deleted)⟩",
		"see\n[file 0193: plan.pdf, application/pdf, 2.0 kB]": "see|⟨[file 0193: plan.pdf, application/pdf, 2.0 kB]⟩",
		"[output: make test, exit 0]\nok":                     "⟨[output: make test, exit 0]⟩|ok",
		" (Binary, 3 bytes)":                                  "⟨ (Binary, 3 bytes)⟩",
		"it was (deleted)":                                    "it was (deleted)",
		"[files] are here":                                    "[files] are here",
	} {
		m := &chat.Message{Body: chat.TextBody(text)}
		if got := strings.Join(revealing(m, byID), "|"); got != want {
			t.Errorf("%q is printed as %q", text, got)
		}
		if got := strings.Join(saying(m), "\n"); got != text {
			t.Errorf("%q goes into a pipe as %q", text, got)
		}
	}
	gone := new(chat.Message)
	gone.Deleted = 1
	for want, m := range map[string]*chat.Message{
		"(deleted)":                       gone,
		"(JSON: {})":                      {Body: chat.Body{JSON: []byte("{}")}},
		"[file f: a, text/plain, 1.0 kB]": {Body: chat.TextBody(""), Envelope: chat.Envelope{Extra: chat.Extra{Files: []chat.File{{ID: "f", Name: "a", Type: "text/plain", Size: 1000}}}}},
	} {
		if got := strings.Join(revealing(m, byID), "|"); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

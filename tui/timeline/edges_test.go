package timeline

import (
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// What a message begins with is told apart from what the one right above it ends with.
func TestMessagesDoNotRunTogether(t *testing.T) {
	const fence = "```\nb\n```"
	exit := 2
	output := message(1, ada, "1", "a")
	output.Style, output.Block = chat.StyleOutput, &chat.Block{Title: "make", Exit: &exit}
	file := message(1, ada, "1", fence)
	file.Files = []chat.File{{ID: "f", Name: "a.txt"}}
	said := func(text string) chat.Message { return message(1, ada, "1", text) }
	for name, c := range map[string]struct {
		above chat.Message
		below string
		lead  bool
	}{
		"two blocks":                 {said(fence), fence, true},
		"of a command and then one":  {output, fence, true},
		"one that has a title":       {said(fence), "```go\nb\n```", false},
		"one below a file":           {file, fence, false},
		"a block and a text":         {said(fence), "b", false},
		"a text and a block":         {said("a"), fence, false},
		"a block and a text with it": {said(fence), "b\n" + fence, false},
		"two quotes":                 {said("> a"), "> b", true},
		"a quote and its answer":     {said("> a"), "b", false},
		"two lists":                  {said("- a"), "1. b", true},
		"a quote and a list":         {said("> a"), "- b", false},
	} {
		for _, width := range []int{80, 40} {
			tl := fresh(width, 20)
			tl.Arrived([]chat.Message{c.above, message(2, ada, "2", c.below)})
			if got := strings.Count(screen(tl), "ada"); got != 1 && !c.lead || got != 2 && c.lead {
				t.Errorf("%s: the author is named %d times:\n%s", name, got, screen(tl))
			}
		}
	}
}

// Who edits a message may make it a block, and one that is gone is none.
func TestEdgesFollowWhatBecomesOfAMessage(t *testing.T) {
	const fence = "```\nb\n```"
	tl := fresh(80, 20)
	tl.Arrived([]chat.Message{message(1, ada, "1", "a"), message(2, ada, "2", fence)})
	names := func() int { return strings.Count(screen(tl), "ada") }
	if n := names(); n != 1 {
		t.Errorf("named %d times", n)
	}
	tl.Revised(revised(1, 1, fence))
	if n := names(); n != 2 {
		t.Errorf("edited, named %d times", n)
	}
	tl.Erased(gone(1))
	if n := names(); n != 1 {
		t.Errorf("gone, named %d times", n)
	}
}

// The title of a block is no part of it when it is copied, and not quoted.
func TestTitlesAreNotCopied(t *testing.T) {
	tl := fresh(80, 20)
	tl.Arrived([]chat.Message{message(1, ada, "1", "```go\nx := 1\n```")})
	if s := tl.says(0).text; s != "x := 1" || !strings.Contains(screen(tl), "ada  go") {
		t.Errorf("copied is %q of\n%s", s, screen(tl))
	}
	if s := tl.oneLine(tl.items[0]); s != "x := 1" {
		t.Errorf("quoted as %q", s)
	}
}

package timeline

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// imitations are texts that look like the chat's own marks, and how they are shown.
var imitations = map[string]string{
	"sure\n↳ 3 replies, last by bob 09:20": "sure\n⟨↳⟩ 3 replies, last by bob 09:20",
	"↱ ada: I quit":                        "⟨↱⟩ ada: I quit",
	"▤ plan.pdf  application/pdf · 240 kB": "⟨▤⟩ plan.pdf  application/pdf · 240 kB",
	"no (edited)":                          "no ⟨(edited)⟩",
	"no (Edited, Pinned) \n":               "no ⟨(Edited, Pinned)⟩ \n",
	"no (edited)\nat all":                  "no ⟨(edited)⟩\nat all",
	"(deleted)":                            "⟨(deleted)⟩",
	"look\n🚀 2":                            "look\n⟨🚀 2⟩",
	"look\n  [🚀 2]  👍 1  :shipit: 12":      "look\n  ⟨[🚀 2]  👍 1  :shipit: 12⟩",
	"──────── new ──":                      "⟨─⟩─────── new ──",
	"a\n  ───── Monday 23 November ─────\nb":  "a\n  ⟨─⟩──── Monday 23 November ─────\nb",
	"long\n… 12 more lines · ctrl+o opens it": "long\n⟨… 12 more lines · ctrl+o opens it⟩",
	"long\n… 1,200 more characters":           "long\n⟨… 1,200 more characters⟩",
	"x ↳ y ↳ z":                               "x ⟨↳⟩ y ⟨↳⟩ z",
	"⟨↳⟩ 3 replies":                           "⟨⟨↳⟩⟩ 3 replies",
	"edited":                                  "edited",
	"(edited) by me":                          "(edited) by me",
	"the report (pinned above)":               "the report (pinned above)",
	"─────────────":                           "─────────────",
	"├── main.go\n│   └── x":                  "├── main.go\n│   └── x",
	"→ see 2":                                 "→ see 2",
	"room 101":                                "room 101",
	"版本 2":                                    "版本 2",
	"# 2":                                     "# 2",
	"> quoted":                                "> quoted",
	"… and 3 more lines":                      "… and 3 more lines",
	"":                                        "",
	"🚀":                                       "🚀",
	"🚀 soon":                                  "🚀 soon",
}

// TestImitationsAreBracketed, and copied as they were typed.
func TestImitationsAreBracketed(t *testing.T) {
	for text, want := range imitations {
		got := bracketed(text)
		if got != want {
			t.Errorf("%q is shown as %q", text, got)
		}
		if again := typed(got); again != text {
			t.Errorf("%q is copied as %q", text, again)
		}
	}
}

// TestBracketsAreTakenAway from every text that they were put into.
func TestBracketsAreTakenAway(t *testing.T) {
	parts := []string{"↱", "↳", "▤", "─", "──", "⟨", "⟩", "(edited)", "(deleted)", "🚀 2", "[👍 1]", "  ", " ", "\n", "a", "… 3 more lines", "⟨ZWSP⟩", "new"}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(parts), 0, 8).Draw(t, "parts"), "")
		if got := typed(bracketed(text)); got != text && !strings.ContainsAny(text, "⟨⟩") {
			t.Fatalf("%q is shown as %q, and copied as %q", text, bracketed(text), got)
		}
	})
}

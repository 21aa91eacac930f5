package chat

import (
	"strings"
	"testing"
)

func TestIsEmoji(t *testing.T) {
	for _, s := range []string{
		"👍", "👍🏽", "❤️", "❤", "🎉", "☑", "✅", "1️⃣", "#⃣", "🇩🇪", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🏴‍☠️", "👩‍🚀", "👨🏽‍👩🏻‍👧🏿‍👦", "🧑🏽‍❤️‍🧑🏿", "👁️‍🗨️", "🫠", "↩", "™", "🏽", "⏰",
	} {
		if !IsEmoji(s) {
			t.Errorf("%q (%+q) is none", s, s)
		}
		if Sanitize(s) != s {
			t.Errorf("%q is shown as %q", s, Sanitize(s))
		}
	}
	for _, s := range []string{
		"", " ", "a", "1", "12", "nice", ":shipit:", "👍👍", "👍 ", " 👍", "👍a", "a👍", "\u200d", "👍\u200d", "\u200d👍", "👍\u200d\u200d🏽", "\ufe0f", "👍\ufe0f\ufe0f",
		"🇩", "🇩🇪🇩", "1\ufe0f", "\u20e3", "👍\u20e3", "\u2800", "│", "─", "é", "世", "👍\x1b[0m", "👍\n", "🏴\U000e0067", "👍\u0301", "\xff", "👍\u202e",
		strings.Repeat("👩\u200d", 5) + "👩", strings.Repeat("👍", 40),
	} {
		if IsEmoji(s) {
			t.Errorf("%q (%+q) is one", s, s)
		}
	}
}

// FuzzIsEmoji: an emoji is drawn as it stands, is no text, and stays one where it is
// taken apart from others.
func FuzzIsEmoji(f *testing.F) {
	for _, s := range []string{"👍🏽", "❤️", "1️⃣", "🇩🇪", "👩‍🚀", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "a", "\u200d", "👍👍", "\xf0\x9f"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !IsEmoji(s) {
			return
		}
		if SanitizeLine(s) != s {
			t.Fatalf("%+q is shown as %+q", s, SanitizeLine(s))
		}
		if len(s) > MaxEmoji || strings.ContainsAny(s, " \t\r\n:@") || IsEmoji(s+s) || IsEmoji(s+"a") {
			t.Fatalf("%+q is more than one emoji", s)
		}
	})
}

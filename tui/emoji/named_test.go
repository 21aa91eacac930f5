package emoji

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestSpell(t *testing.T) {
	for text, want := range map[string]string{
		":rocket:":                         "🚀",
		"ship it :rocket::tada:, :+1:!":    "ship it 🚀🎉, 👍!",
		"(:Rocket:)":                       "(🚀)",
		":shipit: :party:":                 ":shipit: :party:", // a team's own, and one that only we know
		"`:rocket:` and :rocket:":          "`:rocket:` and 🚀",
		"`` ` :rocket: `` :rocket:":        "`` ` :rocket: `` 🚀",
		"an ` alone :rocket:":              "an ` alone 🚀",
		"```\n:rocket:\n```\n:rocket:":     "```\n:rocket:\n```\n🚀",
		"~~~ yaml\na: :x:\n```\n:x:\n~~~~": "~~~ yaml\na: :x:\n```\n:x:\n~~~~",
		"```\n:rocket:":                    "```\n:rocket:",
		"10:100:30 a:100:b 12:x:":          "10:100:30 a:100:b 12:x:",
		"std::x:: https://a.b/:rocket:/c":  "std::x:: https://a.b/:rocket:/c",
		`\:rocket:`:                        `\:rocket:`,
		":rocket:ship":                     ":rocket:ship",
		"日本:rocket:です":                     "日本🚀です",
		"日本 :rocket: 日本":                   "日本 🚀 日本",
		": : :: ::: :a b:":                 ": : :: ::: :a b:",
		":rocket":                          ":rocket",
	} {
		if got := Spell(text); got != want {
			t.Errorf("%q is %q, not %q", text, got, want)
		}
	}
}

func TestNamed(t *testing.T) {
	for text, want := range map[string]string{"tada": "🎉", ":tada:": "🎉", "🎉": "🎉", "party": "🎉", ":shipit:": ":shipit:", "nonsense": ""} {
		if got, known := Named(text); known != (want != "") || known && got != want {
			t.Errorf("%q is %q, %t", text, got, known)
		}
	}
	for name := range Names() {
		if len(name) > maxName || strings.ContainsAny(name, ": ") {
			t.Errorf("%q", name)
		}
	}
}

func FuzzSpell(f *testing.F) {
	f.Add(":rocket: `:x:` ```\n:x:")
	f.Fuzz(func(t *testing.T, s string) {
		got := Spell(s)
		if utf8.ValidString(s) && !utf8.ValidString(got) {
			t.Fatalf("%q is %q", s, got)
		}
		if !strings.Contains(s, ":") && got != s {
			t.Fatalf("%q is %q", s, got)
		}
	})
}

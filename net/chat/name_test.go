package chat

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestCleanName(t *testing.T) {
	for in, want := range map[string]string{
		"Ada":                        "Ada",
		"  Ada ":                     "Ada",
		"Ada   Lovelace":             "Ada Lovelace",
		"Ada\u00a0\u3000Byron":       "Ada Byron",
		"Ａｄａ":                        "Ada",
		"Jose\u0301":                 "José",
		"ﬁnn":                        "finn",
		"李小龍":                        "李小龍",
		"مريم":                       "مريم",
		"R2-D2":                      "R2-D2",
		"❤\ufe0f Ada":                "❤ Ada",
		"🚀":                          "🚀",
		"a@b":                        "a@b",
		"_ada_":                      "_ada_",
		"(ada)":                      "(ada)",
		"-=ada=-":                    "-=ada=-",
		"🇫🇷 ada":                     "🇫🇷 ada",
		"ada ⋅ bob":                  "ada ⋅ bob",
		strings.Repeat("é", MaxName): strings.Repeat("é", MaxName),
	} {
		got, err := CleanName(in)
		if err != nil || got != want {
			t.Errorf("CleanName(%+q) = %+q, %v, want %+q", in, got, err, want)
		}
	}
}

func TestCleanNameRefuses(t *testing.T) {
	for name, in := range map[string]string{
		"empty":               "",
		"blank":               " \u00a0\t\n ",
		"only selectors":      "\ufe0f\ufe0f",
		"escape":              "Ada\x1b[31m",
		"line end":            "Ada\nLovelace",
		"tab":                 "Ada\tLovelace",
		"c1":                  "Ada\u009b",
		"nul":                 "Ada\x00",
		"bidi":                "Ada\u202eecalevoL",
		"zero width":          "A\u200bda",
		"joiner":              "A\u200dda",
		"tags":                "Ada\U000e0041",
		"broken utf-8":        "Ada\xff",
		"only a mark":         "\u0301",
		"only marks":          "\u0301\u0302",
		"pile of marks":       "A" + strings.Repeat("\u0316", 9),
		"hangul filler":       "\u3164",
		"blank braille":       "\u2800\u2800",
		"braille in a name":   "ad\u2800a",
		"braille behind it":   "ada\u2800",
		"braille in Braille":  "⠁⠙\u2800⠁",
		"only dots":           "...",
		"a sign":              "⋅",
		"a sign that doubles": "∗ ada",
		"a bullet":            "• ada",
		"a star":              "* ada",
		"a dot in front":      "· hobnob",
		"a circle":            "● ada",
		"a cross":             "✗ ada",
		"an arrow":            "↑ ada",
		"mention":             "@ada",
		"wide mention":        "＠ada",
		"mention after space": " @ada",
		"room":                "#general",
		"small room":          "\ufe5fgeneral",
		"long":                strings.Repeat("a", MaxName+1),
		"long once united":    strings.Repeat("\ufb03", 11), // ffi
		"huge":                strings.Repeat("a", 1<<20),
	} {
		got, err := CleanName(in)
		var e *Error
		if !errors.As(err, &e) || e.Code != CodeBadRequest || e.Message == "" {
			t.Errorf("%s: CleanName = %+q, %v", name, got, err)
		}
	}
}

func TestFoldName(t *testing.T) {
	for _, equal := range [][]string{
		{"Ada", "ada", "ADA", "Ａｄａ", " ada ", "a\u200bda", "ad\u00ada", "a\u202eda"},
		{"José", "JOSE\u0301", "jose\u0301"},
		{"Straße", "STRASSE", "strasse"},
		{"ﬁnn", "FINN"},
		{"Ada Lovelace", "ada\u00a0 lovelace"},
		{"Σίσυφος", "ΣΊΣΥΦΟΣ"},
		{"❤", "❤\ufe0f"},
	} {
		for _, s := range equal {
			if FoldName(s) != FoldName(equal[0]) {
				t.Errorf("FoldName(%+q) = %+q, FoldName(%+q) = %+q", s, FoldName(s), equal[0], FoldName(equal[0]))
			}
		}
	}
	for _, pair := range [][2]string{{"ada", "adam"}, {"jose", "josé"}, {"ab", "a b"}} {
		if FoldName(pair[0]) == FoldName(pair[1]) {
			t.Errorf("%q and %q fold to the same", pair[0], pair[1])
		}
	}
}

func FuzzCleanName(f *testing.F) {
	for _, s := range []string{"Ada", " Ａda  x", "e\u0301", "\u202e", "@a", "ǰ\u0345", "\u1fb3", "İ", "·l", "٠۰"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if once := FoldName(s); FoldName(once) != once {
			t.Errorf("FoldName is not idempotent: %+q, %+q, %+q", s, once, FoldName(once))
		}
		name, err := CleanName(s)
		if err != nil {
			return
		}
		if again, err := CleanName(name); err != nil || again != name {
			t.Errorf("CleanName is not idempotent: %+q, %+q, %+q, %v", s, name, again, err)
		}
		if SanitizeLine(name) != name {
			t.Errorf("%+q is not safe to draw", name)
		}
		if n := utf8.RuneCountInString(name); n < 1 || n > MaxName {
			t.Errorf("%+q has %d characters", name, n)
		}
		if FoldName(name) == "" {
			t.Errorf("%+q folds to nothing", name)
		}
	})
}

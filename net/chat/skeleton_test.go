package chat

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestChooseName(t *testing.T) {
	for in, want := range map[string]string{
		" Ada ":       "Ada",
		"аня":         "аня",
		"Ελένη 2":     "Ελένη 2",
		"Tom 李小龍":     "Tom 李小龍",
		"田中ケンいち":      "田中ケンいち",
		"김 金 kim":     "김 金 kim",
		"R2-D2":       "R2-D2",
		"❤ Ada":       "❤ Ada",
		"Jose\u0301":  "José",
		"O’Brien":     "O’Brien",
		"مريم ٣":      "مريم ٣",
		"Grace 🚀":     "Grace 🚀",
		"Владимир-15": "Владимир-15",
	} {
		if got, err := ChooseName(in); err != nil || got != want {
			t.Errorf("ChooseName(%+q) = %+q, %v, want %+q", in, got, err, want)
		}
	}
	for in, says := range map[string]string{
		"hobnob":  "somebody else",
		"Hоbnоb":  "Latin and Cyrillic",
		"YOU":     "somebody else",
		"rооm":    "Latin and Cyrillic",
		"here":    "somebody else",
		"h0bnob":  "somebody else",
		"аda":     "Cyrillic and Latin",
		"adа":     "Latin and Cyrillic",
		"Αda":     "Greek and Latin",
		"αбв":     "Greek and Cyrillic",
		"김カ":      "Hangul and Katakana",
		"mary-ם":  "Latin and Hebrew",
		"Ꭺda":     "Cherokee and Latin",
		"@ada":    "@ or #",
		"a\x1bda": "control",

		"bob: I quit, ada": "colon", "ada:": "colon", "09:12 ada": "colon", "ada\ua789 no": "colon",
		"ada ↱": "arrow", "a ─ b": "line", "ada ✓": "tick", "ada ●": "line",
	} {
		got, err := ChooseName(in)
		var e *Error
		if !errors.As(err, &e) || e.Code != CodeBadRequest || !strings.Contains(e.Message, says) {
			t.Errorf("ChooseName(%+q) = %+q, %v, want an error with %q", in, got, err, says)
		}
	}
}

func TestSkeleton(t *testing.T) {
	for _, alike := range [][]string{
		{"ada", "Ada", "аda", "Ａｄａ", "αdɑ"},
		{"соре", "cope", "COPE", "СОРЕ"}, // Cyrillic and Latin, whole words
		{"Ηοpe", "Hope"},
		{"Ian", "lan", "1an", "|an", "Іаn"},
		{"bob", "b0b", "bоb", "b٥b"},
		{"tom", "torn"},
		{"user2", "user２", "user٢", "user२", "user\U0001e952"},
		{"ёлка", "е\u0308лка"},
		{"o'brien", "o’brien", "oʼbrien"},
		{"a-b", "a–b", "a\u2011b"},
		{"ᎪᎠᎪ", "ADA", "ꓮꓓꓮ"},
		{"カニ", "力二"},
		{"Mаx", "Max"},
	} {
		for _, s := range alike {
			if Skeleton(s) != Skeleton(alike[0]) {
				t.Errorf("Skeleton(%+q) = %+q, Skeleton(%+q) = %+q", s, Skeleton(s), alike[0], Skeleton(alike[0]))
			}
		}
	}
	for _, pair := range [][2]string{
		{"ada", "adam"},
		{"jose", "josé"},
		{"ian", "lan"},
		{"анна", "anna"},
		{"user2", "user3"},
		{"ab", "a b"},
		{"η", "h"},
		{"mila", "milla"},
		{"李", "季"},
	} {
		if Skeleton(pair[0]) == Skeleton(pair[1]) {
			t.Errorf("%q and %q have the same skeleton %q", pair[0], pair[1], Skeleton(pair[0]))
		}
	}
}

// TestLookAlikes: each character is in the table once, as it is after NFKC, and
// none of them is what another is drawn like.
func TestLookAlikes(t *testing.T) {
	n := 0
	for _, l := range lookAlikes {
		n += utf8.RuneCountInString(l.chars)
		if drawn(l.as) != l.as {
			t.Errorf("%q is drawn like %q", l.as, drawn(l.as))
		}
	}
	if n != len(prototypes) {
		t.Errorf("%d characters are in the table twice", n-len(prototypes))
	}
}

func FuzzSkeleton(f *testing.F) {
	for _, s := range []string{"Ada", "аda", "Ιm", "Ꮇ", "ꭺ", "й", "İ", "ǰ\u0345", "٠۰", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := Skeleton(s)
		if again := Skeleton(once); again != once {
			t.Errorf("Skeleton is not idempotent: %+q, %+q, %+q", s, once, again)
		}
		if Skeleton(FoldName(s)) == "" && FoldName(s) != "" {
			t.Errorf("%+q has no skeleton", s)
		}
		if name, err := ChooseName(s); err == nil {
			if clean, err := CleanName(s); err != nil || clean != name {
				t.Errorf("%+q is chosen as %+q and clean as %+q, %v", s, name, clean, err)
			}
		}
	})
}

package chat

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

func TestSanitize(t *testing.T) {
	tests := []struct {
		name, in, want, line string // line is SanitizeLine's answer, want when empty
	}{
		{name: "empty", in: "", want: ""},
		{name: "plain", in: "hello, world", want: "hello, world"},
		{name: "lines and tabs", in: "a\n\tb", want: "a\n\tb", line: "a  b"},
		{name: "line ends", in: "a\r\nb\rc\u0085d\u2028e\u2029f", want: "a\nb\nc\nd\ne\nf", line: "a b c d e f"},
		{name: "hidden between cr and lf", in: "a\r\u200b\nb", want: "a\n\nb", line: "a  b"},
		{name: "escape sequence", in: "\x1b[2J\x1b]0;owned\x07", want: "␛[2J␛]0;owned␇"},
		{name: "c0 and del", in: "a\x00\x08\x0b\x0c\x7f", want: "a␀␈␋␌␡"},
		{name: "c1 as characters", in: "\u009b31m\u0090", want: "\ufffd31m\ufffd"},
		{name: "c1 as bytes", in: "\x9b31m", want: "\ufffd31m"},
		{name: "broken utf-8", in: "a\xff\xc3(\xed\xa0\x80", want: "a\ufffd\ufffd(\ufffd\ufffd\ufffd"},
		{name: "replacement character stays", in: "a\ufffdb", want: "a\ufffdb"},
		{name: "noncharacter", in: "\ufdd0\uffff\U0010ffff", want: "\ufffd\ufffd\ufffd"},
		{name: "cells of a picture", in: "a\U0010eeee\u0305\u030d\ue0b0", want: "a\ufffd\u0305\u030d\ue0b0"},
		{name: "bidi override", in: "user\u202etxt.exe\u202c", want: "user⟨RLO⟩txt.exe⟨PDF⟩"},
		{
			name: "all bidi",
			in:   "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
			want: "⟨ALM⟩⟨LRM⟩⟨RLM⟩⟨LRE⟩⟨RLE⟩⟨PDF⟩⟨LRO⟩⟨RLO⟩⟨LRI⟩⟨RLI⟩⟨FSI⟩⟨PDI⟩",
		},
		{name: "invisible", in: "a\u00ad\u200b\u2060\ufeff\u034f\u3164\u115fb\U000e0100\ufff9c\ufffb", want: "abc"},
		{name: "smuggled tags", in: "hi\U000e0068\U000e0069", want: "hi"},
		{name: "smuggled selectors", in: "😀\ufe00\ufe01\U000e0101", want: "😀"},
		{name: "hebrew, arabic, cjk", in: "שָׁלוֹם مرحبا 你好", want: "שָׁלוֹם مرحبا 你好"},
		{name: "persian joiner", in: "می\u200cخواهم", want: "می\u200cخواهم"},
		{name: "persian joiner after a vowel mark", in: "مَ\u200cخ", want: "مَ\u200cخ"},
		{name: "conjunct joiner", in: "क्\u200dष", want: "क्\u200dष"},
		{name: "joiner between latin letters", in: "ad\u200cmi\u200dn", want: "admin"},
		{name: "joiners in a row", in: "م\u200c\u200c\u200cخ", want: "م\u200cخ"},
		{name: "joiner at the end", in: "م\u200c", want: "م"},

		{name: "family", in: "👨\u200d👩\u200d👧\u200d👦!", want: "👨\u200d👩\u200d👧\u200d👦!"},
		{name: "kiss", in: "👩🏻\u200d❤️\u200d💋\u200d👩🏿", want: "👩🏻\u200d❤️\u200d💋\u200d👩🏿"},
		{name: "heart on fire", in: "❤️\u200d🔥", want: "❤️\u200d🔥"},
		{name: "selectors", in: "☺\ufe0e☺\ufe0f", want: "☺\ufe0e☺\ufe0f"},
		{name: "two selectors", in: "☺\ufe0f\ufe0f", want: "☺\ufe0f"},
		{name: "selector on a letter", in: "a\ufe0f", want: "a"},
		{name: "keycap", in: "1\ufe0f\u20e3 #\ufe0f\u20e3", want: "1\ufe0f\u20e3 #\ufe0f\u20e3"},
		{name: "digit with selector only", in: "1\ufe0f2", want: "12"},
		{name: "flag", in: "🇫🇷", want: "🇫🇷"},
		{
			name: "flag of scotland",
			in:   "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
			want: "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
		},
		{name: "flag with other tags", in: "🏴\U000e0061\U000e007f!", want: "🏴!"},
		{name: "joiner after an emoji at the end", in: "👩\u200d", want: "👩"},
		{name: "joiner hidden from its emoji", in: "👩\u200d\u200b👩", want: "👩👩"},
		{
			name: "endless sequence", in: strings.Repeat("👩\u200d", 8) + "👩",
			want: strings.Repeat("👩\u200d", maxJoins) + "👩" + strings.Repeat("👩\u200d", 3) + "👩",
		},
		{name: "skin tones piled up", in: "👍🏻🏻🏻🏻🏻🏻", want: "👍🏻🏻🏻🏻"},

		{name: "few marks", in: "e\u0301\u0302", want: "e\u0301\u0302"},
		{name: "zalgo", in: "e" + strings.Repeat("\u0301", 50) + "f", want: "e\u0301\u0301\u0301\u0301f"},
		{name: "zalgo with hidden breaks", in: "e\u0301\u0301\u0301\u200b\u0301\u0301\ufe0f\u0301", want: "e\u0301\u0301\u0301\u0301"},
		{name: "leading mark", in: "\u0301a", want: "◌\u0301a"},
		{name: "mark on a line", in: "a\n\u0301\u0301", want: "a\n◌\u0301\u0301", line: "a \u0301\u0301"},
		{name: "mark after a tab", in: "a\t\u0301", want: "a\t◌\u0301", line: "a \u0301"},
		{name: "mark after clean ascii", in: "ab\u0301\x1b", want: "ab\u0301␛"},
		{name: "decomposed hangul", in: "\u1112\u1161\u11ab", want: "\u1112\u1161\u11ab"},
		{name: "vowels without a letter", in: strings.Repeat("\u1161", 9), want: "◌" + strings.Repeat("\u1161", 4)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Sanitize(tt.in); got != tt.want {
				t.Errorf("Sanitize(%+q)\n got %+q\nwant %+q", tt.in, got, tt.want)
			}
			want := tt.line
			if want == "" {
				want = tt.want
			}
			if got := SanitizeLine(tt.in); got != want {
				t.Errorf("SanitizeLine(%+q)\n got %+q\nwant %+q", tt.in, got, want)
			}
		})
	}
}

// TestReveal: what Sanitize leaves out without a trace has one, once for a run of it.
func TestReveal(t *testing.T) {
	for in, want := range map[string]string{
		"plain text, 👩\u200d👩 ☺\ufe0f می\u200cخواهم":  "plain text, 👩\u200d👩 ☺\ufe0f می\u200cخواهم",
		"ad\u200bmin ad\u200dmin ad\u00admin \ufeffx": "ad⟨ZWSP⟩min ad⟨ZWJ⟩min ad⟨SHY⟩min ⟨BOM⟩x",
		"hi\U000e0068\U000e0069\u200b!":               "hi⟨3 hidden⟩!",
		"a\u3164b":                                    "a⟨1 hidden⟩b",
		"a\u202eb\x1b":                                "a⟨RLO⟩b␛",
		"👩\u200d":                                     "👩⟨ZWJ⟩",
		"a\ufe0f":                                     "a",
		"\u2800\u2800":                                "⟨2 hidden⟩",
		"a\u2800\u200bb":                              "a⟨2 hidden⟩b",
		"⠓⠊\u2800⠞⠓⠑⠗⠑":                               "⠓⠊\u2800⠞⠓⠑⠗⠑",
	} {
		if got := Reveal(in); got != want {
			t.Errorf("%+q is %+q, not %+q", in, got, want)
		}
	}
}

// TestSanitizeEveryRune asks about every code point, alone and within a word.
func TestSanitizeEveryRune(t *testing.T) {
	for r := range everyRune {
		checkSanitized(t, string(r))
		checkSanitized(t, "a"+string(r)+"b")
		if t.Failed() {
			return
		}
	}
}

// everyRune yields every code point. Of large blocks that are all alike, and of
// the empty and the private planes, it takes samples, the last two of each plane
// with them.
func everyRune(yield func(rune) bool) {
	type block struct{ lo, hi rune }
	alike := []block{
		{0x3400, 0x4dbf}, {0x4e00, 0x9fff}, {0xac00, 0xd7a3}, {0xd800, 0xf8ff}, // Han, Hangul, surrogates, private
		{0x12000, 0x12fff}, {0x14400, 0x1467f}, {0x17000, 0x18cff}, // cuneiform, hieroglyphs, Tangut
		{0x20000, 0xdffff}, {0xe1000, unicode.MaxRune},
	}
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if r%251 != 0 && r&0xffff < 0xfffe && slices.ContainsFunc(alike, func(b block) bool { return b.lo < r && r < b.hi }) {
			continue
		}
		if !yield(r) {
			return
		}
	}
}

func TestSanitizeAllocatesNothingForCleanText(t *testing.T) {
	for _, s := range []string{
		"a plain line of chat\n\twith code",
		"schöne Grüße, 你好, 👩🏽\u200d💻 می\u200cخواهم",
	} {
		var got string
		if n := testing.AllocsPerRun(100, func() { got = Sanitize(s) }); n != 0 || got != s {
			t.Errorf("Sanitize(%q) allocates %v times, returns %q", s, n, got)
		}
	}
}

// TestSanitizeLinear holds the time for a quarter of a megabyte of the worst we know.
// A quadratic walk would take minutes.
func TestSanitizeLinear(t *testing.T) {
	for _, unit := range []string{"\x1b", "\u202e", "e\u0301", "👩\u200d", "🏴\U000e0067", "\r", "1\ufe0f", "\u200c", "\u0600", "क्\u200d", "\u1100"} {
		s := strings.Repeat(unit, 1<<18/len(unit))
		begin := time.Now()
		out := Sanitize(s)
		if d := time.Since(begin); d > 3*time.Second {
			t.Errorf("%+q: %v", unit, d)
		}
		if len(out) > 4*len(s) {
			t.Errorf("%+q grows from %d to %d bytes", unit, len(s), len(out))
		}
	}
}

func FuzzSanitize(f *testing.F) {
	for _, s := range []string{
		"hello", "\x1b[31m", "a\r\n\u0085", "\u202e\u2066", "e\u0301\u0301\u0301\u0301\u0301", "👩\u200d👩🏻", "1\ufe0f\u20e3",
		"🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "م\u200cخ", "\xff\xc2", "\t\u0301", "\u1161\u1161",
		"क्क्क्क्क्क्\u200dक", "\u0600\u0600a\u06dd", "ൎൎമ", "\u1100\u1100\u1100\u1100가", "x\u0e33\u0eb3", "🇫🇷🇩", "a🏻🏻",
		"👩🏻🏻🏻🏻\u200d👩🏻🏻🏻🏻\u200d👩🏻🏻🏻🏻\u200d👩", "ᬓ᭄ᬱ", "\U00016d63\U00016d67",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkSanitized(t, s) })
}

// checkSanitized holds what is promised of every text.
func checkSanitized(t *testing.T, s string) {
	t.Helper()
	for _, how := range [][2]bool{{false, false}, {true, false}, {false, true}} {
		line, reveal := how[0], how[1]
		out := sanitize(s, line, reveal)
		if again := sanitize(out, line, reveal); again != out || sanitize(out, line, false) != out {
			t.Errorf("not idempotent: %+q\n once %+q\ntwice %+q", s, out, again)
		}
		if !utf8.ValidString(out) {
			t.Errorf("%+q makes broken UTF-8: %+q", s, out)
		}
		if line && strings.ContainsAny(out, "\n\t") {
			t.Errorf("%+q makes more than a line: %+q", s, out)
		}
		checkRunes(t, s, out)
		checkClusters(t, s, out)
	}
}

// checkRunes holds what is promised of single characters. It keeps to the
// standard's categories where it can, so that it is not the code's own tables
// that judge it.
func checkRunes(t *testing.T, s, out string) {
	t.Helper()
	for _, flag := range flagTags {
		out = strings.ReplaceAll(out, "🏴"+flag, "🏴")
	}
	marks, before := 0, rune('\n')
	for _, r := range out {
		switch {
		case unicode.IsControl(r) && r != '\n' && r != '\t',
			unicode.Is(unicode.Bidi_Control, r),
			unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r),
			unicode.Is(unicode.Noncharacter_Code_Point, r),
			unicode.In(r, unicode.Zl, unicode.Zp),
			unicode.Is(unicode.Variation_Selector, r) && r != vs15 && r != vs16,
			unicode.Is(unicode.Cf, r) && r != zwj && r != zwnj && !unicode.Is(unicode.Prepended_Concatenation_Mark, r):
			t.Errorf("%+q lets %U through: %+q", s, r, out)
		}
		switch {
		case unicode.IsMark(r) && !unicode.Is(unicode.Variation_Selector, r):
			if marks++; marks > maxMarks {
				t.Errorf("%+q lets a pile of marks through: %+q", s, out)
			}
			if before == '\n' || before == '\t' {
				t.Errorf("%+q lets a mark without a base through: %+q", s, out)
			}
		case r != zwj && r != vs15 && r != vs16 && !unicode.Is(emojiModifier, r):
			marks = 0
		}
		before = r
	}
}

func BenchmarkSanitize(b *testing.B) {
	for name, s := range map[string]string{
		"ascii":   strings.Repeat("a plain line of chat\n", 10),
		"unicode": strings.Repeat("schöne Grüße 你好 👩🏽\u200d💻 ", 6),
		"hostile": strings.Repeat("\x1b[31m\u202ee\u0301\u200b", 16),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			b.ReportAllocs()
			for b.Loop() {
				Sanitize(s)
			}
		})
	}
}

package rows

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/charmbracelet/x/ansi"
	"golang.org/x/text/width"
)

func TestBreak(t *testing.T) {
	family := "👨‍👩‍👧‍👦" // one of two cells, or four of them and what joins them
	for _, c := range []struct {
		name  string
		text  string
		width int
		want  string
	}{
		{"it fits", "09:12 #ops ada: hi\n", 20, "09:12 #ops ada: hi\n"},
		{"no width is known", "one two three\tfour\n", 0, "one two three\tfour\n"},
		{"between words", "one two three\n", 10, "one two\n  three\n"},
		{"the last column stays free", "1234567890", 10, "123456789\n  0"},
		{"spaces at a break vanish", "fine." + strings.Repeat(" ", 20) + "13:40 ada: yes", 20, "fine.\n  13:40 ada: yes"},
		{"other blanks, too", "fine." + strings.Repeat("\u00a0", 9) + "\u2800\u3000" + "13:40 ada: yes", 20, "fine.\n  13:40 ada: yes"},
		{"a word that fills the row", "fine" + strings.Repeat(".", 15) + "13:40", 20, "fine...............\n  13:40"},
		{"of a further line", "  one two three", 10, "  one two\n  three"},
		{"more indent than there is room", "  \t\t\t\tone two", 12, "  one two"},
		{"what is indented stays so", "      one two", 12, "      one\n  two"},
		{"a long word has a row of its own", "an address https://example.org/a", 16, "an address\n  https://examp\n  le.org/a"},
		{"wide characters", "日本語のテキスト", 9, "日本語の\n  テキス\n  ト"},
		{"beside others", "ab日cd", 5, "ab日\n  cd"},
		{"what terminals may draw apart", family + family + "x", 15, family + "\n  " + family + "x"},
		{"a sign that some draw wide", "❤️❤️❤️❤️❤️", 9, "❤️❤️❤️❤️\n  ❤️"},
		{"a tab", "a\tb\tc", 20, "a       b       c"},
		{"a tab at a break", "a\tb\tc", 16, "a       b\n  c"},
		{"marks stay with what they are on", strings.Repeat("e\u0301", 5), 8, strings.Repeat("e\u0301", 3) + "\n  " + strings.Repeat("e\u0301", 2)},
		{"a console has a cell for each mark", "fine." + strings.Repeat("e\u0301", 4) + " 13:40", 16, "fine." + strings.Repeat("e\u0301", 4) + "\n  13:40"},
		{"what is wide in some terminals", "fine" + strings.Repeat("…", 5) + " 13:40", 16, "fine……………\n  13:40"},
		{"it is no place to break a word at", "one aa…aa…aa", 13, "one\n  aa…aa…aa"},
		{"Cyrillic is not", "хорошо хорошо", 14, "хорошо хорошо"},
		{"narrower than anything", "ab日 c", 1, "ab日\n  c"},
		{"blanks alone", "  \n\n", 10, "  \n\n"},
		{"more blanks alone", strings.Repeat(" ", 50), 10, ""},
	} {
		if got := Break(c.text, c.width); got != c.want {
			t.Errorf("%s:\n%q\nnot\n%q", c.name, got, c.want)
		}
	}
}

func TestMark(t *testing.T) {
	blanks := func(n int) string { return strings.Repeat(" ", n) }
	for _, c := range []struct {
		name   string
		line   string
		begins bool
		want   string
	}{
		{"a few", "a" + blanks(16) + "b", false, "a" + blanks(16) + "b"},
		{"many", "fine." + blanks(17) + "13:40", false, "fine.⟨17 blanks⟩13:40"},
		{"of other kinds", "fine." + strings.Repeat("\u00a0", 8) + "\u2800\u3000\u2007\t13:40", false, "fine.⟨20 blanks⟩13:40"},
		{"fillers", "a" + strings.Repeat("\uffa0", 17) + "b", true, "a⟨17 blanks⟩b"},
		{"at the beginning", blanks(40) + "13:40", true, blanks(40) + "13:40"},
		{"more there", blanks(41) + "13:40", true, "⟨41 blanks⟩13:40"},
		{"behind what begins it", blanks(17) + "13:40", false, "⟨17 blanks⟩13:40"},
		{"twice", "a" + blanks(60) + "b" + blanks(60), true, "a⟨60 blanks⟩b⟨60 blanks⟩"},
		{"nothing", "", true, ""},
	} {
		if got := Mark(c.line, c.begins); got != c.want {
			t.Errorf("%s:\n%q\nnot\n%q", c.name, got, c.want)
		}
	}
}

// drawn is how wide a row is where it is widest: in a terminal that draws clusters, in a console
// that has a cell for each character, and where signs are wide that are wide in Chinese.
func drawn(row string) int {
	console, east := 0, 0
	for _, r := range row {
		n := ansi.StringWidthWc(string(r))
		if console += n; n == 0 {
			console++
		}
		kind := width.LookupRune(r).Kind()
		if east += n; n < 2 && !unicode.In(r, unicode.L, unicode.M, unicode.C) && kind == width.EastAsianAmbiguous {
			east += 2 - n
		}
	}
	return max(ansi.StringWidth(row), console, east)
}

// FuzzBreak: no row is wider than it may be, all but the first of a line stand further in, and
// nothing but blanks is left out.
func FuzzBreak(f *testing.F) {
	for _, s := range []string{"one two\nthree", "  日本 語", "❤️ \tx", "👨‍👩‍👧 a\u0301", strings.Repeat("e\u0301", 30), strings.Repeat("█…", 20), strings.Repeat("a ", 50)} {
		f.Add(s, uint8(20))
	}
	words := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r == '\n' || blank(r) {
				return -1
			}
			return r
		}, s)
	}
	f.Fuzz(func(t *testing.T, text string, width uint8) {
		text = strings.Map(func(r rune) rune {
			if r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0 || r == 0xfffd {
				return '.'
			}
			return r
		}, text)
		if width == 0 {
			return
		}
		got := Break(text, int(width))
		if words(got) != words(text) {
			t.Errorf("%q became %q", text, got)
		}
		limit := max(int(width)-1, leastWidth)
		for line := range strings.SplitSeq(text, "\n") {
			for i, row := range strings.Split(Break(line, int(width)), "\n") {
				if i > 0 && !strings.HasPrefix(row, indent) {
					t.Errorf("%q goes on with %q", line, row)
				}
				clusters := 0
				for s := row; s != ""; clusters++ {
					c, _ := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
					s = s[len(c):]
				}
				if cells := drawn(row); cells > limit && clusters > len(indent)+1 { // which may be wider than any row
					t.Errorf("%q is %d wide, not %d", row, cells, limit)
				}
			}
		}
	})
}

// TestBreakMuch: what it takes grows as the text does.
func TestBreakMuch(t *testing.T) {
	for _, s := range []string{" ", "\t", "a", "日", "a ", "\u0301"} {
		text := strings.Repeat(s, 1<<20/len(s))
		took := time.Now()
		Break(text, 80)
		Mark(text, false)
		if took := time.Since(took); took > 10*time.Second {
			t.Errorf("%q: %v", s, took)
		}
	}
}

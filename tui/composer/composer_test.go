package composer

import (
	"strings"
	"testing"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"github.com/hobnob-chat/hobnob/tui/theme"
)

var keys = func() Keys {
	bind := func(k string) key.Binding { return key.NewBinding(key.WithKeys(k)) }
	return Keys{
		InsertNewline: bind("ctrl+j"), Yank: bind("ctrl+y"),
		CharacterBackward: bind("left"), CharacterForward: bind("right"),
		WordBackward: bind("alt+b"), WordForward: bind("alt+f"),
		LinePrevious: bind("up"), LineNext: bind("down"),
		LineStart: bind("ctrl+a"), LineEnd: bind("ctrl+e"),
		InputBegin: bind("alt+<"), InputEnd: bind("alt+>"),
		DeleteCharacterBackward: bind("backspace"), DeleteCharacterForward: bind("delete"),
		DeleteWordBackward: bind("ctrl+w"), DeleteWordForward: bind("alt+d"), DeleteBeforeCursor: bind("ctrl+u"),
	}
}()

// press types what is not the name of a key.
func press(c *Composer, names ...string) {
	for _, n := range names {
		code, named := map[string]rune{
			"left": tea.KeyLeft, "right": tea.KeyRight, "up": tea.KeyUp, "down": tea.KeyDown,
			"backspace": tea.KeyBackspace, "delete": tea.KeyDelete,
		}[n]
		switch {
		case named:
			c.Press(tea.KeyPressMsg{Code: code})
		case strings.HasPrefix(n, "ctrl+"):
			c.Press(tea.KeyPressMsg{Code: rune(n[5]), Mod: tea.ModCtrl})
		case strings.HasPrefix(n, "alt+"):
			c.Press(tea.KeyPressMsg{Code: rune(n[4]), Mod: tea.ModAlt})
		default:
			c.Press(tea.KeyPressMsg{Code: tea.KeyExtended, Text: n})
		}
	}
}

func fresh(width, text, say int) *Composer {
	c := New(theme.New(theme.Unknown), keys)
	c.SetPlaceholder("write to #general")
	fit(c, width, text, say)
	return c
}

func fit(c *Composer, width, text, say int) {
	c.SetSpace(width, text, say)
	c.SetSize(width, c.Rows())
}

func view(c *Composer) string {
	rows := strings.Split(ansi.Strip(c.View()), "\n")
	for i, r := range rows {
		rows[i] = strings.TrimRight(r, " ")
	}
	return strings.Join(rows, "\n")
}

func TestGrowsToItsSpaceAndFollowsTheCursor(t *testing.T) {
	c := fresh(30, 3, 2)
	for _, want := range []struct {
		paste, view string
		x, y        int
	}{
		{"", "┃ write to #general", 2, 0},
		{"one", "┃ one", 5, 0},
		{"\ntwo", "┃ one\n┃ two", 5, 1},
		{"\nthree\nfour", "┃ two\n┃ three\n┃ four", 6, 2},
		{"\r\nfive 日本", "┃ three\n┃ four\n┃ five 日本", 11, 2},
	} {
		c.Paste(want.paste)
		fit(c, 30, 3, 2)
		at := c.Cursor()
		if got := view(c); got != want.view || at.X != want.x || at.Y != want.y {
			t.Errorf("%q at %d,%d, want %q at %d,%d", got, at.X, at.Y, want.view, want.x, want.y)
		}
	}
	for range 4 {
		c.Press(tea.KeyPressMsg{Code: tea.KeyUp})
	}
	if got := view(c); !strings.HasPrefix(got, "┃ one") {
		t.Errorf("the cursor is not followed up: %q", got)
	}
}

// A text of which rows are out of sight says how long it is.
func TestSaysHowLongItIs(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "a\nb\nc": "", "a\nb\nc\nd": "4 lines", strings.Repeat("x\n", 499) + "x": "500 lines",
		strings.Repeat("word ", 20): "4 rows",
	} {
		c := fresh(30, 3, 2)
		c.Paste(text)
		if got := c.Beyond(); got != want {
			t.Errorf("%.20q: %q, want %q", text, got, want)
		}
	}
}

func TestSentence(t *testing.T) {
	c := fresh(24, 3, 2)
	c.Paste("text")
	c.Say("this is \x1b[2Jwhy it was not sent, at some length")
	fit(c, 24, 3, 2)
	if got, want := view(c), "┃ text\n  this is ␛[2Jwhy it was\n  not sent, at some …"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if fit(c, 24, 3, 0); c.Said() == "" || view(c) != "┃ text" {
		t.Errorf("without room: %q, %q", c.Said(), view(c))
	}
	c.Press(tea.KeyPressMsg{Code: 'x', Text: "x"})
	if c.Said() != "" {
		t.Error("it outlives the text")
	}
}

// Joined emoji are counted, and broken into rows, as the terminal shows them:
// as one glyph of two cells, or without mode 2027 as four.
func TestRowsAndCursorAreWhereTheTerminalPutsThem(t *testing.T) {
	const family = "👨‍👩‍👧‍👦"
	for _, want := range []struct {
		measure ansi.Method
		text    string
		view    string
		x, y    int
	}{
		{ansi.WcWidth, family + "x", "┃ " + family + "x", 2 + 8 + 1, 0},
		{ansi.GraphemeWidth, family + "x", "┃ " + family + "x", 2 + 2 + 1, 0},
		{ansi.WcWidth, family + family + "x", "┃ " + family + "\n┃ " + family + "x", 2 + 8 + 1, 1},
		{ansi.GraphemeWidth, family + family + "x", "┃ " + family + family + "x", 2 + 4 + 1, 0},
		{ansi.WcWidth, "abc " + family + " d", "┃ abc " + family + "\n┃ d", 2 + 1, 1},
	} {
		c := fresh(16, 3, 2)
		c.SetTheme(theme.New(theme.Terminal{Measure: want.measure}))
		c.Paste(want.text)
		fit(c, 16, 3, 2)
		at := c.Cursor()
		if got := view(c); got != want.view || at.X != want.x || at.Y != want.y {
			t.Errorf("measure %v: %q at %d,%d; want %q at %d,%d", want.measure, got, at.X, at.Y, want.view, want.x, want.y)
		}
		press(c, "backspace", "left")
		if at := c.Cursor(); want.text == family+"x" && at.X != 2 {
			t.Errorf("measure %v: left of it, the cursor is at %d", want.measure, at.X)
		}
	}
}

func TestEditing(t *testing.T) {
	for _, c := range []struct {
		keys []string
		want string // | is the cursor
	}{
		{[]string{"a", "b", "left", "c"}, "ac|b"},
		{[]string{"one two", "ctrl+w"}, "one |"},
		{[]string{"a b  ", "ctrl+w", "ctrl+y", "x", "ctrl+y"}, "a b  xb  |"},
		{[]string{"one", "ctrl+j", "two", "ctrl+u", "ctrl+u", "x", "ctrl+y"}, "onex\n|"},
		{[]string{"one", "ctrl+j", "two", "ctrl+a", "backspace"}, "one|two"},
		{[]string{"one", "ctrl+j", "two", "alt+<", "ctrl+e", "delete"}, "one|two"},
		{[]string{"one", "ctrl+j", "two", "alt+<", "alt+f", "alt+f", "alt+b"}, "one\n|two"},
		{[]string{"one two", "alt+<", "alt+d"}, "| two"},
		{[]string{"backspace", "ctrl+w", "ctrl+u", "left", "up", "alt+b", "delete", "alt+d", "right", "down", "alt+f", "ctrl+y"}, "|"},
		{[]string{"日本", "left", "x"}, "日x|本"},
		{[]string{"👨‍👩‍👧‍👦", "🇩🇪", "backspace", "left", "x"}, "x|👨‍👩‍👧‍👦"},
		{[]string{"e", "\u0301"}, "e\u0301|"}, // a mark that comes by itself
		{[]string{"a\x1b\u202e\x00b"}, "ab|"},
		{[]string{"long line", "ctrl+j", "s", "ctrl+j", "long line", "left", "up", "up"}, "long lin|e\ns\nlong line"},
		{[]string{"a longer line than fits", "up"}, "a lo|nger line than fits"},
		{[]string{"a longer line than fits", "up", "up", "down"}, "a longer line than fits|"},
		{[]string{"日本語日本語日本語日本語", "up", "down"}, "日本語日本語日本語日本語|"},
	} {
		k := fresh(24, 5, 2)
		press(k, c.keys...)
		if got := k.text.s[:k.text.at] + "|" + k.text.s[k.text.at:]; got != c.want {
			t.Errorf("%q: %q, want %q", c.keys, got, c.want)
		}
	}
}

// A makefile is sent as it is, and drawn with its columns.
func TestTabsStay(t *testing.T) {
	c := fresh(30, 5, 2)
	const makefile = "all:\n\tgo build\na\tb"
	c.Paste(makefile)
	fit(c, 30, 5, 2)
	if c.Text() != makefile {
		t.Errorf("%q", c.Text())
	}
	if got, want := view(c), "┃ all:\n┃     go build\n┃ a   b"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if at := c.Cursor(); at.X != 2+5 || at.Y != 2 {
		t.Errorf("the cursor is at %v", at.Position)
	}
	c.Clear()
	c.Paste("a\x1b[31m\r\nb\u202e")
	if got := c.Text(); got != "a␛[31m\nb⟨RLO⟩" {
		t.Errorf("%q", got)
	}
}

func TestWhatIsTooMuchIsRefusedWithASentence(t *testing.T) {
	c := fresh(100, 5, 3)
	c.Paste(strings.Repeat("x", maxBytes+1))
	if fit(c, 100, 5, 3); !c.Empty() || !strings.Contains(view(c), "nothing was pasted: 1 line of 66 kB") {
		t.Errorf("a paste: %q", view(c))
	}
	c.Paste(strings.Repeat("x", maxBytes-1))
	press(c, "y")
	for name, key := range map[string]string{"typing": "z", "a new line": "ctrl+j"} {
		c.Say("")
		press(c, key)
		if fit(c, 100, 5, 3); len(c.Text()) != maxBytes || !strings.HasSuffix(c.Text(), "y") || !strings.Contains(view(c), "this is full") {
			t.Errorf("%s: %d bytes, %q", name, len(c.Text()), view(c))
		}
	}
	press(c, "ctrl+u", "a", "ctrl+y")
	if fit(c, 100, 5, 3); c.Text() != "a" || !strings.Contains(view(c), "this is full") {
		t.Errorf("bringing back: %d bytes, %q", len(c.Text()), view(c))
	}
}

// Rows hold the whole text, none is too wide, and every place of the cursor is
// on its row.
func TestRowsProperties(t *testing.T) {
	piece := rapid.SampledFrom([]string{"word", " ", "  ", "\t", "\n", "日本語", "👨‍👩‍👧‍👦", "🇩🇪", "e\u0301", "\u0301", "a-long-unbroken-word", "ﷺ", "™️"})
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOfN(piece, 0, 20).Draw(t, "text"), "")
		width := rapid.IntRange(1, 30).Draw(t, "width")
		m := rapid.SampledFrom([]ansi.Method{ansi.WcWidth, ansi.GraphemeWidth}).Draw(t, "measure")
		r := layOut(s, width, m)
		var b strings.Builder
		for y, p := range r.list {
			if y > 0 && p.start != r.list[y-1].end {
				b.WriteString(s[r.list[y-1].end:p.start])
			}
			b.WriteString(s[p.start:p.end])
			if w := m.StringWidth(r.draw(y)); w > width {
				t.Fatalf("row %d, %q, has %d cells of %d", y, r.draw(y), w, width)
			}
		}
		if b.String() != s {
			t.Fatalf("%q became %q", s, b.String())
		}
		text := text{s: s}
		for {
			y := r.find(text.at)
			if p := r.list[y]; text.at < p.start || text.at > p.end {
				t.Fatalf("%d is not in row %d, %v", text.at, y, p)
			}
			if x := r.column(y, text.at); r.place(y, x) != text.at && !strings.Contains(s, "\u0301") {
				t.Fatalf("%d is at column %d of row %d, which is %d", text.at, x, y, r.place(y, x))
			}
			if text.at == len(s) {
				break
			}
			was := text.at
			if text.at = text.right(); text.at <= was {
				t.Fatalf("right of %d is %d", was, text.at)
			}
			if back := text.left(); back != was {
				t.Fatalf("right of %d is %d, left of which is %d", was, text.at, back)
			}
		}
	})
}

func TestEverySizeFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := fresh(rapid.IntRange(0, 50).Draw(t, "width"), rapid.IntRange(0, 8).Draw(t, "text"), rapid.IntRange(0, 3).Draw(t, "say"))
		c.Paste(rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"日本語日本語日本語", "a b c d e f\ng", strings.Repeat("x", 99)})).Draw(t, "paste"))
		c.Say(rapid.SampledFrom([]string{"", "no", "日本語 is too long for this"}).Draw(t, "sentence"))
		c.SetSize(c.width, rapid.IntRange(0, 12).Draw(t, "height"))
		v := c.View()
		if c.width <= 0 || c.height <= 0 {
			if v != "" || c.Cursor() != nil {
				t.Fatalf("%q in no space", v)
			}
			return
		}
		rows := strings.Split(v, "\n")
		if len(rows) != c.height {
			t.Fatalf("%d rows of %d", len(rows), c.height)
		}
		for _, r := range rows {
			if w := ansi.StringWidthWc(r); w > c.width {
				t.Fatalf("%q has %d cells of %d", r, w, c.width)
			}
		}
		if at := c.Cursor(); at.X < 0 || at.X >= c.width || at.Y < 0 || at.Y >= c.height {
			t.Fatalf("the cursor is at %v in %dx%d", at.Position, c.width, c.height)
		}
	})
}

// BenchmarkKey is what a key costs in a text as long as may be: it is to stay
// below what anybody notices.
func BenchmarkKey(b *testing.B) {
	for name, piece := range map[string]string{
		"lines": "a line of code that somebody pasted\n", "one word": "x", "one line": "word ", "line ends": "\n",
		"wide": "日本語", "families": "👨‍👩‍👧‍👦", "marks": "e\u0301",
	} {
		b.Run(name, func(b *testing.B) {
			c := fresh(100, 10, 3)
			c.Paste(strings.Repeat(piece, (maxBytes-1)/len(piece)))
			fit(c, 100, 10, 3)
			if c.Empty() {
				b.Fatal(c.said)
			}
			for b.Loop() {
				for _, k := range []string{"x", "left", "right", "backspace"} {
					press(c, k)
					fit(c, 100, 10, 3)
					c.View()
					c.Cursor()
				}
			}
			b.ReportMetric(b.Elapsed().Seconds()*1000/float64(4*b.N), "ms/key")
		})
	}
}

// TestClickPutsTheCursorThere: before the grapheme that was clicked on, in rows that are wrapped and
// scrolled, and nowhere by a click on what is said.
func TestClickPutsTheCursorThere(t *testing.T) {
	for _, c := range []struct {
		text string
		x, y int
		want string // up to the cursor; "-" where it stays
	}{
		{"hello there", 3, 0, "h"}, // after the bar and a space
		{"hello there", 0, 0, ""},
		{"hello there", 19, 0, "hello there"},
		{"日本語", 2, 0, ""},
		{"日本語", 3, 0, ""},
		{"日本語", 4, 0, "日"},
		{"日本語", 5, 0, "日"},
		{"ae\u0301b", 3, 0, "a"},
		{"ae\u0301b", 4, 0, "ae\u0301"},
		{"one two three four five six", 4, 1, "one two three fo"},
		{"1\n2\n3\n4\n5\n6", 2, 0, "1\n2\n3\n"}, // three rows are seen, the last ones
		{"1\n2\n3\n4\n5\n6", 9, 2, "1\n2\n3\n4\n5\n6"},
		{"1\n2\n3\n4\n5\n6", 2, 3, "-"},
		{"one", 2, 1, "-"},
	} {
		k := fresh(20, 3, 1)
		k.Paste(c.text)
		k.Say("this is said")
		fit(k, 20, 3, 1)
		took := k.Click(c.x, c.y)
		_, before := k.Before()
		if took != (c.want != "-") || took && before != c.want || !took && before != c.text {
			t.Errorf("%q at %d, %d: %t, %q", c.text, c.x, c.y, took, before)
		}
	}
}

package markup

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

// themes are those that draw differently.
func themes() (list []*Drawer) {
	for _, m := range []ansi.Method{ansi.WcWidth, ansi.GraphemeWidth} {
		for _, p := range []colorprofile.Profile{colorprofile.TrueColor, colorprofile.ANSI, colorprofile.ASCII} {
			list = append(list, New(theme.New(theme.Terminal{Profile: p, Measure: m})))
		}
	}
	return list
}

// check holds what is promised of every text at every size.
func check(t *testing.T, d *Drawer, text Text) {
	t.Helper()
	made := d.Draw(text)
	if len(made.Rows) == 0 {
		t.Fatalf("%+q makes no rows", text.Body)
	}
	m, at := d.theme.Measure, 0
	for i, r := range made.Rows {
		limit := text.Width
		if i == 0 && text.First > 0 {
			limit = max(text.First, text.Width)
		}
		if w := m.StringWidth(r.Text); w != r.Width || w > limit {
			t.Fatalf("%+q at %d: row %d, %+q, has %d cells, said to be %d", text.Body, text.Width, i, r.Text, w, r.Width)
		}
		if got := ansi.Strip(r.Text); got != r.Plain {
			t.Fatalf("%+q: %+q is drawn as %+q", text.Body, r.Plain, got)
		}
		if chat.Sanitize(r.Plain) != r.Plain {
			t.Fatalf("%+q at %d: row %d, %+q, is not safe", text.Body, text.Width, i, r.Plain)
		}
		if strings.ContainsAny(r.Plain, "\n\t\x1b\x01") || strings.Count(r.Text, "\x1b]8;")%2 != 0 {
			t.Fatalf("%+q: row %+q", text.Body, r.Text)
		}
		if r.Line < at {
			t.Fatalf("%+q: row %d is of line %d, after %d", text.Body, i, r.Line, at)
		}
		at = r.Line
	}
	if text.Most == 0 || text.Width < 12 || d.theme.Signs != theme.AllSigns || strings.Contains(text.Body, "→") {
		return
	}
	if len(made.Rows) <= text.Most {
		checkKept(t, text, made)
	}
}

// checkKept: where no sign is hidden, every letter and digit is on the screen.
func checkKept(t *testing.T, text Text, made Drawn) {
	t.Helper()
	letters := func(s string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				return r
			}
			return -1
		}, s)
	}
	var b strings.Builder
	for _, r := range made.Rows {
		b.WriteString(r.Plain)
	}
	shown, want := letters(b.String()), letters(text.Lead+text.Body)
	if strings.ContainsAny(b.String(), "→☑") || strings.Contains(text.Body, "```") || strings.Contains(text.Body, "~~~") {
		return // it says more, or less: the language of a block, the letter in the box of what is done
	}
	if shown != want {
		t.Fatalf("%+q at %d: shown is %+q", text.Body, text.Width, b.String())
	}
}

var seeds = []string{
	"plain", "*a* **b** ~~c~~ `d`", "> q\n- l\n# h", "```go\nx := `a`\n```", "[a](https://x.org) https://x.org/a_b", "@you #room",
	"**a\u0301**\u0301", "`\u0301`\u0301", "- \u0301", "👩**\u200d👩**", "🇩*🇪*", "1*\ufe0f\u20e3*", "\tx\t*y\tz*", "日本*語*のテキスト", "[](https://x.org)", "[*a](https://x.org)*",
	"<https://x.org>", "*[_`~", "a\n\n\n*b\nc*", "> ```\n> x", "![i](http://a.b \"t\")", "(https://a.b/(c))", "\\*\\", "x\\\ny", "** a **", "***a***", "`a\nb`",
	"\u0600*1*\u0600", "क्*ष*", "~~~\n```", "   - x\n      y", "> > > > > > > > > > x", "*a\n- b*", "मानक **हिन्दी**", "\x01", "0 \u0301", "A\u200d*B*",
	"a|b\n-|-\n*c*|d", "|a|\n|:-:|\n|\u0301|", "|[a](http://b.c)|日|\n|-|-:|\n|x\n|y|z|", "> ~~~\n> > x\n> ~~~", "- [x] *a*\n- [ ] \u0301",
}

func FuzzDraw(f *testing.F) {
	for i, s := range seeds {
		f.Add(s, uint8(i*7), uint8(i), "go")
	}
	f.Add("* [X] 0", uint8(31), uint8(26), "go")
	list := themes()
	f.Fuzz(func(t *testing.T, s string, width, how uint8, language string) {
		if len(s) > 4096 {
			s = s[:4096]
		}
		text := Text{
			Body: chat.Sanitize(s), Kind: Kind(how % 3), Language: language, Width: int(width%100) + 1, Most: int(how) * 4,
			You: []string{"@you"}, Names: &Names{People: map[string]string{"bob": "u"}, Rooms: map[string]bool{"room": true}},
		}
		if how&8 != 0 {
			text.Lead, text.First = "ada:", text.Width+3
		}
		if how&16 != 0 {
			text.Kind = Markdown
		}
		if text.Kind == Source {
			text.Lead = ""
		}
		check(t, list[int(how)%len(list)], text)
	})
}

// TestHostileTextsAreFast at every size and kind: a message is drawn within a frame,
// whatever it is made of, and a whole screen's worth of a huge one in not much more.
func TestHostileTextsAreFast(t *testing.T) {
	d := dark()
	const size = 32 << 10
	for _, unit := range []string{
		"*", "_", "~", "`", "[", "]", "<", ">", "(", "!", "\\", "> ", "- ", "# ", "*a ", "**a** ", "_a_ ", "a_", "*a_", "[a", "[a](", "[a](b", "[a](http://b) ",
		"![", "<a", "<http://", "http://a ", "https://a.b/c?d=e ", "@a ", "@you", "#", "`a", "``a`", "~~a~~", "***a", "a**b", "[[a]](", "![[](", "[a](<b", "[a](b \"", "\u0301", "👩\u200d",
		"**a*", "*_*_", "`` ` ", "\n", "\n- ", "\n> ", "\n```", "```\n", "http://", "mailto:a@", "www.", "a@b.c ", "日", "⟨", "*a\n", "_a\n", "[a\n", "`a\n", "&amp;", "<!--",
		"http://а.com ", "[](http://а.com)\n", "<http://а.com>", "[x](http://а.com) ", "https://xn--a.b ", "(http://a.b(", " *a*", "*日", "|", "|x|\n|-|\n", "|*a*|\n|-|\n", "x|[a](http://b)|\n-|-|\n", "|" + strings.Repeat("x", 90) + "|\n|-|\n", "> ```\n", "> > ```\n> ", "- [ ] a\n",
	} {
		s := chat.Sanitize(strings.Repeat(unit, size/len(unit)))
		for _, most := range []int{24, 100_000} {
			begin := time.Now()
			d.Draw(Text{Body: s, Width: 80, Most: most, You: []string{"@you"}})
			limit := 50 * time.Millisecond
			if most > 24 {
				limit = 400 * time.Millisecond
			}
			if took := time.Since(begin); took > limit*slack {
				t.Errorf("%d bytes of %+q, %d rows: %v", size, unit, most, took)
			}
		}
	}
}

// slack is for machines that do much else, and the race detector.
const slack = 10

// TestHostileCode: a lexer that tries everything on what has no end is not asked often,
// and when many were made to, none is.
func TestHostileCode(t *testing.T) {
	defer func() {
		allStuck.Store(0)
		clear(used.made)
	}()
	var last *lexer
	for _, name := range sorted() {
		for _, unit := range []string{`\`, `\\`, `\'`, `\0`} {
			for _, before := range []string{`"`, `'`, "a: \"", "/"} {
				var list []string
				for len(list) < 25 {
					list = append(list, before+strings.Repeat(unit, 240/len(unit)))
				}
				last = lexerOf(name)
				last.spans(strings.Join(list, "\n")+"\n", len(list), lexTime)
			}
		}
		if last.stuck > maxStuck {
			t.Errorf("%s was stuck %d times", name, last.stuck)
		}
	}
	if n := allStuck.Load(); n > maxAllStuck {
		t.Errorf("lexers were stuck %d times", n)
	}
	allStuck.Store(maxAllStuck)
	last.stuck = 0
	if got := last.spans("x\n", 1, time.Hour); got != nil {
		t.Errorf("somebody tries, and lexers are asked: %v", got)
	}
}

// TestEveryLexer reads its file, and gives the text its colours and nothing else.
func TestEveryLexer(t *testing.T) {
	list := []string{`x = "a" // b`, "if true { return 1 }", "# c", "<a href='b'>c</a>", "", "- key: value"}
	for _, name := range sorted() {
		l := lexerOf(name)
		if l == nil {
			t.Errorf("there is no lexer of %s", name)
			continue
		}
		coloured := false
		spans := l.spans(strings.Join(list, "\n")+"\n", len(list), time.Hour)
		if len(spans) > len(list) {
			t.Errorf("%s: %d lines", name, len(spans))
		}
		for i, s := range spans {
			for _, c := range s {
				coloured = coloured || c.look != look{}
			}
			if len(s) > 0 && s[len(s)-1].end != len(list[i]) {
				t.Errorf("%s: line %d is coloured up to %d of %d", name, i, s[len(s)-1].end, len(list[i]))
			}
		}
		if !coloured {
			t.Errorf("%s colours nothing", name)
		}
	}
}

func sorted() (list []string) {
	seen := map[string]bool{}
	for name, file := range languages {
		if !seen[file] {
			seen[file] = true
			list = append(list, name)
		}
	}
	return list
}

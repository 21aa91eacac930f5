package markup

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

func dark() *Drawer {
	d := New(theme.New(theme.Terminal{Background: theme.Dark, Profile: colorprofile.TrueColor}))
	d.patience = time.Hour
	return d
}

// plain is a text as rows without styles.
func plain(s string, width int) string {
	var rows []string
	for _, r := range dark().Draw(Text{Body: chat.Sanitize(s), Width: width, Most: 1000}).Rows {
		rows = append(rows, r.Plain)
	}
	return strings.Join(rows, "\n")
}

// TestWhatIsShown of what is typed.
func TestWhatIsShown(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"shipping *2.4* in **ten** minutes, ~~twelve~~", "shipping 2.4 in ten minutes, twelve"},
		{"snake_case and _this_ and __that__", "snake_case and this and __that__"},
		{"__init__.py has __two words__ and __a__b__", "__init__.py has two words and __a__b__"},
		{"这是**粗体**字", "这是粗体字"},
		{"~one~ ~~two~~ ~~no~ a~b~c ~5, ~10", "one two ~~no~ a~b~c ~5, ~10"},
		{"a * b * c", "a * b * c"},
		{"2*3*4", "2*3*4"},
		{"5 * 3 = 15", "5 * 3 = 15"},
		{"* ", "*"},
		{"*", "*"},
		{"**", "**"},
		{"****", "****"},
		{"**not closed", "**not closed"},
		{"say `rm -rf *` and ``a`b``", "say rm -rf * and a`b"},
		{"a `tick", "a `tick"},
		{`¯\_(ツ)_/¯ C:\dir\*.txt`, `¯\_(ツ)_/¯ C:\dir\*.txt`},
		{`\*not\* &amp; <b>x</b>`, `\*not\* &amp; <b>x</b>`},
		{"one\ntwo  \nthree\\\nfour", "one\ntwo  \nthree\\\nfour"},
		{"**bold\nover two** lines", "bold\nover two lines"},
		{"a\n\n\nb", "a\n\n\nb"},
		{"    indented *code*\n\tx", "    indented code\n    x"},
		{"- one\n- two\n  more\n* three\n1. first\n10) tenth", "• one\n• two\n  more\n• three\n1. first\n10) tenth"},
		{"+ added\n-removed\n- \n-", "+ added\n-removed\n- \n-"},
		{"  - nested", "  • nested"},
		{"1986. was a year", "1986. was a year"},
		{"> quoted\nmy answer\n> > deeper", "▎ quoted\nmy answer\n▎ ▎ deeper"},
		{">_< >>> x", ">_< >>> x"},
		{">>> import os", ">>> import os"},
		{"# Title\n#general\n####### seven\n#", "Title\n#general\n####### seven\n#"},
		{"title\n---\nx\n===", "title\n---\nx\n==="},
		{"[foo]: http://x.org/\n[foo] [x][foo]", "[foo]: http://x.org/\n[foo] [x][foo]"},
		{"```go\nfunc main() {}\n```\nafter", "go\n│ func main() {}\nafter"},
		{"```\na *b* c\n```", "│ a *b* c"},
		{"```nonsense\nx\n```", "nonsense\n│ x"},
		{"```── new ──\nx\n```", "│ ── new ──\n│ x"},
		{"```nonsense\n```", "```nonsense\n```"},
		{"```go main.go\nx\n```", "go main.go\n│ x"},
		{"before\n~~~\nx", "before\n│ x"},
		{"```", "```"},
		{"```\n```", "```\n```"},
		{"```code``` in a line", "code in a line"},
		{"[docs](https://example.org/a)", "docs (example.org)"},
		{"[example.org](https://example.org/a) [https://example.org/a](https://example.org/a)", "example.org https://example.org/a"},
		{"[x](javascript:alert(1)) [y](file:///etc/passwd)", "[x](javascript:alert(1)) [y](file:///etc/passwd)"},
		{`[x](https://example.org "title")`, `[x](https://example.org "title")`},
		{"[ ] todo [x] done a[0] b[1](2)", "[ ] todo [x] done a[0] b[1](2)"},
		{"![cat](https://example.org/cat.png)", "!cat (example.org)"},
		{"a ![*cat*](https://example.org/cat.png)! [![cat](https://x.org/a)](https://x.org/b) ![x](y)", "a !cat (example.org)! ![cat](https://x.org/a) (x.org) ![x](y)"},
		{"<https://example.org/x> <bob@example.org> <stdio.h>", "https://example.org/x bob@example.org <stdio.h>"},
		{"see https://example.org/a_b_c*d*e_f (https://x.org/a(b)).", "see https://example.org/a_b_c*d*e_f (https://x.org/a(b))."},
		{"**https://example.org/x**", "https://example.org/x"},
		{"---", "---"},
		{"- [ ] ship\n- [x] *test*\n* [X] tell\n- [ ]\n- [y] no\n1. [ ] no", "☐ ship\n☑ test\n☑ tell\n• [ ]\n• [y] no\n1. [ ] no"},
		{"> ```go\n> x := 1\n> ```\n> after\nmine", "▎ go\n▎ │ x := 1\n▎ after\nmine"},
		{"> > ```\n> > a\n> b\n> ```", "▎ ▎ │ a\n▎ b\n▎ ```"},
		{"> ```\nmine", "▎ ```\nmine"},
		{"| name | p99 |\n|:--|--:|\n| a | 9 |\n| **bc** | 120 |\nafter", "name │ p99\n─────┼────\na    │   9\nbc   │ 120\nafter"},
		{"see\na | b\n--- | :-:\n1 | 2", "see\na │ b\n──┼──\n1 │ 2"},
		{"a | b\n--|--\n1\n| 2 |\n| 3 | 4 | 5 |", "a │ b\n──┼──\n1\n| 2 |\n| 3 | 4 | 5 |"},
		{"| a |\n|---|\n| b \\| c |", "a\n──────\nb \\| c"},
		{"a | b\n---\nc || d\n|-|\n| x |", "a | b\n---\nc || d\n|-|\n| x |"},
		{"", ""},
		{"*a **b *c **d *e **f *g **h *i **j* k** l* m** n* o** p* q** r* s**", "*a **b *c **d *e **f *g **h *i **j* k** l* m** n* o** p* q** r* s**"},
	} {
		if got := plain(c.in, 78); got != c.want {
			t.Errorf("%q\nis  %q\nnot %q", c.in, got, c.want)
		}
	}
}

// TestDeceit: where a link goes is said wherever its text may deceive.
func TestDeceit(t *testing.T) {
	many := strings.Repeat("A", 100)
	for _, c := range []struct{ in, want string }{
		{"[paypal.com](https://evil.example/)", "paypal.com (→ evil.example)"},
		{"[https://paypal.com/x](https://evil.example/)", "https://paypal.com/x (→ evil.example)"},
		{"[go to paypal.com now](https://evil.example/)", "go to paypal.com now (→ evil.example)"},
		{"https://paypal.com@evil.example/", "https://paypal.com@evil.example/ (→ evil.example, what is before the @ is no host)"},
		{"https://pаypal.com/", "https://pаypal.com/ (mixes Latin and Cyrillic letters)"},
		{"https://xn--pypal-4ve.com/", "https://xn--pypal-4ve.com/ (punycode)"},
		{"[paypal.com](https://xn--pypal-4ve.com/)", "paypal.com (→ xn--pypal-4ve.com, punycode)"},
		{"https://bank.com⁄login.evil.com/x", "https://bank.com⁄login.evil.com/x (→ …login.evil.com, a sign in it only looks like one of an address)"},
		{"[bank.com](https://bank.com∕a.evil.com/)", "bank.com (→ …a.evil.com, a sign in it only looks like one of an address)"},
		{"https://accounts.google.com․evil.com/", "https://accounts.google.com․evil.com/ (→ …evil.com, a sign in it only looks like one of an address)"},
		{"https://my_host.example:8080/ https://[::1]:4626/x", "https://my_host.example:8080/ https://[::1]:4626/x"},
		{"https://日本語.jp/ https://münchen.de/", "https://日本語.jp/ https://münchen.de/"},
		{"[x](https://%e2%80%ae.example/)", "x (→ ….example, a sign in it only looks like one of an address)"},
		{"[x](https://paypal.com." + strings.Repeat("a", 60) + ".evil.example/)", "x (…" + strings.Repeat("a", 47) + ".evil.example)"},
		{"[bob@x.org](mailto:eve@evil.example)", "bob@x.org (→ eve@evil.example)"},
		{"[Bob@x.org](mailto:bob@x.org)", "Bob@x.org"},
		{"[https://github.com/acme/app](https://github.com/evil/app)", "https://github.com/acme/app (→ github.com/evil/app)"},
		{"[github.com/acme/app](https://github.com/evil/app)", "github.com/acme/app (→ github.com/evil/app)"},
		{"[see https://github.com/acme/app.](https://github.com/evil/app)", "see https://github.com/acme/app. (→ github.com/evil/app)"},
		{"[https://github.com/acme/app\nthere](https://github.com/evil/app)", "https://github.com/acme/app\nthere (→ github.com/evil/app)"},
		{"[https://github.com∕acme](https://github.com/evil)", "https://github.com∕acme (→ …acme, a sign in it only looks like one of an address) (→ github.com/evil)"},
		{"[http://localhost:3000/](http://localhost:9000/delete?all)", "http://localhost:3000/ (→ localhost:9000/delete?all)"},
		{"[localhost:3000](http://localhost:9000/)", "localhost:3000 (→ localhost:9000)"},
		{"[localhost](http://localhost:9000/x)", "localhost (→ localhost:9000/x)"},
		{"[the logs](http://localhost:9000/x)", "the logs (localhost:9000)"},
		{"[the logs](https://[::1]:9000/x)", "the logs ([::1]:9000)"},
		{"[https://bank.example](http://bank.example:8080/x)", "https://bank.example (→ http://bank.example:8080/x)"},
		{"[https://bank.example/x](http://bank.example/x)", "https://bank.example/x (→ http://bank.example/x)"},
		{"[https://bank.example](https://other.example:8080/x)", "https://bank.example (→ other.example:8080/x)"},
		{"[bank.example](https://bank.example/x), [bank.example](http://www.bank.example:80/)", "bank.example, bank.example"},
		{"[https://Bank.example:443](https://bank.example/) [https://bank.example/x?y](https://bank.example/x?y)", "https://Bank.example:443 https://bank.example/x?y"},
		{"[go to bank.example, please](https://bank.example/x)", "go to bank.example, please (bank.example)"},
		{"[https://a.example/x?y=1](https://a.example/x?y=2#z)", "https://a.example/x?y=1 (→ a.example/x?y=2#z)"},
		{"[a.example/" + strings.Repeat("a/", 50) + "x](https://a.example/" + strings.Repeat("a/", 50) + "y)", "a.example/" + strings.Repeat("a/", 50) + "x (→ a.example/…/y)"},
		{"[see https://bank.example/login](http://bank.example/login)", "see https://bank.example/login (→ http://bank.example/login)"},
		{"[see (https://bank.example/login), now](http://bank.example/login)", "see (https://bank.example/login), now (→ http://bank.example/login)"},
		{"[https://other.example/x https://bank.example/login](http://bank.example/login)", "https://other.example/x https://bank.example/login (→ http://bank.example/login)"},
		{"[see https://a.example/" + many + "/good](https://a.example/" + many + "/evil)", "see https://a.example/" + many + "/good (→ a.example/…/evil)"},
		{"[https://a.example/" + many + "good](https://a.example/" + many + "evil)", "https://a.example/" + many + "good (→ a.example/…" + many[:40] + "evil)"},
		{"[https://a.example/x/" + many + "good](https://a.example/x/" + many + "evil" + many + ")", "https://a.example/x/" + many + "good (→ a.example/…" + many[:40] + "evil" + many[:36] + "…)"},
		{"[a.example/" + many + "](https://a.example/" + many + "/evil)", "a.example/" + many + " (→ a.example/…/evil)"},
		{"[https://a.example/" + many + "](http://a.example/" + many + ")", "https://a.example/" + many + " (→ http://a.example/…" + many[:40] + ")"},
		{"[https://b.example/" + many + "x](https://a.example/" + many + "y)", "https://b.example/" + many + "x (→ a.example/…" + many[:40] + "y)"},
		{"[https://a.example/" + strings.Repeat("é", 90) + "x](https://a.example/" + strings.Repeat("%C3%A9", 90) + "y)", "https://a.example/" + strings.Repeat("é", 90) + "x (→ a.example/…" + strings.Repeat("%C3%A9", 7)[2:] + "y)"},
		{"[a.example/x](https://a.example/" + strings.Repeat("b", 200) + ")", "a.example/x (→ a.example/" + strings.Repeat("b", 79) + "…)"},
	} {
		if got := plain(c.in, 400); got != c.want {
			t.Errorf("%q\nis  %q\nnot %q", c.in, got, c.want)
		}
	}
}

// TestLinksOnEveryRow: a link that is wrapped is one link on all its rows, each of
// which begins and ends it.
func TestLinksOnEveryRow(t *testing.T) {
	url := "https://example.org/a/very/long/path/that/does/not/fit"
	rows := dark().Draw(Text{Body: "see " + url + " and " + url, Width: 20, Most: 100, ID: "7"}).Rows
	ids := map[string]int{}
	for _, r := range rows {
		for part := range strings.SplitSeq(r.Text, "\x1b]8;") {
			if id, rest, ok := strings.Cut(part, ";"); ok && strings.HasPrefix(id, "id=") {
				ids[id]++
				if !strings.HasPrefix(rest, url+"\a") {
					t.Errorf("the link is %q", rest)
				}
			}
		}
		if n := strings.Count(r.Text, "\x1b]8;"); n%2 != 0 {
			t.Errorf("a row does not end its link: %q", r.Text)
		}
		if got := ansi.Strip(r.Text); got != r.Plain {
			t.Errorf("%q is drawn as %q", r.Plain, got)
		}
	}
	if len(ids) != 2 {
		t.Errorf("two links have the ids %v", ids)
	}
	for id, n := range ids {
		if n < 3 {
			t.Errorf("%s is on %d rows", id, n)
		}
	}
}

// TestNames mean something only where they are somebody's.
func TestNames(t *testing.T) {
	d := dark()
	people := map[string]string{"bob": "u3", "snake_case_": "u4", "bob smith": "u5", "bob smith jones": "u6", "o'hara (ops)": "u7", "ада лав": "u8"}
	draw := func(s string) string {
		return d.Draw(Text{
			Body: s, Width: 200, You: []string{"@you", "@room"},
			Names: &Names{People: people, Rooms: map[string]bool{"deploys": true}, Spaced: Spaced(people)},
		}).Rows[0].Text
	}
	mark := func(as look, s string) string {
		var b strings.Builder
		(&page{Drawer: d}).paint(&b, s, as)
		return b.String()
	}
	you, bob, room := look{tone: toneYou}, look{tone: toneName, who: "u3"}, look{tone: toneRoom}
	for in, want := range map[string]string{
		"@you look":                  mark(you, "@you") + " look",
		"@YOU, @youth me@you":        mark(you, "@YOU") + ", @youth me@you",
		"hi @bob. @bobby @eve":       "hi " + mark(bob, "@bob") + ". @bobby @eve",
		"in #deploys #random #1":     "in " + mark(room, "#deploys") + " #random #1",
		"**@room** _x_":              mark(look{tone: toneYou, weight: bold}, "@room") + " " + mark(look{weight: italic}, "x"),
		"`@you`":                     mark(look{tone: toneSpan}, "@you"),
		"@Bob Smith! @bob smithy":    mark(look{tone: toneName, who: "u5"}, "@Bob Smith") + "! " + mark(bob, "@bob") + " smithy",
		"@bob smith jones's":         mark(look{tone: toneName, who: "u6"}, "@bob smith jones") + "'s",
		"@O'Hara (ops) @Ада Лав":     mark(look{tone: toneName, who: "u7"}, "@O'Hara (ops)") + " " + mark(look{tone: toneName, who: "u8"}, "@Ада Лав"),
		"@o'hara @ада л @ада":        "@o'hara @ада л @ада",
		"@snake_case_ a_b":           mark(look{tone: toneName, who: "u4"}, "@snake_case_") + " a_b",
		"https://x.org/@you#deploys": "\x1b]8;id=hztntfp-1;https://x.org/@you#deploys\a" + mark(look{tone: toneLink}, "https://x.org/@you#deploys") + "\x1b]8;;\a",
	} {
		if got := draw(in); got != want {
			t.Errorf("%q\nis  %q\nnot %q", in, got, want)
		}
	}
}

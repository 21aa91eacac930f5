package slack

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestMarkup(t *testing.T) {
	names := func(id string) string { return map[string]string{"U1": "ada", "C1": "deploys"}[id] }
	for in, want := range map[string]string{
		"":                               "",
		"plain":                          "plain",
		"*bold* and _italic_ and ~gone~": "**bold** and _italic_ and ~~gone~~",
		"2 * 3 * 4":                      "2 * 3 * 4",
		"a*b*c":                          "a*b*c",
		"**twice**":                      "**twice**",
		"*not\nclosed*":                  "*not\nclosed*",
		"<@U1> look at <#C1|old-name>":   "@ada look at #deploys",
		"<@U9> and <@U9|bob> and <#C9>":  "@U9 and @bob and #C9",
		"<!here> <!channel> <!everyone>": "@here @room @room",
		"<!subteam^S1|@ops> <!date^1^{date}|today>": "@ops today",
		"<https://example.com>":                     "https://example.com",
		"<https://example.com|the *site*>":          "[the *site*](https://example.com)",
		"<https://example.com/?a=1&amp;b=2|[x]>":    `[\[x\]](https://example.com/?a=1&b=2)`,
		"<mailto:ada@example.com|ada@example.com>":  "[ada@example.com](mailto:ada@example.com)",
		"<https://example.com/(a)|x>":               "x https://example.com/(a)",
		"1 &lt; 2 &amp;&amp; 3 &gt; 2":              "1 < 2 && 3 > 2",
		"&amp;lt;":                                  "&lt;",
		"a < b":                                     "a < b",
		"<>":                                        "<>",
		"`*code* &lt;` *b*":                         "`*code* <` **b**",
		"```\n*code* <@U1>\n``` *b*":                "```\n*code* <@U1>\n``` **b**",
		"```*open":                                  "```*open",
		"`":                                         "`",
		"*é*":                                       "**é**",
	} {
		if got := Markup(in, names); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

// TestMarkupOfMarks: a text of marks that nothing closes takes no longer than another of
// its size; it took the square of that, which for this one is hours.
func TestMarkupOfMarks(t *testing.T) {
	for _, text := range []string{" *a", " ~a", "*a ", "<http://a|b> "} {
		text = strings.Repeat(text, 1<<20/len(text))
		if got := Markup(text, func(string) string { return "" }); len(got) < len(text)/2 {
			t.Errorf("%.10q… became %d bytes of %d", text, len(got), len(text))
		}
	}
	if got, want := Markup("*a\n*b* ~c *d*", nil), "*a\n**b** ~c **d**"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestPayload(t *testing.T) {
	for in, want := range map[string]string{
		`{"text": "build *passed*"}`: "build **passed**",
		`{"text": "fallback", "blocks": [{"type": "header", "text": {"type": "plain_text", "text": "Build 7"}},
			{"type": "section", "text": {"type": "mrkdwn", "text": "<https://example.com|log>"}, "fields": [{"type": "mrkdwn", "text": "*ok*"}]},
			{"type": "divider"}, {"type": "context", "elements": [{"type": "image", "image_url": "x"}, {"type": "plain_text", "text": "5 s"}]}]}`: "**Build 7**\n[log](https://example.com)\n**ok**\n5 s",
		`{"attachments": [{"pretext": "pre", "title": "T", "title_link": "https://example.com", "text": "t", "fields": [{"title": "a", "value": "b"}]}]}`: "pre\n[T](https://example.com)\nt\na: b",
		`{"attachments": [{"fallback": "only this"}]}`: "only this",
		`{"blocks": [{"type": "rich_text", "elements": [{"type": "rich_text_section", "text": {"odd": 1}}]}], "text": "t"}`: "t",
	} {
		p, err := ParsePayload([]byte(in))
		if err != nil || p.Markdown() != want {
			t.Errorf("%s\nbecame %q (%v), want %q", in, p.Markdown(), err, want)
		}
	}
	for _, in := range []string{"", "null", "[]", `{"text": ""}`, `{"text": 7}`, `{"text": "  "}`, `{}`} {
		if p, err := ParsePayload([]byte(in)); !errors.Is(err, ErrPayload) {
			t.Errorf("%q was taken as %+v", in, p)
		}
	}
}

func FuzzMarkup(f *testing.F) {
	for _, seed := range []string{"*a* <@U1|b> <x|y> `c` ```d``` &lt;", "<", "<!", "*", "~a~b~", "`a\n`"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Markup(s, nil)
		if utf8.ValidString(s) && !utf8.ValidString(got) {
			t.Errorf("%q became %q, which is no UTF-8", s, got)
		}
		if len(got) > 4*len(s)+16 {
			t.Errorf("%d bytes became %d", len(s), len(got))
		}
		if strings.TrimSpace(s) != "" && !strings.ContainsAny(s, "<>|!") && got == "" {
			t.Errorf("%q became nothing", s)
		}
	})
}

func FuzzPayload(f *testing.F) {
	f.Add([]byte(`{"text": "a", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "b"}}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, err := ParsePayload(raw)
		if err == nil && strings.TrimSpace(p.Markdown()) == "" {
			t.Errorf("%q says nothing", raw)
		}
	})
}

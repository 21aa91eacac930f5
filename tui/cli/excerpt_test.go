package cli

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/hobnob-chat/hobnob/net/chat"
)

func excerptOf(s string, printed bool, most int) *excerpt {
	var e excerpt
	for b := []byte(s); len(b) > 0; b = b[min(len(b), 1000):] {
		e.add(b[:min(len(b), 1000)])
	}
	e.end(printed, most)
	return &e
}

// TestPrintedForATerminal: output is posted as a terminal shows it in the end.
func TestPrintedForATerminal(t *testing.T) {
	for in, want := range map[string]string{
		"ok\n":                                "ok",
		"a\nb\n\n\n":                          "a\nb",
		"\x1b[31mred\x1b[0m\n":                "red",
		"\x1b]0;title\a text":                 " text",
		" 10%\r 50%\r100%\ndone\n":            "100%\ndone",
		"dos\r\nlines\r\n":                    "dos\nlines",
		"N\bNA\bAM\bME\bE":                    "NAME",
		"\b\bx":                               "x",
		"bell\a":                              "bell\u2407",
		"\xff":                                "\ufffd",
		"tab\tstays":                          "tab\tstays",
		"\u202eevil":                          "⟨RLO⟩evil",
		"progress\r":                          "progress",
		"\x1b[2K\rcompiling\x1b[2K\rdone  \n": "done  ",
	} {
		if got, all := excerptOf(in, true, 0).whole(); got != want || !all {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
	const code = "\x1b[31m \r\u202e\b" // program text stays as it is
	if got, _ := excerptOf(code+"\n", false, 0).whole(); got != code {
		t.Errorf("%q", got)
	}
}

func TestLastLines(t *testing.T) {
	for most, want := range map[int]string{
		0: "1\n2\n3\n4", 4: "1\n2\n3\n4", 2: "… 2 lines left out …\n3\n4", 3: "… 1 line left out …\n2\n3\n4",
	} {
		if got, all := excerptOf("1\n2\n3\n4\n", true, most).whole(); got != want || !all {
			t.Errorf("the last %d: %q", most, got)
		}
	}
}

// TestExcerptOfAnything: whatever is printed, the excerpt has room, begins as it does,
// ends as it does, and tells how many lines are missing.
func TestExcerptOfAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		line := rapid.OneOf(rapid.StringMatching(`[a-z ]{0,30}`), rapid.StringMatching(`[<>&"]{0,20}`), rapid.StringN(0, 10, 40),
			rapid.Just(strings.Repeat("long ", 300)), rapid.Just(strings.Repeat("é", 400)))
		lines := rapid.SliceOfN(line, 1, 200).Draw(t, "lines")
		for i := range lines {
			lines[i] = strings.NewReplacer("\n", "", "\r", "").Replace(lines[i])
		}
		limit := rapid.IntRange(200, 4000).Draw(t, "limit")
		e := excerptOf(strings.Join(lines, "\n"), false, 0)
		whole, all := e.whole()
		if !all || whole != strings.TrimRight(strings.Join(lines, "\n"), "\n") {
			t.Fatalf("whole is %q", whole)
		}
		if len(chat.TextBody(whole).JSON) <= limit {
			return
		}
		text, left := e.fit(limit)
		if n := len(chat.TextBody(text).JSON); n > limit || n < limit/8 && len(lines) > 1 && !strings.Contains(whole, "long") && !strings.Contains(whole, "éé") {
			t.Fatalf("%d bytes of %d: %q", n, limit, text)
		}
		if !utf8.ValidString(text) || left == "" {
			t.Fatalf("%q, %q", text, left)
		}
		got := strings.Split(text, "\n")
		var missing int64
		at := -1
		for i, l := range got {
			if _, err := fmt.Sscanf(strings.ReplaceAll(l, ",", ""), "… %d line", &missing); err == nil {
				at = i
			}
		}
		if at < 0 {
			if left != "some characters" {
				t.Fatalf("no line says what is missing: %q", text)
			}
			return
		}
		all_ := strings.Split(whole, "\n")
		if int64(len(all_)-len(got)+1) != missing || left != plural(missing, "line") {
			t.Fatalf("%d of %d lines, said %d missing", len(got)-1, len(all_), missing)
		}
		for i := range at {
			if got[i] != all_[i] {
				t.Fatalf("line %d is %q, want %q", i, got[i], all_[i])
			}
		}
		for i := 1; i < len(got)-at; i++ {
			if a, b := got[len(got)-i], all_[len(all_)-i]; a != b && !strings.HasSuffix(b, strings.TrimPrefix(a, "…")) {
				t.Fatalf("line %d from the end is %q, want %q", i, a, b)
			}
		}
	})
}

// TestEndlessOutput: what is kept does not grow with what is printed.
func TestEndlessOutput(t *testing.T) {
	var e excerpt
	n := 0
	for block := range 400 {
		var b bytes.Buffer
		for range 1000 {
			n++
			fmt.Fprintf(&b, "line %d of very many\n", n)
		}
		e.add(b.Bytes())
		if kept := len(e.head) + cap(e.tail); kept > keepHead+4*keepTail {
			t.Fatalf("after %d blocks %d bytes are kept", block, kept)
		}
	}
	e.end(true, 0)
	text, left := e.fit(900_000)
	first, rest, _ := strings.Cut(text, "\n")
	if first != "line 1 of very many" || !strings.HasSuffix(rest, fmt.Sprintf("line %d of very many", n)) {
		t.Errorf("begins %q, ends %q", first, rest[len(rest)-40:])
	}
	kept := int64(strings.Count(text, "\n")) // with the line that says so
	if want := plural(int64(n)-kept, "line"); left != want {
		t.Errorf("left out %s, want %s", left, want)
	}
}

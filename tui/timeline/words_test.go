package timeline

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestWhatIsHiddenIsShown where a message is read, and nowhere else: what is copied or
// edited again has no signs of ours in it.
func TestWhatIsHiddenIsShown(t *testing.T) {
	tl := fresh(80, 12)
	text := "pass\u200bword \u202etxt\n" + lines(30)
	tl.Arrived([]chat.Message{message(1, ada, "", text)})
	if s := screen(tl); !strings.Contains(s, "pass⟨ZWSP⟩word ⟨RLO⟩txt") {
		t.Errorf("hidden:\n%s", s)
	}
	tl.ChooseNewest()
	if m, _ := tl.Chosen(); strings.Contains(m.Text, "ZWSP") || !strings.HasPrefix(m.Text, "password") {
		t.Errorf("what is copied: %q", m.Text)
	}
	f, _ := tl.Folded()
	w := NewWhole(tl.theme, f)
	w.SetSize(80, 40)
	if s := ansi.Strip(w.View()); !strings.Contains(s, "pass⟨ZWSP⟩word") {
		t.Errorf("on the whole screen:\n%s", s)
	}
}

// TestWhatAFileIs is seen whatever it is called.
func TestWhatAFileIs(t *testing.T) {
	pad := strings.Repeat("- ", 44)
	for _, c := range []struct {
		width    int
		name     string
		has, not string
	}{
		{100, "report.pdf", "▤ report.pdf  text/plain · 77 bytes", "…"},
		{100, "holiday.jpg " + pad + ".desktop", "- .desktop  text/plain · 77 bytes", ""},
		{60, "holiday.jpg " + pad + ".desktop", ".desktop  text/plain · 77 bytes", ""},
		{40, "holiday.jpg " + pad + ".desktop", ".desktop  text/plai…", ""},
		{40, "a.txt", "▤ a.txt  text/plain · 77 …", ""},
		{20, "holiday.jpg", "…", "bytes"},
		{100, "holiday.jpg" + strings.Repeat("x", 9000) + ".desktop", ".desktop  text/plain · 77 bytes", ""},
	} {
		tl := fresh(c.width, 12)
		m := message(1, ada, "", "")
		m.Files = []chat.File{{ID: "f", Name: c.name, Type: "text/plain", Size: 77}}
		tl.Arrived([]chat.Message{m})
		if s := screen(tl); !strings.Contains(s, c.has) || c.not != "" && strings.Contains(s, c.not) {
			t.Errorf("%d columns:\n%s", c.width, s)
		}
	}
}

// TestTheWholeIsDrawnAsItsBeginning: a message that is opened looks as it did.
func TestTheWholeIsDrawnAsItsBeginning(t *testing.T) {
	for name, m := range map[string]chat.Message{
		"markdown": message(1, ada, "m", "**bold**\n"+lines(40)),
		"code":     message(1, ada, "c", "return *nil*\n"+lines(40)),
	} {
		if name == "code" {
			m.Style, m.Block = chat.StyleCode, &chat.Block{Title: "x.go"}
		}
		tl := fresh(80, 12)
		tl.Arrived([]chat.Message{m})
		f, _ := tl.Folded()
		tl.ChooseNewest()
		chosen, _ := tl.Chosen()
		for how, f := range map[string]Folded{"nearest": f, "selected": chosen.Folded(chosen.Text)} {
			w := NewWhole(tl.theme, f)
			w.SetSize(80, 40)
			row := strings.TrimSpace(ansi.Strip(strings.Split(w.View(), "\n")[1]))
			if all := ansi.Strip(strings.Join(tl.lay(0).rows, "\n")); !strings.Contains(all, row) || row == "" {
				t.Errorf("%s, %s: %q is not in %q", name, how, row, all)
			}
		}
	}
}

// TestWhatProgramsSayIsNoMarkdown.
func TestWhatProgramsSayIsNoMarkdown(t *testing.T) {
	tl := fresh(80, 12)
	m := message(1, ada, "", "")
	m.Body = chat.Body{JSON: []byte(`{"a":"**b** https://x.org"}`)}
	tl.Arrived([]chat.Message{m})
	if s := tl.View(); !strings.Contains(s, `{"a":"**b** https://x.org"}`) {
		t.Errorf("%q", s)
	}
}

// What is said of a message in one row has no signs of Markdown, and all its words.
func TestOneRowHasNoSigns(t *testing.T) {
	for body, want := range map[string]string{
		"- one\n- two":              "• one • two",
		"> quoted line\nmy answer":  "quoted line my answer",
		"# heading":                 "heading",
		"**bold** and `code`":       "bold and code",
		"2*3*4 and snake_case.":     "2*3*4 and snake_case.",
		"```go\nx := 1\n```\nafter": "x := 1 after",
		"a plain line":              "a plain line",
	} {
		tl := fresh(100, 12)
		tl.Reloaded([]chat.Message{message(1, ada, "m1", body)}, false)
		if got := tl.oneLine(tl.items[0]); got != want {
			t.Errorf("%q is %q, want %q", body, got, want)
		}
		tl.Choose()
		if m, ok := tl.Chosen(); !ok || m.OneLine() != want {
			t.Errorf("%q is replied to as %q, want %q", body, m.OneLine(), want)
		}
	}
}

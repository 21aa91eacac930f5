package tui

import (
	"fmt"
	"html"
	"image/color"
	"os"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/vt"
	"github.com/google/go-cmp/cmp"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/timeline"
)

// pictureFile is what README opens with.
const pictureFile = "../docs/screen.svg"

// TestPicture: the picture in README is the screen as it is drawn today. To make it anew:
// go test ./tui -run TestPicture -update.
func TestPicture(t *testing.T) {
	const width, height = 104, 19
	s := openTeam(width, height)
	s.send(tea.ColorProfileMsg{Profile: colorprofile.TrueColor})
	s.send(tea.BackgroundColorMsg{Color: color.Black})
	at := func(seq uint64, u chat.User, minutes int, text string) chat.Message {
		m := inRoom("r2", seq, u, text)
		m.At = chat.ToMillis(monday.Add(time.Duration(minutes) * time.Minute))
		return m
	}
	first := at(18, ada, 2, "shipping **2.4** in ten minutes, notes: https://acme.example/2.4")
	first.Replies = &chat.Replies{Count: 3, Last: chat.ToMillis(monday.Add(10 * time.Minute)), LastBy: bob}
	first.Reactions = []chat.Reaction{{Emoji: "🚀", Count: 2, Users: []string{bob.ID, you.ID}}}
	second := at(19, grace, 4, "@you can you watch the graphs?\n```go\nfunc (r *Room) Send(m Message) error {\n\treturn r.log.Append(m) // durable, then told\n}\n```")
	second.Mentions = []string{you.ID}
	build := at(20, bob, 21, "ok acme/room 0.412s\nPASS")
	exit := 0
	build.Style, build.Block = chat.StyleOutput, &chat.Block{Title: "make test", Exit: &exit, Duration: 3100}
	last := at(21, bob, 22, "done, p99 is flat")
	s.send(chat.Reloaded{Room: "r2", Messages: []chat.Message{first, second, build}})
	s.keys(t, "{alt+1}")
	s.send(chat.Arrived{Messages: []chat.Message{last}})
	s.send(chat.Typing{TypingTold: chat.TypingTold{Room: "r2", User: grace, On: true}})

	s.every(func(t *timeline.Timeline) { t.SetPatience(time.Hour) }) // however busy the machine is
	got := svg(s.View().Content, width, height)
	if *update {
		if err := os.WriteFile(pictureFile, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(pictureFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("run go test ./tui -run TestPicture -update (-picture +screen):\n%.2000s", diff)
	}
}

// svg draws what a terminal would show, each run of cells of one look where its cells are.
func svg(content string, width, height int) string {
	const cellWidth, cellHeight, pad = 8.4, 18, 14
	screen := vt.NewEmulator(width, height)
	defer func() { _ = screen.Close() }()
	_, _ = screen.WriteString(strings.ReplaceAll(content, "\n", "\r\n"))
	w, h := float64(width)*cellWidth+2*pad, height*cellHeight+2*pad
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.1f %d" font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" style="white-space:pre">`+"\n", w, h)
	fmt.Fprintf(&b, `<rect width="%.1f" height="%d" rx="8" fill="#16181d"/>`+"\n", w, h)
	for y := range height {
		for x := 0; x < width; {
			begin, text := x, strings.Builder{}
			style := screen.CellAt(x, y).Style
			for x < width {
				c := screen.CellAt(x, y)
				if x > begin && !c.Style.Equal(&style) {
					break
				}
				text.WriteString(c.Content)
				x += max(c.Width, 1)
			}
			if s := text.String(); strings.TrimSpace(s) != "" || style.Bg != nil {
				run(&b, s, style, pad+float64(begin)*cellWidth, pad+y*cellHeight, float64(x-begin)*cellWidth, x-begin, cellHeight)
			}
		}
	}
	b.WriteString("</svg>\n")
	return b.String()
}

func run(b *strings.Builder, text string, style uv.Style, x float64, y int, width float64, cells, height int) {
	ink, paper := hex(style.Fg, "#d8dae0"), hex(style.Bg, "")
	if style.Attrs&uv.AttrReverse != 0 {
		ink, paper = "#16181d", ink
	}
	if paper != "" {
		fmt.Fprintf(b, `<rect x="%.1f" y="%d" width="%.1f" height="%d" fill="%s"/>`+"\n", x, y, width, height, paper)
	}
	cell := width / float64(cells)
	for strings.HasPrefix(text, " ") {
		text, x, width = text[1:], x+cell, width-cell
	}
	for strings.HasSuffix(text, " ") {
		text, width = text[:len(text)-1], width-cell
	}
	if text == "" {
		return
	}
	look := ""
	if style.Attrs&uv.AttrBold != 0 {
		look += ` font-weight="bold"`
	}
	if style.Attrs&uv.AttrItalic != 0 {
		look += ` font-style="italic"`
	}
	if style.Attrs&uv.AttrFaint != 0 {
		look += ` opacity="0.6"`
	}
	if style.Underline != uv.UnderlineNone {
		look += ` text-decoration="underline"`
	}
	fmt.Fprintf(b, `<text x="%.1f" y="%d" textLength="%.1f" lengthAdjust="spacing" fill="%s"%s>%s</text>`+"\n", x, y+height-5, width, ink, look, html.EscapeString(text))
}

// hex is a colour as SVG has it, or else what stands for none.
func hex(c color.Color, none string) string {
	if c == nil {
		return none
	}
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}

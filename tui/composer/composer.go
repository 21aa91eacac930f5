// Package composer is where a message is written: a text area that grows with
// its text, with the terminal's own cursor in it so that input methods work,
// and below it the sentence that says why something was not sent.
//
// It never loses what was typed, and decides nothing: what Enter means, and
// what becomes of the text, is its owner's. It is used by one goroutine.
package composer

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textarea"
	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

const (
	bar = "┃"

	// maxLines and maxBytes are what a text may grow to by pasting: the text
	// area lays all of it out at every key, and drops lines after the 10,000th
	// without a word.
	maxLines = 5_000
	maxBytes = 256 << 10

	// barFrom is the width from which there is room for the bar.
	barFrom = 8
)

// Composer is the text area and its sentence.
type Composer struct {
	// Set once.
	keys Keys

	// The look.
	theme  *theme.Theme
	width  int
	text   int // most rows of text
	say    int // most rows of the sentence
	height int // of the view; SetSize
	view   string
	stale  bool // view has to be drawn again

	// What is written. The area is as high as its text; offset is the first of
	// its rows that is seen.
	area   textarea.Model
	offset int
	killed string // what yank brings back
	said   string // the sentence; sanitised
}

// Keys are the composer's keys: the text area's, of which what is not used has
// no keys, and those it does not have.
type Keys struct {
	textarea.KeyMap
	Yank key.Binding
}

// New makes an empty composer, ready to be typed into.
func New(t *theme.Theme, keys Keys) *Composer {
	c := &Composer{keys: keys, text: 1, stale: true}
	c.area = textarea.New()
	c.area.KeyMap = keys.KeyMap
	c.area.ShowLineNumbers = false
	c.area.Prompt = "" // the bar is drawn beside the rows that are seen, not beside all
	c.area.SetVirtualCursor(false)
	c.area.CharLimit, c.area.MaxWidth = 0, 0
	// The area's own window is not used: with a height of its own it would keep
	// no more wrapped lines than it shows, and wrap the rest at every key.
	c.area.DynamicHeight, c.area.MaxHeight, c.area.MaxContentHeight = true, 0, 1<<30
	c.area.Focus()
	c.SetTheme(t)
	return c
}

// SetTheme changes how it looks.
func (c *Composer) SetTheme(t *theme.Theme) {
	c.theme = t
	plain := lipgloss.NewStyle()
	state := textarea.StyleState{
		Base: plain, Text: plain, CursorLine: plain, EndOfBuffer: plain,
		Placeholder: t.Dim, Prompt: plain, Selection: plain.Reverse(true),
	}
	// Without a colour of its own the cursor is the one its user chose.
	c.area.SetStyles(textarea.Styles{Focused: state, Blurred: state, Cursor: textarea.CursorStyle{Shape: tea.CursorBlock, Blink: true}})
	c.stale = true
}

// SetPlaceholder sets what is said while nothing is written.
func (c *Composer) SetPlaceholder(s string) {
	c.area.Placeholder = chat.SanitizeLine(s)
	c.stale = true
}

// SetSpace says how wide it is, how many rows of text it may take, and how many
// more its sentence. Rows then says how many it wants.
func (c *Composer) SetSpace(width, text, say int) {
	if width == c.width && text == c.text && say == c.say {
		return
	}
	c.width, c.text, c.say = width, max(text, 1), say
	c.area.SetWidth(max(width-c.left(), 1))
	c.stale = true
}

// SetSize sets the rows View fills.
func (c *Composer) SetSize(width, height int) {
	c.SetSpace(width, c.text, c.say)
	c.stale = c.stale || height != c.height
	c.height = height
}

// Rows is how many rows it wants.
func (c *Composer) Rows() int { return c.textRows() + len(c.sentence()) }

func (c *Composer) textRows() int {
	if c.Empty() {
		return 1
	}
	return min(c.area.Height(), c.text)
}

// margin is the empty column at the left, where there is room for one.
func (c *Composer) margin() int {
	if c.width >= 34 {
		return 1
	}
	return 0
}

// left is where the text begins: after the margin and the bar.
func (c *Composer) left() int {
	if c.width < barFrom {
		return c.margin()
	}
	return c.margin() + 2
}

// Text is what is written.
func (c *Composer) Text() string { return c.area.Value() }

// Empty tells whether nothing is written.
func (c *Composer) Empty() bool { return c.area.Length() == 0 }

// SetText replaces what is written; the cursor goes to its end.
func (c *Composer) SetText(s string) {
	c.area.SetValue(s)
	c.said, c.stale = "", true
}

// Say shows a sentence until the text is changed.
func (c *Composer) Say(s string) {
	c.said = chat.SanitizeLine(s)
	c.stale = true
}

// Said is the sentence, if there is no room to show it here.
func (c *Composer) Said() string {
	if c.say > 0 {
		return ""
	}
	return c.said
}

// Press handles a key: editing, moving, typing.
func (c *Composer) Press(msg tea.KeyPressMsg) {
	c.stale = true
	if key.Matches(msg, c.keys.Yank) {
		c.insert(c.killed)
		return
	}
	kills := key.Matches(msg, c.keys.DeleteAfterCursor, c.keys.DeleteBeforeCursor, c.keys.DeleteWordBackward, c.keys.DeleteWordForward)
	before := ""
	if kills {
		before = c.area.Value()
	}
	length := c.area.Length()
	c.area, _ = c.area.Update(msg) // without a virtual cursor or clipboard keys it has no commands
	if kills {
		if cut := removed(before, c.area.Value()); cut != "" {
			c.killed = cut
		}
	}
	if c.area.Length() != length {
		c.said = ""
	}
}

// Paste inserts a text at the cursor, whole or, with a sentence, not at all.
func (c *Composer) Paste(s string) {
	s = chat.Sanitize(s) // it may be anybody's
	lines := strings.Count(s, "\n") + 1
	if c.area.LineCount()+lines > maxLines || len(c.area.Value())+len(s) > maxBytes {
		c.Say(fmt.Sprintf("nothing was pasted: %d lines, %d kB are too much for one message", lines, (len(s)+999)/1000))
		return
	}
	c.insert(s)
}

func (c *Composer) insert(s string) {
	if s == "" {
		return
	}
	c.area, _ = c.area.Update(tea.PasteMsg{Content: s})
	c.said, c.stale = "", true
}

// removed is what was cut out of before to leave after.
func removed(before, after string) string {
	n := len(before) - len(after)
	if n <= 0 {
		return ""
	}
	i := 0
	for i < len(after) && before[i] == after[i] {
		i++
	}
	// The cut may begin like what follows it: move back to where it fits.
	for i > 0 && before[i+n:] != after[i:] {
		i--
	}
	return before[i : i+n]
}

// sentence is what is to be said, as rows.
func (c *Composer) sentence() []string {
	if c.said == "" || c.say <= 0 || c.width <= 0 {
		return nil
	}
	indent := c.left()
	width := max(c.width-indent-c.margin(), 1)
	rows := strings.Split(c.theme.Measure.Wrap(c.said, width, ""), "\n")
	if len(rows) > c.say {
		rows = rows[:c.say]
		last := &rows[c.say-1]
		*last = c.theme.Truncate(*last+" …", width, "…")
	}
	for i, r := range rows {
		rows[i] = strings.Repeat(" ", indent) + c.theme.Warn.Render(c.theme.Truncate(r, width, ""))
	}
	return rows
}

// View draws it: exactly its height in rows, none wider than its width.
func (c *Composer) View() string {
	if c.width <= 0 || c.height <= 0 {
		return ""
	}
	if !c.stale {
		return c.view
	}
	said := c.sentence()
	said = said[:max(0, min(len(said), c.height-1))]
	text := c.height - len(said)
	rows := strings.Split(c.area.View(), "\n")
	c.follow(text)
	rows = rows[min(c.offset, len(rows)):]
	rows = rows[:min(text, len(rows))]
	left := strings.Repeat(" ", c.margin())
	if c.width >= barFrom {
		left += c.theme.Accent.Render(bar) + " "
	}
	for i, r := range rows {
		rows[i] = left + c.theme.Truncate(strings.TrimRight(r, " "), c.width-c.left(), "")
	}
	for len(rows) < text {
		rows = append(rows, "")
	}
	c.view, c.stale = strings.Join(append(rows, said...), "\n"), false
	return c.view
}

// follow moves the window of n rows so that the cursor is in it.
func (c *Composer) follow(n int) {
	y := c.cursor().Y
	c.offset = min(c.offset, y, max(c.area.Height()-n, 0))
	c.offset = max(c.offset, y-n+1)
}

// Cursor is where the terminal's cursor belongs, relative to the view.
func (c *Composer) Cursor() *tea.Cursor {
	if c.width <= 0 || c.height <= 0 {
		return nil
	}
	c.View() // moves the window
	cur := c.cursor()
	cur.X = min(cur.X+c.left(), c.width-1)
	cur.Y = min(cur.Y-c.offset, c.height-1)
	return cur
}

// cursor is the area's, counted by the terminal's own measure: the area always
// counts joined emoji as one.
func (c *Composer) cursor() *tea.Cursor {
	cur := c.area.Cursor()
	if c.theme.Measure == ansi.GraphemeWidth {
		return cur
	}
	info := c.area.LineInfo()
	line := strings.Split(c.area.Value(), "\n")[c.area.Line()]
	runes := []rune(line)
	from := min(info.StartColumn, len(runes))
	to := min(from+info.ColumnOffset, len(runes))
	cur.X += c.theme.Measure.StringWidth(string(runes[from:to])) - ansi.StringWidth(string(runes[from:to]))
	return cur
}

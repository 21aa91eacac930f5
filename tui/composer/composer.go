// Package composer is where a message is written: a text that grows to its
// space and then scrolls, with the terminal's own cursor in it so that input
// methods work, and below it the sentence that says why something was not sent.
//
// What is written is kept as it will be sent: tabs stay tabs, and only what
// could do something to a terminal is replaced when it is pasted or typed. It
// never loses what was typed, and decides nothing: what Enter means, and what
// becomes of the text, is its owner's. It is used by one goroutine.
//
// The text area of bubbles is not used: it lays the whole text out some ten
// times at every key (28 ms at 18 kB), makes spaces of tabs, and counts joined
// emoji as one whatever the terminal does.
package composer

import (
	"fmt"
	"strings"
	"unicode"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

const (
	bar = "┃"

	// maxBytes is what a text may grow to. All of it is laid out at every
	// change, which takes some milliseconds at this size; it is twice what the
	// timeline shows of a message.
	maxBytes = 64 << 10

	// barFrom is the width from which there is room for the bar.
	barFrom = 8
)

// Composer is the text and its sentence.
type Composer struct {
	// Set once.
	keys Keys

	// The look.
	theme       *theme.Theme
	placeholder string // sanitised
	width       int
	most        int // rows of text
	say         int // rows of the sentence
	height      int // of the view; SetSize
	view        string
	stale       bool // view has to be drawn again
	idle        bool // what is typed goes elsewhere

	// What is written. laid is nil when it is stale; offset is the first of its
	// rows that is seen; goal is the column that going up and down aims at, -1
	// for the cursor's own.
	text   text
	laid   *rows
	offset int
	goal   int
	said   string // the sentence; sanitised
	stays  bool   // it does while the text is changed
	told   bool   // it says what was done, and nothing that went wrong
	spent  spent
	head   Head
	past   past
	offer  *offer // nil if none is made
	spaced spaced // where a space may give way
}

// Keys are the composer's keys. Of what is not used there are no keys.
type Keys struct {
	InsertNewline                                   key.Binding
	CharacterBackward, CharacterForward             key.Binding
	WordBackward, WordForward                       key.Binding
	LinePrevious, LineNext                          key.Binding
	LineStart, LineEnd                              key.Binding
	InputBegin, InputEnd                            key.Binding
	DeleteCharacterBackward, DeleteCharacterForward key.Binding
	DeleteWordBackward, DeleteWordForward           key.Binding
	DeleteBeforeCursor, DeleteAfterCursor           key.Binding
	Yank                                            key.Binding
}

// New makes an empty composer, ready to be typed into.
func New(t *theme.Theme, keys Keys) *Composer {
	return &Composer{keys: keys, theme: t, most: 1, goal: -1, stale: true}
}

// SetKeys changes its keys.
func (c *Composer) SetKeys(keys Keys) { c.keys = keys }

// SetTheme changes how it looks, and how it is measured.
func (c *Composer) SetTheme(t *theme.Theme) {
	c.theme = t
	c.laid, c.stale = nil, true
}

// SetPlaceholder sets what is said while nothing is written.
func (c *Composer) SetPlaceholder(s string) {
	c.placeholder = chat.SanitizeLine(s)
	c.stale = true
}

// SetSpace says how wide it is, how many rows of text it may take, and how many
// more its sentence. Rows then says how many it wants.
func (c *Composer) SetSpace(width, text, say int) {
	if width == c.width && text == c.most && say == c.say {
		return
	}
	c.width, c.most, c.say = width, max(text, 1), say
	c.laid, c.stale = nil, true
}

// SetSize sets the rows View fills.
func (c *Composer) SetSize(width, height int) {
	c.SetSpace(width, c.most, c.say)
	c.stale = c.stale || height != c.height
	c.height = height
}

// Rows is how many rows it wants.
func (c *Composer) Rows() int {
	return min(len(c.rows().list), c.most) + c.headRows() + len(c.sentence())
}

// Beyond says how much is written while not all of it is seen: its lines, or
// where there is only one its rows. It is "" while all is seen.
func (c *Composer) Beyond() string {
	rows := len(c.rows().list)
	if rows <= c.most {
		return ""
	}
	if n := lineCount(c.text.s); n > 1 {
		return fmt.Sprintf("%d lines", n)
	}
	return fmt.Sprintf("%d rows", rows)
}

// lineCount is how many lines a text has: a line end with nothing behind it begins none, and is
// not sent.
func lineCount(s string) int {
	s = strings.TrimRight(s, "\r\n")
	return max(strings.Count(s, "\n"), strings.Count(s, "\r")) + 1
}

// rows is the text as rows of its width.
func (c *Composer) rows() *rows {
	if c.laid == nil {
		c.laid = layOut(c.text.s, c.width-c.left(), c.theme.Measure)
	}
	return c.laid
}

// left is where the text begins: after the margin and the bar.
func (c *Composer) left() int {
	if c.width < barFrom {
		return theme.Margin(c.width)
	}
	return theme.Margin(c.width) + 2
}

// Text is what is written.
func (c *Composer) Text() string { return c.text.s }

// Empty tells whether nothing is written.
func (c *Composer) Empty() bool { return c.text.s == "" }

// AtEnd tells whether the cursor is after all that is written.
func (c *Composer) AtEnd() bool { return c.text.at == len(c.text.s) }

// AtLineEnd tells whether nothing follows the cursor in its line.
func (c *Composer) AtLineEnd() bool { return c.text.at == c.text.lineEnd() }

// Clear takes away what is written, and what was put aside to recall it.
func (c *Composer) Clear() {
	c.text.remove(0, len(c.text.s))
	c.past.back, c.past.edited = 0, nil
	c.changed()
}

// Cut takes away what is written, to be brought back by Yank.
func (c *Composer) Cut() {
	c.text.at = 0
	c.text.cut(0, len(c.text.s))
	c.changed()
}

// changed is to be called when the text is another.
func (c *Composer) changed() {
	if !c.stays || c.Empty() {
		c.said, c.stays = "", false
	}
	c.laid, c.goal, c.stale, c.offer = nil, -1, true, nil
	c.spent.changed(c.Empty())
}

// Say shows a sentence until the text is changed.
func (c *Composer) Say(s string) {
	c.said, c.stays, c.told = chat.SanitizeLine(s), false, false
	c.stale = true
}

// Tell shows a sentence about what was done.
func (c *Composer) Tell(s string) {
	c.Say(s)
	c.told = true
}

// TellOn is Tell while somebody writes: it stays as SayOn's does.
func (c *Composer) TellOn(s string) {
	c.Tell(s)
	c.stays = true
}

// Told tells whether the sentence is about what was done.
func (c *Composer) Told() bool { return c.told && c.said != "" }

// Forget takes away what was said, unless it stays while one writes.
func (c *Composer) Forget() {
	if !c.stays {
		c.Say("")
	}
}

// SayOn shows a sentence about what is written, which stays while that is changed, until
// nothing is written or something else is said.
func (c *Composer) SayOn(s string) {
	c.Say(s)
	c.stays = true
}

// Sentence is the sentence that is shown, "" for none.
func (c *Composer) Sentence() string { return c.said }

// Said is the sentence, if there is no room to show it here.
func (c *Composer) Said() string {
	switch {
	case c.say > 0:
		return ""
	case c.said == "":
		return c.headSays()
	}
	return c.said
}

// Press handles a key: editing, moving, typing.
func (c *Composer) Press(msg tea.KeyPressMsg) {
	t, k := &c.text, c.keys
	before, spent := t.s, c.spent.on
	c.Keep()
	c.offer = nil
	space := c.spaced
	c.spaced = spaced{}
	switch {
	case key.Matches(msg, k.LinePrevious):
		c.climb(-1)
		return
	case key.Matches(msg, k.LineNext):
		c.climb(1)
		return
	case key.Matches(msg, k.InsertNewline):
		c.insert("\n")
	case key.Matches(msg, k.Yank):
		c.insert(t.killed)
	case key.Matches(msg, k.DeleteCharacterBackward):
		t.remove(t.left(), t.at)
	case key.Matches(msg, k.DeleteCharacterForward):
		t.remove(t.at, t.right())
	case key.Matches(msg, k.DeleteWordBackward):
		t.cut(t.wordLeft(), t.at)
	case key.Matches(msg, k.DeleteWordForward):
		t.cut(t.at, t.wordRight())
	case key.Matches(msg, k.DeleteBeforeCursor):
		from := t.lineStart()
		if from == t.at {
			from = t.left() // the line end before it
		}
		t.cut(from, t.at)
	case key.Matches(msg, k.DeleteAfterCursor):
		to := t.lineEnd()
		if to == t.at {
			to = t.right() // the line end after it
		}
		t.cut(t.at, to)
	case c.move(msg):
	default:
		s := strings.Map(typed, msg.Text)
		if spent && strings.TrimSpace(s) != "" {
			c.give()
		}
		c.giveWay(space, s)
		c.insert(s)
	}
	if t.s != before {
		c.changed()
	}
	c.goal, c.stale = -1, true
}

// move goes where a key leads to.
func (c *Composer) move(msg tea.KeyPressMsg) bool {
	t, k := &c.text, c.keys
	switch {
	case key.Matches(msg, k.CharacterBackward):
		t.at = t.left()
	case key.Matches(msg, k.CharacterForward):
		t.at = t.right()
	case key.Matches(msg, k.WordBackward):
		t.at = t.wordLeft()
	case key.Matches(msg, k.WordForward):
		t.at = t.wordRight()
	case key.Matches(msg, k.LineStart):
		t.at = t.lineStart()
	case key.Matches(msg, k.LineEnd):
		t.at = t.lineEnd()
	case key.Matches(msg, k.InputBegin):
		t.at = 0
	case key.Matches(msg, k.InputEnd):
		t.at = len(t.s)
	default:
		return false
	}
	return true
}

// climb goes n rows down, towards the column where it began, and from the first
// and the last row to what was sent before and after.
func (c *Composer) climb(n int) {
	r := c.rows()
	y := r.find(c.text.at)
	if c.goal < 0 {
		c.goal = r.column(y, c.text.at)
	}
	c.stale = true
	if to := y + n; to >= 0 && to < len(r.list) {
		c.text.at = r.place(to, c.goal)
		return
	}
	c.recall(-n)
}

// typed is a character of a key press, or -1 for what does something to a
// terminal. Marks and joiners come one by one from some input methods, so
// Sanitize, which wants to see what they belong to, is not for them.
func typed(r rune) rune {
	switch {
	case unicode.IsControl(r), unicode.In(r, unicode.Zl, unicode.Zp):
		return -1
	case unicode.Is(unicode.Bidi_Control, r) && r > '\u200f': // all but the marks, which reorder nothing by themselves
		return -1
	}
	return r
}

// Paste inserts a text at the cursor, whole or, with a sentence, not at all. It
// may be anybody's: it is sanitised.
func (c *Composer) Paste(s string) {
	if len(s) <= maxBytes {
		s = chat.Sanitize(s)
	}
	if len(c.text.s)+len(s) > maxBytes {
		lines := "1 line"
		if n := lineCount(s); n > 1 {
			lines = fmt.Sprintf("%d lines", n)
		}
		c.Say(fmt.Sprintf("nothing was pasted: %s of %d kB is too much here; one message has up to %d kB",
			lines, (len(s)+999)/1000, maxBytes/1000))
		return
	}
	if c.spent.on && s != "" {
		c.give()
	}
	c.insert(s)
}

// insert puts s at the cursor, or says that there is no room for it.
func (c *Composer) insert(s string) {
	switch {
	case s == "":
	case len(c.text.s)+len(s) > maxBytes:
		c.Say(fmt.Sprintf("this is full: one message has up to %d kB", maxBytes/1000))
	default:
		c.text.insert(s)
		c.changed()
	}
}

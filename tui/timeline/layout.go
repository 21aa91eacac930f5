package timeline

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"charm.land/lipgloss/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/markup"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

const (
	// foldBelow is the width under which names and text share a column.
	foldBelow = 50
	// clockWidth is the width of "15:04".
	clockWidth = 5
	// silence after which a name is said again.
	silence = 10 * time.Minute
	// maxLaid is how many layouts are kept: some screens, so that scrolling
	// back and forth is free, and bounded, so that a long walk is, too.
	maxLaid = 1024
)

// columns is where things stand in a row.
type columns struct {
	margin int // at both sides
	name   int // width of the column of names, 0 if it is folded away
	text   int // where the text begins
	width  int // of the text
	clock  int // where times begin, 0 if there are none
}

// arrange divides a width. Names get as much as the longest one seen needs.
func arrange(width, longest int) columns {
	c := columns{margin: theme.Margin(width)}
	if width >= theme.RoomyFrom {
		c.clock = width - c.margin - clockWidth
	}
	if width >= foldBelow {
		c.name = min(max(longest, 4), width/5)
		c.text = c.margin + c.name + 2
	} else {
		c.text = c.margin + 2 // under the name
	}
	end := width
	if c.clock > 0 {
		end = c.clock - 2
	}
	if c.text >= end {
		c.text = 0
	}
	c.width = max(end-c.text, 1)
	return c
}

// layout is an item as rows of the timeline's width. The first prefix of them
// stand above what is of the item.
type layout struct {
	key    layoutKey
	lines  int // of the prefix, those that are no part of the item: a new day, what is new
	prefix int
	said   int // rows up to the end of what it says, where more is said if it is folded
	rows   []string
	folded bool    // not all of it is shown
	aside  bool    // it is about a message that is shown elsewhere, and nobody's name belongs to it
	copied *copied // what can be copied of it; nil until somebody asks
}

// layoutKey is what a layout depends on beside the item itself.
type layoutKey struct {
	look   uint32
	day    bool // a new day begins
	lead   bool // the name is said
	clock  bool // the time is said
	offers bool // the keys for failed drafts are said
	fresh  bool // it is the first that is new
	writes bool // the user is writing something in its thread
	root   int  // how many answers there are, of the first one below the message that began the thread; 0 of all others
	run    int  // how many answers to a thread it stands for, 0 if it stands for itself
}

// hidden is the run of an answer for which the next one stands, or the message that
// began the thread.
const hidden = -1

// nothing is the layout of what is hidden.
var nothing = layout{aside: true}

// restyle makes every layout stale.
func (t *Timeline) restyle() {
	t.look++
	t.columns = arrange(t.width, t.longest)
}

// lay returns the layout of item i; -1 is the line above everything.
func (t *Timeline) lay(i int) *layout {
	if i < 0 {
		return t.above()
	}
	it := t.items[i]
	key := t.key(i)
	if it.layout != nil && it.layout.key == key {
		return it.layout
	}
	if key.run == hidden && !key.day && !key.fresh {
		return &nothing // of which there may be many
	}
	if it.layout == nil {
		if len(t.laid) == maxLaid {
			for _, old := range t.laid {
				old.layout = nil
			}
			t.laid = t.laid[:0]
		}
		t.laid = append(t.laid, it)
	}
	it.layout = t.draw(it, key, nil)
	return it.layout
}

// key tells how item i stands to the one above it.
func (t *Timeline) key(i int) layoutKey {
	it := t.items[i]
	k := layoutKey{look: t.look}
	if it.kind == kindNotice {
		return k
	}
	k.offers = it.kind == kindDraft && it == t.lastFailed()
	above := t.spoken(i)
	k.day = t.newDay(it, above)
	k.run = t.run(i)
	k.fresh, k.writes, k.root = t.fresh(i), t.writes(it), t.answersBelow(above)
	if above = t.seenAbove(i); above == nil || k.fresh || k.root != 0 || it.introduced() || above.style() == chat.StyleMe {
		k.lead, k.clock = true, true
		return k
	}
	at, before := it.at.Time(), above.at.Time()
	k.lead = k.day || above.author != it.author || at.Sub(before).Abs() >= silence || it.runsInto(above)
	k.clock = k.lead || at.Hour() != before.Hour() || at.Minute() != before.Minute()
	return k
}

// spoken is what somebody wrote last above item i, nil if nobody did. Of notices
// there are few; see maxNotices.
func (t *Timeline) spoken(i int) *item {
	for i--; i >= 0; i-- {
		if t.items[i].kind != kindNotice {
			return t.items[i]
		}
	}
	return nil
}

// newDay tells whether a day begins with it. A draft is drawn as the message it
// will be; but one that waits since before the message above takes no day back.
func (t *Timeline) newDay(it, above *item) bool {
	if above == nil {
		return true
	}
	at, before := it.at.Time(), above.at.Time()
	return day(at) != day(before) && (it.kind == kindMessage || at.After(before))
}

func day(t time.Time) [3]int {
	y, m, d := t.Date()
	return [3]int{y, int(m), d}
}

// draw lays an item out, and takes down what can be copied where texts are asked for.
func (t *Timeline) draw(it *item, k layoutKey, texts *[]textRow) *layout {
	l := &layout{key: k}
	if it.kind == kindNotice {
		text, _ := it.text()
		l.rows = t.notice(text, it.warns, texts)
		return l
	}
	l.rows = t.dividers(it, k)
	l.lines, l.prefix = len(l.rows), len(l.rows)
	if k.run != 0 {
		if l.aside = true; k.run != hidden {
			l.rows = append(l.rows, t.inThread(it, k.run))
		}
		return l
	}
	text, plain := it.read(chat.Reveal)
	if plain && !isBlock(it) {
		text = bracketed(text)
	}
	var ink *lipgloss.Style
	pending := it.kind == kindDraft && it.draft.state != chat.DraftSent
	if !plain || pending {
		ink = &t.theme.Dim
	}
	clock, marks := "", []string(nil)
	switch {
	case pending:
		marks = draftMarks(it.draft.state)
	case k.clock:
		clock = it.at.Time().Format("15:04")
	}
	b := beside{k.lead, clock, marks, ink, plain, texts}
	l.rows = append(l.rows, t.answers(it, &b)...)
	above := len(l.rows)
	said, folded := t.said(it, text, b)
	if texts != nil {
		for i := range *texts {
			(*texts)[i].row += above
		}
	}
	l.rows, l.folded = append(l.rows, said...), folded
	l.said = len(l.rows)
	l.rows = append(l.rows, t.hangs(it)...)
	if pending && it.draft.state == chat.DraftFailed {
		l.rows = append(l.rows, t.failure(it.draft.reason, k.offers)...)
	}
	return l
}

// draftMarks says how a draft fares, in words and shorter.
func draftMarks(s chat.DraftState) []string {
	switch s {
	case chat.DraftWaiting:
		return []string{"◷ waiting", "◷"}
	case chat.DraftSending:
		return []string{"↑ sending", "↑"}
	case chat.DraftSent, chat.DraftFailed: // a message; a sentence below it
	}
	return nil
}

// nameCell draws a name in its column, and all that is left of the text.
func (t *Timeline) nameCell(a *author) string {
	c, m := t.columns, t.theme.Measure
	name := t.theme.Truncate(a.name, c.name, "…")
	return blank(c.text-2-m.StringWidth(name)) + t.theme.NameAmong(t.seats, a.key.id).Render(name) + "  "
}

// markRow is the row of a draft that carries its mark: where the time will be,
// or the end of the text if there are no times.
func (t *Timeline) markRow(rows int) int {
	if t.columns.clock > 0 {
		return 0
	}
	return rows - 1
}

// mark draws the longest of marks that fits between x and the end of the row.
// The text is not wrapped differently for it: it must not jump when it becomes
// a message.
func (t *Timeline) mark(x int, marks []string) string {
	end := t.width - t.columns.margin
	for _, s := range marks {
		if w := t.theme.Measure.StringWidth(s); x+1+w <= end {
			return blank(end-w-x) + t.theme.Warn.Render(s)
		}
	}
	return ""
}

// failure draws why a draft failed, and what can be done.
func (t *Timeline) failure(reason string, offers bool) []string {
	s := "✗ not sent"
	if reason != "" {
		s += ": " + reason
	}
	if offers && t.keys.Retry != "" {
		s += " · " + t.keys.Retry + " retries · " + t.keys.Drop + " drops"
	}
	return t.indented(wrap(s, t.columns.width, t.theme.Measure), t.theme.Bad)
}

// notice draws a local line.
func (t *Timeline) notice(text string, warns bool, texts *[]textRow) []string {
	c, ink := t.columns, t.theme.Dim
	if warns {
		ink = t.theme.Warn
	}
	made := t.markup.Draw(markup.Text{Body: text, Kind: markup.Plain, Ink: &ink, Width: c.width, Most: maxNotice})
	lines, rest := t.standOut(text, made.Rows), made.Rest
	if len(lines) > maxNotice+1 || rest > 0 {
		for i := maxNotice; i < len(lines); i++ {
			if lines[i].Line != lines[i-1].Line {
				rest++
			}
		}
		lines = lines[:min(maxNotice, len(lines))]
	}
	rows := make([]string, len(lines), len(lines)+1)
	b := beside{texts: texts}
	for i, l := range lines {
		rows[i] = blank(c.text) + l.Text
		b.text(i, c.text, l, t.theme.Measure)
	}
	if rest > 0 {
		rows = append(rows, t.indented(wrap(omitted{lines: uint32(rest)}.String(), c.width, t.theme.Measure), ink)...)
	}
	switch { // beside it, where no text begins
	case c.name > 0:
		rows[0] = blank(c.text-3) + ink.Render("·") + rows[0][c.text-2:]
	case c.text > c.margin:
		rows[0] = blank(c.margin) + ink.Render("·") + rows[0][c.margin+1:]
	}
	return rows
}

// standOut draws the lines of a notice that are commands for a shell so that they are seen:
// somebody copies them.
func (t *Timeline) standOut(text string, rows []markup.Row) []markup.Row {
	lines := strings.Split(text, "\n")
	command := func(r *markup.Row) bool {
		return r.Line < len(lines) && strings.HasPrefix(lines[r.Line], "hobnob ")
	}
	if !slices.ContainsFunc(rows, func(r markup.Row) bool { return command(&r) }) {
		return rows
	}
	made := t.markup.Draw(markup.Text{Body: text, Kind: markup.Plain, Ink: &t.theme.Strong, Width: t.columns.width, Most: maxNotice})
	for i := range rows {
		if command(&rows[i]) {
			rows[i] = made.Rows[i]
		}
	}
	return rows
}

func (t *Timeline) indented(lines []line, ink lipgloss.Style) []string {
	rows := make([]string, len(lines))
	for i, l := range lines {
		rows[i] = blank(t.columns.text) + paint(&ink, l.text)
	}
	return rows
}

// aboveKey is what the line above everything depends on.
type aboveKey struct {
	look    uint32
	history history
	reason  string
	empty   string
	none    bool
}

// above is the line above everything. It is looked at several times at every
// event while its reader is at the top.
func (t *Timeline) above() *layout {
	if key := (aboveKey{t.look, t.history, t.reason, t.empty, len(t.items) == 0}); t.line == nil || key != t.lineKey {
		t.line, t.lineKey = t.drawAbove(), key
	}
	return t.line
}

func (t *Timeline) drawAbove() *layout {
	var s string
	switch t.history {
	case historyUnknown:
		if t.empty == "" || len(t.items) > 0 {
			return &layout{}
		}
		s = "nothing of " + cmp.Or(t.room, "this room") + " is loaded yet: " + t.empty
	case historyLoading:
		s = "loading earlier messages …"
	case historyFailed:
		s = "earlier messages could not be loaded: " + t.reason
		if len(t.items) == 0 {
			s = "nothing of " + cmp.Or(t.room, "this room") + " could be loaded"
			if t.keys.Up != "" {
				s += "; " + t.keys.Up + " tries again"
			}
			s += ": " + t.reason
		}
	case historyMore:
		s = "…"
	case historyAll:
		if t.thread != "" { // it begins with the message that began it
			return &layout{}
		}
		s = "this is the beginning"
		if t.room != "" {
			s += " of " + t.room
		}
	}
	s = t.theme.Truncate(s, max(t.columns.width, t.width-t.columns.text-theme.Margin(t.width)), "…") // it has no time beside it
	return &layout{rows: []string{blank(t.columns.text) + t.theme.Dim.Render(s)}}
}

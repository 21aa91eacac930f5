package overlay

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

// Hit is a message of a list; its texts are foreign.
type Hit struct {
	Room string // what it is called, with its sign; "" in a list of one room
	Who  string
	ID   string // of Who, for their colour
	Text string // a line of it
	At   string // when, as people say it
}

// Hits lists messages of several rooms, one of which is chosen.
type Hits struct {
	frame

	words  Words
	hits   []Hit
	at     int
	marks  []string // small words that the messages were found by
	widest columns  // of the parts of all messages
	seats  *theme.Seats
}

// columns are how wide the parts of a message are that stand beside its text.
type columns struct{ room, who, at int }

// widestParts are the widest that parts are shown where there is room for them.
var widestParts = columns{room: 16, who: 14, at: 11}

// maxHit bounds what is looked at of a message, and maxHitName of a name, in bytes.
const (
	maxHit     = 600
	maxHitName = 160
)

// NewHits makes a list without messages.
func NewHits(t *theme.Theme, w Words) *Hits {
	h := &Hits{frame: frame{theme: t}, words: w, seats: new(theme.Seats)}
	h.set(w.Title, w.Said)
	return h
}

// NewSearch makes one with a line for what they are found by.
func NewSearch(t *theme.Theme, w Words) *Hits {
	h := NewHits(t, w)
	h.types = true
	return h
}

// SetTheme changes how it looks.
func (h *Hits) SetTheme(t *theme.Theme) {
	h.theme, h.widest = t, columns{}
	h.measure(h.hits)
}

// Among gives people the colours they have in their team, and is the same Hits.
func (h *Hits) Among(s *theme.Seats) *Hits {
	h.seats = s
	return h
}

// SetMarks says by which words the messages are found, small as strings.ToLower makes them.
func (h *Hits) SetMarks(words []string) { h.marks = words }

// SetSize sets the cells View fills.
func (h *Hits) SetSize(width, height int) { h.width, h.height = width, height }

// SetHits replaces the messages. The first is chosen.
func (h *Hits) SetHits(list []Hit) {
	h.hits, h.at, h.widest = nil, 0, columns{}
	h.Add(list)
}

// Add puts messages below the others.
func (h *Hits) Add(list []Hit) {
	for _, one := range list {
		h.hits = append(h.hits, Hit{
			Room: chat.SanitizeLine(theme.Clip(one.Room, maxHitName)), Who: chat.SanitizeLine(theme.Clip(one.Who, maxHitName)), ID: one.ID,
			Text: strings.Join(strings.Fields(chat.Sanitize(theme.Clip(one.Text, maxHit))), " "), At: one.At,
		})
	}
	h.measure(h.hits[len(h.hits)-len(list):])
}

// measure takes down how wide the parts of messages are.
func (h *Hits) measure(list []Hit) {
	m, w := h.theme.Measure, &h.widest
	for i := range list {
		w.room = min(max(w.room, m.StringWidth(list[i].Room)), widestParts.room)
		w.who = min(max(w.who, m.StringWidth(list[i].Who)), widestParts.who)
		w.at = min(max(w.at, m.StringWidth(list[i].At)), widestParts.at)
	}
}

// SetState says something of the list: that it is being looked for, or why there is
// nothing. It is foreign.
func (h *Hits) SetState(text string) { h.set(h.words.Title, text) }

// Query is what is typed.
func (h *Hits) Query() string { return h.query }

// Chosen is the number of the message that is chosen, -1 if none is.
func (h *Hits) Chosen() int {
	if h.at < len(h.hits) {
		return h.at
	}
	return -1
}

// NearEnd tells whether the choice is near the last message of the list.
func (h *Hits) NearEnd() bool { return h.at+2*max(h.height, 1) >= len(h.hits) }

// Scroll moves the choice by n messages.
func (h *Hits) Scroll(n int) { h.at = max(0, min(h.at+n, len(h.hits)-1)) }

// Page moves the choice by n screens.
func (h *Hits) Page(n int) { h.Scroll(n * max(1, h.body()/h.each())) }

// Click chooses the message in a row of the view, and tells whether there is one.
func (h *Hits) Click(_, y int) bool {
	i, ok := h.listed(y)
	if ok {
		h.at = i
	}
	return ok
}

// At is the message in a row of the view, "" where there is none.
func (h *Hits) At(y int) string {
	if i, ok := h.listed(y); ok {
		one := &h.hits[i]
		return strings.Join([]string{one.Room, one.ID, one.Who, one.At, one.Text}, "\n")
	}
	return ""
}

// listed is which message is in a row of the view, and whether one is.
func (h *Hits) listed(y int) (i int, ok bool) {
	row, ok := h.rowAt(y)
	from, each := h.from(h.body()), h.each()
	i = from + row/each
	return i, ok && i < len(h.hits) && (row/each+1)*each <= h.body()
}

// from is the first message that is seen in n rows.
func (h *Hits) from(n int) int {
	fit := max(n/h.each(), 1)
	return max(0, min(h.at-fit/2, len(h.hits)-fit))
}

// Press takes a key, and tells whether it was for this.
func (h *Hits) Press(msg tea.KeyPressMsg) bool {
	if n := chosenBy(msg); n != 0 {
		h.Scroll(n)
		return true
	}
	if !h.types {
		switch msg.String() {
		case "k":
			h.Scroll(-1)
		case "j":
			h.Scroll(1)
		}
		return msg.Text != "" // what is typed here would be written unseen
	}
	var took bool
	h.query, took = typedBy(msg, h.query)
	return took
}

// Empty takes what is typed away.
func (h *Hits) Empty() { h.query = "" }

// Paste puts a text where keys would.
func (h *Hits) Paste(text string) {
	if h.types {
		h.query = joined(h.query, text)
	}
}

// Cursor is where the next character goes, nil where none does.
func (h *Hits) Cursor() *tea.Cursor { return h.cursor() }

const (
	// wideHits is the width from which a message may take one row with a column for each of
	// its parts, and leastText how wide its text is there at least: half of the line for what it
	// says, and more than the words that it was found by.
	wideHits  = 64
	leastText = 36
)

// wide tells whether a message takes one row with a column for each of its parts.
func (h *Hits) wide() bool {
	left := h.width - 2*theme.Margin(h.width) - 2
	for _, w := range []int{h.widest.room, h.widest.who, h.widest.at} {
		if w > 0 {
			left -= w + 2
		}
	}
	return h.width >= wideHits && left >= leastText
}

// each is how many rows a message takes.
func (h *Hits) each() int {
	if h.wide() || h.body() < 4 {
		return 1
	}
	return 2
}

// View draws it: exactly its height in rows, none wider than its width. Where there are no
// messages, what is said of the list stands in their place.
func (h *Hits) View() string {
	if h.width <= 0 || h.height <= 0 {
		return ""
	}
	h.feet = h.words.Keys.feet(h.words.Does, len(h.hits))
	if len(h.hits) > 0 {
		return h.view(h.list(h.room(), h.body()))
	}
	empty := h.frame
	empty.said = ""
	return empty.view(h.tells(h.said))
}

// list draws the messages around the one that is chosen, in n rows at most.
func (h *Hits) list(room, n int) (rows []string) {
	each := h.each()
	for i := h.from(n); i < len(h.hits) && len(rows)+each <= n; i++ {
		if each == 1 {
			rows = append(rows, h.theme.Truncate(h.row(i, room), room, ""))
			continue
		}
		rows = append(rows, h.two(i, room)...)
	}
	return rows
}

// pointer stands before a message.
func (h *Hits) pointer(i int) string {
	if i == h.at {
		return h.theme.Accent.Render("▸ ")
	}
	return "  "
}

// cell is a text in a column.
func (h *Hits) cell(text string, width int) (shown, fill string) {
	text = h.theme.Truncate(text, width, "…")
	return text, strings.Repeat(" ", max(width-h.theme.Measure.StringWidth(text), 0))
}

// cellOf is a name in a column, which says what it is about also where it is cut.
func (h *Hits) cellOf(name string, width int) (shown, fill string) {
	return h.cell(h.theme.Shorten(name, width), width)
}

// text is what a message says in so many cells, with the words marked that it was found by.
func (h *Hits) text(i, width int) (shown, fill string) {
	ink := h.theme.Plain
	if i == h.at {
		ink = h.theme.Strong
	}
	text, fill := h.cell(h.hits[i].Text, width)
	return marked(text, h.marks, ink), fill
}

// row is a message in one row.
func (h *Hits) row(i, room int) string {
	one, m := h.hits[i], h.theme.Measure
	left := room - 2
	if !h.wide() {
		who, _ := h.cell(one.Who, min(max(left/3, 4), 12))
		text, _ := h.text(i, max(left-m.StringWidth(who)-1, 0))
		return h.pointer(i) + h.theme.NameAmong(h.seats, one.ID).Render(who) + " " + text
	}
	s, w := h.pointer(i), h.widest
	if w.room > 0 {
		text, fill := h.cellOf(one.Room, w.room)
		s, left = s+h.theme.Dim.Render(text)+fill+"  ", left-w.room-2
	}
	who, fill := h.cell(one.Who, w.who)
	s, left = s+h.theme.NameAmong(h.seats, one.ID).Render(who)+fill+"  ", left-w.who-2
	at := h.theme.Truncate(one.At, w.at, "")
	text, fill := h.text(i, max(left-w.at-2, 0))
	return s + text + fill + "  " + strings.Repeat(" ", max(w.at-m.StringWidth(at), 0)) + h.theme.Dim.Render(at)
}

// two is a message in two rows.
func (h *Hits) two(i, room int) []string {
	one, m := h.hits[i], h.theme.Measure
	left := max(room-2-m.StringWidth(one.At)-1, 4)
	where := ""
	if one.Room != "" {
		where, _ = h.cellOf(one.Room, left/2)
	}
	who, _ := h.cell(one.Who, left-m.StringWidth(where)-1)
	head := h.pointer(i) + h.theme.NameAmong(h.seats, one.ID).Render(who)
	used := m.StringWidth(who)
	if where != "" {
		head, used = head+" "+h.theme.Dim.Render(where), used+1+m.StringWidth(where)
	}
	head += strings.Repeat(" ", max(left-used+1, 1)) + h.theme.Dim.Render(one.At)
	text, _ := h.text(i, max(room-2, 0))
	return []string{h.theme.Truncate(head, room, ""), h.theme.Truncate("  "+text, room, "")}
}

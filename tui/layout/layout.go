// Package layout is who gets which part of the screen: numbers from numbers.
package layout

import "github.com/hobnob-chat/hobnob/tui/theme"

// Rect is a part of the screen, in cells.
type Rect struct{ X, Y, Width, Height int }

// Areas is who gets which part of the screen. A pane without height is not
// drawn.
type Areas struct {
	Sidebar, Title, Timeline, Composer, Status, Members Rect
	Rule                                                Rect // between the room and the thread beside it
	Thread                                              Thread
}

// Thread are the parts of a thread that is beside its room.
type Thread struct{ Title, Timeline, Composer Rect }

const (
	// TitleFrom is the height from which the room's name and topic get a row.
	TitleFrom = 10
	// maxSentence is how many rows the composer's sentence may take.
	maxSentence = 3
	// ListRows are what a list or card has above the composer at least, whatever is said there: what
	// takes the keys is to be seen.
	ListRows = 3
	// ChosenRows are ListRows of a message that has the keys.
	ChosenRows = 2
)

// Sides is how wide the panes at the sides are: that at the left, that at the right, and
// between the room and that a thread, whose composer wants some rows, too.
type Sides struct{ Left, Right, Thread, Answer int }

const (
	// threadFrom is the width of a screen from which a thread is beside its room, if both
	// have as much as they need: the room as much as beside the members, less a margin, and
	// the thread a width with times, and the rule before it.
	threadFrom  = 110
	leastRoom   = 46
	leastThread = theme.RoomyFrom + 2
	// mostThread is how wide a thread becomes: longer lines are hard to read.
	mostThread = 76
)

// ThreadWidth is how wide a thread is beside its room, with the rule before it, where there
// are so many cells for both on a screen of a size; 0 where it has the room's place.
func ThreadWidth(width, height, room int) int {
	w := min(max(room*2/5, leastThread), mostThread)
	if width < threadFrom || height < TitleFrom || room-w < leastRoom {
		return 0
	}
	return w
}

// Divide turns a size, how many rows the composer wants, and how wide the panes at the
// sides are, into areas. They cover the screen without overlap. The composer and the status
// line are there whatever is said; the last row of all is the composer's.
func Divide(width, height, wanted int, side Sides) Areas {
	if width <= 0 || height <= 0 {
		return Areas{}
	}
	status := min(1, height-1)
	text, say := ComposerSpace(height)
	composer := max(1, min(wanted, text+say, height-status))
	title := 0
	if height >= TitleFrom {
		title = 1
	}
	timeline := height - status - composer - title
	if title == 0 {
		side = Sides{}
	}
	x, y, inner := side.Left, 0, width-side.Left-side.Right-side.Thread
	row := func(h int) Rect {
		r := Rect{x, y, inner, h}
		y += h
		return r
	}
	a := Areas{Title: row(title), Timeline: row(timeline), Composer: row(composer)}
	a.Sidebar = Rect{0, 0, side.Left, y}
	a.Members = Rect{width - side.Right, 0, side.Right, y}
	if side.Thread > 0 {
		a.Rule = Rect{x + inner, 0, 1, y}
		answer, bottom := max(1, min(side.Answer, text+say, height-status)), y
		x, y, inner = a.Rule.X+1, 0, side.Thread-1
		a.Thread = Thread{Title: row(title), Timeline: row(bottom - title - answer), Composer: row(answer)}
	}
	x, inner = 0, width
	a.Status = row(status)
	return a
}

// ComposerSpace is how many rows of text the composer may take, a third of the
// screen, and how many more its sentence.
func ComposerSpace(height int) (text, say int) {
	text = max(1, height/3)
	return text, max(0, min(maxSentence, height-1-text))
}

// In tells whether a cell is in a part of the screen, and which row of it.
func (r Rect) In(x, y int) (row int, ok bool) {
	return y - r.Y, x >= r.X && x < r.X+r.Width && y >= r.Y && y < r.Y+r.Height
}

// Has tells whether a cell is in a part of the screen.
func (r Rect) Has(x, y int) bool {
	_, ok := r.In(x, y)
	return ok
}

package tui

// rect is a part of the screen, in cells.
type rect struct{ x, y, width, height int }

// areas is who gets which part of the screen. A pane without height is not
// drawn.
type areas struct {
	sidebar, title, timeline, composer, status, members rect
}

const (
	// titleFrom is the height from which the room's name and topic get a row.
	titleFrom = 10
	// maxSentence is how many rows the composer's sentence may take.
	maxSentence = 3
)

// beside is how wide the panes at the sides are.
type beside struct{ left, right int }

// layout turns a size, how many rows the composer wants, and how wide the panes at the
// sides are, into areas. They cover the screen without overlap. The composer and the status
// line are there whatever is said; the last row of all is the composer's.
func layout(width, height, wanted int, side beside) areas {
	if width <= 0 || height <= 0 {
		return areas{}
	}
	status := min(1, height-1)
	text, say := composerSpace(height)
	composer := max(1, min(wanted, text+say, height-status))
	title := 0
	if height >= titleFrom {
		title = 1
	}
	timeline := height - status - composer - title
	if title == 0 {
		side = beside{}
	}
	x, y, inner := side.left, 0, width-side.left-side.right
	row := func(h int) rect {
		r := rect{x, y, inner, h}
		y += h
		return r
	}
	a := areas{title: row(title), timeline: row(timeline), composer: row(composer)}
	a.sidebar = rect{0, 0, side.left, y}
	a.members = rect{width - side.right, 0, side.right, y}
	x, inner = 0, width
	a.status = row(status)
	return a
}

// composerSpace is how many rows of text the composer may take, a third of the
// screen, and how many more its sentence.
func composerSpace(height int) (text, say int) {
	text = max(1, height/3)
	return text, max(0, min(maxSentence, height-1-text))
}

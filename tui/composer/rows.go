package composer

import (
	"sort"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/hobnob-chat/hobnob/tui/theme"
)

// rows is a text broken into rows for one width and measure. Nothing of the
// text vanishes at a break: the rows are the text, so that the cursor can be
// anywhere in it. The measure must be the renderer's, or rows of joined emoji
// would be clipped and the cursor stand beside its place.
type rows struct {
	s       string
	measure ansi.Method
	limit   int
	list    []span // never empty
}

// span is the part of the text that one row shows. A line end that ends it is
// in no row.
type span struct{ start, end int }

// layOut breaks s into rows of at most width cells. The last cell is the
// cursor's; of the spaces at a break one may stand there, too.
func layOut(s string, width int, m ansi.Method) *rows {
	r := &rows{s: s, measure: m, limit: max(width-1, 1)}
	start, x := 0, 0
	may := 0      // where the row may be broken, 0 if nowhere
	wide := false // the cluster before is wide: no space is needed to break after it
	for i := 0; i < len(s); {
		if s[i] == '\n' {
			r.list = append(r.list, span{start, i})
			i++
			start, x, may, wide = i, 0, 0, false
			continue
		}
		size, cells := r.cluster(i, x)
		space := size == 1 && (s[i] == ' ' || s[i] == '\t') // and no mark on it
		if i > start && !space && (cells > 1 || wide) {
			may = i
		}
		if x+cells > r.limit && (!space || x > r.limit) {
			if may == 0 {
				may = i
			}
			r.list = append(r.list, span{start, may})
			i = may // what follows is read again
			start, x, may, wide = i, 0, 0, false
			continue
		}
		x += cells
		i += size
		wide = cells > 1 && !space
		if space {
			may = i
		}
	}
	r.list = append(r.list, span{start, len(s)})
	return r
}

// cluster measures the cluster at i, which stands x cells into its row.
func (r *rows) cluster(i, x int) (size, cells int) {
	if r.s[i] == '\t' {
		return 1, min(theme.TabStop-x%theme.TabStop, r.limit)
	}
	size, cells = theme.Cluster(r.s[i:], r.measure)
	if cells > r.limit {
		cells = 1 // theme.TooWide
	}
	return size, cells
}

// find is the row that shows the place at.
func (r *rows) find(at int) int {
	return sort.Search(len(r.list), func(i int) bool { return r.list[i].start > at }) - 1
}

// column is how many cells there are before the place at in row y.
func (r *rows) column(y, at int) (x int) {
	for i := r.list[y].start; i < at; {
		size, cells := r.cluster(i, x)
		i += size
		x += cells
	}
	return x
}

// place is what stands x cells into row y, or the last place of the row.
func (r *rows) place(y, x int) int {
	p := r.list[y]
	i, at := p.start, 0
	for i < p.end {
		size, cells := r.cluster(i, at)
		if at+cells > x {
			break
		}
		if i+size == p.end && y+1 < len(r.list) && r.list[y+1].start == p.end {
			break // the place after it is in the next row
		}
		i += size
		at += cells
	}
	return i
}

// draw is row y as it is shown.
func (r *rows) draw(y int) string {
	var b strings.Builder
	p := r.list[y]
	for i, x := p.start, 0; i < p.end; {
		size, cells := r.cluster(i, x)
		switch c := r.s[i : i+size]; {
		case c == "\t":
			b.WriteString(strings.Repeat(" ", cells))
		case cells == 1 && size > 1 && r.measure.StringWidth(c) > 1:
			b.WriteString(theme.TooWide)
		default:
			b.WriteString(c)
		}
		i += size
		x += cells
	}
	return strings.TrimRight(b.String(), " ")
}

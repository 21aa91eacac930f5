package markup

import (
	"strings"
)

// Bounds of a table. What is beyond is drawn as it was typed.
const (
	maxColumns   = 20
	maxTableRows = 200
	maxTable     = 16 << 10 // bytes
)

// column says on which side the cells of a column stand.
type column uint8

const (
	left column = iota
	right
	middle
)

// table is the columns of the table that begins with the next line, none if none does:
// a line with bars, and below it one of dashes for as many cells (GitHub Flavored
// Markdown, section 4.10).
func (l *lines) table() []column {
	head, rest, more := strings.Cut(l.rest, "\n")
	if !more || !strings.Contains(head, "|") || strings.HasPrefix(head, "    ") {
		return nil
	}
	dashes, _, _ := strings.Cut(rest, "\n")
	if len(dashes) > maxTable || strings.Trim(dashes, "|-: ") != "" || !strings.Contains(dashes, "-") || !strings.Contains(dashes, "|") {
		return nil
	}
	var list []column
	for _, c := range cells(dashes) {
		begins, ends := strings.HasPrefix(c, ":"), strings.HasSuffix(c, ":")
		if dashes := strings.TrimSuffix(strings.TrimPrefix(c, ":"), ":"); dashes == "" || strings.Trim(dashes, "-") != "" {
			return nil
		}
		switch {
		case begins && ends:
			list = append(list, middle)
		case ends:
			list = append(list, right)
		default:
			list = append(list, left)
		}
	}
	if len(list) > maxColumns || len(cells(head)) != len(list) {
		return nil
	}
	return list
}

// tableHere is table, but within what was found to be none that can be drawn.
func (p *page) tableHere() []column {
	if p.left.n < p.untabled {
		return nil
	}
	return p.left.table()
}

// cells are what stands between the bars of a line. A bar after a backslash is none.
func cells(s string) (list []string) {
	s = strings.TrimSpace(s)
	s = strings.TrimPrefix(s, "|")
	if strings.HasSuffix(s, "|") && !strings.HasSuffix(s, `\|`) {
		s = s[:len(s)-1]
	}
	begin := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '|':
			list = append(list, strings.TrimSpace(s[begin:i]))
			begin = i + 1
		}
	}
	return append(list, strings.TrimSpace(s[begin:]))
}

// table draws the table that begins with the next line, each of its lines in a row, and
// tells whether it could: whether all of it is as wide as there is place for.
func (p *page) table(columns []column) bool {
	links := len(p.links)
	table, after, ok := p.cells(len(columns))
	if !ok {
		p.untabled = after
		return false
	}
	m, widths, whole := p.theme.Measure, make([]int, len(columns)), 3*(len(columns)-1)
	for i := range widths {
		for _, row := range table {
			widths[i] = max(widths[i], m.StringWidth(row[i].text))
		}
		whole += widths[i]
	}
	limit := p.Width
	if len(p.rows) == 0 && p.Lead == "" {
		limit = min(limit, p.First)
	}
	rows := make([]line, len(table))
	for i, row := range table {
		rows[i] = p.row(row, columns, widths)
		if w := m.StringWidth(rows[i].text); max(w, whole) > limit || !rows[i].clean() {
			p.links, p.untabled = p.links[:links], after
			return false
		}
	}
	if len(p.rows) == 0 && p.Lead != "" {
		p.put(line{at: p.left.n})
	}
	for i := range rows {
		if len(p.rows) > p.Most {
			break
		}
		_, rows[i].at = p.left.next()
		p.put(rows[i])
		if i == 0 {
			rule := line{}
			for j, w := range widths {
				if j > 0 {
					rule.add("─┼─", look{tone: toneRule})
				}
				rule.add(strings.Repeat("─", w), look{tone: toneRule})
			}
			_, rule.at = p.left.next()
			p.put(rule)
		}
	}
	return true
}

// cells reads the lines of a table of n columns without the one of dashes, up to the
// number of one that is none of it.
func (p *page) cells(n int) (table [][]line, after int, ok bool) {
	ahead, size, links := p.left, 0, len(p.links)
	for ahead.more && len(table) < maxTableRows {
		s := ahead.peek()
		list := cells(s)
		if len(table) > 0 && (!strings.Contains(s, "|") || len(list) > n || p.special(s)) {
			break
		}
		if size += len(s); size > maxTable || strings.Contains(s, "\t") {
			p.links = p.links[:links]
			return nil, ahead.n + 1, false
		}
		ahead.next()
		var w weight
		if len(table) == 0 {
			ahead.next() // the dashes
			w = bold
		}
		row := make([]line, n)
		for i, c := range list {
			made := p.inline(c, w)
			if len(made) != 1 || !made[0].clean() {
				p.links = p.links[:links]
				return nil, ahead.n, false
			}
			row[i] = made[0]
		}
		table = append(table, row)
	}
	return table, ahead.n, true
}

// row makes a line of cells.
func (p *page) row(cells []line, columns []column, widths []int) (ln line) {
	for i, c := range cells {
		if i > 0 {
			ln.add(" │ ", look{tone: toneRule})
		}
		space := max(widths[i]-p.theme.Measure.StringWidth(c.text), 0)
		before := 0
		switch columns[i] {
		case right:
			before = space
		case middle:
			before = space / 2
		}
		ln.add(strings.Repeat(" ", before), look{})
		at := 0
		for _, s := range c.spans {
			ln.add(c.text[at:s.end], s.look)
			at = s.end
		}
		ln.add(c.text[at:], look{})
		if i < len(cells)-1 {
			ln.add(strings.Repeat(" ", space-before), look{})
		}
	}
	return ln
}

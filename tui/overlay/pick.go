package overlay

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

// Place is one thing of a list: somewhere to jump to, or somebody.
type Place struct {
	ID    string
	Name  string   // with its sign; foreign
	About string   // beside it; foreign
	Also  string   // other words it is found by, after those whose names are like what is typed; ours
	Idle  bool     // Enter does nothing to it
	Less  []string // instead of About where that has no room, from the longest down; foreign
	Else  []Name   // what else it is called, after Name: where one is more like what is typed, that stands in the list
}

// Name is one of several that a place has, and what stands beside it then; foreign.
type Name struct{ Name, About string }

// Pick finds a place, a person, or whatever has a name, by a few letters of that. It
// takes what is typed while it lies on top.
type Pick struct {
	frame

	words      Words
	all, found []Place
	typed      func() []Place // what is listed besides where something is typed; nil for nothing, or when it is in all
	untyped    int            // how many of all are listed where nothing is typed: the first
	at         int
	widest     int // of the names that are measured
	measured   int // how many of all are
}

// NewPick makes a list of places, the likeliest first.
func NewPick(t *theme.Theme, w Words, places []Place) *Pick {
	clean(places)
	p := &Pick{frame: frame{theme: t, types: true}, words: w, all: places, found: places, untyped: len(places)}
	p.set(w.Title, w.Said)
	return p
}

// SetTyped says what makes the places that are listed only where something is typed, below those that
// are called as much like that. It is called when the first letter is: they may be many.
func (p *Pick) SetTyped(places func() []Place) { p.typed = places }

// Renew has the places that are listed say what these say, by their IDs. None comes or goes, and what
// is chosen stays: who reads the list is not to lose their place in it.
func (p *Pick) Renew(places []Place) {
	clean(places)
	now := make(map[string]Place, len(places))
	for _, one := range places {
		now[one.ID] = one
	}
	for _, list := range [][]Place{p.all, p.found} {
		for i := range list {
			if one, there := now[list[i].ID]; there {
				list[i] = one
			}
		}
	}
	p.widest, p.measured = 0, 0
}

// clean takes out of places what is foreign and no text.
func clean(places []Place) {
	for i := range places {
		places[i].Name = chat.SanitizeLine(theme.Clip(places[i].Name, maxPlace))
		places[i].About = chat.SanitizeLine(theme.Clip(places[i].About, maxPlace))
		for j, other := range places[i].Else {
			places[i].Else[j] = Name{chat.SanitizeLine(theme.Clip(other.Name, maxPlace)), chat.SanitizeLine(theme.Clip(other.About, maxPlace))}
		}
		for j, less := range places[i].Less {
			places[i].Less[j] = chat.SanitizeLine(theme.Clip(less, maxPlace))
		}
	}
}

// maxPlace bounds what is looked at of a name, in bytes.
const maxPlace = 300

// SetTheme changes how it looks.
func (p *Pick) SetTheme(t *theme.Theme) { p.theme, p.widest, p.measured = t, 0, 0 }

// SetSize sets the cells View fills.
func (p *Pick) SetSize(width, height int) { p.width, p.height = width, height }

// Scroll moves the choice by n rows.
func (p *Pick) Scroll(n int) { p.at = max(0, min(p.at+n, len(p.found)-1)) }

// Page moves the choice by n screens.
func (p *Pick) Page(n int) { p.Scroll(n * p.body()) }

// Chosen is the place that is chosen, and whether there is one.
func (p *Pick) Chosen() (Place, bool) {
	if p.at < len(p.found) {
		return p.found[p.at], true
	}
	return Place{}, false
}

// Click chooses the place in a row of the view, and tells whether there is one.
func (p *Pick) Click(_, y int) bool {
	i, ok := p.listed(y)
	if ok {
		p.at = i
	}
	return ok
}

// At is the ID of the place in a row of the view, with its name; "" where there is none.
func (p *Pick) At(y int) string {
	if i, ok := p.listed(y); ok {
		return p.found[i].ID + "\n" + p.found[i].Name
	}
	return ""
}

// listed is which of those that are found is in a row of the view, and whether one is.
func (p *Pick) listed(y int) (i int, ok bool) {
	row, ok := p.rowAt(y)
	i = p.from() + row
	return i, ok && i < len(p.found)
}

// from is the first place that is seen.
func (p *Pick) from() int { return max(0, min(p.at-p.body()/2, len(p.found)-p.body())) }

// Press takes a key, and tells whether it was for this.
func (p *Pick) Press(msg tea.KeyPressMsg) bool {
	if n := chosenBy(msg); n != 0 {
		p.Scroll(n)
		return true
	}
	query, took := typedBy(msg, p.query)
	if query != p.query {
		p.search(query)
	}
	return took
}

// Query is what is typed.
func (p *Pick) Query() string { return p.query }

// Empty takes what is typed away.
func (p *Pick) Empty() { p.search("") }

// Paste puts a text where keys would.
func (p *Pick) Paste(text string) { p.search(joined(p.query, text)) }

// search keeps the places whose names have the letters of the query in their order,
// those first in which they stand closest together, and earliest; of such, the shorter.
func (p *Pick) search(query string) {
	p.query, p.at = query, 0
	if strings.TrimSpace(query) == "" {
		p.found = p.all[:p.untyped]
		return
	}
	if p.typed != nil {
		more := p.typed()
		clean(more)
		p.all, p.typed = append(p.all, more...), nil
	}
	type scored struct {
		Place
		cost int
	}
	var list []scored
	words := strings.ToLower(strings.Trim(signs.Replace(query), ": "))
	for i, one := range p.all {
		one, cost, ok := called(one, query)
		if !ok && one.Also != "" && strings.Contains(one.Also, words) {
			cost, ok = alsoCost+strings.Index(one.Also, words), true
		}
		if ok {
			if i >= p.untyped {
				cost += typedCost
			}
			list = append(list, scored{one, cost*maxPlace + min(len(one.Name), maxPlace-1)})
		}
	}
	slices.SortStableFunc(list, func(a, b scored) int { return a.cost - b.cost })
	p.found = make([]Place, len(list))
	for i := range list {
		p.found[i] = list[i].Place
	}
}

// called is a place by that of its names which is most like what is typed, how much that costs, and
// whether any is like it.
func called(one Place, query string) (best Place, cost int, ok bool) {
	best = one
	cost, ok = match(one.Name, query)
	for _, other := range one.Else {
		if c, is := match(other.Name, query); is && (!ok || c < cost) {
			best.Name, best.About, cost, ok = other.Name, other.About, c, true
		}
	}
	return best, cost, ok
}

// signs stand before names of rooms and people, and are no part of them.
var signs = strings.NewReplacer("#", "", "@", "", "*", "")

// alsoCost is what it costs not to be called like what is typed: a few letters that stand
// far apart cost more.
const alsoCost = 12

// typedCost is what it costs to be listed only because something is typed: a name that begins as
// what is typed comes before one that has its letters somewhere.
const typedCost = 8

// match tells whether name has the letters of query in their order, in whatever case,
// and how far apart they are.
func match(name, query string) (cost int, ok bool) {
	letters := []rune(strings.Map(unicode.ToLower, name))
	at, last := 0, -1
	for _, q := range strings.Map(unicode.ToLower, query) {
		if unicode.IsSpace(q) || q == '#' || q == '@' || q == ':' {
			continue
		}
		for at < len(letters) && letters[at] != q {
			at++
		}
		if at == len(letters) {
			return 0, false
		}
		if last < 0 {
			for _, r := range letters[:at] { // signs before a name cost nothing
				if unicode.IsLetter(r) || unicode.IsDigit(r) {
					cost++
				}
			}
		} else {
			cost += 4 * (at - last - 1)
		}
		last = at
		at++
	}
	return cost, true
}

// Cursor is where the next character goes, in cells of its View.
func (p *Pick) Cursor() *tea.Cursor { return p.cursor() }

// widestName is how wide the column of names becomes where Words do not say it: what stands beside a
// longer one begins further on.
const widestName = 24

// column is how wide the names are, so that what stands beside them begins in one column.
func (p *Pick) column(room int) int {
	most := cmp.Or(p.words.Widest, widestName)
	wider := func(name, about string) {
		if w := p.theme.Measure.StringWidth(name); about != "" && w <= most {
			p.widest = max(p.widest, w)
		}
	}
	for i := p.measured; i < len(p.all) && p.widest < most; i++ {
		wider(p.all[i].Name, p.all[i].About)
		for _, other := range p.all[i].Else {
			wider(other.Name, other.About)
		}
	}
	p.measured = len(p.all)
	return min(p.widest, room/3)
}

// View draws it: exactly its height in rows, none wider than its width.
func (p *Pick) View() string {
	if p.width <= 0 || p.height <= 0 {
		return ""
	}
	if p.query != "" {
		p.said = fmt.Sprintf("%d of %d", len(p.found), len(p.all))
	} else {
		p.set(p.words.Title, p.words.Said)
	}
	p.feet = p.words.Keys.feet(p.does(), len(p.found))
	if len(p.found) == 0 {
		return p.view(p.tells(p.words.None))
	}
	room, list := p.room(), p.body()
	column := p.column(room)
	from := p.from()
	var rows []string
	for i := from; i < min(from+list, len(p.found)); i++ {
		rows = append(rows, p.row(i, room, column))
	}
	return p.view(rows)
}

// does is what Enter does where the choice is.
func (p *Pick) does() string {
	if one, some := p.Chosen(); some && one.Idle {
		return ""
	}
	return p.words.Does
}

// row draws a place, with what stands beside its name in a column.
func (p *Pick) row(i, room, column int) string {
	one, m := p.found[i], p.theme.Measure
	name := p.theme.Truncate(one.Name, room-2, "…")
	row := "  " + name
	if i == p.at {
		row = p.theme.Accent.Render("▸ ") + p.theme.Strong.Render(name)
	}
	fill := max(column-m.StringWidth(name), 0) + 3
	if left := room - 2 - m.StringWidth(name) - fill; one.About != "" && left > 8 {
		row += strings.Repeat(" ", fill) + p.theme.Dim.Render(p.about(one, left))
	}
	return p.theme.Truncate(row, room, "…")
}

// about is what stands beside a name in so many cells.
func (p *Pick) about(one Place, room int) string {
	says := one.About
	for _, less := range one.Less {
		if p.theme.Measure.StringWidth(says) <= room {
			break
		}
		says = less
	}
	return p.theme.Truncate(says, room, "…")
}

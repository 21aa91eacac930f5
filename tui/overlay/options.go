package overlay

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

// Option is one thing that can be set. Value and Values may be anybody's.
type Option struct {
	Name, Does string // ours
	Value      string
	Values     []string // in the order in which they are gone through; nil where it is not changed here
	Note       string   // what else is to be known now, "" for nothing
}

// Options is a list of what can be set, each with what it is and may be.
type Options struct {
	untyped
	frame

	keys Keys
	all  []Option
	at   int
}

const (
	// describeFrom is the height from which the option that is chosen is explained.
	describeFrom = 7

	// maxOption bounds what is looked at of a value, in bytes.
	maxOption = 200
)

// NewOptions makes the list.
func NewOptions(t *theme.Theme, w Words, options []Option) *Options {
	o := &Options{frame: frame{theme: t}, keys: w.Keys}
	o.set(w.Title, w.Said)
	for _, one := range options {
		o.all = append(o.all, Option{Name: one.Name, Does: one.Does})
		o.Set(one.Name, one.Value, one.Note, one.Values)
	}
	return o
}

// Set says what an option is now, and may be.
func (o *Options) Set(name, value, note string, values []string) {
	for i := range o.all {
		one := &o.all[i]
		if one.Name != name {
			continue
		}
		one.Value, one.Note, one.Values = value, note, values
		return
	}
}

// Chosen is the option that is chosen; there is always one.
func (o *Options) Chosen() Option { return o.all[o.at] }

// Next is the value that stands by places after the one that an option has, round and round;
// "" where it is not changed here.
func (p Option) Next(by int) string {
	n := len(p.Values)
	if n == 0 {
		return ""
	}
	for i, v := range p.Values {
		if v == p.Value {
			return p.Values[((i+by)%n+n)%n]
		}
	}
	return p.Values[0]
}

// SetTheme changes how it looks.
func (o *Options) SetTheme(t *theme.Theme) { o.theme = t }

// SetSize sets the cells View fills.
func (o *Options) SetSize(width, height int) { o.width, o.height = width, height }

// Scroll moves the choice by n rows.
func (o *Options) Scroll(n int) { o.at = max(0, min(o.at+n, len(o.all)-1)) }

// Page moves the choice by n screens.
func (o *Options) Page(n int) { o.Scroll(n * o.body()) }

// Click chooses the option in a row of the view, and tells whether there is one.
func (o *Options) Click(_, y int) bool {
	i, ok := o.listed(y)
	if ok {
		o.at = i
	}
	return ok
}

// At is the name of the option in a row of the view, "" where there is none.
func (o *Options) At(y int) string {
	if i, ok := o.listed(y); ok {
		return o.all[i].Name
	}
	return ""
}

// listed is which option is in a row of the view, and whether one is.
func (o *Options) listed(y int) (i int, ok bool) {
	row, ok := o.rowAt(y)
	from, list, _ := o.window()
	i = from + row
	return i, ok && row < list && i < len(o.all)
}

// ValueAt is what the option that is chosen may be that stands in a cell of its row, and whether
// anything does.
func (o *Options) ValueAt(x int) (value string, ok bool) {
	one := &o.all[o.at]
	head := o.column() + 4
	if _, all := o.choices(one, o.room()-head); !all {
		return "", false
	}
	at := theme.Margin(o.width) + head
	for _, v := range one.Values {
		w := o.theme.Measure.StringWidth(shownValue(v)) + 2
		if x >= at && x < at+w {
			return v, true
		}
		at += w + 1
	}
	return "", false
}

// Press takes a key, and tells whether it was for this.
func (o *Options) Press(msg tea.KeyPressMsg) bool {
	n, took := o.moves(msg)
	o.Scroll(n)
	return took
}

// View draws it: exactly its height in rows, none wider than its width.
func (o *Options) View() string {
	if o.width <= 0 || o.height <= 0 {
		return ""
	}
	room := o.room()
	var rows []string
	from, list, below := o.window()
	for i := from; i < len(o.all) && i < from+list; i++ {
		rows = append(rows, o.row(i, room))
	}
	o.feet = o.keysFeet()
	return o.view(append(rows, below...))
}

// window is which options are seen: the first and how many, and what is said below them.
func (o *Options) window() (from, list int, below []string) {
	if o.height >= describeFrom {
		below = o.describe(o.room())
	}
	list = max(1, o.body()-len(below))
	return max(0, min(o.at-list/2, len(o.all)-list)), list, below
}

// column is how wide the names are.
func (o *Options) column() (column int) {
	for _, one := range o.all {
		column = max(column, o.theme.Measure.StringWidth(one.Name))
	}
	return column
}

// keysFeet say which keys change the option that is chosen.
func (o *Options) keysFeet() []string {
	idle := o.keys.feet("", len(o.all))
	if len(o.Chosen().Values) == 0 { // it is not changed here
		return idle
	}
	both := "← →"
	if o.keys.Enter != "" {
		both += " or " + o.keys.Enter
	}
	return []string{theme.Dots(both+" change it", idle[0]), theme.Dots("← → change it", idle[1]), theme.Dots("← → change", o.keys.Back), theme.Dots("← →", o.keys.Back)}
}

// row draws an option: what it may be, and which of that it is; where that is too long,
// what it is.
func (o *Options) row(i, room int) string {
	m, one, column := o.theme.Measure, &o.all[i], o.column()
	mark, name := "  ", one.Name
	if i == o.at {
		mark, name = o.theme.Accent.Render("▸ "), o.theme.Strong.Render(one.Name)
	}
	left := room - 2 - column - 2
	if left < 4 {
		return o.theme.Truncate(mark+name+" "+shownValue(one.Value), room, "…")
	}
	head := mark + name + strings.Repeat(" ", column-m.StringWidth(one.Name)+2)
	if all, ok := o.choices(one, left); ok {
		return head + all
	}
	value := shownValue(one.Value)
	if i == o.at && len(one.Values) > 0 {
		value = "‹ " + o.theme.Truncate(value, max(left-4, 1), "…") + " ›"
	}
	return head + o.theme.Truncate(value, left, "…")
}

// choices draws all that an option may be, if there is room for it.
func (o *Options) choices(one *Option, room int) (row string, ok bool) {
	var b strings.Builder
	used := 0
	for i, v := range one.Values {
		text := shownValue(v)
		if i > 0 {
			b.WriteString(" ")
			used++
		}
		if v == one.Value {
			b.WriteString(o.theme.Accent.Bold(true).Render("[" + text + "]"))
		} else {
			b.WriteString(o.theme.Dim.Render(" " + text + " "))
		}
		if used += o.theme.Measure.StringWidth(text) + 2; used > room {
			return "", false
		}
	}
	return b.String(), used > 0
}

// describe says what the option does that is chosen, in some rows.
func (o *Options) describe(room int) []string {
	one, most := o.Chosen(), 3
	does := one.Does
	if one.Note != "" {
		does += "; " + chat.SanitizeLine(theme.Clip(one.Note, maxOption))
	}
	rows := []string{""}
	for row := range strings.SplitSeq(o.theme.Measure.Wrap(does, room, ""), "\n") {
		if len(rows) <= most {
			rows = append(rows, o.theme.Truncate(row, room, ""))
		}
	}
	for len(rows) <= min(most, o.height/6) { // so that the list does not jump
		rows = append(rows, "")
	}
	return rows
}

func shownValue(s string) string { return chat.SanitizeLine(theme.Clip(s, maxOption)) }

//go:build unix

package screen

import (
	"fmt"
	"image"
	"maps"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"github.com/hobnob-chat/hobnob/tui/picture"
)

// strange is what draws a row of a picture here: a sequence that says which.
func strange(id uint32, row int) string { return fmt.Sprintf("\x1bP0;1q%d:%d\x1b\\", id, row) }

func pixelsOf(id uint32, cells image.Point, reach int) picture.Pixels {
	p := picture.Pixels{ID: id, Cells: cells, Reach: reach}
	for y := range cells.Y {
		p.Rows = append(p.Rows, strange(id, y))
	}
	return p
}

// easel is a terminal that is taken, and what it is told.
type easel struct {
	*terminal
	width, height int
	at            time.Time
}

func newEasel(t *testing.T, width, height int, pictures ...picture.Pixels) *easel {
	t.Helper()
	out, err := os.Create(t.TempDir() + "/out")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = out.Close() })
	e := &easel{terminal: newTerminal(Terminal{Out: out, In: out, Environ: []string{"TERM=xterm-256color"}}, colorprofile.TrueColor), width: width, height: height, at: time.Unix(1e9, 0)}
	t.Cleanup(e.outlet.close)
	e.renew()
	for _, p := range pictures {
		e.drawsOver(p)
	}
	return e
}

// renew is what take does.
func (e *easel) renew() {
	e.terminal.width, e.terminal.height = e.width, e.height
	e.cells = newCells(e.environ, e.profile, e.width, e.height, false)
	e.cells.pixels.known, e.cells.pixels.given, e.cells.pixels.now = e.known, e.pictures, func() time.Time { return e.at }
}

var (
	placed = regexp.MustCompile("\x1b\\[(?:(\\d+)(?:;(\\d+))?)?H\x1bP0;1q(\\d+:\\d+)\x1b\\\\")
	anyRow = regexp.MustCompile("\x1bP0;1q\\d+:\\d+\x1b\\\\")
)

// frame draws a screen, and tells which rows of pictures were drawn where: "7:0@3,4".
func (e *easel) frame(t *testing.T, rows ...string) string {
	t.Helper()
	said := e.show(rows...)
	var list []string
	all := placed.FindAllStringSubmatch(said, -1)
	for _, found := range all {
		x, y := found[2], found[1]
		if x == "" {
			x = "1"
		}
		if y == "" {
			y = "1"
		}
		list = append(list, found[3]+"@"+x+","+y)
	}
	if n := len(anyRow.FindAllString(said, -1)); n != len(all) {
		t.Errorf("%d rows were drawn, %d of them at a place: %q", n, len(all), said)
	}
	if strings.Contains(said, "\U0010EEEE") {
		t.Errorf("cells of a picture are written: %q", said)
	}
	return strings.Join(list, " ")
}

// show draws a screen when all has been at rest for long.
func (e *easel) show(rows ...string) string {
	e.at = e.at.Add(time.Minute)
	return string(e.changes(tea.View{Content: strings.Join(rows, "\n")}))
}

// page is some rows, of which those from y on show a picture from x on.
func page(height, y, x int, id uint32, cells image.Point) []string {
	rows := make([]string, height)
	for i := range rows {
		rows[i] = fmt.Sprintf("row %d", i)
	}
	for i, r := range picture.Rows(id, cells) {
		if y+i >= 0 && y+i < height {
			rows[y+i] = strings.Repeat(" ", x) + r
		}
	}
	return rows
}

// A picture's rows are drawn when they come, move, were written or were erased, at their
// place, and never else.
func TestPixelsLive(t *testing.T) {
	id, cells := picture.ID(3, 1), image.Pt(4, 3)
	all := func(x, y int) string {
		return fmt.Sprintf("%d:0@%d,%d %d:1@%d,%d %d:2@%d,%d", id, x, y, id, x, y+1, id, x, y+2)
	}
	e := newEasel(t, 30, 12)
	at := func(y int) []string { return page(12, y, 5, id, cells) }
	say := func(what, got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
	}
	e.drawsOver(pixelsOf(id, cells, 1))
	say("it comes", e.frame(t, at(2)...), all(6, 3))
	say("nothing changes", e.frame(t, at(2)...), "")
	other := at(2)
	other[9] = "what is typed"
	say("something else changes", e.frame(t, other...), "")
	other[3] += " beside it"
	say("its row is written", e.frame(t, other...), fmt.Sprintf("%d:1@6,4", id))
	say("and written back", e.frame(t, at(2)...), fmt.Sprintf("%d:1@6,4", id))
	say("it scrolls", e.frame(t, at(1)...), all(6, 2))
	say("over the edge", e.frame(t, at(-1)...), fmt.Sprintf("%d:1@6,1 %d:2@6,2", id, id))
	say("and back", e.frame(t, at(1)...), all(6, 2))
	covered := at(1)
	covered[2] = "     ab" + ansi.TruncateLeft(covered[2], 7, "")
	say("a row is covered in part", e.frame(t, covered...), "")
	say("and not any more", e.frame(t, at(1)...), fmt.Sprintf("%d:1@6,3", id))
	e.erase()
	say("all is erased", e.frame(t, at(1)...), all(6, 2))
	e.resize(40, 12)
	say("another size", e.frame(t, at(1)...), all(6, 2))
	e.renew()
	say("it was given back and taken", e.frame(t, at(1)...), all(6, 2))
	e.drawsOver(pixelsOf(id, cells, 1))
	say("it is drawn in another way", e.frame(t, at(1)...), all(6, 2))
	say("the last row would scroll", e.frame(t, at(9)...), fmt.Sprintf("%d:0@6,10 %d:1@6,11", id, id))
	e.drawsNot(id)
	say("it is gone, its cells are not", e.frame(t, at(1)...), "")
	say("all is gone", e.frame(t, "nothing"), "")
}

// What moves again and again is drawn over when it has come to rest, without anything else
// being drawn then.
func TestPixelsComeToRest(t *testing.T) {
	id, cells := picture.ID(3, 1), image.Pt(4, 3)
	e := newEasel(t, 30, 12, pixelsOf(id, cells, 1))
	said := func(after time.Duration, y int) int {
		e.at = e.at.Add(after)
		said := string(e.changes(tea.View{Content: strings.Join(page(12, y, 5, id, cells), "\n")}))
		return len(anyRow.FindAllString(said, -1))
	}
	e.frame(t, "nothing")
	for i, c := range []struct {
		after time.Duration
		y     int
		want  int
		waits bool
	}{
		{rest, 5, 3, false},
		{rest / 2, 4, 0, true},
		{rest / 2, 3, 0, true},
		{rest / 2, 3, 0, true},
		{rest / 2, 3, 3, false},
		{rest, 3, 0, false},
		{0, 2, 3, false},
		{0, 1, 0, true},
		{rest, 0, 3, false},
		{1, -1, 0, true},
		{1, -5, 0, false},
		{1, 5, 0, true},
		{rest, 5, 3, false},
	} {
		got := said(c.after, c.y)
		if due := e.later(); got != c.want || due.IsZero() == c.waits || c.waits && (due.Before(e.at) || due.After(e.at.Add(rest))) {
			t.Errorf("%d: %d rows, want %d; later at %v, now it is %v", i, got, c.want, due, e.at)
		}
	}
}

// A terminal that may take a row for two has those below drawn as well, and is kept off
// its end.
func TestPixelsReach(t *testing.T) {
	id, cells := picture.ID(3, 1), image.Pt(4, 4)
	e := newEasel(t, 30, 12, pixelsOf(id, cells, 2))
	e.frame(t, page(12, 2, 0, id, cells)...)
	rows := page(12, 2, 0, id, cells)
	rows[4] += "x"
	if got, want := e.frame(t, rows...), fmt.Sprintf("%d:2@1,5 %d:3@1,6", id, id); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := e.frame(t, page(12, 8, 0, id, cells)...), fmt.Sprintf("%d:0@1,9 %d:1@1,10", id, id); got != want {
		t.Errorf("at the end: %q, want %q", got, want)
	}
}

// A picture that comes or is drawn in another way has no other one drawn again.
func TestPixelsOfOthers(t *testing.T) {
	first, second := picture.ID(3, 1), picture.ID(3, 2)
	rows := append(picture.Rows(first, image.Pt(2, 2)), picture.Rows(second, image.Pt(2, 1))...)
	rows = append(rows, "", "", "")
	e := newEasel(t, 30, 12, pixelsOf(first, image.Pt(2, 2), 1))
	for i, c := range []struct {
		does func()
		want string
	}{
		{func() {}, fmt.Sprintf("%d:0@1,1 %d:1@1,2", first, first)},
		{func() { e.drawsOver(pixelsOf(second, image.Pt(2, 1), 1)) }, fmt.Sprintf("%d:0@1,3", second)},
		{func() { e.drawsOver(pixelsOf(second, image.Pt(2, 1), 1)) }, fmt.Sprintf("%d:0@1,3", second)},
		{func() { e.drawsNot(second) }, ""},
		{func() { e.drawsOver(pixelsOf(first, image.Pt(2, 2), 1)) }, fmt.Sprintf("%d:0@1,1 %d:1@1,2", first, first)},
	} {
		c.does()
		if got := e.frame(t, rows...); got != c.want {
			t.Errorf("%d: %q, want %q", i, got, c.want)
		}
	}
}

// Cells of pictures that the terminal draws itself stay as they are, beside others.
func TestPixelsBesideCells(t *testing.T) {
	ours, theirs := picture.ID(3, 1), picture.ID(3, 2)
	e := newEasel(t, 30, 12, pixelsOf(ours, image.Pt(2, 1), 1))
	e.noted("\x1b_Ga=T,U=1,i=" + fmt.Sprint(theirs) + ";AAAA\x1b\\")
	row := picture.Rows(ours, image.Pt(2, 1))[0] + " " + picture.Rows(theirs, image.Pt(2, 1))[0]
	said := e.show(row)
	if !strings.Contains(said, strange(ours, 0)) || strings.Count(said, "\U0010EEEE") != 2 {
		t.Errorf("%q", said)
	}
}

// Nothing scrolls by the terminal's means where pixels would go with it, and it does again
// when they are gone.
func TestPixelsDoNotScroll(t *testing.T) {
	id, cells := picture.ID(3, 1), image.Pt(4, 3)
	e := newEasel(t, 30, 30, pixelsOf(id, cells, 1))
	text := func(from int) (rows []string) {
		for i := range 30 {
			rows = append(rows, strings.Repeat(string(rune('a'+(from+i)%26)), 28))
		}
		return rows
	}
	shows := func(from int) []string {
		rows := text(from)
		copy(rows[5:], picture.Rows(id, cells))
		return rows
	}
	e.frame(t, text(0)...)
	for i, view := range [][]string{text(1), shows(2), shows(3), text(4), text(5)} {
		said := e.show(view...)
		if scrolls := len(said) < 300; scrolls != slices.Contains([]int{0, 4}, i) {
			t.Errorf("frame %d scrolls: %t, %q", i, scrolls, said)
		}
	}
}

// Whatever is shown one after the other: what is drawn over the screen in the end is what
// would be if it had been drawn at once, nothing more and nothing less.
func TestPixelsStay(t *testing.T) {
	for seed := range uint64(15) {
		r := rand.New(rand.NewPCG(seed, 9))
		ids := []uint32{picture.ID(3, 1), picture.ID(3, 2)}
		sizes := []image.Point{{4, 3}, {7, 5}}
		e := newEasel(t, 40, 14, pixelsOf(ids[0], sizes[0], 1), pixelsOf(ids[1], sizes[1], 1))
		fresh := newEasel(t, 40, 14, pixelsOf(ids[0], sizes[0], 1), pixelsOf(ids[1], sizes[1], 1))
		on := make(map[image.Point]string) // what is over the cells
		for range 40 {
			rows := page(14, r.IntN(20)-4, r.IntN(20), ids[0], sizes[0])
			for i, b := range page(14, r.IntN(3)-1, r.IntN(3), ids[1], sizes[1]) {
				if picture.Has(b) {
					rows[i] = b + " " + rows[i]
				}
				if r.IntN(9) == 0 && picture.Has(rows[i]) { // something is over it
					rows[i] = "xxx" + ansi.TruncateLeft(rows[i], 3, "")
				}
				if r.IntN(9) == 0 {
					rows[i] = ansi.Truncate(rows[i], r.IntN(30), "")
				}
			}
			switch r.IntN(8) {
			case 0:
				e.erase()
				clear(on)
			case 1:
				e.drawsNot(ids[1])
				e.drawsOver(pixelsOf(ids[1], sizes[1], 1))
			}
			e.apply(on, e.show(rows...))
			fresh.renew()
			want := make(map[image.Point]string)
			fresh.apply(want, fresh.show(rows...))
			if !maps.Equal(on, want) {
				t.Fatalf("seed %d:\nthere is %v\nnot      %v\n%q", seed, on, want, rows)
			}
		}
	}
}

// apply does to what is over cells what a terminal does: a cell that is written has nothing
// over it any more.
func (e *easel) apply(on map[image.Point]string, said string) {
	x, y := 0, 0
	wipe := func(from, to int) {
		for ; from < to; from++ {
			delete(on, image.Pt(from, y))
		}
	}
	p := ansi.NewParser()
	var state byte
	for len(said) > 0 {
		seq, width, n, next := ansi.DecodeSequence(said, state, p)
		said, state = said[n:], next
		first := func(i, def int) int { v, _ := p.Param(i, def); return v }
		switch {
		case width > 0:
			wipe(x, x+width)
			x += width
		case strings.HasPrefix(seq, "\x1bP0;1q"):
			id, _, _ := strings.Cut(strings.TrimPrefix(seq, "\x1bP0;1q"), ":")
			w := 4
			if id == fmt.Sprint(picture.ID(3, 2)) {
				w = 7
			}
			for i := range w {
				on[image.Pt(x+i, y)] = fmt.Sprint(seq, i)
			}
		case seq == "\r":
			x = 0
		case seq == "\n":
			y++
		case seq == "\x1bM":
			y--
		case !strings.HasPrefix(seq, "\x1b["):
		default:
			e.control(seq[len(seq)-1], first, &x, &y, wipe, func() { clear(on) })
		}
	}
}

// control does what a control sequence says to the cursor, and what it erases.
func (e *easel) control(final byte, param func(i, def int) int, x, y *int, wipe func(from, to int), all func()) {
	n := max(param(0, 1), 1)
	switch final {
	case 'H':
		*x, *y = max(param(1, 1), 1)-1, n-1
	case 'A':
		*y -= n
	case 'B':
		*y += n
	case 'C':
		*x += n
	case 'D':
		*x -= n
	case 'G':
		*x = n - 1
	case 'd':
		*y = n - 1
	case 'X':
		wipe(*x, *x+n)
	case '@', 'P':
		wipe(*x, e.width)
	case 'K':
		if param(0, 0) == 1 {
			wipe(0, *x+1)
		} else {
			wipe(*x, e.width)
		}
	case 'J':
		if param(0, 0) == 2 {
			all()
			return
		}
		wipe(*x, e.width)
		for row := *y + 1; row < e.height; row++ {
			was := *y
			*y = row
			wipe(0, e.width)
			*y = was
		}
	}
}

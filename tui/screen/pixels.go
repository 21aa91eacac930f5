package screen

import (
	"image"
	"image/color"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"github.com/hobnob-chat/hobnob/tui/picture"
)

// A program gives pictures to be drawn over the cells that it shows for them, by tea.Raw with
// a picture.Pixels, and takes them away with a picture.Gone. What is drawn belongs to the
// cells it is over: a terminal forgets it when one of them is written.
//
// So those cells are blank here, in a colour that no cell had before. A row that is drawn anew
// has all of its blanks written, which takes away what was over them; then it is drawn
// over once more. Each row of a picture is drawn by itself, when all of it is on the screen:
// what is cut off or covered in part stays blank.
//
// What moves is drawn over when it has come to rest: to draw it takes far more bytes than to
// move it, and who turns pages or reads a room in which much is said would wait for them.
//
// Nothing scrolls by the terminal's own means while there are such rows: no two terminals
// agree on what becomes of pixels then.

// rest is for how long nothing of pictures has moved when they are drawn over: a key that is
// held comes sooner than that, and a person hardly sees it.
const rest = 120 * time.Millisecond

// pixels are the pictures that are drawn over cells. Terminal's lock guards them.
type pixels struct {
	known map[uint32]picture.Pixels // the terminal's
	given map[uint64]struct{}       // the terminal's: those that it draws itself, where their cells stand
	ever  bool                      // there was one
	rows  [][]strip                 // on the screen, by its rows
	ids   [][]uint32                // whose cells are in them, also of pictures that are not known
	fresh []bool                    // which of those have to be drawn over
	mark  uint32                    // of the last row
	had   bool                      // there are some on the screen

	now     func() time.Time
	stirred bool      // one of them moves in this frame
	moved   time.Time // when one did last
	waits   bool      // to be drawn over, until they have come to rest
}

// strip is one row of a picture.
type strip struct {
	x     int
	draws string
	reach int
}

// resize forgets what is on the screen.
func (p *pixels) resize(height int) {
	p.rows, p.ids, p.fresh = make([][]strip, height), make([][]uint32, height), make([]bool, height)
}

// blank makes the cells of pictures in a row that was drawn anew blank, and notes what
// is drawn over them. Other text stays, as do cells of pictures while none were drawn over.
func (c *cells) blank(y int, text string) {
	p := &c.pixels
	if y >= len(p.rows) {
		return
	}
	p.rows[y], p.ids[y], p.fresh[y] = nil, nil, true
	if p.ever = p.ever || len(p.known) > 0; !p.ever || !picture.Has(text) {
		return
	}
	p.mark++
	mark := color.RGBA{uint8(p.mark >> 16), uint8(p.mark >> 8), uint8(p.mark), 0xff}
	var last cell
	for x := range c.next.Width() {
		is := c.pictureAt(x, y)
		if _, given := p.given[uint64(is.id)]; given {
			is = cell{}
		}
		if is.any {
			ground := c.next.CellAt(x, y).Style.Bg
			if !slices.Contains(p.ids[y], is.id) {
				p.ids[y] = append(p.ids[y], is.id)
			}
			c.next.SetCell(x, y, &uv.Cell{Content: " ", Width: 1, Style: uv.Style{Fg: mark, Bg: ground}})
		}
		whole, known := p.known[is.id]
		switch {
		case !is.any || !known:
			is = cell{}
		case is.at.X > 0 && (last.id != is.id || last.at != is.at.Sub(image.Pt(1, 0))):
			is = cell{} // its beginning is out of sight
		case is.at.X == whole.Cells.X-1 && is.at.Y < len(whole.Rows):
			p.rows[y] = append(p.rows[y], strip{x - is.at.X, whole.Rows[is.at.Y], whole.Reach})
		}
		last = is
	}
	p.stirred = p.stirred || len(p.rows[y]) > 0
}

// cell is one of a picture.
type cell struct {
	any bool
	id  uint32
	at  image.Point
}

func (c *cells) pictureAt(x, y int) (is cell) {
	of := c.next.CellAt(x, y)
	if of == nil || !picture.Has(of.Content) {
		return is
	}
	is.any = true
	if low, ok := of.Style.Fg.(ansi.IndexedColor); ok {
		is.id, is.at, _ = picture.CellOf(of.Content, uint8(low))
	}
	return is
}

// over draws pictures over their cells, in all rows that were drawn anew; or later, if the
// last were drawn anew a moment ago.
func (c *cells) over() {
	p := &c.pixels
	p.had = false
	some := false
	for y, strips := range p.rows {
		p.had = p.had || len(strips) > 0
		p.fresh[y] = len(strips) > 0 && (p.fresh[y] || c.erased)
		some = some || p.fresh[y]
	}
	now := p.now()
	calm := now.Sub(p.moved) >= rest
	if some && (p.stirred || c.erased) {
		p.moved = now
	}
	p.stirred, p.waits = false, some && !calm
	if some && calm {
		c.drawOver()
	}
}

// drawOver draws them.
func (c *cells) drawOver() {
	p, drawn, below := &c.pixels, false, 0
	for y, strips := range p.rows {
		below--
		if !p.fresh[y] && below <= 0 {
			continue
		}
		p.fresh[y] = false
		for _, s := range strips {
			if s.draws == "" || y+s.reach >= len(p.rows) {
				continue // it would scroll the terminal
			}
			_, _ = c.render.WriteString(ansi.CursorPosition(s.x+1, y+1) + s.draws) // to memory
			drawn, below = true, max(below, s.reach)                               // it may have drawn over those below
		}
	}
	if drawn {
		c.render.SetPosition(-1, -1) // where the cursor is then, terminals do not agree on
	}
}

// later is when pictures are to be drawn over that wait for that; zero if none do.
func (t *terminal) later() time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.cells == nil || !t.cells.pixels.waits {
		return time.Time{}
	}
	return t.cells.pixels.moved.Add(rest)
}

// scrollsNot tells whether there are rows of pictures on the screen, or are to be.
func (p *pixels) scrollsNot() bool {
	return p.had || slices.ContainsFunc(p.rows, func(row []strip) bool { return len(row) > 0 })
}

// stale has the rows with cells of a picture drawn anew.
func (c *cells) stale(id uint32) {
	for y := range c.rows {
		// What was drawn before there was any picture, nobody looked into.
		if y >= len(c.pixels.ids) || slices.Contains(c.pixels.ids[y], id) || !c.pixels.ever && picture.Has(c.rows[y]) {
			c.rows[y] = "\x00"
		}
	}
}

// drawsOver takes a picture that is to be drawn over its cells from the next frame on.
func (t *terminal) drawsOver(p picture.Pixels) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.known[p.ID] = p
	if t.cells != nil {
		t.cells.stale(p.ID)
	}
}

// drawsNot takes one away.
func (t *terminal) drawsNot(id uint32) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.known, id)
	if t.cells != nil {
		t.cells.stale(id)
	}
}

// pictured does what a message says of pictures that are drawn over cells, and tells
// whether it is one.
func (t *terminal) pictured(msg tea.Msg) bool {
	raw, ok := msg.(tea.RawMsg)
	if !ok {
		return false
	}
	switch p := raw.Msg.(type) {
	case picture.Pixels:
		t.drawsOver(p)
	case picture.Gone:
		t.drawsNot(uint32(p))
	default:
		return false
	}
	return true
}

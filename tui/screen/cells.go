package screen

import (
	"bytes"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// cells are what is on the screen, and what is to be. Terminal's lock guards them.
type cells struct {
	// Set once.
	environ []string

	profile colorprofile.Profile
	wide    int          // how wide and how high it has been since its buffers were made: they
	high    int          // never shrink
	out     bytes.Buffer // of render
	render  *uv.TerminalRenderer
	next    uv.ScreenBuffer
	rows    []string // what next was drawn from; nil if it is to be drawn anew
	erased  bool     // all is to be written anew
	pixels  pixels   // what is drawn over them
}

func newCells(environ []string, p colorprofile.Profile, width, height int, graphemes bool) *cells {
	c := &cells{environ: environ, profile: p}
	c.begin(width, height)
	if graphemes {
		c.measureGraphemes()
	}
	return c
}

// begin makes the buffers, for a size. All is drawn anew then.
func (c *cells) begin(width, height int) {
	c.rows, c.wide, c.high, c.out = nil, width, height, bytes.Buffer{}
	c.next = uv.NewScreenBuffer(width, height)
	c.render = uv.NewTerminalRenderer(&c.out, c.environ)
	c.render.SetColorProfile(c.profile)
	c.render.SetTabStops(-1) // where they are is a guess
	c.render.SetFullscreen(true)
	c.render.SetRelativeCursor(false)
	c.render.SetScrollOptim(true)
	c.render.Resize(width, height)
	c.pixels.now = time.Now
	c.pixels.resize(height)
	c.erase()
}

// spareCells is how many cells may be held that are not on the screen, beside as many as are:
// those of a window that is drawn larger and smaller again.
const spareCells = 1 << 14

// erase has all cells drawn anew.
func (c *cells) erase() {
	c.erased = true
	c.render.Erase()
}

func (c *cells) resize(width, height int) {
	c.rows, c.wide, c.high = nil, max(c.wide, width), max(c.high, height)
	if c.wide*c.high > 2*width*height+spareCells {
		graphemes := c.next.Method == ansi.GraphemeWidth
		if c.begin(width, height); graphemes {
			c.measureGraphemes()
		}
		return
	}
	c.next.Touched = nil
	c.next.Resize(width, height)
	c.render.Resize(width, height)
	c.pixels.resize(height)
	c.erase()
}

func (c *cells) colours(p colorprofile.Profile) {
	c.profile = p
	c.render.SetColorProfile(p)
	c.erase()
}

// measureGraphemes changes how wide text is.
func (c *cells) measureGraphemes() {
	c.rows = nil
	c.next.Method = ansi.GraphemeWidth
	c.render.SetGraphemeWidth(true)
	c.erase()
}

// draw writes what changes the screen into content, and puts the cursor where it is to be.
func (c *cells) draw(b *bytes.Buffer, content string, cursor *tea.Cursor) {
	if c.fill(content) || c.erased || c.pixels.waits {
		c.render.SetScrollOptim(!c.pixels.scrollsNot())
		c.render.Render(c.next.RenderBuffer)
		c.over()
		c.erased = false
	}
	if cursor != nil {
		c.render.MoveTo(cursor.X, cursor.Y)
	}
	_ = c.render.Flush() // to out, which takes all
	b.Write(c.out.Bytes())
	c.out.Reset()
}

// fill draws content into next, of which it touches only the rows that changed: a row
// that is touched and has wide characters is written whole. It tells whether there is one.
func (c *cells) fill(content string) (changed bool) {
	rows := strings.Split(content, "\n")
	alone := true
	for _, row := range rows {
		alone = alone && standsAlone(row)
	}
	if !alone {
		c.rows = nil
		c.next.Clear()
		uv.NewStyledString(content).Draw(c.next, c.next.Bounds())
		for y := range c.next.Height() {
			c.blank(y, content)
		}
		return true
	}
	width, height := c.next.Width(), c.next.Height()
	fresh := len(c.rows) != height
	if fresh {
		c.rows = make([]string, height)
	}
	for y := range height {
		row := ""
		if y < len(rows) {
			row = rows[y]
		}
		if fresh || row != c.rows[y] {
			uv.NewStyledString(row).Draw(c.next, uv.Rect(0, y, width, 1))
			c.blank(y, row)
			c.rows[y] = row
			changed = true
		}
	}
	return changed
}

// standsAlone tells whether a row leaves nothing to the next one: no style, no link, no
// picture.
func standsAlone(row string) bool {
	if strings.Contains(row, "\x1b_") || strings.Contains(row, "\x1bP") {
		return false
	}
	if i := strings.LastIndex(row, "\x1b]8;"); i >= 0 {
		params, link, _ := strings.Cut(row[i+len("\x1b]8;"):], ";")
		if strings.ContainsAny(params, "\x1b\a") || link == "" || link[0] != '\x1b' && link[0] != '\a' {
			return false
		}
	}
	i := strings.LastIndex(row, "\x1b[")
	return i < 0 || strings.HasPrefix(row[i:], "\x1b[m") || strings.HasPrefix(row[i:], "\x1b[0m")
}

// leave puts the cursor into the last row.
func (c *cells) leave(b *bytes.Buffer) {
	c.render.MoveTo(0, c.next.Height()-1)
	_ = c.render.Flush()
	b.Write(c.out.Bytes())
	c.out.Reset()
}

package picture

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/ansi/iterm2"
	"github.com/charmbracelet/x/ansi/kitty"
	"github.com/charmbracelet/x/ansi/sixel"
)

// Pixels is a picture for a terminal that draws pixels over its cells, and forgets them with
// the cells: whoever draws the cells draws them again. In the text of a screen its cells are
// those of Rows. It is handed to the screen by tea.Raw, and writes nothing by itself.
type Pixels struct {
	ID    uint32
	Cells image.Point
	Rows  []string // what draws each row of it, at the cursor; "" for one in which nothing is seen
	// Reach is how many rows may be taken for it by a terminal that is given one: so far
	// from the last row it has to stay, or the terminal scrolls.
	Reach int
}

// Gone is that a picture is not drawn any more, by its ID.
type Gone uint32

// String is empty: where no screen knows of it, nothing is written.
func (Pixels) String() string { return "" }

// String is empty.
func (Gone) String() string { return "" }

// Len is how many bytes draw it.
func (p Pixels) Len() (n int) {
	for _, r := range p.Rows {
		n += len(r)
	}
	return n
}

// maxDrawn is how many bytes may draw a picture: they are written each time that it moves.
const maxDrawn = 384 << 10

var errDrawn = errors.New("it takes too many bytes to draw")

// Drawing is what has to be known to draw a picture over cells.
type Drawing struct {
	Kind   Kind
	ID     uint32
	Size   image.Point // of the picture, in pixels, before it was made smaller
	Cells  image.Point // that it is to take
	Cell   image.Point // the pixels of one
	Limits Limits
}

// Draw makes the rows of a picture that Encode made. It takes a moment, and is safe from
// any goroutine.
//
// Each row of cells is a picture of its own: a part of them may be out of sight, and what is
// left needs nothing encoded anew.
func Draw(d Drawing, encoded []byte) (Pixels, error) {
	whole, err := png.Decode(bytes.NewReader(encoded))
	if err != nil {
		return Pixels{}, fmt.Errorf("decode a picture: %w", err)
	}
	d.Cell = image.Pt(max(d.Cell.X, 1), max(d.Cell.Y, 1))
	d.Cells = image.Pt(min(max(d.Cells.X, 1), MaxCells), min(max(d.Cells.Y, 1), MaxCells))
	size := Within(d.Size, image.Pt(d.Cells.X*d.Cell.X, d.Cells.Y*d.Cell.Y))
	if size.X <= 0 || size.Y <= 0 || size.X*size.Y > maxPixels {
		return Pixels{}, errLarge
	}
	p := Pixels{ID: d.ID, Cells: d.Cells, Reach: 1}
	if d.Kind == ITerm {
		p.Rows, err = itermRows(whole, size, d.Cells, d.Cell)
	} else {
		bands := (d.Cell.Y + band - 1) / band
		p.Reach = (bands*band + d.Cell.Y - 1) / d.Cell.Y
		p.Rows, err = sixelRows(scale(whole, size), d.Cells, d.Cell, d.Limits.colours())
	}
	if err == nil && p.Len() > maxDrawn {
		err = errDrawn
	}
	return p, err
}

// maxPixels is how many pixels are drawn of one picture: what a screen of small letters shows.
const maxPixels = 2 << 20

// band is how many rows of pixels a row of sixels has.
const band = 6

// sixelRows draws a picture by sixels (DEC STD 070, 9.3.9). What takes too many bytes gets
// fewer colours.
func sixelRows(m *image.NRGBA, cells, cell image.Point, colours int) (rows []string, err error) {
	for ; colours >= minColours; colours /= 4 {
		if rows, err = eachRow(reduce(m, colours), cells.Y, cell.Y, sixelRow); !errors.Is(err, errDrawn) {
			return rows, err
		}
	}
	return nil, errDrawn
}

// eachRow draws a picture in so many rows of so many pixels; errDrawn says that it takes
// too many bytes.
func eachRow(m *image.NRGBA, n, high int, draw func(*image.NRGBA) (string, error)) (rows []string, err error) {
	total := 0
	for y := range n {
		r, err := draw(part(m, image.Rect(0, y*high, m.Rect.Dx(), (y+1)*high)))
		if err != nil {
			return nil, err
		}
		if rows, total = append(rows, r), total+len(r); total > maxDrawn {
			return nil, errDrawn
		}
	}
	return rows, nil
}

func sixelRow(m *image.NRGBA) (string, error) {
	if unseen(m) {
		return "", nil
	}
	var b bytes.Buffer
	if err := new(sixel.Encoder).Encode(&b, m); err != nil {
		return "", fmt.Errorf("encode a picture: %w", err)
	}
	// The last line break would have the terminal go on below.
	data := bytes.TrimRight(b.Bytes(), string(sixel.LineBreak))
	return ansi.SixelGraphics(0, 1, 0, data), nil // what is transparent stays as it is
}

// jpegQuality is that of rows that are a photo: it is looked at, in few pixels.
const jpegQuality = 90

// itermRows draws a picture by iTerm2's protocol (https://iterm2.com/documentation-images.html).
// The terminal makes each row as large as its cells: what takes too many bytes is given it
// smaller.
func itermRows(whole image.Image, size, cells, cell image.Point) (rows []string, err error) {
	for ; cell.X > 0 && cell.Y > 0; size, cell = size.Div(2), cell.Div(2) {
		full := image.Pt(cells.X*cell.X, cells.Y*cell.Y)
		size = image.Pt(min(max(size.X, 1), full.X), min(max(size.Y, 1), full.Y))
		if near(size.X, full.X) && near(size.Y, full.Y) {
			size = full // without an edge in which nothing is, which no photo can have
		}
		rows, err = eachRow(scale(whole, size), cells.Y, cell.Y, func(row *image.NRGBA) (string, error) {
			return itermRow(row, cells.X, image.Pt(full.X, cell.Y))
		})
		if !errors.Is(err, errDrawn) {
			return rows, err
		}
	}
	return nil, errDrawn
}

// near tells whether a side may be made longer and nobody sees it.
func near(n, full int) bool { return full-n <= full/16 }

// itermRow draws a row of so many cells, which have so many pixels together.
func itermRow(m *image.NRGBA, cells int, size image.Point) (string, error) {
	if unseen(m) {
		return "", nil
	}
	if m.Rect.Size() != size { // all of the cells, or it is stretched
		row := image.NewNRGBA(image.Rectangle{Max: size})
		paste(row, m)
		m = row
	}
	content, err := Encode(m)
	if err != nil {
		return "", err
	}
	if m.Opaque() {
		var b bytes.Buffer
		if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: jpegQuality}); err == nil && 2*b.Len() < len(content) {
			content = b.Bytes()
		}
	}
	return ansi.ITerm2(iterm2.File{
		Size: int64(len(content)), Width: iterm2.Cells(cells), Height: iterm2.Cells(1), IgnoreAspectRatio: true, Inline: true,
		DoNotMoveCursor: true, Content: []byte(base64.StdEncoding.EncodeToString(content)),
	}), nil
}

// part is a copy of a part of a picture, whose first pixel is at 0, 0.
func part(m *image.NRGBA, area image.Rectangle) *image.NRGBA {
	area = area.Intersect(m.Rect)
	out := image.NewNRGBA(image.Rectangle{Max: area.Size()})
	for y := range area.Dy() {
		copy(out.Pix[y*out.Stride:], m.Pix[m.PixOffset(area.Min.X, area.Min.Y+y):m.PixOffset(area.Max.X, area.Min.Y+y)])
	}
	return out
}

// paste copies a picture into the corner of another one that is at least as large.
func paste(to, from *image.NRGBA) {
	for y := range from.Rect.Dy() {
		copy(to.Pix[y*to.Stride:], from.Pix[y*from.Stride:][:from.Rect.Dx()*4])
	}
}

// unseen tells whether nothing is seen of a picture.
func unseen(m *image.NRGBA) bool {
	for i := 3; i < len(m.Pix); i += 4 {
		if m.Pix[i] != 0 {
			return false
		}
	}
	return true
}

// marks are the marks of rows and columns, by what they say.
var marks = func() map[rune]int {
	all := make(map[rune]int)
	for n := MaxCells + 55; n >= 0; n-- {
		all[kitty.Diacritic(n)] = n
	}
	return all
}()

// Has tells whether a text may have a cell of a picture in it.
func Has(text string) bool { return strings.ContainsRune(text, kitty.Placeholder) }

// CellOf reads a cell of a picture, as Rows made it: which picture it is of, and which of
// its cells. low is the number of the colour that it is drawn in.
func CellOf(content string, low uint8) (id uint32, at image.Point, is bool) {
	runes := []rune(content)
	if len(runes) != 4 || runes[0] != kitty.Placeholder {
		return 0, at, len(runes) > 0 && runes[0] == kitty.Placeholder
	}
	y, x, high := marks[runes[1]], marks[runes[2]], marks[runes[3]]
	return uint32(high)<<24 | uint32(low), image.Pt(x, y), true
}

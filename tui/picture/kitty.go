package picture

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/png"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi/kitty"
)

// The kitty graphics protocol: https://sw.kovidgoyal.net/kitty/graphics-protocol/

// Query asks a terminal whether it has the protocol. One that has answers with OK, and the
// ID of QueryID.
const (
	Query   = "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\"
	QueryID = 31
)

// Placeholders tells by what a terminal calls itself (XTVERSION) whether it shows pictures
// where placeholders stand: kitty from 0.28 on, and Ghostty. Others have the protocol
// without them: they are not asked.
func Placeholders(name string) bool {
	name = strings.ToLower(name)
	version, named := strings.CutPrefix(name, "kitty(")
	if !named {
		return strings.HasPrefix(name, "ghostty")
	}
	major, rest, _ := strings.Cut(strings.TrimSuffix(version, ")"), ".")
	minor, _, _ := strings.Cut(rest, ".")
	x, err := strconv.Atoi(major)
	if err != nil || x != 0 {
		return err == nil && x > 0
	}
	y, err := strconv.Atoi(minor)
	return err == nil && y >= 28
}

const (
	// The lowest byte of an ID is a colour of the 256, those that are the terminal's own
	// left out: all profiles with as many colours leave it as it is.
	firstColour, lastColour = 16, 255

	// MaxCells is how many columns or rows a picture may have: more have no mark.
	MaxCells = 200

	// chunk is how much of a picture one sequence has, in bytes of base64.
	chunk = 4096

	// PieceSize is about how much is written to a terminal in one go, in bytes: what is
	// typed meanwhile is not kept waiting behind a picture.
	PieceSize = 16 << 10
)

// IDs is how many pictures a terminal can have of one program.
const IDs = lastColour - firstColour + 1

// ID is the n-th ID of a program, 0 ≤ n < IDs. high tells apart programs in one window.
func ID(high uint8, n int) uint32 { return uint32(max(high, 1))<<24 | uint32(firstColour+n%IDs) }

// Encode makes of a picture what a terminal is given.
func Encode(m image.Image) ([]byte, error) {
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		return nil, fmt.Errorf("encode a picture: %w", err)
	}
	return b.Bytes(), nil
}

// Transmit gives a terminal a picture that Encode made, to be shown in some cells where
// placeholders stand. It is in pieces: other text may be written between them, but no
// other picture.
func Transmit(id uint32, encoded []byte, cells image.Point) (pieces []string) {
	text := base64.StdEncoding.EncodeToString(encoded)
	var b strings.Builder
	for first := true; first || text != ""; first = false {
		n := min(chunk, len(text))
		part := text[:n]
		text = text[n:]
		b.WriteString("\x1b_G")
		if first {
			fmt.Fprintf(&b, "a=T,U=1,q=2,f=100,t=d,i=%d,p=1,c=%d,r=%d,", id, cells.X, cells.Y)
		}
		more := "m=1;"
		if text == "" {
			more = "m=0;"
		}
		b.WriteString(more + part + "\x1b\\")
		if b.Len() >= PieceSize || text == "" {
			pieces = append(pieces, b.String())
			b.Reset()
		}
	}
	return pieces
}

// Place shows a picture that the terminal has in other cells.
func Place(id uint32, cells image.Point) string {
	return fmt.Sprintf("\x1b_Ga=p,U=1,q=2,i=%d,p=1,c=%d,r=%d\x1b\\", id, cells.X, cells.Y)
}

// Delete has the terminal forget a picture.
func Delete(id uint32) string { return fmt.Sprintf("\x1b_Ga=d,d=I,q=2,i=%d\x1b\\", id) }

// Rows are the cells of a picture, row by row: text in a colour that says whose it is.
func Rows(id uint32, cells image.Point) []string {
	cells = image.Pt(min(cells.X, MaxCells), min(cells.Y, MaxCells))
	rows := make([]string, 0, max(cells.Y, 0))
	high := kitty.Diacritic(int(id >> 24))
	for y := range cells.Y {
		var b strings.Builder
		b.WriteString("\x1b[38;5;" + strconv.Itoa(int(id&0xff)) + "m")
		for x := range cells.X {
			b.WriteRune(kitty.Placeholder)
			b.WriteRune(kitty.Diacritic(y))
			b.WriteRune(kitty.Diacritic(x))
			b.WriteRune(high)
		}
		b.WriteString("\x1b[m")
		rows = append(rows, b.String())
	}
	return rows
}

// Cells is how many cells a picture takes, at most some: as many as its pixels would, where
// cell is the size of one in pixels.
func Cells(size, cell, most image.Point) image.Point {
	cell = image.Pt(max(cell.X, 1), max(cell.Y, 1))
	most = image.Pt(max(min(most.X, MaxCells), 1), max(min(most.Y, MaxCells), 1))
	size = Within(size, image.Pt(most.X*cell.X, most.Y*cell.Y))
	up := func(n, of int) int { return max((n+of-1)/of, 1) }
	return image.Pt(min(up(size.X, cell.X), most.X), min(up(size.Y, cell.Y), most.Y))
}

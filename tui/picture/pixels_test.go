package picture

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

func TestBest(t *testing.T) {
	for _, c := range []struct {
		name       string
		attributes []int
		want       Kind
	}{
		{"kitty(0.40.0)", []int{62, 52}, Kitty},
		{"ghostty 1.2.0", []int{62, 22}, Kitty},
		{"kitty(0.26.5)", []int{62}, None},
		{"iTerm2 3.5.0", []int{64, 4}, ITerm},
		{"WezTerm 20240203", []int{65, 4, 6}, ITerm},
		{"xterm.js(6.1.0)", []int{62, 4, 9}, ITerm},
		{"xterm.js(6.1.0)", []int{1, 2}, None},
		{"Konsole 24.05.1", []int{62, 1, 4}, ITerm},
		{"XTerm(379)", []int{63, 1, 2, 4, 6}, Sixel},
		{"foot(1.13.1)", []int{62, 4, 22}, Sixel},
		{"", []int{62, 4}, Sixel},
		{"tmux 3.4", []int{1, 2, 4}, Sixel},
		{"", nil, None},
		{"XTerm(379)", []int{64, 1, 2, 6, 44, 40, -4}, None},
	} {
		if got := Best(c.name, c.attributes); got != c.want {
			t.Errorf("%q %v: %d, want %d", c.name, c.attributes, got, c.want)
		}
	}
}

// What a terminal says of its limits is believed as far as it can be.
func TestLimits(t *testing.T) {
	for answers, want := range map[string]Limits{
		"\x1b[?1;0;256S": {Colours: 256}, "\x1b[?1;0;16S": {Colours: 16}, "\x1b[?1;0;1024S": {Colours: 256}, "\x1b[?1;0;1000000000S": {Colours: 256},
		"\x1b[?1;0;99999999999999999999S": {}, "\x1b[?1;0;0S": {}, "\x1b[?1;0;1S": {}, "\x1b[?1;0;-5S": {}, "\x1b[?1;3;256S": {}, "\x1b[?1;0S": {}, "\x1b[?1S": {},
		"\x1b[?2;0;800;600S": {Size: image.Pt(800, 600)}, "\x1b[?2;0;0;0S": {}, "\x1b[?2;0;-1;600S": {}, "\x1b[?2;0;2000000000;2000000000S": {Size: image.Pt(maxSide, maxSide)},
		"\x1b[?2;3;0S": {}, "\x1b[?62;4c": {}, "": {}, "\x1b[?S": {}, "\x1b[?;;;S": {}, "\x1b[1;0;256S": {}, "\x1b[?1;0;256;1S": {},
	} {
		var l Limits
		if l = l.Heard(answers); l != want {
			t.Errorf("%q: %+v, want %+v", answers, l, want)
		}
	}
	l := Limits{Size: image.Pt(100, 30)}
	for cell, want := range map[image.Point]image.Point{{10, 20}: {10, 18}, {10, 31}: {}, {0, 20}: {}, {1, 1}: {60, 18}, {101, 20}: {0, 18}} {
		if got := l.Space(image.Pt(60, 18), cell); got != want {
			t.Errorf("cells of %v: %v, want %v", cell, got, want)
		}
	}
}

// FuzzLimits: whatever it says, a picture has as many colours as one can have, and no cell
// of it is beyond what was asked for.
func FuzzLimits(f *testing.F) {
	f.Add("\x1b[?1;0;256S", "\x1b[?2;0;800;600S", 10, 20)
	f.Add("\x1b[?1;0;9999999S", "\x1b[?2;0;1;1S", 0, -1)
	f.Fuzz(func(t *testing.T, a, b string, w, h int) {
		var l Limits
		l = l.Heard(a).Heard(b)
		if n := l.colours(); n < minColours || n > maxColours {
			t.Errorf("%d colours", n)
		}
		if got := l.Space(image.Pt(60, 18), image.Pt(w, h)); got.X < 0 || got.X > 60 || got.Y < 0 || got.Y > 18 {
			t.Errorf("%v", got)
		}
	})
}

// noise is a picture of which no two pixels are alike.
func noise(w, h int) *image.NRGBA {
	r, m := rand.New(rand.NewPCG(1, 2)), image.NewNRGBA(image.Rect(0, 0, w, h))
	for i := range m.Pix {
		m.Pix[i] = uint8(r.Uint32())
		if i%4 == 3 {
			m.Pix[i] = 0xff
		}
	}
	return m
}

// slope is a picture of many colours that change slowly, as those of a photo.
func slope(w, h int) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.SetNRGBA(x, y, color.NRGBA{uint8(x * 255 / w), uint8(y * 255 / h), uint8((x + y) * 255 / (w + h)), 0xff})
		}
	}
	return m
}

var sixels = regexp.MustCompile("^\x1bP0;1q([^\x1b]*)\x1b\\\\$")

var sixelWord = regexp.MustCompile(`"1;1;(\d+);(\d+)|#(\d+);2;(\d+);(\d+);(\d+)|#(\d+)|!(\d+)([?-~])|([?-~])|([$-])|(.)`)

// row decodes a row of a picture that is drawn by sixels. (The decoder of x/ansi/sixel reads
// a repetition together with what follows it, and loses that.)
func row(t *testing.T, s string) *image.NRGBA {
	t.Helper()
	found := sixels.FindStringSubmatch(s)
	if found == nil {
		t.Fatalf("%.100q", s)
	}
	var m *image.NRGBA
	var colours [maxColours]color.NRGBA
	number := func(s string) int { n, _ := strconv.Atoi(s); return n }
	x, y, now := 0, 0, 0
	for _, w := range sixelWord.FindAllStringSubmatch(found[1], -1) {
		n, bits := 1, w[10]
		switch {
		case w[1] != "":
			m = image.NewNRGBA(image.Rect(0, 0, number(w[1]), number(w[2])))
		case w[3] != "":
			part := func(s string) uint8 { return uint8((number(s)*255 + 50) / 100) }
			now = number(w[3])
			colours[now] = color.NRGBA{part(w[4]), part(w[5]), part(w[6]), 0xff}
		case w[7] != "":
			now = number(w[7])
		case w[8] != "":
			n, bits = number(w[8]), w[9]
		case w[11] == "$":
			x = 0
		case w[11] == "-":
			x, y = 0, y+band
		case w[12] != "":
			t.Fatalf("%q in %.200q", w[0], s)
		}
		for range n * len(bits) {
			for i := range band {
				if (bits[0]-'?')>>i&1 == 0 {
					continue
				}
				if !image.Pt(x, y+i).In(m.Rect) {
					t.Fatalf("a pixel at %d,%d of %v", x, y+i, m.Rect)
				}
				m.SetNRGBA(x, y+i, colours[now])
			}
			x++
		}
	}
	return m
}

func drawn(t *testing.T, d Drawing, m image.Image) Pixels {
	t.Helper()
	b, err := Encode(m)
	if err != nil {
		t.Fatal(err)
	}
	d.Size = m.Bounds().Size()
	p, err := Draw(d, b)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// What is written decodes to the picture, row by row.
func TestSixels(t *testing.T) {
	for _, c := range []struct {
		m     *image.NRGBA
		cells image.Point
		far   int // how far a colour may be off
		l     Limits
	}{
		{halves(100, 60), image.Pt(10, 3), 3, Limits{}},
		{halves(100, 50), image.Pt(10, 3), 3, Limits{}}, // the last row has half
		{halves(95, 60), image.Pt(10, 3), 3, Limits{Colours: 2}},
		{slope(600, 360), image.Pt(60, 18), 24, Limits{}},
		{slope(300, 200), image.Pt(30, 10), 40, Limits{Colours: 64}},
		{slope(1200, 720), image.Pt(60, 18), 24, Limits{}}, // made smaller
	} {
		p := drawn(t, Drawing{Kind: Sixel, ID: 7, Cells: c.cells, Cell: image.Pt(10, 20), Limits: c.l}, c.m)
		if len(p.Rows) != c.cells.Y || p.Reach != 2 || p.Cells != c.cells {
			t.Fatalf("%d rows that reach %d", len(p.Rows), p.Reach)
		}
		size := Within(c.m.Rect.Size(), image.Pt(c.cells.X*10, c.cells.Y*20))
		want := scale(c.m, size)
		for y, r := range p.Rows {
			got, high := row(t, r), min(20, size.Y-20*y)
			if raster := fmt.Sprintf("q\"1;1;%d;%d#", size.X, high); !strings.Contains(r, raster) {
				t.Errorf("row %d begins %.40q, not %s", y, r, raster)
			}
			if strings.Contains(r, "-\x1b") {
				t.Errorf("row %d goes on below", y)
			}
			for _, x := range []int{0, size.X / 4, size.X / 3, size.X - 1} {
				for dy := range high {
					a, b := got.NRGBAAt(x, dy), want.NRGBAAt(x, y*20+dy)
					d := max(apart(a.R, b.R), apart(a.G, b.G), apart(a.B, b.B))
					if a.A != 0xff || d > c.far {
						t.Fatalf("%v at %d,%d: %v, want %v", c.m.Rect, x, y*20+dy, a, b)
					}
				}
			}
		}
	}
}

func apart(a, b uint8) int { return max(int(a)-int(b), int(b)-int(a)) }

var register = regexp.MustCompile(`#(\d+);2;`)

// No picture has more colours than the terminal, no number is beyond them, and none takes
// more bytes than it may.
func TestSixelsAreBounded(t *testing.T) {
	for _, colours := range []int{2, 16, 256} {
		for name, m := range map[string]*image.NRGBA{"noise": noise(200, 100), "slope": slope(200, 100), "one": halves(1, 1)} {
			holes := noise(200, 100) // some of it is not seen
			for i := 3; i < len(holes.Pix); i += 8 {
				holes.Pix[i] = 0
			}
			for _, m := range []*image.NRGBA{m, holes} {
				p := drawn(t, Drawing{Kind: Sixel, Cells: image.Pt(20, 5), Cell: image.Pt(10, 20), Limits: Limits{Colours: colours}}, m)
				taken := make(map[string]bool)
				for _, r := range p.Rows {
					for _, found := range register.FindAllStringSubmatch(r, -1) {
						if n, _ := strconv.Atoi(found[1]); n >= colours {
							t.Fatalf("%s in %d colours: number %d", name, colours, n)
						}
					}
					if r == "" {
						continue
					}
					for _, c := range colourful.FindAllStringSubmatch(r, -1) {
						taken[c[1]] = true
					}
				}
				if len(taken) > colours {
					t.Errorf("%s in %d colours: %d", name, colours, len(taken))
				}
				if p.Len() > maxDrawn {
					t.Errorf("%s: %d bytes", name, p.Len())
				}
			}
		}
	}
	large := drawn(t, Drawing{Kind: Sixel, Cells: image.Pt(60, 18), Cell: image.Pt(10, 20)}, noise(600, 360))
	if n := large.Len(); n > maxDrawn || n < maxDrawn/100 {
		t.Errorf("%d bytes", n)
	}
}

var colourful = regexp.MustCompile(`#\d+;(2;\d+;\d+;\d+)`)

// A row in which nothing is seen is not drawn, and what is half seen is drawn or not.
func TestSixelsLeaveHoles(t *testing.T) {
	m := halves(40, 60)
	for y := range 60 {
		for x := range 40 {
			if y >= 20 && y < 40 || x == 0 {
				m.SetNRGBA(x, y, color.NRGBA{9, 9, 9, 20})
			}
		}
	}
	p := drawn(t, Drawing{Kind: Sixel, Cells: image.Pt(4, 3), Cell: image.Pt(10, 20)}, m)
	if p.Rows[1] != "" || p.Rows[0] == "" || p.Rows[2] == "" {
		t.Errorf("%q", p.Rows)
	}
	if first := row(t, p.Rows[0]); alpha(first.At(0, 3)) != 0 || alpha(first.At(1, 3)) == 0 {
		t.Errorf("%v and %v", first.At(0, 3), first.At(1, 3))
	}
	for high, want := range map[int]int{20: 2, 18: 1, 6: 1, 7: 2, 5: 2, 2: 3, 1: 6, 24: 1} {
		if p := drawn(t, Drawing{Kind: Sixel, Cells: image.Pt(4, 3), Cell: image.Pt(10, high)}, m); p.Reach != want {
			t.Errorf("cells of %d pixels: %d rows", high, p.Reach)
		}
	}
}

func alpha(c color.Color) uint32 { _, _, _, a := c.RGBA(); return a }

var inline = regexp.MustCompile("^\x1b\\]1337;File=size=(\\d+);width=(\\d+);height=1;preserveAspectRatio=0;inline=1;doNotMoveCursor=1:([A-Za-z0-9+/=]*)\x07$")

// By iTerm's protocol each row is a file of its own, as large as its cells.
func TestInline(t *testing.T) {
	for name, c := range map[string]struct {
		m    *image.NRGBA
		kind string
	}{"flat": {halves(95, 50), "png"}, "photo": {noise(200, 100), "jpeg"}} {
		cells := Cells(c.m.Rect.Size(), image.Pt(10, 20), image.Pt(60, 18))
		p := drawn(t, Drawing{Kind: ITerm, ID: 7, Cells: cells, Cell: image.Pt(10, 20)}, c.m)
		if p.Reach != 1 || len(p.Rows) != cells.Y {
			t.Errorf("%s: %d rows", name, len(p.Rows))
		}
		for y, r := range p.Rows {
			found := inline.FindStringSubmatch(r)
			if found == nil {
				t.Fatalf("%.200q", r)
			}
			b, err := base64.StdEncoding.DecodeString(found[3])
			if err != nil || found[1] != strconv.Itoa(len(b)) || found[2] != strconv.Itoa(cells.X) {
				t.Errorf("%s %d: %d bytes, %v, %.80q", name, y, len(b), err, r)
			}
			m, kind, err := image.Decode(bytes.NewReader(b))
			if err != nil || kind != c.kind || m.Bounds().Size() != image.Pt(cells.X*10, 20) {
				t.Fatalf("%s %d: %s, %v", name, y, kind, err)
			}
			if got, want := color.NRGBAModel.Convert(m.At(3, 3)).(color.NRGBA), c.m.NRGBAAt(3, 20*y+3); kind == "png" && got != want {
				t.Errorf("%s %d: %v, want %v", name, y, got, want)
			}
		}
	}
}

// What takes too many bytes is given to the terminal smaller, and a photo that nearly fills
// its cells has no edge.
func TestInlineIsBounded(t *testing.T) {
	holed := noise(599, 355)
	holed.Pix[3] = 0
	for name, m := range map[string]*image.NRGBA{"photo": noise(599, 355), "with a hole": holed} {
		p := drawn(t, Drawing{Kind: ITerm, Cells: image.Pt(60, 18), Cell: image.Pt(10, 20)}, m)
		b, err := base64.StdEncoding.DecodeString(inline.FindStringSubmatch(p.Rows[17])[3])
		if err != nil {
			t.Fatal(err)
		}
		last, kind, err := image.Decode(bytes.NewReader(b))
		if n := p.Len(); err != nil || n > maxDrawn || n < maxDrawn/20 || name == "photo" && kind != "jpeg" || last.Bounds().Dx()%60 != 0 {
			t.Errorf("%s: %d bytes, %s of %v, %v", name, n, kind, last.Bounds(), err)
		}
	}
}

// What cannot be drawn is an error, whatever the sizes are said to be.
func TestDrawWhatCannotBe(t *testing.T) {
	b, _ := Encode(halves(10, 10))
	for name, d := range map[string]Drawing{
		"nothing": {}, "no cells": {Size: image.Pt(10, 10), Cells: image.Pt(-1, 0), Cell: image.Pt(10, 20)},
		"no pixels": {Size: image.Pt(0, 10), Cells: image.Pt(3, 3), Cell: image.Pt(10, 20)},
		"many":      {Size: image.Pt(30_000, 30_000), Cells: image.Pt(9999, 9999), Cell: image.Pt(199, 399)},
	} {
		for _, kind := range []Kind{Sixel, ITerm} {
			d.Kind = kind
			if p, err := Draw(d, b); err == nil && (p.Len() > maxDrawn || len(p.Rows) > MaxCells) {
				t.Errorf("%s: %d bytes", name, p.Len())
			}
		}
	}
	if _, err := Draw(Drawing{Kind: Sixel, Size: image.Pt(9, 9), Cells: image.Pt(1, 1), Cell: image.Pt(9, 9)}, []byte("no")); err == nil {
		t.Error("it is no picture")
	}
	if s := fmt.Sprint(Pixels{Rows: []string{"x"}}, Gone(7)); strings.TrimSpace(s) != "" {
		t.Errorf("%q is written where nobody draws", s)
	}
}

// A cell is read as it was written.
func TestCellOf(t *testing.T) {
	for _, n := range []int{0, 100, IDs - 1} {
		id := ID(uint8(n), n)
		for y, r := range Rows(id, image.Pt(MaxCells, 3)) {
			for x, c := range strings.Split(strings.TrimSuffix(ansi.Strip(r), "\n"), "\U0010EEEE")[1:] {
				got, at, is := CellOf("\U0010EEEE"+c, uint8(id))
				if !is || got != id || at != image.Pt(x, y) {
					t.Fatalf("%x at %d,%d: %x at %v", id, x, y, got, at)
				}
			}
		}
	}
	for s, want := range map[string]bool{"a": false, "": false, "\U0010EEEE": true, "\U0010EEEE\u0305": true} {
		if id, _, is := CellOf(s, 9); is != want || id != 0 {
			t.Errorf("%+q: %x, %t", s, id, is)
		}
	}
}

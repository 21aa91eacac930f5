package picture

import (
	"cmp"
	"image"
	"image/color"
	"image/draw"
	"slices"
)

// bin is all pixels of a picture whose colour is about the same: of each channel, the first
// five bits.
type bin struct {
	at      [3]uint8
	n       int
	r, g, b int // sums
}

// seen is what of a pixel has to be seen for it to be drawn, where there is nothing between.
const seen = 0x80

// ditherBelow is how few colours are mixed by setting pixels of several beside each other:
// with more it is no better to look at, and longer.
const ditherBelow = 33

// reduce makes a picture of at most some colours, of which one is that nothing is seen.
func reduce(m *image.NRGBA, colours int) *image.NRGBA {
	out := image.NewNRGBA(image.Rectangle{Max: m.Rect.Size()})
	holes, few := false, make(map[color.NRGBA]struct{})
	for i := 0; i < len(m.Pix); i += 4 {
		if m.Pix[i+3] < seen {
			holes = true
			continue
		}
		c := color.NRGBA{m.Pix[i], m.Pix[i+1], m.Pix[i+2], 0xff}
		copy(out.Pix[i:], []uint8{c.R, c.G, c.B, c.A})
		if len(few) <= colours {
			few[c] = struct{}{}
		}
	}
	if holes {
		colours--
	}
	if len(few) <= colours || colours < 1 {
		return out
	}
	all := palette(out, colours)
	if colours < ditherBelow {
		mixed := image.NewPaletted(out.Rect, all)
		draw.FloydSteinberg.Draw(mixed, out.Rect, out, image.Point{})
		fill(out, func(i int, _ color.NRGBA) color.Color { return all[mixed.Pix[i]] })
		return out
	}
	nearest := make(map[[3]uint8]color.Color)
	fill(out, func(_ int, c color.NRGBA) color.Color {
		key := [3]uint8{c.R >> 3, c.G >> 3, c.B >> 3}
		near, known := nearest[key]
		if !known {
			near = all.Convert(c)
			nearest[key] = near
		}
		return near
	})
	return out
}

// fill gives each pixel that is seen another colour.
func fill(m *image.NRGBA, of func(i int, c color.NRGBA) color.Color) {
	for i := 0; i < len(m.Pix); i += 4 {
		if m.Pix[i+3] == 0 {
			continue
		}
		r, g, b, _ := of(i/4, color.NRGBA{m.Pix[i], m.Pix[i+1], m.Pix[i+2], 0xff}).RGBA()
		copy(m.Pix[i:], []uint8{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8)})
	}
}

// palette is so many colours that a picture is drawn best with: those of its pixels are cut
// in two again and again, where they differ most (median cut, P. Heckbert, 1982).
func palette(m *image.NRGBA, colours int) color.Palette {
	boxes := [][]bin{binsOf(m)}
	for len(boxes) < colours {
		best, most, axis := -1, 0, 0
		for i, box := range boxes {
			if a, score := widest(box); score > most {
				best, most, axis = i, score, a
			}
		}
		if best < 0 {
			break // each has one colour
		}
		box := boxes[best]
		slices.SortFunc(box, func(a, b bin) int { return cmp.Compare(a.at[axis], b.at[axis]) })
		half, at := total(box)/2, 1
		for n := box[0].n; at < len(box)-1 && n+box[at].n <= half; at++ {
			n += box[at].n
		}
		boxes[best] = box[:at]
		boxes = append(boxes, box[at:])
	}
	all := make(color.Palette, 0, len(boxes))
	for _, box := range boxes {
		var sum bin
		for _, b := range box {
			sum.n, sum.r, sum.g, sum.b = sum.n+b.n, sum.r+b.r, sum.g+b.g, sum.b+b.b
		}
		if sum.n > 0 {
			all = append(all, color.NRGBA{uint8(sum.r / sum.n), uint8(sum.g / sum.n), uint8(sum.b / sum.n), 0xff})
		}
	}
	return all
}

func binsOf(m *image.NRGBA) []bin {
	at := make(map[[3]uint8]int)
	var bins []bin
	for i := 0; i < len(m.Pix); i += 4 {
		if m.Pix[i+3] == 0 {
			continue
		}
		r, g, b := m.Pix[i], m.Pix[i+1], m.Pix[i+2]
		key := [3]uint8{r >> 3, g >> 3, b >> 3}
		k, known := at[key]
		if !known {
			k = len(bins)
			at[key], bins = k, append(bins, bin{at: key})
		}
		x := &bins[k]
		x.n, x.r, x.g, x.b = x.n+1, x.r+int(r), x.g+int(g), x.b+int(b)
	}
	return bins
}

// widest is the channel in which colours differ most, and how much that is seen.
func widest(box []bin) (axis, score int) {
	if len(box) < 2 {
		return 0, 0
	}
	low, high := box[0].at, box[0].at
	for _, b := range box {
		for i := range 3 {
			low[i], high[i] = min(low[i], b.at[i]), max(high[i], b.at[i])
		}
	}
	for i := range 3 {
		if d := int(high[i] - low[i]); d > score {
			axis, score = i, d
		}
	}
	return axis, score * total(box)
}

func total(box []bin) (n int) {
	for _, b := range box {
		n += b.n
	}
	return n
}

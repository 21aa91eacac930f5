package picture

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
)

const (
	// MaxBytes is how large a file may be that is shown: a photo of a good camera.
	MaxBytes = 12 << 20

	// maxMemory is what decoding may take, in bytes: 16 million pixels with
	// transparency, or 20 million of a photo.
	maxMemory = 64 << 20

	// maxSide is how long a side may be, in pixels: what is longer is no picture to look at.
	maxSide = 30_000

	// maxScans is how often a JPEG may go over its pixels. Encoders make ten or so of them; each may take
	// a few bytes of the file, and a millisecond for a megapixel.
	maxScans = 64
)

var (
	errKind  = errors.New("it is no PNG, JPEG or GIF")
	errLarge = errors.New("it has too many pixels")
	errScans = errors.New("it goes over its pixels too often")
)

// Known tells whether files of a media type are shown.
func Known(mediaType string) bool {
	switch mediaType {
	case "image/png", "image/jpeg", "image/gif":
		return true
	}
	return false
}

// decoder is how one kind of file is read.
type decoder struct {
	magic  string
	config func(b []byte) (image.Config, error)
	decode func(b []byte) (image.Image, error)
}

// Decoders are named here, and not registered: another package may register one of which
// nobody thought here.
var decoders = []decoder{
	{"\x89PNG\r\n\x1a\n", with(png.DecodeConfig), with(png.Decode)},
	{"\xff\xd8\xff", with(jpeg.DecodeConfig), with(scanned)},
	{"GIF8", with(gif.DecodeConfig), with(gif.Decode)}, // the first frame
}

func with[T any](read func(r io.Reader) (T, error)) func(b []byte) (T, error) {
	return func(b []byte) (T, error) { return read(bytes.NewReader(b)) }
}

// scanned decodes a JPEG of few scans.
func scanned(r io.Reader) (image.Image, error) { return jpeg.Decode(&scans{from: r}) }

// scans ends with an error after as many starts of a scan (ITU-T T.81, B.2.3) as are taken. What
// is a start in the head alone, as in the small picture of a camera, is one of them.
type scans struct {
	from   io.Reader
	n      int
	marker bool // the byte before begins a marker
}

func (s *scans) Read(p []byte) (int, error) {
	if s.n > maxScans { // who reads does not look at an error that comes with bytes
		return 0, errScans
	}
	n, err := s.from.Read(p)
	for i, b := range p[:n] {
		if s.marker && b == 0xda {
			if s.n++; s.n > maxScans {
				return i, errScans
			}
		}
		s.marker = b == 0xff
	}
	return n, err
}

// Size is how many pixels a picture has, read from its head. Nothing is decoded.
func Size(b []byte) (image.Point, error) {
	_, size, err := head(b)
	return size, err
}

func head(b []byte) (d decoder, size image.Point, err error) {
	if len(b) > MaxBytes {
		return d, size, errLarge
	}
	for _, d := range decoders {
		if !bytes.HasPrefix(b, []byte(d.magic)) {
			continue
		}
		c, err := d.config(b)
		if err != nil {
			return d, size, fmt.Errorf("it cannot be read: %w", err)
		}
		size = image.Pt(c.Width, c.Height)
		if c.Width <= 0 || c.Height <= 0 {
			return d, size, errors.New("it has no pixels")
		}
		if c.Width > maxSide || c.Height > maxSide || int64(c.Width)*int64(c.Height)*depth(b, c.ColorModel) > maxMemory {
			return d, size, errLarge
		}
		return d, size, nil
	}
	return d, size, errKind
}

// depth is how many bytes a pixel takes at most while it is decoded.
func depth(b []byte, m color.Model) int64 {
	switch {
	case bytes.HasPrefix(b, []byte("\xff\xd8\xff")) && !baseline(b):
		return 15 // all of its coefficients are kept until the last has come
	case bytes.HasPrefix(b, []byte("\x89PNG")):
		return pngDepth(b, m)
	}
	switch m {
	case color.GrayModel, color.AlphaModel:
		return 1
	case color.Gray16Model, color.Alpha16Model:
		return 2
	case color.YCbCrModel:
		return 3
	case color.RGBA64Model, color.NRGBA64Model:
		return 8
	}
	if _, palette := m.(color.Palette); palette {
		return 1
	}
	return 4
}

// pngDepth is depth of a PNG: a grey one may turn out to have a colour that is seen through,
// and an interlaced one has its last pass beside it.
func pngDepth(b []byte, m color.Model) (n int64) {
	_, palette := m.(color.Palette)
	switch {
	case palette:
		n = 1
	case m == color.Gray16Model, m == color.RGBA64Model, m == color.NRGBA64Model:
		n = 8
	default:
		n = 4
	}
	const interlace = 28 // where IHDR says so
	if len(b) <= interlace || b[interlace] != 0 {
		n *= 2
	}
	return n
}

// Decode reads a picture, turned as it is meant to be seen, and scaled to at most some
// pixels; it is not enlarged. It takes a moment, and is safe from any goroutine.
func Decode(b []byte, most image.Point) (*image.NRGBA, error) {
	d, size, err := head(b)
	if err != nil {
		return nil, err
	}
	m, err := d.decode(b)
	if err != nil {
		return nil, fmt.Errorf("it cannot be read: %w", err)
	}
	if got := m.Bounds().Size(); got.X <= 0 || got.Y <= 0 || got.X > size.X || got.Y > size.Y { // a frame of a GIF may have less
		return nil, errLarge
	}
	turn := orientation(b)
	if turn >= 5 {
		most = image.Pt(most.Y, most.X)
	}
	return turned(scale(m, Within(m.Bounds().Size(), most)), turn), nil
}

// Within is the size of a picture that is scaled down to fit into another size.
func Within(size, most image.Point) image.Point {
	most = image.Pt(max(most.X, 1), max(most.Y, 1))
	if size.X <= most.X && size.Y <= most.Y {
		return size
	}
	if int64(size.X)*int64(most.Y) > int64(size.Y)*int64(most.X) {
		return image.Pt(most.X, max(int(int64(size.Y)*int64(most.X)/int64(size.X)), 1))
	}
	return image.Pt(max(int(int64(size.X)*int64(most.Y)/int64(size.Y)), 1), most.Y)
}

// samples is how many pixels of a side are averaged at most: more make it no better to
// look at, and a large photo slow.
const samples = 4

// scale makes a picture smaller by averaging.
func scale(m image.Image, to image.Point) *image.NRGBA {
	from, out := m.Bounds(), image.NewNRGBA(image.Rectangle{Max: to})
	for y := range to.Y {
		y0, y1 := from.Min.Y+y*from.Dy()/to.Y, from.Min.Y+(y+1)*from.Dy()/to.Y
		dy := max((y1-y0+samples-1)/samples, 1)
		for x := range to.X {
			x0, x1 := from.Min.X+x*from.Dx()/to.X, from.Min.X+(x+1)*from.Dx()/to.X
			dx := max((x1-x0+samples-1)/samples, 1)
			out.SetNRGBA(x, y, average(m, image.Rect(x0, y0, max(x1, x0+1), max(y1, y0+1)), dx, dy))
		}
	}
	return out
}

// average is the colour of some pixels together.
func average(m image.Image, area image.Rectangle, dx, dy int) color.NRGBA {
	var r, g, b, a, n uint64
	for y := area.Min.Y; y < area.Max.Y; y += dy {
		for x := area.Min.X; x < area.Max.X; x += dx {
			cr, cg, cb, ca := m.At(x, y).RGBA()
			r, g, b, a, n = r+uint64(cr), g+uint64(cg), b+uint64(cb), a+uint64(ca), n+1
		}
	}
	if a == 0 {
		return color.NRGBA{}
	}
	// The sums are of colours that are multiplied by what is seen of them.
	part := func(sum uint64) uint8 { return uint8(min(sum*0xff/a, 0xff)) }
	return color.NRGBA{part(r), part(g), part(b), uint8(a / n >> 8)}
}

package picture

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"regexp"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

var (
	red  = color.NRGBA{200, 0, 0, 255}
	blue = color.NRGBA{0, 0, 200, 255}
)

// halves is a picture whose left half is red and whose right one is blue.
func halves(w, h int) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.SetNRGBA(x, y, red)
			if x >= w/2 {
				m.SetNRGBA(x, y, blue)
			}
		}
	}
	return m
}

func encoded(t testing.TB, kind string, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	var err error
	switch kind {
	case "png":
		err = png.Encode(&b, m)
	case "jpeg":
		err = jpeg.Encode(&b, m, &jpeg.Options{Quality: 95})
	case "gif":
		err = gif.Encode(&b, m, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func alike(a, b color.NRGBA) bool {
	d := func(x, y uint8) int { return max(int(x)-int(y), int(y)-int(x)) }
	return d(a.R, b.R) < 40 && d(a.G, b.G) < 40 && d(a.B, b.B) < 40 && a.A == b.A
}

func TestDecode(t *testing.T) {
	for _, kind := range []string{"png", "jpeg", "gif"} {
		for _, c := range []struct{ size, most, want image.Point }{
			{image.Pt(40, 20), image.Pt(100, 100), image.Pt(40, 20)},
			{image.Pt(400, 200), image.Pt(100, 100), image.Pt(100, 50)},
			{image.Pt(200, 400), image.Pt(100, 100), image.Pt(50, 100)},
			{image.Pt(1000, 2), image.Pt(100, 100), image.Pt(100, 1)},
			{image.Pt(2, 1000), image.Pt(1, 100), image.Pt(1, 100)},
			{image.Pt(40, 20), image.Pt(0, 0), image.Pt(1, 1)},
		} {
			b := encoded(t, kind, halves(c.size.X, c.size.Y))
			if size, err := Size(b); err != nil || size != c.size {
				t.Errorf("%s: %v, %v", kind, size, err)
			}
			m, err := Decode(b, c.most)
			if err != nil || m.Rect.Size() != c.want {
				t.Errorf("%s %v in %v: %v, want %v; %v", kind, c.size, c.most, m.Rect.Size(), c.want, err)
				continue
			}
			if w := m.Rect.Dx(); w > 4 && (!alike(m.NRGBAAt(1, 0), red) || !alike(m.NRGBAAt(w-2, 0), blue)) {
				t.Errorf("%s %v: %v and %v", kind, c.size, m.NRGBAAt(1, 0), m.NRGBAAt(w-2, 0))
			}
		}
	}
}

// What is seen of a colour is averaged with it: what is transparent darkens nothing.
func TestTransparency(t *testing.T) {
	m := image.NewNRGBA(image.Rect(0, 0, 2, 1))
	m.SetNRGBA(0, 0, red)
	out, err := Decode(encoded(t, "png", m), image.Pt(1, 1))
	if err != nil {
		t.Fatal(err)
	}
	if c := out.NRGBAAt(0, 0); c.R != red.R || c.A < 126 || c.A > 128 {
		t.Errorf("%v", c)
	}
}

// pngHead is the beginning of a PNG that says it has some pixels.
func pngHead(w, h uint32, depth, kind byte) []byte {
	b := encodedHead(w, h, depth, kind)
	return append([]byte("\x89PNG\r\n\x1a\n"), b...)
}

func encodedHead(w, h uint32, depth, kind byte) []byte {
	data := binary.BigEndian.AppendUint32([]byte("IHDR"), w)
	data = append(binary.BigEndian.AppendUint32(data, h), depth, kind, 0, 0, 0)
	b := binary.BigEndian.AppendUint32(nil, 13)
	b = append(b, data...)
	return binary.BigEndian.AppendUint32(b, crc(data))
}

func crc(b []byte) uint32 {
	c := ^uint32(0)
	for _, x := range b {
		c ^= uint32(x)
		for range 8 {
			c = c>>1 ^ 0xedb88320&-(c&1)
		}
	}
	return ^c
}

// What would take much is refused by its head.
func TestTooLarge(t *testing.T) {
	for what, b := range map[string][]byte{
		"many pixels": pngHead(30_000, 30_000, 8, 2), "a long side": pngHead(100_000, 1, 8, 2), "a tall one": pngHead(1, 100_000, 8, 2),
		"many scans": append([]byte("\xff\xd8\xff\xc2\x00\x11\x08\x0b\xb8\x0b\xb8\x03\x01\x11\x00\x02\x11\x00\x03\x11\x00"), "\xff\xda\x00\x0c\x03\x01\x00\x02\x00\x03\x00\x00\x3f\x00"...),
		"grey, where a colour may be seen through": pngHead(8000, 8000, 8, 0), "grey and deep": pngHead(4000, 4000, 16, 0),
		"many scans behind a stray byte": []byte("\xff\xd8\xff\xfe\x00\x02\x00\xff\xc2\x00\x11\x08\x0b\xb8\x0b\xb8\x03\x01\x11\x00\x02\x11\x00\x03\x11\x00"),
		"deep ones":                      pngHead(3000, 3000, 16, 6), "no kind": []byte("RIFF....WEBP"), "nothing": nil, "half a head": pngHead(10, 10, 8, 2)[:20],
		"bytes": append(pngHead(10, 10, 8, 2), make([]byte, MaxBytes)...), "text": []byte("<svg/>"),
	} {
		if m, err := Decode(b, image.Pt(10, 10)); err == nil {
			t.Errorf("%s: %v", what, m.Rect)
		}
		if what != "half a head" {
			continue
		}
		if size, err := Size(b); err == nil {
			t.Errorf("%s: %v", what, size)
		}
	}
	if _, err := Size(pngHead(3900, 3000, 8, 6)); err != nil {
		t.Errorf("12 million pixels: %v", err)
	}
	if size, err := Size([]byte("\xff\xd8\xff\xc0\x00\x11\x08\x0b\xb8\x0b\xb8\x03\x01\x11\x00\x02\x11\x00\x03\x11\x00\xff\xda\x00\x0c")); err != nil || size != image.Pt(3000, 3000) {
		t.Errorf("9 million pixels of a photo: %v, %v", size, err)
	}
}

// progressive is a grey JPEG of 32 by 32 pixels that goes over them n times, and then again
// behind its end.
func progressive(n, behind int) []byte {
	segment := func(marker byte, b ...byte) []byte {
		return append([]byte{0xff, marker, 0, byte(len(b) + 2)}, b...)
	}
	code := make([]byte, 15) // the one code there is has one bit
	b := append([]byte("\xff\xd8"), segment(0xdb, append([]byte{0}, bytes.Repeat([]byte{1}, 64)...)...)...)
	b = append(b, segment(0xc2, 8, 0, 32, 0, 32, 1, 1, 0x11, 0)...)
	b = append(b, segment(0xc4, append(append([]byte{0x10, 1}, code...), 0x40)...)...) // nothing in 16 blocks and more
	scan := append(segment(0xda, 1, 1, 0, 1, 63, 0), 0x07)                             // the code, and none of four bits
	b = append(append(b, bytes.Repeat(scan, n)...), 0xff, 0xd9)
	return append(b, bytes.Repeat(scan, behind)...)
}

// Sixteen bytes make a decoder go over all pixels once more.
func TestManyScans(t *testing.T) {
	if _, err := Decode(progressive(maxScans, 0), image.Pt(10, 10)); err != nil {
		t.Errorf("as many as are taken: %v", err)
	}
	if _, err := Decode(progressive(maxScans+1, 0), image.Pt(10, 10)); !errors.Is(err, errScans) {
		t.Errorf("one more: %v", err)
	}
	if _, err := Decode(progressive(1, 1000), image.Pt(10, 10)); err != nil { // as in a photo that moves
		t.Errorf("behind the end: %v", err)
	}
}

// exif puts an orientation into a JPEG.
func exif(jpg []byte, order binary.AppendByteOrder, v uint16) []byte {
	name := "MM"
	if order == binary.AppendByteOrder(binary.LittleEndian) {
		name = "II"
	}
	b := append([]byte("Exif\x00\x00"), name...)
	b = order.AppendUint32(order.AppendUint16(b, 42), 8)
	b = order.AppendUint16(b, 1)
	b = order.AppendUint32(order.AppendUint16(order.AppendUint16(b, tagOrientation), typeShort), 1)
	b = order.AppendUint16(order.AppendUint16(b, v), 0)
	b = order.AppendUint32(b, 0)
	out := append([]byte{}, jpg[:2]...)
	out = append(out, 0xff, 0xe1)
	out = binary.BigEndian.AppendUint16(out, uint16(len(b)+2))
	return append(append(out, b...), jpg[2:]...)
}

func TestOrientation(t *testing.T) {
	jpg := encoded(t, "jpeg", halves(64, 32))
	for v, c := range map[uint16]struct {
		size     image.Point
		top, end color.NRGBA // of the first pixel and the last
	}{
		0: {image.Pt(64, 32), red, blue}, 1: {image.Pt(64, 32), red, blue}, 2: {image.Pt(64, 32), blue, red}, 3: {image.Pt(64, 32), blue, red},
		4: {image.Pt(64, 32), red, blue}, 5: {image.Pt(32, 64), red, blue}, 6: {image.Pt(32, 64), red, blue}, 7: {image.Pt(32, 64), blue, red},
		8: {image.Pt(32, 64), blue, red}, 9: {image.Pt(64, 32), red, blue},
	} {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			m, err := Decode(exif(jpg, order, v), image.Pt(100, 100))
			if err != nil || m.Rect.Size() != c.size {
				t.Errorf("%d: %v, %v", v, m, err)
				continue
			}
			if a, b := m.NRGBAAt(0, 0), m.NRGBAAt(c.size.X-1, c.size.Y-1); !alike(a, c.top) || !alike(b, c.end) {
				t.Errorf("%d: %v to %v", v, a, b)
			}
		}
	}
	// All eight are told apart by their corners.
	m := image.NewNRGBA(image.Rect(0, 0, 2, 3))
	for i := range 6 {
		m.SetNRGBA(i%2, i/2, color.NRGBA{uint8(i), 0, 0, 255})
	}
	for v, want := range map[int]string{1: "012345", 2: "103254", 3: "543210", 4: "452301", 5: "024135", 6: "420531", 7: "531420", 8: "135024"} {
		out, got := turned(m, v), ""
		for y := range out.Rect.Dy() {
			for x := range out.Rect.Dx() {
				got += fmt.Sprint(out.NRGBAAt(x, y).R)
			}
		}
		if got != want {
			t.Errorf("%d: %s, want %s", v, got, want)
		}
	}
}

func TestCells(t *testing.T) {
	cell := image.Pt(10, 20)
	for _, c := range []struct{ size, most, want image.Point }{
		{image.Pt(100, 100), image.Pt(60, 18), image.Pt(10, 5)},
		{image.Pt(101, 101), image.Pt(60, 18), image.Pt(11, 6)},
		{image.Pt(1200, 600), image.Pt(60, 18), image.Pt(60, 15)},
		{image.Pt(600, 1200), image.Pt(60, 18), image.Pt(18, 18)},
		{image.Pt(1, 1), image.Pt(60, 18), image.Pt(1, 1)},
		{image.Pt(30_000, 1), image.Pt(60, 18), image.Pt(60, 1)},
		{image.Pt(9999, 9999), image.Pt(9999, 9999), image.Pt(200, 200)},
		{image.Pt(100, 100), image.Pt(0, -1), image.Pt(1, 1)},
	} {
		if got := Cells(c.size, cell, c.most); got.X > MaxCells || got.Y > MaxCells || c.most.X < 9999 && got != c.want {
			t.Errorf("%v in %v: %v, want %v", c.size, c.most, got, c.want)
		}
	}
}

var command = regexp.MustCompile("\x1b_G([^;\x1b]*);?([^\x1b]*)\x1b\\\\")

func TestTransmit(t *testing.T) {
	content := []byte(strings.Repeat("0123456789", 5000))
	pieces := Transmit(ID(7, 3), content, image.Pt(30, 9))
	if len(pieces) < 3 {
		t.Fatalf("%d pieces", len(pieces))
	}
	var data strings.Builder
	all := command.FindAllStringSubmatch(strings.Join(pieces, ""), -1)
	for i, c := range all {
		keys := "m=1"
		if i == 0 {
			keys = "a=T,U=1,q=2,f=100,t=d,i=117440531,p=1,c=30,r=9,m=1"
		}
		if i == len(all)-1 {
			keys = "m=0"
		}
		if c[1] != keys || len(c[2]) > 4096 {
			t.Fatalf("the %d-th of %d: %s with %d bytes", i, len(all), c[1], len(c[2]))
		}
		data.WriteString(c[2])
	}
	if got, err := base64.StdEncoding.DecodeString(data.String()); err != nil || !bytes.Equal(got, content) {
		t.Errorf("%d bytes came, %v", len(got), err)
	}
	for _, p := range pieces {
		if len(p) > PieceSize+2*chunk || command.ReplaceAllString(p, "") != "" {
			t.Errorf("a piece of %d bytes that is not whole", len(p))
		}
	}
	if got := Transmit(1, nil, image.Pt(1, 1)); len(got) != 1 || !strings.Contains(got[0], "m=0;") {
		t.Errorf("%q", got)
	}
}

// Every cell says by itself which one it is.
func TestRows(t *testing.T) {
	rows := Rows(ID(2, 1), image.Pt(3, 2))
	want := []string{
		"\x1b[38;5;17m\U0010EEEE\u0305\u0305\u030E\U0010EEEE\u0305\u030D\u030E\U0010EEEE\u0305\u030E\u030E\x1b[m",
		"\x1b[38;5;17m\U0010EEEE\u030D\u0305\u030E\U0010EEEE\u030D\u030D\u030E\U0010EEEE\u030D\u030E\u030E\x1b[m",
	}
	if len(rows) != 2 || rows[0] != want[0] || rows[1] != want[1] {
		t.Errorf("%+q", rows)
	}
	for _, m := range []ansi.Method{ansi.WcWidth, ansi.GraphemeWidth} {
		for n := range IDs {
			for _, row := range Rows(ID(uint8(n), n), image.Pt(MaxCells+5, 2)) {
				if w := m.StringWidth(row); w != MaxCells {
					t.Fatalf("%d cells wide by measure %v", w, m)
				}
			}
		}
	}
	seen := make(map[uint32]bool)
	for n := range IDs {
		id := ID(0, n)
		if seen[id] || id&0xff < 16 || id>>24 == 0 {
			t.Fatalf("ID %d is %x", n, id)
		}
		seen[id] = true
	}
}

func TestPlaceholders(t *testing.T) {
	for name, want := range map[string]bool{"kitty(0.40.0)": true, "ghostty 1.2.0": true, "kitty(0.26.5)": false, "kitty(0.28.0)": true, "kitty(1.0.0)": true, "kitty": false, "kitty(x)": false, "kitty(0.": false, "WezTerm 2024": false, "iTerm2 3.5": false, "": false, "XTerm(390)": false} {
		if Placeholders(name) != want {
			t.Errorf("%q: %t", name, !want)
		}
	}
}

// FuzzDecode: whatever is in a file, it is read without a panic, and what comes of it is
// as small as it is to be.
func FuzzDecode(f *testing.F) {
	for _, kind := range []string{"png", "jpeg", "gif"} {
		f.Add(encoded(f, kind, halves(20, 10)))
	}
	f.Add(exif(encoded(f, "jpeg", halves(8, 8)), binary.LittleEndian, 6))
	f.Add(pngHead(30_000, 30_000, 8, 2))
	f.Fuzz(func(t *testing.T, b []byte) {
		size, err := Size(b)
		if err != nil {
			return
		}
		if size.X*size.Y > 1<<20 {
			return // it takes its time, and no more memory than is said
		}
		m, err := Decode(b, image.Pt(16, 12))
		if err == nil && (m.Rect.Dx() > 16 || m.Rect.Dy() > 12 || m.Rect.Empty()) {
			t.Errorf("%v of %v", m.Rect, size)
		}
	})
}

// FuzzOrientation: whatever is beside the pixels, it says one of eight ways.
func FuzzOrientation(f *testing.F) {
	f.Add(exif(encoded(f, "jpeg", halves(8, 8)), binary.BigEndian, 3))
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x20Exif\x00\x00MM\x00\x2a\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if v := orientation(b); v < 1 || v > 8 {
			t.Error(v)
		}
	})
}

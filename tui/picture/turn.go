package picture

import (
	"encoding/binary"
	"image"
)

// A camera writes pixels as it was held, and beside them how they are to be turned (Exif
// 2.32, 4.6.4 A "Orientation"). The reading here takes that number and nothing else.

const (
	tagOrientation = 0x0112
	typeShort      = 3
	maxSegments    = 1024 // before the pixels: files have some
	maxTags        = 512  // of the first directory
)

// orientation is how a JPEG is to be turned: 1 (as it is) to 8.
func orientation(b []byte) int {
	v := 1
	segments(b, func(kind byte, segment []byte) (more bool) {
		if kind == 0xe1 && len(segment) > 6 && string(segment[:6]) == "Exif\x00\x00" {
			v = tiffOrientation(segment[6:])
			return false
		}
		return true
	})
	return v
}

// baseline tells whether a JPEG is known to come in one scan (SOF0 and SOF1). One whose
// segments are not as they should be may be any: decoders look past that.
func baseline(b []byte) (is bool) {
	segments(b, func(kind byte, _ []byte) (more bool) {
		is = kind == 0xc0 || kind == 0xc1
		return !is && kind != 0xc2
	})
	return is
}

// segments walks what is before the pixels of a JPEG.
func segments(b []byte, take func(kind byte, segment []byte) (more bool)) {
	if len(b) < 4 || b[0] != 0xff || b[1] != 0xd8 {
		return
	}
	b = b[2:]
	for range maxSegments {
		for len(b) > 1 && b[0] == 0xff && b[1] == 0xff {
			b = b[1:] // fill bytes
		}
		if len(b) < 4 || b[0] != 0xff || b[1] == 0xda { // pixels follow
			return
		}
		n := int(binary.BigEndian.Uint16(b[2:]))
		if n < 2 || len(b) < 2+n || !take(b[1], b[4:2+n]) {
			return
		}
		b = b[2+n:]
	}
}

func tiffOrientation(b []byte) int {
	if len(b) < 8 {
		return 1
	}
	var order binary.ByteOrder
	switch string(b[:2]) {
	case "II":
		order = binary.LittleEndian
	case "MM":
		order = binary.BigEndian
	default:
		return 1
	}
	at := int64(order.Uint32(b[4:]))
	if at < 8 || at+2 > int64(len(b)) {
		return 1
	}
	tags := int(order.Uint16(b[at:]))
	for i := range int64(min(tags, maxTags)) {
		p := at + 2 + 12*i
		if p+12 > int64(len(b)) {
			return 1
		}
		if order.Uint16(b[p:]) == tagOrientation && order.Uint16(b[p+2:]) == typeShort {
			if v := int(order.Uint16(b[p+8:])); v >= 1 && v <= 8 {
				return v
			}
			return 1
		}
	}
	return 1
}

// turned is a picture as an orientation says.
func turned(m *image.NRGBA, orientation int) *image.NRGBA {
	if orientation <= 1 || orientation > 8 {
		return m
	}
	w, h := m.Rect.Dx(), m.Rect.Dy()
	size := image.Pt(w, h)
	if orientation >= 5 {
		size = image.Pt(h, w)
	}
	out := image.NewNRGBA(image.Rectangle{Max: size})
	for y := range h {
		for x := range w {
			to := [...]image.Point{
				2: {w - 1 - x, y}, 3: {w - 1 - x, h - 1 - y}, 4: {x, h - 1 - y},
				5: {y, x}, 6: {h - 1 - y, x}, 7: {h - 1 - y, w - 1 - x}, 8: {y, w - 1 - x},
			}[orientation]
			out.SetNRGBA(to.X, to.Y, m.NRGBAAt(x, y))
		}
	}
	return out
}

package bench

// A stamp is what a message of ours begins with: a mark, and then in hexadecimal
// digits which run it is of, who said it, as which number, and when it was due.
// Its places are fixed, so that finding and reading it costs next to nothing, and
// none of its bytes is ever escaped in JSON.
type stamp struct {
	run    uint32 // 24 bits
	sender uint32 // 20 bits
	number uint32 // 28 bits; a sender's messages are 1, 2, 3 …
	due    int64  // 48 bits: nanoseconds since the fleet was made
}

const (
	mark = "~hb"

	runDigits, senderDigits, numberDigits, dueDigits = 6, 5, 7, 12

	stampSize = len(mark) + runDigits + senderDigits + numberDigits + dueDigits
)

var markBytes = []byte(mark)

const hexDigits = "0123456789abcdef"

// appendBody appends a message's body: a JSON string of size bytes between the
// quotes, which is a stamp and filling.
func appendBody(dst []byte, s stamp, size int) []byte {
	dst = append(dst, '"')
	dst = append(dst, mark...)
	dst = appendHex(dst, uint64(s.run), runDigits)
	dst = appendHex(dst, uint64(s.sender), senderDigits)
	dst = appendHex(dst, uint64(s.number), numberDigits)
	dst = appendHex(dst, uint64(s.due), dueDigits)
	for range size - stampSize {
		dst = append(dst, '.')
	}
	return append(dst, '"')
}

func appendHex(dst []byte, v uint64, digits int) []byte {
	for shift := 4 * (digits - 1); shift >= 0; shift -= 4 {
		dst = append(dst, hexDigits[v>>shift&15])
	}
	return dst
}

// readStamp reads the stamp that b begins with, behind its mark.
func readStamp(b []byte) (s stamp, ok bool) {
	if len(b) < stampSize-len(mark) {
		return s, false
	}
	var bad byte
	read := func(digits int) (v uint64) {
		for _, c := range b[:digits] {
			d := unhex[c]
			bad |= d
			v = v<<4 | uint64(d&15)
		}
		b = b[digits:]
		return v
	}
	s.run = uint32(read(runDigits))
	s.sender = uint32(read(senderDigits))
	s.number = uint32(read(numberDigits))
	s.due = int64(read(dueDigits))
	return s, bad&0x80 == 0
}

// unhex is the value of a hexadecimal digit; what is none has the highest bit.
var unhex = func() (t [256]byte) {
	for i := range t {
		t[i] = 0x80
	}
	for i := range len(hexDigits) {
		t[hexDigits[i]] = byte(i)
	}
	return t
}()

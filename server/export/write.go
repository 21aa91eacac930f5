package export

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf8"
)

// Writer writes lines, and counts them for the last one. It is for one goroutine.
type Writer struct {
	w      io.Writer
	buf    bytes.Buffer
	Counts End
}

// NewWriter makes a Writer to w, which is written to a line at a time.
func NewWriter(w io.Writer) *Writer { return &Writer{w: w} }

// Write writes a line, whose Type and Version it sets. Its error is w's.
func (w *Writer) Write(l Line) error {
	switch l := l.(type) {
	case *Start:
		l.Type, l.Version = "export", Version
	case *Person:
		l.Type = "user"
		w.Counts.Users++
	case *Room:
		l.Type = "room"
		w.Counts.Rooms++
		if l.Members == nil {
			l.Members = []Member{} // an array in every line
		}
	case *Message:
		l.Type = "message"
		w.Counts.Messages++
		l.Replies = nil // its thread is there to be counted
	case *End:
		l.Type = "end"
	}
	w.buf.Reset()
	e := json.NewEncoder(&w.buf)
	e.SetEscapeHTML(false)
	if err := e.Encode(l); err != nil {
		return fmt.Errorf("write a line: %w", err)
	}
	_, err := w.w.Write(harmless(w.buf.Bytes()))
	return err
}

// End writes the last line.
func (w *Writer) End() error {
	end := w.Counts
	return w.Write(&end)
}

// harmless escapes what json leaves as it is and a terminal may obey, or a reader be
// fooled by: C1 controls, which begin escape sequences as ESC does, and characters that
// reorder what is shown. They are within strings alone, so that the JSON says the same.
func harmless(line []byte) []byte {
	clean := true
	for _, c := range line {
		if c >= 0x7f {
			clean = false
			break
		}
	}
	if clean {
		return line
	}
	out := make([]byte, 0, len(line)+16)
	for len(line) > 0 {
		r, n := utf8.DecodeRune(line)
		if r == 0x7f || (r >= 0x80 && r <= 0x9f) || r == 0x061c || r == 0x200e || r == 0x200f ||
			(r >= 0x202a && r <= 0x202e) || (r >= 0x2066 && r <= 0x2069) {
			out = fmt.Appendf(out, `\u%04x`, r)
		} else {
			out = append(out, line[:n]...)
		}
		line = line[n:]
	}
	return out
}

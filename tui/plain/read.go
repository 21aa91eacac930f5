package plain

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strings"
)

// typed is a line that was read, or that there are no more.
type typed struct {
	text string
	long int // bytes of a line that is too long, of which there is no text
	end  bool
}

// maxLine is how long a line may be, in bytes: more than servers take in a message.
const maxLine = 1 << 20

// read hands over the lines of a reader until it or ctx ends. Of a line that is longer
// than maxLine it hands over that it is.
func read(ctx context.Context, in io.Reader, to chan<- typed) {
	r := bufio.NewReaderSize(in, 64<<10)
	hand := func(l typed) bool {
		select {
		case to <- l:
			return true
		case <-ctx.Done():
			return false
		}
	}
	var line []byte
	size := 0
	for {
		part, err := r.ReadSlice('\n')
		if size += len(part); size <= maxLine {
			line = append(line, part...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		whole := typed{text: trimEnd(string(line))}
		if size > maxLine {
			whole = typed{long: size}
		}
		if (err == nil || size > 0) && !hand(whole) {
			return
		}
		if err != nil {
			hand(typed{end: true})
			return
		}
		line, size = line[:0], 0
	}
}

// trimEnd takes the end of a line away, as Unix and Windows have it.
func trimEnd(s string) string { return strings.TrimSuffix(strings.TrimSuffix(s, "\n"), "\r") }

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
	end  bool
}

// maxLine is how long a line may be, in bytes: more than servers take in a message.
const maxLine = 1 << 20

// read hands over the lines of a reader until it or ctx ends. Of a line that is longer
// than maxLine the rest makes the next one, so that nothing is lost without a word: a
// server says of each that it is too long.
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
	var line strings.Builder
	for {
		part, err := r.ReadSlice('\n')
		line.Write(part)
		whole := err == nil || line.Len() >= maxLine
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			if line.Len() > 0 && !hand(typed{text: trimEnd(line.String())}) {
				return
			}
			hand(typed{end: true})
			return
		}
		if !whole {
			continue
		}
		if !hand(typed{text: trimEnd(line.String())}) {
			return
		}
		line.Reset()
	}
}

// trimEnd takes the end of a line away, as Unix and Windows have it.
func trimEnd(s string) string { return strings.TrimSuffix(strings.TrimSuffix(s, "\n"), "\r") }

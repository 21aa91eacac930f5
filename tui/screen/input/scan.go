package input

import (
	"bytes"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// kind is what stands at the beginning of what came.
type kind int

const (
	more     kind = iota // the beginning of something
	letter               // a character that is written
	control              // one byte of C0, or DEL
	invalid              // a byte that is no text
	sequence             // a key, the mouse, a report or an answer
	broken               // the beginning of a sequence that does not go on
	refused              // an answer that has what none has, and is none
	torn                 // what may be a part of one, or a text
)

const (
	// maxControl bounds a control sequence: the longest are keys of the Kitty protocol
	// with the text they make.
	maxControl = 128
	// maxString bounds an answer. That to a question for the clipboard may be longer.
	maxString    = 4 << 10
	maxClipboard = 64 << 10
)

// next tells what b begins with, and how many bytes that has; of more, none.
func next(b []byte) (int, kind) {
	switch c := b[0]; {
	case c == ansi.ESC:
		return escape(b)
	case c < ' ' || c == ansi.DEL:
		return 1, control
	case c < utf8.RuneSelf:
		return 1, letter
	case !utf8.FullRune(b):
		return 0, more
	}
	if r, n := utf8.DecodeRune(b); r != utf8.RuneError || n > 1 {
		return n, letter
	}
	return 1, invalid
}

// escape is next of what begins with ESC.
func escape(b []byte) (int, kind) {
	if len(b) == 1 {
		return 0, more
	}
	switch c := b[1]; c {
	case '[':
		return controlSequence(b)
	case 'O':
		return singleShift(b)
	case ']':
		return command(b)
	case 'P':
		return deviceControl(b)
	case '_':
		return application(b)
	case ansi.ESC: // Esc twice, or Alt and a key that is a sequence
		if len(b) == 2 {
			return 0, more
		}
		if b[2] == '[' || b[2] == 'O' {
			switch n, what := escape(b[1:]); what {
			case more:
				return 0, more
			case sequence:
				return 1 + n, sequence
			}
		}
		return 1, sequence
	default:
		switch n, what := next(b[1:]); what {
		case more:
			return 0, more
		case invalid:
			return 1, sequence
		default:
			return 1 + n, sequence
		}
	}
}

// controlSequence is CSI: parameters, intermediates, a final byte (ECMA-48, section 5.4).
func controlSequence(b []byte) (int, kind) {
	switch {
	case len(b) == 2:
		return 0, more
	case b[2] == '[': // a function key of the Linux console
		switch {
		case len(b) == 3:
			return 0, more
		case b[3] >= 'A' && b[3] <= 'E':
			return 4, sequence
		}
		return 2, sequence
	case b[2] == 'M': // X10's mouse: three bytes follow
		if len(b) < 6 {
			return 0, more
		}
		return 6, sequence
	}
	i := 2
	for i < len(b) && b[i] >= '0' && b[i] <= '?' {
		i++
	}
	if i > 2 && i < len(b) && b[i] == '$' && digits(b[2:i]) { // urxvt's Shift and a key
		return i + 1, sequence
	}
	for i < len(b) && b[i] >= ' ' && b[i] <= '/' {
		i++
	}
	switch {
	case i > maxControl || i == 2 && i < len(b) && (b[i] < '@' || b[i] >= ansi.DEL):
		return 2, sequence // Alt+[, and something else
	case i == len(b):
		return 0, more
	case b[i] >= '@' && b[i] < ansi.DEL:
		return i + 1, sequence
	}
	return i, broken
}

func digits(b []byte) bool { return len(bytes.Trim(b, "0123456789")) == 0 }

// singleShift is SS3: a key, which urxvt and xterm may give a number first.
func singleShift(b []byte) (int, kind) {
	i := 2
	for i < len(b) && i < 4 && b[i] >= '0' && b[i] <= '9' {
		i++
	}
	switch {
	case i == len(b):
		return 0, more
	case bytes.IndexByte([]byte("ABCDEFHMPQRSXabcdjklmnopqrstuvwxy"), b[i]) >= 0:
		return i + 1, sequence
	}
	return 2, sequence // Alt+Shift+O, and something else
}

// command is OSC: a number, and what answers it.
func command(b []byte) (int, kind) {
	i := 2
	for i < len(b) && i < 2+5 && b[i] >= '0' && b[i] <= '9' {
		i++
	}
	switch {
	case i == len(b):
		return 0, more
	case i == 2 || b[i] != ';' && b[i] != ansi.BEL && b[i] != ansi.ESC:
		return 2, sequence // Alt+], and something else
	}
	if isColour(b[2:i]) {
		return body(b, i, maxString, inColour)
	}
	if string(b[2:i]) == "52" {
		return body(b, i, maxClipboard, printable)
	}
	return body(b, i, maxString, printable)
}

// isColour tells whether an OSC says a colour. What ends before it is complete can be
// told from what is typed behind it.
func isColour(number []byte) bool {
	switch string(number) {
	case "4", "5", "10", "11", "12", "13", "14", "17", "19":
		return true
	}
	return false
}

func inColour(c byte) bool { return bytes.IndexByte([]byte("0123456789abcdefABCDEFrg:/;?#"), c) >= 0 }

func printable(c byte) bool { return c >= ' ' && c < ansi.DEL }

// deviceControl is DCS. An answer has something before its final byte.
func deviceControl(b []byte) (int, kind) {
	i := 2
	for i < len(b) && i < maxControl && b[i] >= ' ' && b[i] <= '?' {
		i++
	}
	switch {
	case i == len(b):
		return 0, more
	case i == 2 || b[i] < '@' || b[i] >= ansi.DEL:
		return 2, sequence // Alt+Shift+P, and something else
	}
	return body(b, i+1, maxString, printable)
}

// application is APC. Terminals only answer Kitty's pictures so.
func application(b []byte) (int, kind) {
	switch {
	case len(b) == 2:
		return 0, more
	case b[2] != 'G':
		return 2, sequence // Alt+_, and something else
	}
	return body(b, 3, maxString, printable)
}

// body goes to the end of a control string: to ESC \, or to BEL. One with a line end or a
// tab in it is no answer, and nothing that was typed.
func body(b []byte, i, most int, may func(byte) bool) (int, kind) {
	whole := sequence
	for ; i < len(b); i++ {
		switch c := b[i]; {
		case c == ansi.BEL && b[1] == ']':
			return i + 1, whole
		case c == ansi.ESC && i+1 == len(b):
			return 0, more
		case c == ansi.ESC && b[i+1] == '\\':
			return i + 2, whole
		case whole == refused && (c == ansi.ESC || i >= most):
			return i, torn
		case i < most && (isLineEnd(c) || c == '\t'):
			whole = refused
		case c == ansi.ESC: // it ended without its end, and something else begins
			return i, broken
		case i >= most || !may(c):
			if isAnswer(b[:i]) {
				return i, broken
			}
			return 2, sequence // Alt and a key, and a text
		}
	}
	return 0, more
}

// isAnswer tells whether what is not complete is certainly part of an answer, and
// nothing that was typed.
func isAnswer(b []byte) bool {
	if len(b) < 4 || b[1] != ']' {
		return false
	}
	number, _, _ := bytes.Cut(b[2:], []byte(";"))
	return len(b) > 2+len(number) && isColour(number)
}

package terminal

import (
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Read reads what a terminal answered, in whatever pieces it came and whatever else was
// typed in between.
func Read(b []byte) Answers {
	a := Answers{Modes: make(map[int]Mode)}
	var state byte
	for len(b) > 0 {
		seq, _, n, next := ansi.DecodeSequence(b, state, nil)
		if n == 0 {
			break
		}
		b, state = b[n:], next
		if next != 0 && len(b) == 0 {
			break // the rest of it has not come yet
		}
		s := string(seq)
		switch {
		case strings.HasPrefix(s, "\x1b["):
			a.control(s[2:])
			a.Limits = a.Limits.Heard(s)
		case strings.HasPrefix(s, "\x1bP"):
			a.device(inner(s))
		case strings.HasPrefix(s, "\x1b]"):
			if colour, ok := strings.CutPrefix(inner(s), "11;"); ok {
				a.Background = colour
			}
		case strings.HasPrefix(s, "\x1b_"):
			if strings.HasPrefix(inner(s), "Gi=31;OK") {
				a.Images = true
			}
		}
	}
	return a
}

// inner is what is in a string sequence.
func inner(s string) string {
	return strings.TrimSuffix(strings.TrimSuffix(s[2:], "\x1b\\"), "\a")
}

// control reads an answer that begins with CSI.
func (a *Answers) control(s string) {
	if s == "" {
		return
	}
	params, final := s[:len(s)-1], s[len(s)-1]
	private := strings.HasPrefix(params, "?")
	numbers := split(strings.TrimPrefix(params, "?"))
	switch {
	case final == 'c' && private:
		a.Answered, a.Attributes = true, numbers
	case final == 'u' && private:
		a.Keyboard = true
	case final == 'y' && private:
		if n := split(strings.TrimSuffix(strings.TrimPrefix(params, "?"), "$")); len(n) == 2 && n[1] >= 0 && n[1] <= int(AlwaysReset) {
			a.Modes[n[0]] = Mode(n[1])
		}
	case final == 'R' && !private && len(numbers) == 2 && len(a.Widths) < len(Samples):
		a.Widths = append(a.Widths, max(0, numbers[1]-1))
	}
}

// device reads an answer that begins with DCS.
func (a *Answers) device(s string) {
	if name, ok := strings.CutPrefix(s, ">|"); ok {
		a.Name = name
	}
	if list, ok := strings.CutPrefix(s, "1+r"); ok {
		for entry := range strings.SplitSeq(list, ";") {
			key, _, _ := strings.Cut(entry, "=")
			name, err := hex.DecodeString(key)
			if err != nil {
				continue
			}
			switch string(name) {
			case "RGB", "Tc":
				a.TrueColour = true
			case "Ms":
				a.Clipboard = true
			}
		}
	}
}

// split reads numbers with semicolons between; what is none is -1.
func split(s string) (list []int) {
	for part := range strings.SplitSeq(s, ";") {
		n, err := strconv.Atoi(part)
		if err != nil {
			n = -1
		}
		list = append(list, n)
	}
	return list
}

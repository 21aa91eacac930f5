package picture

import (
	"image"
	"slices"
	"strconv"
	"strings"
)

// Kind is how a terminal shows pictures.
type Kind int

// The kinds there are, the best last: Sixel has few colours and is long, ITerm is as good as
// the file, and Kitty is given a picture once, wherever it then goes.
const (
	None Kind = iota
	Sixel
	ITerm
	Kitty
)

// sixelAttribute is what a terminal says of itself that has sixels (DA1).
const sixelAttribute = 4

// Best is how a terminal shows pictures, by what it calls itself (XTVERSION) and the
// attributes that it says it has (DA1). Kitty is what it is to be asked for still.
func Best(name string, attributes []int) Kind {
	sixels := slices.Contains(attributes, sixelAttribute)
	lower := strings.ToLower(name)
	begins := func(with ...string) bool {
		return slices.ContainsFunc(with, func(s string) bool { return strings.HasPrefix(lower, s) })
	}
	switch {
	case Placeholders(name):
		return Kitty
	case begins("iterm2", "wezterm"), sixels && begins("xterm.js", "konsole", "mintty"): // which have both, or neither
		return ITerm
	case sixels:
		return Sixel
	}
	return None
}

// Questions about sixels (XTSMGRAPHICS): how many colours a picture may have, and how many
// pixels. A terminal that does not know them says nothing.
const (
	AskColours  = "\x1b[?1;1;0S"
	AskGeometry = "\x1b[?2;1;0S"
)

const (
	// maxColours is how many a picture is given at most, and how many it has where the
	// terminal does not say.
	maxColours = 256
	// minColours is less than any terminal has.
	minColours = 2
)

// Limits are what a terminal says of its sixels. What it did not say is zero.
type Limits struct {
	Colours int
	Size    image.Point // in pixels, at most
}

// Heard are the limits with what an answer to AskColours or AskGeometry says; of all else,
// and of what cannot be, it takes no notice.
func (l Limits) Heard(answer string) Limits {
	inner, is := strings.CutPrefix(answer, "\x1b[?")
	inner, ends := strings.CutSuffix(inner, "S")
	if !is || !ends || len(inner) > 40 {
		return l
	}
	var numbers []int
	for part := range strings.SplitSeq(inner, ";") {
		n, err := strconv.Atoi(part)
		if err != nil {
			return l
		}
		numbers = append(numbers, n)
	}
	switch {
	case len(numbers) < 3 || numbers[1] != 0: // it is an error
	case numbers[0] == 1 && len(numbers) == 3 && numbers[2] >= minColours:
		l.Colours = min(numbers[2], maxColours)
	case numbers[0] == 2 && len(numbers) == 4 && numbers[2] > 0 && numbers[3] > 0:
		l.Size = image.Pt(min(numbers[2], maxSide), min(numbers[3], maxSide))
	}
	return l
}

// colours is how many a picture may have.
func (l Limits) colours() int {
	if l.Colours == 0 {
		return maxColours
	}
	return max(min(l.Colours, maxColours), minColours)
}

// Space is how many of some cells a picture may take; none where the terminal takes less
// than a row of them.
func (l Limits) Space(most, cell image.Point) image.Point {
	if l.Size == (image.Point{}) {
		return most
	}
	if cell.X <= 0 || cell.Y <= 0 || l.Size.Y < cell.Y {
		return image.Point{}
	}
	return image.Pt(min(most.X, l.Size.X/cell.X), most.Y)
}

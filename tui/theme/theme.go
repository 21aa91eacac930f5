// Package theme is how hobnob looks: one struct of styles named by what they
// mean, made for the terminal at hand, and the measure by which that terminal
// counts cells. Panes style by meaning and never choose a colour themselves.
//
// It knows nothing of what is drawn with it.
package theme

import (
	"image/color"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

// Terminal is what is known of the terminal drawn on.
type Terminal struct {
	Background Background
	Profile    colorprofile.Profile // how many colours it shows
	Measure    ansi.Method          // how it counts the cells of joined emoji
	Scheme     *Scheme              // which colours its user wants, nil for the default
}

// Background is what a terminal draws on.
type Background uint8

// The backgrounds.
const (
	Either Background = iota // not known: what is drawn has to be readable on both
	Dark
	Light
)

// Unknown is what is assumed until the terminal has answered, which not all do.
// Until it confirms mode 2027 the renderer measures with wcwidth.
var Unknown = Terminal{Profile: colorprofile.TrueColor, Measure: ansi.WcWidth}

// Theme holds the styles. It is not changed after it was made; panes may share
// it. Every difference a colour makes is made by a mark, a word or a weight as
// well, so that nothing is lost where there are no colours.
type Theme struct {
	Measure ansi.Method

	Plain  lipgloss.Style // the matter itself
	Dim    lipgloss.Style // what is beside the matter: times, hints, notices
	Strong lipgloss.Style // what names the place
	Rule   lipgloss.Style // lines that divide
	Accent lipgloss.Style // where the user is: the composer's bar, the way back down
	Good   lipgloss.Style // all is well
	Warn   lipgloss.Style // this waits, or wants attention
	Bad    lipgloss.Style // this failed
	Key    lipgloss.Style // keys in help
	Link   lipgloss.Style // what can be opened
	Chosen color.Color    // behind what is selected; nil for what the terminal has there
	Over   color.Color    // what has no colour of its own on that: the terminal's own may be for another background
	Code   Code

	// Signs are the signs of Markdown that stay on the screen, because it is not
	// sure that what they make of a text is seen.
	Signs Signs

	names []lipgloss.Style
	far   [][]float64 // of names, each from each
}

// Code is how code looks.
type Code struct {
	Span    lipgloss.Style // in a sentence
	Word    lipgloss.Style // what the language has a word for
	Text    lipgloss.Style // strings
	Number  lipgloss.Style // and other values
	Call    lipgloss.Style // names of functions
	Kind    lipgloss.Style // names of types, attributes and the like
	Comment lipgloss.Style
	Added   lipgloss.Style // in a patch
	Removed lipgloss.Style
}

// Signs tells which signs of Markdown stay.
type Signs uint8

// What stays: nothing with 256 colours; what makes italics, code and the like with
// fewer, which every terminal draws in its own way or not at all; and everything
// where nothing but the text may arrive.
const (
	NoSigns Signs = iota
	SomeSigns
	AllSigns
)

// New makes the theme for a terminal.
func New(t Terminal) *Theme {
	th := styled(t)
	th.far = distances(th.names)
	return th
}

func styled(t Terminal) *Theme {
	scheme := t.Scheme
	if scheme == nil {
		scheme = builtIn[0]
	}
	p := scheme.palette[t.Background]
	if scheme.own || t.Profile < colorprofile.ANSI256 {
		th := basic(t)
		if t.Profile >= colorprofile.ANSI {
			th.recolour(p, t.Profile > colorprofile.ANSI)
		}
		return th
	}
	th := &Theme{
		Measure: t.Measure,
		Dim:     ink(p.dim),
		Strong:  lipgloss.NewStyle().Bold(true),
		Rule:    ink(p.rule),
		Accent:  ink(p.accent),
		Good:    ink(p.good),
		Warn:    ink(p.warn),
		Bad:     ink(p.bad),
		Key:     lipgloss.NewStyle().Bold(true),
		Link:    ink(p.accent).Underline(true),
		Code: Code{
			Span: ink(p.code.span), Word: ink(p.code.word), Text: ink(p.code.text), Number: ink(p.code.number),
			Call: ink(p.code.call), Kind: ink(p.code.kind), Comment: ink(p.dim).Italic(true), Added: ink(p.good), Removed: ink(p.bad),
		},
	}
	if p.chosen != "" {
		th.Chosen = lipgloss.Color(p.chosen)
		th.Over = over(th.Chosen)
	}
	if p.code.span == "" { // code in a sentence would look like all else
		th.Signs = SomeSigns
	}
	for _, c := range p.names {
		th.names = append(th.names, ink(c))
	}
	return th
}

// over is black or white, nearly, whichever is readable on a colour.
func over(c color.Color) color.Color {
	r, g, b, _ := c.RGBA()
	if 299*r+587*g+114*b > 1000*0xffff/2 { // as bright as it looks, in thousandths
		return lipgloss.Color("#1c2026")
	}
	return lipgloss.Color("#e4e7ec")
}

// basic is the theme for 16 colours, which the user chose, and for none. What is
// dim is faint there: a grey of ours could be anything in a foreign palette.
func basic(t Terminal) *Theme {
	plain := lipgloss.NewStyle()
	th := &Theme{
		Measure: t.Measure,
		Dim:     plain.Faint(true),
		Strong:  plain.Bold(true),
		Rule:    plain.Faint(true),
		Accent:  plain.Bold(true),
		Good:    plain,
		Warn:    plain.Bold(true),
		Bad:     plain.Bold(true),
		Key:     plain.Bold(true),
		Link:    plain.Underline(true),
		Code:    Code{Word: plain.Bold(true), Kind: plain, Comment: plain.Faint(true), Removed: plain.Faint(true)},
		Signs:   SomeSigns,
		names:   []lipgloss.Style{plain.Bold(true)},
	}
	if t.Profile < colorprofile.ANSI {
		th.Signs = AllSigns
		return th
	}
	var names []color.Color // none that says something: where one is, and what waits or failed
	switch t.Background {
	case Dark: // blue vanishes on black
		names = []color.Color{lipgloss.BrightBlue, lipgloss.BrightMagenta, lipgloss.BrightGreen, lipgloss.Cyan, lipgloss.Magenta}
		th.Accent = plain.Foreground(lipgloss.BrightCyan)
		th.Good, th.Warn, th.Bad = plain.Foreground(lipgloss.Green), plain.Foreground(lipgloss.Yellow), plain.Foreground(lipgloss.BrightRed)
		th.Code.Text, th.Code.Number, th.Code.Kind = th.Good, th.Warn, plain.Foreground(lipgloss.Cyan)
		th.Code.Span, th.Code.Added, th.Code.Removed = th.Warn, th.Good, th.Bad
	case Light: // yellow and the bright ones vanish on white
		names = []color.Color{lipgloss.Cyan, lipgloss.Green, lipgloss.NoColor{}}
		th.Accent, th.Good = plain.Foreground(lipgloss.Blue), plain.Foreground(lipgloss.Green)
		th.Warn, th.Bad = plain.Foreground(lipgloss.Magenta), plain.Foreground(lipgloss.Red)
		th.Code.Text, th.Code.Number, th.Code.Kind = th.Good, th.Bad, th.Warn
		th.Code.Span, th.Code.Added, th.Code.Removed = th.Warn, th.Good, th.Bad
	case Either: // and blue on black; green and cyan are pale on white in some palettes: names stay bold
		th.Warn, th.Bad = plain.Foreground(lipgloss.Magenta), plain.Foreground(lipgloss.Red)
		th.Code.Span, th.Code.Number, th.Code.Removed = th.Warn, th.Warn, th.Bad
	}
	if len(names) > 0 {
		th.names = nil
	}
	for _, c := range names {
		th.names = append(th.names, plain.Foreground(c))
	}
	return th
}

// Name is the style of a person's name by their ID alone: what NameAmong begins with. A name
// proves nothing, and neither does its colour.
func (t *Theme) Name(id string) lipgloss.Style { return t.names[hashOf(id, len(t.names))] }

// hashOf is one of n numbers, the same for an ID always.
func hashOf(id string, n int) int {
	hash := uint32(2166136261) // FNV-1a
	for i := range len(id) {
		hash = (hash ^ uint32(id[i])) * 16777619
	}
	return int((hash ^ hash>>16) % uint32(n))
}

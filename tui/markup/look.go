package markup

import (
	"strconv"
	"strings"
	"time"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/hobnob-chat/hobnob/tui/theme"
)

// tone is what a part of a text is.
type tone uint8

const (
	tonePlain tone = iota
	toneLead
	toneDim
	toneRule
	toneWarn // what deceives
	toneSpan // code in a sentence
	toneLink
	toneYou
	toneName // of somebody else
	toneRoom
	toneWord // and the rest of code
	toneText
	toneNumber
	toneCall
	toneKind
	toneComment
	toneAdded
	toneRemoved
)

// weight is how a part is said.
type weight uint8

const (
	bold weight = 1 << iota
	italic
	struck
)

// look is all that is drawn alike.
type look struct {
	tone   tone
	weight weight
	link   int    // in page.links, from 1
	who    string // toneName: the ID
}

// Drawer draws texts in a theme.
type Drawer struct {
	seats *theme.Seats
	theme *theme.Theme
	pens  map[penKey]pen

	patience time.Duration // with code; it is lexTime
}

// pen is what begins and ends a look.
type pen struct{ begin, end string }

type penKey struct {
	look look
	ink  *lipgloss.Style
}

// maxPens bounds the pens: there is one for the name of each person.
const maxPens = 512

// Among gives people the colours they have in one room, in place of those they have
// everywhere, and is the same Drawer.
func (d *Drawer) Among(s *theme.Seats) *Drawer {
	d.seats = s
	return d
}

// New makes the Drawer of a theme.
func New(t *theme.Theme) *Drawer {
	return &Drawer{theme: t, pens: make(map[penKey]pen), patience: lexTime}
}

// SetPatience says how long finding the colours of a text's code may take.
func (d *Drawer) SetPatience(t time.Duration) { d.patience = t }

// paint draws a part in one look. The part ends between grapheme clusters.
func (p *page) paint(b *strings.Builder, s string, as look) {
	if s == "" {
		return
	}
	link := as.link
	as.link = 0
	if link > 0 {
		b.WriteString(ansi.SetHyperlink(p.links[link-1], "id="+p.linkID(link)))
	}
	c := p.pen(as)
	b.WriteString(c.begin)
	b.WriteString(s)
	b.WriteString(c.end)
	if link > 0 {
		b.WriteString(ansi.ResetHyperlink())
	}
}

// linkID is the same for all rows of a link, so that terminals show them as one.
func (p *page) linkID(link int) string {
	hash := uint32(2166136261) // FNV-1a
	for i := range len(p.ID) {
		hash = (hash ^ uint32(p.ID[i])) * 16777619
	}
	return "h" + strconv.FormatUint(uint64(hash), 36) + "-" + strconv.Itoa(link)
}

func (p *page) pen(as look) pen {
	if as.tone == toneLead {
		return newPen(p.LeadInk)
	}
	if as == (look{}) && p.Ink == nil {
		return pen{}
	}
	key := penKey{as, p.Ink}
	if c, ok := p.pens[key]; ok {
		return c
	}
	if len(p.pens) >= maxPens {
		clear(p.pens)
	}
	c := newPen(p.style(as))
	p.pens[key] = c
	return c
}

// newPen takes from a style what it writes around a text.
func newPen(s lipgloss.Style) pen {
	begin, end, _ := strings.Cut(s.Render("x"), "x")
	return pen{begin, end}
}

// style is the style of a look.
func (p *page) style(as look) lipgloss.Style {
	s := p.ink(as)
	if as.weight&bold != 0 {
		s = s.Bold(true)
	}
	if as.weight&italic != 0 {
		s = s.Italic(true)
	}
	if as.weight&struck != 0 {
		s = s.Strikethrough(true)
	}
	return s
}

func (p *page) ink(as look) lipgloss.Style {
	t := p.theme
	switch as.tone {
	case tonePlain, toneLead:
		if p.Ink != nil {
			return *p.Ink
		}
		return t.Plain
	case toneDim:
		return t.Dim
	case toneRule:
		return t.Rule
	case toneWarn:
		return t.Bad.Bold(true)
	case toneLink:
		return t.Link
	case toneYou:
		return t.Accent.Bold(true)
	case toneName:
		if p.seats != nil {
			return t.NameAmong(p.seats, as.who)
		}
		return t.Name(as.who)
	case toneRoom:
		return t.Accent
	default:
		return codeInk(&t.Code, as.tone)
	}
}

func codeInk(c *theme.Code, as tone) lipgloss.Style {
	switch as {
	case toneWord:
		return c.Word
	case toneText:
		return c.Text
	case toneNumber:
		return c.Number
	case toneCall:
		return c.Call
	case toneKind:
		return c.Kind
	case toneComment:
		return c.Comment
	case toneAdded:
		return c.Added
	case toneRemoved:
		return c.Removed
	default:
		return c.Span
	}
}

package tui

import (
	"cmp"
	"image"
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/tui/picture"
	"github.com/hobnob-chat/hobnob/tui/timeline"
)

// makeRoom forgets the pictures that were not seen for longest, and returns what tells
// the terminal.
func (m *Model) makeRoom(keep *pictured) tea.Cmd {
	p := &m.pictures
	var say []tea.Cmd
	for {
		n, total := 0, 0
		var oldest *pictured
		for _, x := range p.known {
			if len(x.encoded) == 0 {
				continue
			}
			n, total = n+1, total+len(x.encoded)+x.drawn
			if x != keep && !p.waits(x) && (oldest == nil || x.used < oldest.used) {
				oldest = x
			}
		}
		if n <= maxPictures && total <= maxPictureBytes || oldest == nil {
			break
		}
		say = append(say, tea.Raw(m.goneOf(oldest)))
		delete(p.known, oldest.file)
		m.every(func(t *timeline.Timeline) { t.SetPicture(oldest.file, nil) })
	}
	return tea.Sequence(say...)
}

// freeNumber is one that no picture has.
func (m *Model) freeNumber() int {
	taken := make(map[int]bool)
	for _, x := range m.pictures.known {
		taken[x.number] = true
	}
	for n := range picture.IDs {
		if !taken[n] {
			return n
		}
	}
	return 0 // there are fewer pictures than numbers
}

// sendPicture sends the next picture to the terminal, piece by piece, with other messages
// between. What is on the screen is drawn when it is there.
func (m *Model) sendPicture() tea.Cmd {
	p := &m.pictures
	if *p.line || len(p.queue) == 0 {
		return nil
	}
	x := p.queue[0]
	p.sending, p.queue, *p.line = x, p.queue[1:], true
	all := []tea.Cmd{m.takeAllAway(), m.makeRoom(x)}
	if x.number < 0 {
		x.number = m.freeNumber()
	}
	if x.kind = p.kind; x.kind != picture.Kitty {
		return tea.Sequence(append(all, m.drawPicture(x)...)...)
	}
	cells := x.cells
	if p.redraw = p.redraw || cells != (image.Point{}); cells == (image.Point{}) {
		cells = m.cellsOf(x)
	}
	for _, piece := range picture.Transmit(m.pictureID(x), x.encoded, cells) {
		all = append(all, tea.Raw(piece))
	}
	return tea.Sequence(append(all, func() tea.Msg { return pictureSent{of: x, cells: cells} })...)
}

// drawPicture makes what draws a picture over its cells, and gives it to the screen.
func (m *Model) drawPicture(x *pictured) []tea.Cmd {
	p := &m.pictures
	encoded := x.encoded
	d := picture.Drawing{Kind: x.kind, ID: m.pictureID(x), Size: x.pixels, Cells: m.cellsOf(x), Cell: p.cell, Limits: p.limits}
	sent := pictureSent{of: x, cells: d.Cells, cell: d.Cell}
	return []tea.Cmd{
		func() tea.Msg {
			pixels, err := picture.Draw(d, encoded)
			if sent.err = err; err != nil {
				return nil
			}
			sent.drawn = pixels.Len()
			return tea.RawMsg{Msg: pixels}
		},
		func() tea.Msg { return sent },
	}
}

// pictureThere shows a picture that the terminal has.
func (m *Model) pictureThere(s pictureSent) tea.Cmd {
	p, x := &m.pictures, s.of
	p.sending, *p.line = nil, false
	switch {
	case p.known[x.file] != x:
		p.gone = append(p.gone, m.goneOf(x))
	case x.kind != p.kind: // it was set meanwhile
		p.gone, p.queue = append(p.gone, m.goneOf(x)), append(p.queue, x)
	case s.err != nil:
		p.gone = append(p.gone, m.goneOf(x)) // of another size
		x.cells, x.drawn, x.encoded, x.err = image.Point{}, 0, nil, s.err
		m.setPicture(x)
	default:
		x.cells, x.cell, x.drawn = s.cells, s.cell, s.drawn
		m.setPicture(x)
	}
	if p.redraw && len(p.queue) == 0 {
		p.redraw = false
		return tea.ClearScreen // cells that are there already are looked at again
	}
	return nil
}

// goneOf is what has the terminal forget a picture.
func (m *Model) goneOf(x *pictured) any { return goneOf(x, m.pictureID(x)) }

func goneOf(x *pictured, id uint32) any {
	if x.kind == picture.Kitty {
		return picture.Delete(id)
	}
	return picture.Gone(id)
}

// bequeath has another team take the pictures of this one, which goes, from the terminal. One
// that is being sent is taken away when it is there.
func (m *Model) bequeath(to *Model) {
	p := &m.pictures
	to.pictures.gone = append(to.pictures.gone, p.gone...)
	for _, x := range p.known {
		if x.number >= 0 && x != p.sending {
			to.pictures.gone = append(to.pictures.gone, m.goneOf(x))
		}
	}
	p.gone, p.queue = nil, nil
	clear(p.known)
}

// takeAllAway has the terminal forget those that are gone.
func (m *Model) takeAllAway() tea.Cmd {
	p := &m.pictures
	var all []tea.Cmd
	for _, g := range p.gone {
		all = append(all, tea.Raw(g))
	}
	p.gone = nil
	return tea.Sequence(all...)
}

// takeAway does that unless one is being sent.
func (m *Model) takeAway() tea.Cmd {
	if len(m.pictures.gone) == 0 || *m.pictures.line {
		return nil
	}
	return m.takeAllAway()
}

// remake has all pictures made anew where the terminal is to show them in another way.
func (m *Model) remake() {
	p := &m.pictures
	kind := p.shows()
	if kind == p.kind {
		return
	}
	for _, x := range p.known {
		if x.cells != (image.Point{}) {
			p.gone = append(p.gone, m.goneOf(x))
			x.cells, x.drawn = image.Point{}, 0
			m.setPicture(x)
		}
		if len(x.encoded) > 0 && !p.waits(x) {
			p.queue = append(p.queue, x)
		}
	}
	p.kind = kind
}

// sendAgain has all pictures that the terminal has sent again: it may have lost them.
func (m *Model) sendAgain() {
	p := &m.pictures
	if p.kind != picture.Kitty {
		return // the screen draws them
	}
	for _, x := range p.known {
		if x.cells != (image.Point{}) && !p.waits(x) {
			p.queue = append(p.queue, x)
		}
	}
	slices.SortFunc(p.queue, func(a, b *pictured) int { return cmp.Compare(b.used, a.used) }) // what is seen first
}

package tui

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"image"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/picture"
	"github.com/hobnob-chat/hobnob/tui/timeline"
)

const (
	// atOnce is how many pictures are fetched and read at once: the connection and the
	// processor are for the chat.
	atOnce = 2

	// pictureTime is how long one may take until it is here.
	pictureTime = 30 * time.Second

	// maxPictures and maxPictureBytes bound what is kept, also in the terminal: more
	// than some screens show.
	maxPictures, maxPictureBytes = 32, 8 << 20

	// maxPicturePixels is what a picture is scaled to at most, whatever a cell is said
	// to have.
	maxPictureWidth, maxPictureHeight = 1000, 720
)

// cellSize is the window operation that asks for the size of a cell in pixels (XTWINOPS).
const cellSize = 16

// usualCell is how many pixels a cell is taken to have until the terminal has said it.
var usualCell = image.Pt(10, 20)

// Images is what is known of pictures in the terminal without asking it.
type Images struct {
	Ask    bool  // it may be asked whether it shows pictures
	Likely bool  // it is said to be one that does: no box is drawn before it has answered
	High   uint8 // tells the pictures of this program apart from those of others
}

// pictures are those of files in messages, as the terminal has them. They are fetched
// when they are seen, by few commands at once, and sent to the terminal one at a time.
type pictures struct {
	ask  Images
	off  bool        // as is set
	said bool        // the terminal said whether it does
	able bool        // the terminal said that it shows them
	cell image.Point // pixels of a cell

	known   map[string]*pictured // by the IDs of files
	uses    uint64               // counts when one was seen
	reading int
	sending *pictured
	queue   []*pictured // to be sent
	gone    []string    // what has the terminal forget those that are gone
	redraw  bool        // cells are there of pictures that are sent again
	line    *bool       // one is being sent, of whichever team: they would be taken for one
}

// pictured is what is known of one.
type pictured struct {
	file    string // its ID
	err     error  // it is not shown
	passing bool   // what is wrong may be another time
	encoded []byte
	pixels  image.Point // of the file
	space   image.Point // in cells, where it was seen last
	number  int         // of picture.ID
	cells   image.Point // in which the terminal shows it; zero while it does not have it
	used    uint64
}

// pictureCame is a picture that was fetched, scaled and encoded.
type pictureCame struct {
	of      *pictured
	encoded []byte
	pixels  image.Point
	err     error
	passing bool
}

// pictureSent is that the terminal has a picture.
type pictureSent struct {
	of    *pictured
	cells image.Point
}

func newPictures(i Images) pictures {
	return pictures{ask: i, cell: usualCell, known: make(map[string]*pictured), line: new(bool)}
}

// showsPictures tells whether pictures are shown.
func (m *Model) showsPictures() bool {
	p := &m.pictures
	return p.able && !p.off && m.fetching.files.Read != nil && m.terminal.Profile >= colorprofile.ANSI256
}

// askForPictures asks the terminal what it is, if it may be asked.
func (m *Model) askForPictures() tea.Cmd {
	if !m.pictures.ask.Ask || m.fetching.files.Read == nil {
		return nil
	}
	return tea.RequestTerminalVersion
}

// askCell asks how large a cell is, which changes with the size of letters.
func (m *Model) askCell() tea.Cmd {
	if !m.pictures.able {
		return nil
	}
	return tea.Raw(ansi.WindowOp(cellSize))
}

// withPictures takes what comes of pictures: the terminal's answers, and the pictures.
func (m *Model) withPictures(msg tea.Msg) tea.Cmd {
	p := &m.pictures
	switch msg := msg.(type) {
	case tea.TerminalVersionMsg:
		if p.said = p.said || !picture.Placeholders(msg.Name); p.ask.Ask && !p.said {
			return tea.Raw(picture.Query + ansi.WindowOp(cellSize))
		}
	case uv.KittyGraphicsEvent:
		p.said = true
		p.able = p.able || p.ask.Ask && msg.Options.ID == picture.QueryID && bytes.HasPrefix(msg.Payload, []byte("OK"))
	case uv.CellSizeEvent:
		if msg.Width > 0 && msg.Height > 0 && msg.Width < 200 && msg.Height < 400 {
			p.cell = image.Pt(msg.Width, msg.Height)
		}
	case pictureCame:
		m.pictureNow(msg)
	case pictureSent:
		return m.pictureThere(msg)
	case tea.ResumeMsg:
		m.sendAgain()
	}
	return nil
}

// onScreen are the timelines that are seen: a thread may be beside its room.
func (m *Model) onScreen() []*timeline.Timeline {
	if m.split() {
		return []*timeline.Timeline{m.timeline(m.room), m.threads[m.room].timeline}
	}
	return []*timeline.Timeline{m.shown()}
}

// smaller is what fits into both of two spaces, of which one may be none.
func smaller(a, b image.Point) image.Point {
	switch (image.Point{}) {
	case a:
		return b
	case b:
		return a
	}
	return image.Pt(min(a.X, b.X), min(a.Y, b.Y))
}

// seePictures fetches the pictures that are seen, and shows them as large as there is room.
func (m *Model) seePictures() tea.Cmd {
	shows, on := m.showsPictures(), m.onScreen()
	for _, t := range on {
		t.SetPictures(shows || m.pictures.ask.Likely && !m.pictures.said && !m.pictures.off)
	}
	var cmds []tea.Cmd
	if p := &m.pictures; len(p.gone) > 0 && !*p.line {
		cmds = append(cmds, tea.Raw(strings.Join(p.gone, "")))
		p.gone = nil
	}
	if !shows || m.whole != nil || m.top() != nil {
		return tea.Batch(cmds...)
	}
	seen, space := make([][]chat.File, len(on)), make(map[string]image.Point)
	for i, t := range on {
		seen[i] = t.SeenPictures(maxPictures / 2)
		for _, f := range seen[i] { // the terminal shows a picture in one size alone
			space[f.ID] = smaller(space[f.ID], t.PictureSpace())
		}
	}
	for i, t := range on {
		for _, f := range seen[i] {
			cmds = append(cmds, m.seePicture(t, f, space[f.ID]))
		}
	}
	return tea.Batch(append(cmds, m.sendPicture())...)
}

// seePicture does that for one of them.
func (m *Model) seePicture(t *timeline.Timeline, f chat.File, space image.Point) tea.Cmd {
	p := &m.pictures
	x := p.known[f.ID]
	if x == nil {
		if p.reading >= atOnce || !picture.Known(f.Type) || f.Size > picture.MaxBytes || f.ID == "" || m.connection.State != chat.Online {
			return nil
		}
		x = &pictured{file: f.ID, number: -1, space: space}
		p.known[f.ID] = x
		p.reading++
		return m.readPicture(f, x)
	}
	p.uses++
	x.used, x.space = p.uses, space
	if x.cells == (image.Point{}) {
		return nil
	}
	if cells := m.cellsOf(x); cells != x.cells {
		if *p.line {
			return nil // nothing of another picture comes between the parts of one
		}
		x.cells = cells
		m.setPicture(x)
		return tea.Raw(picture.Place(m.pictureID(x), cells))
	}
	if !t.HasPicture(f.ID) { // it is newer than the picture
		m.setPicture(x)
	}
	return nil
}

// cellsOf is how many cells a picture has room for.
func (m *Model) cellsOf(x *pictured) image.Point {
	return picture.Cells(x.pixels, m.pictures.cell, x.space)
}

func (m *Model) pictureID(x *pictured) uint32 {
	return picture.ID(m.pictures.ask.High+uint8(m.id), x.number)
}

// readPicture fetches a picture and makes of it what the terminal is given.
func (m *Model) readPicture(f chat.File, x *pictured) tea.Cmd {
	read, most := m.fetching.files.Read, m.pictures.cell
	most = image.Pt(min(most.X*x.space.X, maxPictureWidth), min(most.Y*x.space.Y, maxPictureHeight))
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), pictureTime)
		defer cancel()
		b, err := read(ctx, f, picture.MaxBytes)
		if err != nil {
			no, refused := errors.AsType[*chat.Error](err)
			return pictureCame{of: x, err: err, passing: !refused || no.Code == chat.CodeUnavailable}
		}
		pixels, err := picture.Size(b)
		if err != nil {
			return pictureCame{of: x, pixels: pixels, err: err}
		}
		small, err := picture.Decode(b, most)
		if err != nil {
			return pictureCame{of: x, pixels: pixels, err: err}
		}
		if wide := pixels.X > pixels.Y; wide != (small.Rect.Dx() > small.Rect.Dy()) && small.Rect.Dx() != small.Rect.Dy() {
			pixels = image.Pt(pixels.Y, pixels.X) // it was turned
		}
		encoded, err := picture.Encode(small)
		return pictureCame{of: x, encoded: encoded, pixels: pixels, err: err}
	}
}

// pictureNow takes a picture that came, to be sent to the terminal.
func (m *Model) pictureNow(c pictureCame) {
	p, x := &m.pictures, c.of
	if p.reading--; p.known[x.file] != x {
		return // it is gone meanwhile
	}
	x.encoded, x.pixels, x.err, x.passing = c.encoded, c.pixels, c.err, c.passing
	if x.err != nil {
		m.setPicture(x) // how many pixels it has
		return
	}
	p.queue = append(p.queue, x)
}

// makeRoom forgets the pictures that were not seen for longest, and returns what tells
// the terminal.
func (m *Model) makeRoom(keep *pictured) tea.Cmd {
	p := &m.pictures
	var say []string
	for {
		n, total := 0, 0
		var oldest *pictured
		for _, x := range p.known {
			if len(x.encoded) == 0 {
				continue
			}
			n, total = n+1, total+len(x.encoded)
			waits := x == p.sending || slices.Contains(p.queue, x)
			if x != keep && !waits && (oldest == nil || x.used < oldest.used) {
				oldest = x
			}
		}
		if n <= maxPictures && total <= maxPictureBytes || oldest == nil {
			break
		}
		say = append(say, picture.Delete(m.pictureID(oldest)))
		delete(p.known, oldest.file)
		m.every(func(t *timeline.Timeline) { t.SetPicture(oldest.file, nil) })
	}
	if len(say) == 0 {
		return nil
	}
	return tea.Raw(strings.Join(say, ""))
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
	cells := x.cells
	if p.redraw = p.redraw || cells != (image.Point{}); cells == (image.Point{}) {
		cells = m.cellsOf(x)
	}
	all := []tea.Cmd{m.makeRoom(x)}
	if x.number < 0 {
		x.number = m.freeNumber()
	}
	for _, piece := range picture.Transmit(m.pictureID(x), x.encoded, cells) {
		all = append(all, tea.Raw(piece))
	}
	return tea.Sequence(append(all, func() tea.Msg { return pictureSent{x, cells} })...)
}

// pictureThere shows a picture that the terminal has.
func (m *Model) pictureThere(s pictureSent) tea.Cmd {
	p := &m.pictures
	p.sending, *p.line = nil, false
	if s.of.cells = s.cells; p.known[s.of.file] == s.of {
		m.setPicture(s.of)
	} else {
		p.gone = append(p.gone, picture.Delete(m.pictureID(s.of)))
	}
	if p.redraw && len(p.queue) == 0 {
		p.redraw = false
		return tea.ClearScreen // cells that are there already are looked at again
	}
	return nil
}

// setPicture says in all timelines how a picture is shown.
func (m *Model) setPicture(x *pictured) {
	var rows []string
	if x.cells != (image.Point{}) {
		rows = picture.Rows(m.pictureID(x), x.cells)
	}
	shown := &timeline.Picture{Rows: rows, Width: x.cells.X, Pixels: x.pixels}
	m.every(func(t *timeline.Timeline) { t.SetPicture(x.file, shown) })
}

// forgetPictures forgets pictures of which nothing is to be left, here and in the terminal.
func (m *Model) forgetPictures(files []chat.File) {
	p := &m.pictures
	for _, f := range files {
		x := p.known[f.ID]
		if x == nil {
			continue
		}
		delete(p.known, f.ID)
		p.queue = slices.DeleteFunc(p.queue, func(other *pictured) bool { return other == x })
		if x.number >= 0 && x != p.sending {
			p.gone = append(p.gone, picture.Delete(m.pictureID(x)))
		}
		m.every(func(t *timeline.Timeline) { t.SetPicture(f.ID, nil) })
	}
}

// sendAgain has all pictures that the terminal has sent again: it may have lost them.
func (m *Model) sendAgain() {
	p := &m.pictures
	for _, x := range p.known {
		if x.cells != (image.Point{}) && !slices.Contains(p.queue, x) && x != p.sending {
			p.queue = append(p.queue, x)
		}
	}
	slices.SortFunc(p.queue, func(a, b *pictured) int { return cmp.Compare(b.used, a.used) }) // what is seen first
}

// picturesAgain has those fetched again that could not be had for a reason that may be over.
func (m *Model) picturesAgain() {
	for id, x := range m.pictures.known {
		if x.err != nil && x.passing {
			delete(m.pictures.known, id)
		}
	}
}

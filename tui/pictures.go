package tui

import (
	"context"
	"errors"
	"image"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

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

// pictures are those of files in messages, as the terminal has them. They are fetched
// when they are seen, by few commands at once, and sent to the terminal one at a time.
type pictures struct {
	shower // the terminal

	known   map[string]*pictured // by the IDs of files
	kind    picture.Kind         // that they were made for
	uses    uint64               // counts when one was seen
	reading int
	sending *pictured
	queue   []*pictured // to be sent
	gone    []any       // what has the terminal forget those that are gone
	redraw  bool        // cells are there of pictures that are sent again
	line    *bool       // one is being sent, of whichever team: they would be taken for one
}

// pictured is what is known of one.
type pictured struct {
	file    string   // its ID
	in      []seenIn // the messages it was seen in
	err     error    // it is not shown
	passing bool     // what is wrong may be another time
	encoded []byte
	pixels  image.Point // of the file
	space   image.Point // in cells, where it was seen last
	number  int         // of picture.ID
	cells   image.Point // in which the terminal shows it; zero while it does not have it
	used    uint64

	// As the terminal was given it: how, for which size of a cell, and how many bytes are kept
	// to draw it again.
	kind  picture.Kind
	cell  image.Point
	drawn int
}

// seenIn is a message by its number in a room.
type seenIn struct {
	room string
	seq  uint64
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
	cell  image.Point
	drawn int
	err   error // it does not, and why
}

func newPictures(i Images) pictures {
	return pictures{shower: shower{ask: i, cell: usualCell}, known: make(map[string]*pictured), line: new(bool)}
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
		t.SetPictures(shows || m.pictures.ask.Likely && !m.pictures.said && m.pictures.way != "off")
	}
	if !shows || m.whole != nil || m.top() != nil {
		return tea.Batch(m.askTerminal(), m.takeAway())
	}
	m.remake()
	cmds := []tea.Cmd{m.askTerminal()}
	seen, space := make([][]timeline.Seen, len(on)), make(map[string]image.Point)
	for i, t := range on {
		seen[i] = t.SeenPictures(maxPictures / 2)
		for _, f := range seen[i] { // the terminal shows a picture in one size alone
			space[f.ID] = smaller(space[f.ID], m.pictures.space(t.PictureSpace()))
		}
	}
	for i, t := range on {
		for _, f := range seen[i] {
			cmds = append(cmds, m.seePicture(t, f, space[f.ID]))
		}
	}
	return tea.Batch(append(cmds, m.sendPicture(), m.takeAway())...)
}

// seePicture does that for one of them.
func (m *Model) seePicture(t *timeline.Timeline, f timeline.Seen, space image.Point) tea.Cmd {
	p, at := &m.pictures, seenIn{m.room, f.Seq}
	x := p.known[f.ID]
	if x == nil {
		if p.reading >= atOnce || !picture.Known(f.Type) || f.Size > picture.MaxBytes || f.ID == "" || m.connection.State != chat.Online {
			return nil
		}
		x = &pictured{file: f.ID, in: []seenIn{at}, number: -1, space: space}
		p.known[f.ID] = x
		p.reading++
		return m.readPicture(f.File, x)
	}
	if !slices.Contains(x.in, at) {
		x.in = append(x.in, at)
	}
	p.uses++
	x.used, x.space = p.uses, space
	if x.cells == (image.Point{}) {
		return nil
	}
	cells := m.cellsOf(x)
	switch {
	case x.kind != picture.Kitty:
		if (cells != x.cells || p.cell != x.cell) && !p.waits(x) {
			p.queue = append(p.queue, x) // to be drawn in another size
		}
	case cells != x.cells:
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

// waits tells whether a picture is being sent, or will be.
func (p *pictures) waits(x *pictured) bool { return x == p.sending || slices.Contains(p.queue, x) }

// cellsOf is how many cells a picture has room for.
func (m *Model) cellsOf(x *pictured) image.Point {
	return picture.Cells(x.pixels, m.pictures.cell, x.space)
}

func (m *Model) pictureID(x *pictured) uint32 { return pictureID(&m.pictures, m.id, x) }

// pictureID is what a picture of a team is called in the terminal.
func pictureID(p *pictures, team int, x *pictured) uint32 {
	return picture.ID(p.ask.High+uint8(team), x.number)
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

// setPicture says in all timelines how a picture is shown.
func (m *Model) setPicture(x *pictured) {
	var rows []string
	if x.cells != (image.Point{}) {
		rows = picture.Rows(m.pictureID(x), x.cells)
	}
	shown := &timeline.Picture{Rows: rows, Width: x.cells.X, Pixels: x.pixels}
	m.every(func(t *timeline.Timeline) { t.SetPicture(x.file, shown) })
}

// forgetPictures forgets those that were seen in messages of which nothing is to be left, here
// and in the terminal. Whether such a message is loaded does not matter: a picture outlives the
// thread that was closed, and the part of a room that was let go.
func (m *Model) forgetPictures(gone func(seenIn) bool) {
	p := &m.pictures
	for file, x := range p.known {
		if !slices.ContainsFunc(x.in, gone) {
			continue
		}
		delete(p.known, file)
		p.queue = slices.DeleteFunc(p.queue, func(other *pictured) bool { return other == x })
		if x.number >= 0 && x != p.sending {
			p.gone = append(p.gone, m.goneOf(x))
		}
		m.every(func(t *timeline.Timeline) { t.SetPicture(file, nil) })
	}
}

// picturesAgain has those fetched again that could not be had for a reason that may be over.
func (m *Model) picturesAgain() {
	for id, x := range m.pictures.known {
		if x.err != nil && x.passing {
			delete(m.pictures.known, id)
		}
	}
}

package tui

import (
	"bytes"
	"cmp"
	"image"
	"slices"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"github.com/hobnob-chat/hobnob/tui/picture"
)

// The window operations that ask for the size of a cell and of the window, in pixels
// (XTWINOPS). The first is exact, and not all have it.
const cellSize, windowSize = 16, 14

// usualCell is how many pixels a cell is taken to have until the terminal has said it.
var usualCell = image.Pt(10, 20)

// Cells are no larger in any terminal: what says so says something else.
const maxCellWidth, maxCellHeight = 200, 400

// Images is what is known of pictures in the terminal without asking it.
type Images struct {
	Ask     bool  // it may be asked whether it shows pictures
	Likely  bool  // it is said to be one that does: no box is drawn before it has answered
	Pixels  bool  // what draws the screen draws pictures over its cells: picture.Pixels
	Between bool  // between it and us is what keeps cells of its own, and at best takes sixels
	High    uint8 // tells the pictures of this program apart from those of others
}

// imageWays are how pictures can be set to be shown: as the terminal says that it can, in one
// way whatever it says, or not at all.
var imageWays = []string{"auto", "kitty", "iterm", "sixel", "off"}

// shower is what is known of how the terminal shows pictures.
type shower struct {
	ask  Images
	way  string // one of imageWays, as is set; "" for the first
	said bool   // the terminal said whether it does
	name string // what it calls itself
	has  picture.Kind

	cell     image.Point // pixels of a cell
	measured bool        // the terminal said it
	exact    bool        // and of a cell
	limits   picture.Limits

	questions string // to be asked
}

// shows is how pictures are shown.
func (s *shower) shows() picture.Kind {
	kind := s.has
	if i := slices.Index(imageWays, s.way); i > 0 {
		kind = []picture.Kind{1: picture.Kitty, 2: picture.ITerm, 3: picture.Sixel, 4: picture.None}[i]
	}
	switch {
	case kind != picture.Kitty && !s.ask.Pixels, // nobody draws them
		kind == picture.Sixel && s.limits.Space(image.Pt(1, 1), s.cell) == (image.Point{}),
		kind == picture.Sixel && !s.measured && s.way != "sixel": // they would be of any size
		return picture.None
	}
	return kind
}

// space is what of a space pictures may take.
func (s *shower) space(most image.Point) image.Point {
	if s.shows() == picture.Sixel {
		return s.limits.Space(most, s.cell)
	}
	return most
}

// setImages sets how pictures are shown.
func (m *Model) setImages(way string) {
	p := &m.pictures
	if p.way == way || p.way == "" && way == imageWays[0] {
		return
	}
	if p.way = way; way != "off" && p.shows() != picture.None {
		p.wantSize()
	}
}

// wantSize has the terminal asked for all that drawing needs.
func (s *shower) wantSize() {
	s.questions += ansi.WindowOp(windowSize) + ansi.WindowOp(cellSize)
	if s.ask.Pixels && s.has != picture.Kitty && s.has != picture.ITerm {
		s.questions += picture.AskColours + picture.AskGeometry
	}
}

// showsPictures tells whether pictures are shown.
func (m *Model) showsPictures() bool {
	least := colorprofile.ANSI // NO_COLOR is said of pictures, too
	switch m.pictures.shows() {
	case picture.None:
		return false
	case picture.Kitty:
		least = colorprofile.ANSI256 // colours tell pictures apart
	}
	return m.fetching.files.Read != nil && m.terminal.Profile >= least
}

// askForPictures asks the terminal what it is, if it may be asked.
func (m *Model) askForPictures() tea.Cmd {
	if !m.pictures.ask.Ask || m.fetching.files.Read == nil {
		return nil
	}
	if !m.pictures.ask.Pixels {
		return tea.RequestTerminalVersion
	}
	return tea.Sequence(tea.RequestTerminalVersion, tea.Raw(ansi.RequestPrimaryDeviceAttributes))
}

// askTerminal asks it what else is to be known.
func (m *Model) askTerminal() tea.Cmd {
	p := &m.pictures
	if p.questions == "" {
		return nil
	}
	ask := p.questions
	p.questions = ""
	return tea.Raw(ask)
}

// askCell asks how large a cell is, which changes with the size of letters, and how large
// sixels may be, which for some is as large as the window.
func (m *Model) askCell() tea.Cmd {
	p := &m.pictures
	switch kind := cmp.Or(p.shows(), p.has); kind {
	case picture.None:
		return nil
	case picture.Sixel:
		return tea.Raw(ansi.WindowOp(cellSize) + picture.AskGeometry)
	default:
		return tea.Raw(ansi.WindowOp(cellSize))
	}
}

// withPictures takes what comes of pictures: the terminal's answers, and the pictures.
func (m *Model) withPictures(msg tea.Msg) tea.Cmd {
	p := &m.pictures
	switch msg := msg.(type) {
	case tea.TerminalVersionMsg:
		p.name = msg.Name
		if p.said = p.said || !picture.Placeholders(msg.Name) || p.ask.Between; p.ask.Ask && !p.said {
			return tea.Raw(picture.Query + ansi.WindowOp(cellSize))
		}
	case uv.KittyGraphicsEvent:
		p.said = true
		if p.ask.Ask && msg.Options.ID == picture.QueryID && bytes.HasPrefix(msg.Payload, []byte("OK")) {
			p.has = picture.Kitty
		}
	case uv.CellSizeEvent:
		if cell := image.Pt(msg.Width, msg.Height); possible(cell) {
			p.cell, p.measured, p.exact = cell, true, true
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

// pictureAnswers takes answers from which nothing follows at once.
func (m *Model) pictureAnswers(msg tea.Msg) {
	p := &m.pictures
	switch msg := msg.(type) {
	case uv.PrimaryDeviceAttributesEvent:
		m.attributesCame(msg)
	case uv.UnknownCsiEvent:
		p.limits = p.limits.Heard(string(msg))
	case uv.PixelSizeEvent:
		if cell := image.Pt(msg.Width/max(m.width, 1), msg.Height/max(m.height, 1)); !p.exact && possible(cell) {
			p.cell, p.measured = cell, true
		}
	}
}

// possible tells whether a cell may have so many pixels.
func possible(cell image.Point) bool {
	return cell.X > 0 && cell.Y > 0 && cell.X < maxCellWidth && cell.Y < maxCellHeight
}

// attributesCame takes what the terminal says it has. It is the last that it answers, and
// all terminals do.
func (m *Model) attributesCame(list uv.PrimaryDeviceAttributesEvent) {
	p := &m.pictures
	name := p.name
	if p.ask.Between {
		name = "" // whose it is, it does not know what it is asked by
	}
	best := picture.Best(name, list)
	if !p.ask.Ask || p.has != picture.None || best == picture.None || best == picture.Kitty {
		return
	}
	p.has, p.said = best, true
	if !m.hidden { // whoever is shown asks for all
		p.wantSize()
	}
}

package timeline

import (
	"image"
	"slices"
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

// Picture is a file as it is shown: rows of cells, all of one width. Without rows it is
// only known how many pixels it has.
type Picture struct {
	Rows   []string
	Width  int
	Pixels image.Point // of the file; zero where that is not known
}

const (
	// maxPictureWidth and maxPictureRows are how many cells a picture takes at most:
	// what is on it is seen, and what was said about it still stands beside it.
	maxPictureWidth = 60
	maxPictureRows  = 18

	// A picture that is not shown is a box from this width and height on; on smaller
	// screens a row.
	boxFrom, boxRows = foldBelow, 16
)

// IsPicture tells whether a file says that it is a picture.
func IsPicture(f chat.File) bool { return strings.HasPrefix(f.Type, "image/") }

// SetPictures says whether pictures are shown here. Where they are not, a box stands in
// their place.
func (t *Timeline) SetPictures(shown bool) {
	if t.shows == shown {
		return
	}
	t.holdWhere(func() {
		t.shows = shown
		t.restyle()
	})
}

// SetPicture says how a file is shown, by its ID; nil for not at all any more.
func (t *Timeline) SetPicture(id string, p *Picture) {
	if t.pictures[id] == nil && p == nil {
		return
	}
	t.holdWhere(func() {
		if t.pictures == nil {
			t.pictures = make(map[string]*Picture)
		}
		if t.pictures[id] = p; p == nil {
			delete(t.pictures, id)
		}
		for _, it := range t.laid { // what is not laid out is drawn with it
			if it.extra != nil && slices.ContainsFunc(it.extra.files, func(f chat.File) bool { return f.ID == id }) {
				it.layout = nil
			}
		}
	})
	t.reveal()
}

// holdWhere makes a change and keeps what its reader comes from where it is.
func (t *Timeline) holdWhere(change func()) {
	if t.upward {
		t.holdEnd(change)
		return
	}
	t.hold(change)
}

// holdEnd makes a change and keeps the last row of the screen where it is: what grows
// pushes up what its reader comes to next.
func (t *Timeline) holdEnd(change func()) {
	p := t.top()
	if t.follow || p.i < 0 && len(t.items) == 0 {
		change()
		return
	}
	y := 0
	for end := t.end() - 1; p.i < len(t.items); p = (place{i: p.i + 1}) {
		left := len(t.lay(p.i).rows) - p.row
		if y+left > end || p.i == len(t.items)-1 {
			n := max(min(end-y, left-1), 0)
			p.row, y = p.row+n, y+n
			break
		}
		y += left
	}
	if p.i < 0 || p.i >= len(t.items) {
		change()
		return
	}
	it := t.items[p.i]
	change()
	if p.i = t.index(it); p.i < 0 {
		return
	}
	p.row = min(p.row, max(len(t.lay(p.i).rows)-1, 0))
	t.up(&p, y)
	t.lookFrom(p)
	t.settle()
}

// HasPicture tells whether it was said how a file is shown.
func (t *Timeline) HasPicture(id string) bool { return t.pictures[id] != nil }

// PictureSpace is how many cells a picture may take; zero where there is no room for any.
func (t *Timeline) PictureSpace() image.Point {
	most := image.Pt(min(t.columns.width, maxPictureWidth), min(t.highest/2, maxPictureRows))
	if t.columns.margin == 0 || most.X < 10 || most.Y < 3 {
		return image.Point{}
	}
	return most
}

// Seen is a file of a message, by its number.
type Seen struct {
	chat.File
	Seq uint64
}

// SeenPictures are the files on the screen that say they are pictures, at most some; those
// first that their reader comes to first.
func (t *Timeline) SeenPictures(most int) (files []Seen) {
	if t.width <= 0 || t.height <= 0 || t.PictureSpace() == (image.Point{}) {
		return nil
	}
	p := t.top()
	for y := -p.row; p.i < len(t.items) && y < t.height; p.i++ {
		if p.i < 0 {
			y += len(t.lay(p.i).rows)
			continue
		}
		it := t.items[p.i]
		if x := it.extra; x != nil && it.kind == kindMessage && !it.deleted && !t.collapses(it) {
			for _, f := range x.files {
				if IsPicture(f) && len(files) < most {
					files = append(files, Seen{f, it.seq})
				}
			}
		}
		y += len(t.lay(p.i).rows)
	}
	if t.follow || t.upward {
		slices.Reverse(files)
	}
	return files
}

// picture draws the cells of a file below its name; nothing if it is not shown.
func (t *Timeline) picture(it *item, i int) (rows []string) {
	p := t.pictures[it.extra.files[i].ID]
	if !t.shows || p == nil || it.kind != kindMessage || p.Width > t.columns.width || t.PictureSpace() == (image.Point{}) {
		return nil
	}
	for _, r := range p.Rows {
		rows = append(rows, blank(t.columns.text)+r)
	}
	return rows
}

// boxed tells whether a file is a box: a picture that is not shown.
func (t *Timeline) boxed(it *item, i int) bool {
	return !t.shows && it.kind == kindMessage && IsPicture(it.extra.files[i]) && t.width >= boxFrom && t.highest >= boxRows
}

// box draws a file that is a picture where none are shown, in three rows of one width.
func (t *Timeline) box(it *item, i int) [3]string {
	f, m := it.extra.files[i], t.theme.Measure
	name := t.shortName(fileName(f), t.columns.width-6)
	about := t.theme.Truncate(t.fileAbout(f), t.columns.width-4, "…")
	n := max(m.StringWidth(name)+2, m.StringWidth(about))
	rule := func(n int) string { return strings.Repeat("─", max(n, 0)) }
	line := t.theme.Rule.Render
	return [3]string{
		line("╭─ ") + name + line(" "+rule(n-m.StringWidth(name)-1)+"╮"),
		line("│ ") + t.theme.Dim.Render(about) + blank(n-m.StringWidth(about)) + line(" │"),
		line("╰" + rule(n+2) + "╯"),
	}
}

// fileAbout says what a file is: its kind, its pixels where they are known, and its size.
func (t *Timeline) fileAbout(f chat.File) string {
	about := chat.Size(f.Size)
	if p := t.pictures[f.ID]; p != nil && p.Pixels != (image.Point{}) {
		about = thousands(p.Pixels.X) + "×" + thousands(p.Pixels.Y) + " · " + about
	}
	if kind := chat.SanitizeLine(theme.Clip(f.Type, 80)); kind != "" {
		about = kind + " · " + about
	}
	return about
}

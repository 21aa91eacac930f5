package tui

import (
	"fmt"
	"image"
	"maps"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"pgregory.net/rapid"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/picture"
)

// openEasel is a wall in a terminal whose screen draws pictures over its cells.
func openEasel(tb testing.TB, width, height int, messages ...chat.Message) *wall {
	tb.Helper()
	w := openWall(tb, width, height, messages...)
	w.pictures = newPictures(Images{Ask: true, Pixels: true, High: 1})
	w.all(tb, w.send(tea.ColorProfileMsg{Profile: colorprofile.TrueColor}))
	return w
}

// is takes the answers of a terminal of a name, which has sixels if it says so.
func (w *wall) is(tb testing.TB, name string, attributes ...int) {
	tb.Helper()
	w.all(tb, w.send(tea.TerminalVersionMsg{Name: name}))
	w.all(tb, w.send(uv.PrimaryDeviceAttributesEvent(attributes)))
}

func (w *wall) cells() int { return strings.Count(w.seen(), "▒") }

// What a terminal says of itself decides how pictures are drawn.
func TestPicturesOfPixels(t *testing.T) {
	for name, c := range map[string]struct {
		answers func(w *wall)
		begins  string // what draws a row; "" for boxes
	}{
		"sixel": {func(w *wall) {
			w.is(t, "XTerm(379)", 63, 1, 2, 4)
			w.all(t, w.send(uv.CellSizeEvent{Width: 10, Height: 20}))
		}, "\x1bP0;1q\"1;1;400;20#"},
		"sixel, by the window": {func(w *wall) {
			w.is(t, "", 63, 4)
			w.all(t, w.send(uv.PixelSizeEvent{Width: 1009, Height: 805}))
		}, "\x1bP0;1q\"1;1;400;20#"},
		"the cell is exact": {func(w *wall) {
			w.is(t, "", 63, 4)
			w.all(t, w.send(uv.CellSizeEvent{Width: 8, Height: 16}))
			w.all(t, w.send(uv.PixelSizeEvent{Width: 1009, Height: 805}))
		}, "\x1bP0;1q\"1;1;400;16#"},
		"sixel of no known size":   {func(w *wall) { w.is(t, "XTerm(379)", 63, 4) }, ""},
		"sixel, and the size lies": {func(w *wall) { w.is(t, "", 4); w.all(t, w.send(uv.CellSizeEvent{Width: 0, Height: 99999})) }, ""},
		"sixel, less than a row": {func(w *wall) {
			w.is(t, "", 4)
			w.all(t, w.send(uv.UnknownCsiEvent("\x1b[?2;0;800;19S")))
			w.measures(t)
		}, ""},
		"sixel, few columns": {func(w *wall) {
			w.is(t, "", 4)
			w.all(t, w.send(uv.UnknownCsiEvent("\x1b[?2;0;205;480S")))
			w.measures(t)
		}, "\x1bP0;1q\"1;1;200;20#"},
		"iTerm":                    {func(w *wall) { w.is(t, "iTerm2 3.5", 64, 4) }, "\x1b]1337;File="},
		"WezTerm":                  {func(w *wall) { w.is(t, "WezTerm 2024", 65) }, "\x1b]1337;File="},
		"neither":                  {func(w *wall) { w.is(t, "XTerm(379)", 64, 1, 2); w.measures(t) }, ""},
		"as set, whatever it says": {func(w *wall) { w.all(t, w.keys(t, "/set images iterm{enter}")) }, "\x1b]1337;File="},
		"sixel as set":             {func(w *wall) { w.all(t, w.keys(t, "/set images sixel{enter}")) }, "\x1bP0;1q\"1;1;400;20#"},
		"off":                      {func(w *wall) { w.all(t, w.keys(t, "/set images off{enter}")); w.is(t, "iTerm2 3.5", 64, 4) }, ""},
		"kitty is better":          {func(w *wall) { w.answers(t); w.is(t, "kitty(0.40.0)", 62, 4) }, "kitty"},
		"no colours": {func(w *wall) {
			w.all(t, w.send(tea.ColorProfileMsg{Profile: colorprofile.ASCII}))
			w.is(t, "iTerm2 3.5", 4)
		}, ""},
		"between, of a foreign name": {func(w *wall) { w.pictures.ask.Between = true; w.is(t, "iTerm2 3.5", 64) }, ""},
		"between, with sixels":       {func(w *wall) { w.pictures.ask.Between = true; w.is(t, "kitty(0.40.0)", 64, 4); w.measures(t) }, "\x1bP0;1q"},
		"nobody draws pixels": {func(w *wall) {
			w.pictures.ask.Pixels = false
			w.is(t, "iTerm2 3.5", 4)
			w.all(t, w.keys(t, "/set images sixel{enter}"))
		}, ""},
	} {
		w := openEasel(t, 100, 40, pictured2()...)
		c.answers(w)
		text := w.seen()
		switch {
		case c.begins == "":
			if w.cells() > 0 || len(w.drawn) > 0 || w.reads != nil {
				t.Errorf("%s: read %v, %d drawn\n%s", name, w.reads, len(w.drawn), text)
			}
			if !strings.Contains(text, "╭─ p99.png ─") {
				t.Errorf("%s: no box\n%s", name, text)
			}
		case c.begins == "kitty":
			if strings.Count(w.said.String(), "a=T,U=1") != 2 || len(w.drawn) > 0 {
				t.Errorf("%s: said %.200q", name, w.said.String())
			}
		default:
			if len(w.drawn) != 2 || w.cells() == 0 || strings.Contains(w.said.String(), "a=T") {
				t.Errorf("%s: %d drawn, read %v\n%s", name, len(w.drawn), w.reads, text)
				continue
			}
			if p := w.drawn[w.pictureID(w.pictures.known["f1"])]; len(p.Rows) == 0 || !strings.HasPrefix(p.Rows[0], c.begins) {
				t.Errorf("%s: %.80q", name, p.Rows)
			}
		}
	}
}

// measures is an answer that says how large a cell is.
func (w *wall) measures(tb testing.TB) {
	tb.Helper()
	w.all(tb, w.send(uv.CellSizeEvent{Width: 10, Height: 20}))
}

// A terminal is asked what drawing needs, once.
func TestPicturesAskFor(t *testing.T) {
	w := openEasel(t, 100, 40)
	w.all(t, w.Init())
	if said := w.said.String(); !strings.HasSuffix(said, "\x1b[c") {
		t.Errorf("first %q", said)
	}
	w.said.Reset()
	w.is(t, "foot(1.13)", 62, 4)
	if said := w.said.String(); said != "\x1b[14t\x1b[16t\x1b[?1;1;0S\x1b[?2;1;0S" {
		t.Errorf("then %q", said)
	}
	w.said.Reset()
	w.is(t, "foot(1.13)", 62, 4)
	w.all(t, w.keys(t, "x"))
	if said := w.said.String(); said != "" {
		t.Errorf("and again %q", said)
	}
	w.all(t, w.send(tea.WindowSizeMsg{Width: 90, Height: 40}))
	if said := w.said.String(); said != "\x1b[16t\x1b[?2;1;0S" {
		t.Errorf("in another size %q", said)
	}
}

// What is drawn is not drawn again but in another size, and what is not seen any more is
// not kept: not when the way is another one, either.
func TestPixelsAreDrawnOnce(t *testing.T) {
	w := openEasel(t, 100, 40, pictured2()...)
	w.is(t, "", 62, 4)
	w.measures(t)
	if w.draws != 2 || len(w.reads) != 2 {
		t.Fatalf("%d drawn, read %v", w.draws, w.reads)
	}
	for _, keys := range []string{"x{backspace}", "{pgup}", "{alt+end}", "{ctrl+l}", "{f1}", "{esc}"} {
		w.all(t, w.keys(t, keys))
	}
	w.all(t, w.send(tea.ResumeMsg{}))
	w.measures(t)
	if w.draws != 2 {
		t.Errorf("%d drawn", w.draws)
	}
	w.all(t, w.send(uv.CellSizeEvent{Width: 5, Height: 10}))
	if p := w.drawn[w.pictureID(w.pictures.known["f1"])]; w.draws != 4 || !strings.HasPrefix(p.Rows[0], "\x1bP0;1q\"1;1;300;10#") {
		t.Errorf("in smaller cells: %d drawn, %.60q", w.draws, p.Rows[0])
	}
	w.measures(t)
	w.all(t, w.send(tea.WindowSizeMsg{Width: 40, Height: 40}))
	if p := w.drawn[w.pictureID(w.pictures.known["f1"])]; p.Cells.X != 29 || strings.Count(w.seen(), "▒") == 0 {
		t.Errorf("%v\n%s", p.Cells, w.seen())
	}
	w.all(t, w.keys(t, "/set images iterm{enter}"))
	if p := w.drawn[w.pictureID(w.pictures.known["f1"])]; len(w.drawn) != 2 || !strings.HasPrefix(p.Rows[0], "\x1b]1337;") || len(w.reads) != 2 {
		t.Errorf("another way: %d there, read %v, %.40q\n%s", len(w.drawn), w.reads, p.Rows[0], w.seen())
	}
	w.all(t, w.keys(t, "/set images kitty{enter}"))
	if len(w.drawn) != 0 || strings.Count(w.said.String(), "a=T") != 2 || w.cells() == 0 {
		t.Errorf("kitty: %d there\n%s", len(w.drawn), w.seen())
	}
	w.all(t, w.keys(t, "/set images auto{enter}"))
	if len(w.drawn) != 2 || strings.Count(w.said.String(), "a=d") != 2 || len(w.reads) != 2 {
		t.Errorf("back: %d there, read %v", len(w.drawn), w.reads)
	}
	w.all(t, w.send(chat.MessageErased{MessageChanged: chat.MessageChanged{Room: chat.GeneralRoom, Seq: 1}}))
	if len(w.drawn) != 1 {
		t.Errorf("one was deleted: %v", slices.Collect(maps.Keys(w.drawn)))
	}
}

// A wrong way is told, with those there are.
func TestWaysOfPictures(t *testing.T) {
	w := openEasel(t, 100, 40)
	w.all(t, w.keys(t, "/set images sixels{enter}"))
	if text := w.text(); !strings.Contains(text, `it is auto, kitty, iterm, sixel or off, not "sixels"; did you mean "sixel"?`) {
		t.Errorf("%s", text)
	}
	w = openEasel(t, 100, 40)
	w.all(t, w.keys(t, "/set images on{enter}"))
	if text := w.text(); !strings.Contains(text, "images is auto now") {
		t.Errorf("%s", text)
	}
}

// Whatever the terminal answers and is done, every picture that has cells is one that the
// screen was given, with as many rows.
func TestPixelsBreakNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tb := rapidTB{t: t}
		w := openEasel(tb, 80, 30, pictured2()...)
		w.files["f1"] = pngOf(tb, rapid.IntRange(1, 60).Draw(t, "width"), rapid.IntRange(1, 60).Draw(t, "height"))
		w.files["f2"] = pngOf(tb, 30, 90)
		for range rapid.IntRange(1, 15).Draw(t, "steps") {
			switch rapid.IntRange(0, 5).Draw(t, "what") {
			case 0:
				w.is(tb, rapid.SampledFrom([]string{"", "iTerm2 3.5", "XTerm(379)"}).Draw(t, "name"), rapid.SampledFrom([]int{4, 6}).Draw(t, "attribute"))
			case 1:
				w.all(tb, w.send(tea.WindowSizeMsg{Width: rapid.IntRange(0, 120).Draw(t, "w"), Height: rapid.IntRange(0, 50).Draw(t, "h")}))
			case 2:
				w.all(tb, w.send(uv.CellSizeEvent{Width: rapid.IntRange(-1, 30).Draw(t, "cw"), Height: rapid.IntRange(-1, 60).Draw(t, "ch")}))
			case 3:
				w.all(tb, w.keys(tb, rapid.SampledFrom([]string{"{pgup}", "{pgdown}", "{f1}", "{esc}", "{ctrl+l}", "/set images off{enter}", "/set images sixel{enter}", "/set images iterm{enter}", "/set images kitty{enter}", "/set images auto{enter}"}).Draw(t, "key")))
			case 4:
				w.all(tb, w.send(uv.UnknownCsiEvent(fmt.Sprintf("\x1b[?%d;0;%d;%dS", rapid.IntRange(1, 2).Draw(t, "of"), rapid.IntRange(-1, 1e9).Draw(t, "a"), rapid.IntRange(-1, 1e9).Draw(t, "b")))))
			case 5:
				w.all(tb, w.send(uv.PixelSizeEvent{Width: rapid.IntRange(-1, 1e9).Draw(t, "pw"), Height: rapid.IntRange(-1, 1e9).Draw(t, "ph")}))
			}
			check(t, w.screen)
			for _, x := range w.pictures.known {
				p, there := w.drawn[w.pictureID(x)]
				if x.cells != (image.Point{}) && x.kind != picture.Kitty && (!there || p.Cells != x.cells || len(p.Rows) != x.cells.Y) {
					t.Fatalf("%s: %v, drawn %v", x.file, x.cells, p.Cells)
				}
			}
		}
	})
}

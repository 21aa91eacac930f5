package tui

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi/kitty"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/picture"
)

// wall is a terminal that shows pictures, and a server that has them.
type wall struct {
	*screen

	files map[string][]byte // by ID
	fails map[string]error
	reads []string
	said  strings.Builder           // to the terminal, beside what is drawn
	drawn map[uint32]picture.Pixels // what the screen draws over cells
	draws int
}

func openWall(tb testing.TB, width, height int, messages ...chat.Message) *wall {
	tb.Helper()
	w := &wall{files: map[string][]byte{"f1": pngOf(tb, 400, 200), "f2": pngOf(tb, 100, 400)}, fails: map[string]error{}, drawn: make(map[uint32]picture.Pixels)}
	w.screen = open(width, height, chat.Reloaded{Room: chat.GeneralRoom, Messages: messages}, chat.Connection{State: chat.Online})
	w.fetching = newFetching(Files{Read: func(_ context.Context, f chat.File, _ int64) ([]byte, error) {
		w.reads = append(w.reads, f.ID)
		return w.files[f.ID], w.fails[f.ID]
	}})
	w.pictures = newPictures(Images{Ask: true, High: 1})
	return w
}

// all does what a command does, and what comes of it.
func (w *wall) all(tb testing.TB, cmd tea.Cmd) {
	tb.Helper()
	for list, n := []tea.Cmd{cmd}, 0; len(list) > 0; n++ {
		if n > 10_000 {
			tb.Fatal("there is no end to it")
		}
		c := list[0]
		if list = list[1:]; c == nil {
			continue
		}
		switch msg := c().(type) {
		case nil:
		case tea.BatchMsg:
			list = append(list, msg...)
		case tea.RawMsg:
			switch p := msg.Msg.(type) {
			case picture.Pixels:
				w.drawn[p.ID], w.draws = p, w.draws+1
			case picture.Gone:
				delete(w.drawn, uint32(p))
			default:
				fmt.Fprint(&w.said, p)
			}
		default:
			if several, ok := sequence(msg); ok {
				list = append(several, list...) // one after the other
				continue
			}
			list = append(list, w.send(msg))
		}
	}
}

// answers is a terminal that shows pictures.
func (w *wall) answers(tb testing.TB) {
	tb.Helper()
	w.all(tb, w.send(tea.ColorProfileMsg{Profile: colorprofile.TrueColor}))
	w.all(tb, w.send(tea.TerminalVersionMsg{Name: "kitty(0.40.0)"}))
	w.all(tb, w.send(uv.CellSizeEvent{Width: 10, Height: 20}))
	w.all(tb, w.send(uv.KittyGraphicsEvent{Options: kitty.Options{ID: 31}, Payload: []byte("OK")}))
}

var cellOfPicture = regexp.MustCompile(`\x{10EEEE}\p{M}*`)

// seen is the screen with a ▒ for each cell of a picture.
func (w *wall) seen() string { return cellOfPicture.ReplaceAllString(w.text(), "▒") }

package tui

import (
	"context"
	"fmt"
	"image"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi/kitty"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/picture"
)

// TestPicturesOfTeams: the terminal is asked once whether it shows them, no two teams call
// theirs the same, and a team that has to wait until another one's is sent gets its turn.
func TestPicturesOfTeams(t *testing.T) {
	w := openWindow(100, 30, "acme", "beta")
	for i, m := range w.teams {
		line := m.pictures.line
		m.fetching = newFetching(Files{Read: func(context.Context, chat.File, int64) ([]byte, error) { return pngOf(t, 40, 20), nil }})
		m.pictures = newPictures(Images{Ask: true, High: 1})
		m.pictures.line = line
		w.told(i, chat.Reloaded{Room: chat.GeneralRoom, Messages: pictured2()})
	}
	said := func(list []tea.Msg) (text string) {
		for _, msg := range list {
			if raw, ok := msg.(tea.RawMsg); ok {
				text += fmt.Sprint(raw.Msg)
			}
		}
		return text
	}
	w.send(tea.ColorProfileMsg{Profile: colorprofile.TrueColor})
	if asks := said(outcome(w.send(tea.TerminalVersionMsg{Name: "kitty(0.40.0)"}))); strings.Count(asks, "\x1b_G") != 1 {
		t.Errorf("it is asked %q", asks)
	}
	shows := uv.KittyGraphicsEvent{Options: kitty.Options{ID: 31}, Payload: []byte("OK")}
	var fetched []tea.Msg // of acme, as the commands come
	fetched = append(fetched, outcome(w.send(shows))...)
	if fetched = append(fetched, outcome(w.keys(t, "{alt+.}"))...); len(fetched) < 3 {
		t.Fatalf("fetched %v", fetched)
	}
	// What both teams fetched comes, and all of it is sent one picture at a time.
	sent, begun := "", 0
	for len(fetched) > 0 {
		msg := fetched[0]
		fetched = fetched[1:]
		more := outcome(w.send(msg))
		if text := said(more); strings.Contains(text, "a=T") {
			begun++
			sent += text
		}
		fetched = append(fetched, more...)
	}
	if *w.teams[0].pictures.line || begun < 2 || len(w.teams[1].pictures.queue) > 0 {
		t.Errorf("%d were sent, the line is busy: %v, beta waits with %d", begun, *w.teams[0].pictures.line, len(w.teams[1].pictures.queue))
	}
	if a, b := w.teams[0].pictureID(&pictured{number: 1}), w.teams[1].pictureID(&pictured{number: 1}); a == b {
		t.Errorf("both teams call a picture %d", a)
	}
	waits := &pictured{file: "f9", number: -1, encoded: []byte("x"), pixels: image.Pt(10, 10)}
	w.teams[1].pictures.queue, *w.teams[0].pictures.line = []*pictured{waits}, true
	if text := said(outcome(w.send(w.For(0, pictureSent{of: &pictured{}, cells: image.Pt(1, 1)})))); !strings.Contains(text, "a=T") {
		t.Errorf("what waited is not sent: %q", text)
	}
	if !cellOfPicture.MatchString(w.View().Content) {
		t.Errorf("beta shows none:\n%s", w.text(t))
	}
	// A team that goes while a picture of it is sent does not keep the line from the others.
	// The terminal forgets those of it that it has, at once, and that one when it is there.
	gone, last := w.teams[0], &pictured{number: 7, kind: picture.Kitty}
	for n := range 3 {
		file := fmt.Sprint("has", n)
		gone.pictures.known[file] = &pictured{file: file, number: n, kind: picture.Kitty, cells: image.Pt(4, 2), encoded: []byte("x"), pixels: image.Pt(10, 10)}
	}
	var ids []string
	for _, x := range gone.pictures.known {
		if x.number < 0 {
			continue // it was not sent
		}
		ids = append(ids, fmt.Sprintf("\x1b_Ga=d,d=I,q=2,i=%d\x1b\\", gone.pictureID(x)))
	}
	*gone.pictures.line = false
	text := said(outcome(w.send(w.Parts(0))))
	for _, id := range ids {
		if strings.Count(text, id) != 1 {
			t.Errorf("%q is not said once in %q", id, text)
		}
	}
	if len(ids) == 0 || strings.Count(text, "a=d") != len(ids) {
		t.Errorf("%d pictures of acme; said %q", len(ids), text)
	}
	*w.teams[0].pictures.line = true
	if text, id := said(outcome(w.send(w.For(0, pictureSent{of: last, cells: image.Pt(1, 1)})))), gone.pictureID(last); !strings.Contains(text, fmt.Sprintf("a=d,d=I,q=2,i=%d\x1b", id)) {
		t.Errorf("what was on its way stays: %q", text)
	}
	waits = &pictured{file: "f10", number: -2, encoded: []byte("x"), pixels: image.Pt(10, 10)}
	w.teams[0].pictures.queue, *w.teams[0].pictures.line = []*pictured{waits}, true
	if text := said(outcome(w.send(w.For(0, pictureSent{of: &pictured{}, cells: image.Pt(1, 1)})))); !strings.Contains(text, "a=T") {
		t.Errorf("what waited behind a team that went is not sent: %q", text)
	}
}

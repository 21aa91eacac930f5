//go:build unix

package screen

import (
	"fmt"
	"image"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/tui/picture"
)

// painter is a program that shows a picture, which keys move.
type painter struct {
	y, keys, width, height int
	given                  bool
}

// given is that the screen has the picture: before that, its cells are not shown.
type given struct{}

var painted = picture.ID(3, 1)

func (p *painter) Init() tea.Cmd {
	return tea.Sequence(tea.Raw(pixelsOf(painted, image.Pt(4, 3), 1)), func() tea.Msg { return given{} })
}

func (p *painter) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case given:
		p.given = true
	case tea.WindowSizeMsg:
		p.width, p.height = msg.Width, msg.Height
	case tea.KeyPressMsg:
		p.keys++
		switch msg.String() {
		case "j":
			p.y++
		case "c":
			return p, tea.ClearScreen
		case "g":
			return p, tea.Raw(picture.Gone(painted))
		case "q":
			return p, tea.Quit
		}
	}
	return p, nil
}

func (p *painter) View() tea.View {
	y := p.y
	if !p.given {
		y = -9
	}
	rows := page(max(p.height, 1), y, 5, painted, image.Pt(4, 3))
	rows[len(rows)-1] = fmt.Sprintf("%d keys", p.keys)
	v := tea.NewView(strings.Join(rows, "\n"))
	v.Cursor = tea.NewCursor(3, max(p.height, 1)-1)
	return v
}

// TestPixelsInATerminal: through a terminal, what draws a picture comes once for each time
// that it moves or is erased, at its place, in a frame that is shown at once; and the cursor is
// where it is to be.
func TestPixelsInATerminal(t *testing.T) {
	e := newEmulator(t, 30, 12, true)
	p := New(&painter{y: 2}, Terminal{In: e.theirs, Out: e.theirs, Environ: []string{"TERM=xterm-256color"}}, tea.WithoutSignalHandler())
	done := make(chan error, 1)
	go func() { _, err := p.Run(); done <- err }()
	keys, drawn, y := 0, 0, 2
	// step waits until a key was drawn, and so many rows of the picture were in all.
	step := func(key string, more int) {
		t.Helper()
		e.write(key)
		keys += len(key)
		drawn += more
		e.shows(fmt.Sprintf("%d keys", keys))
		e.waitFor("the picture", func() bool { return len(anyRow.FindAll(e.said.Bytes(), -1)) >= drawn })
		e.waitFor("the cursor", func() bool { at := e.screen.CursorPosition(); return at.X == 3 && at.Y == e.screen.Height()-1 })
		e.mu.Lock()
		defer e.mu.Unlock()
		said := e.said.String()
		all := placed.FindAllStringSubmatch(said, -1)
		if n := len(anyRow.FindAllString(said, -1)); n != drawn || len(all) != drawn {
			t.Fatalf("after %q %d rows were drawn, %d at a place, not %d", key, n, len(all), drawn)
		}
		for i, row := range all[len(all)-more:] {
			if got, want := strings.Join(row[1:], " "), fmt.Sprintf("%d 6 %d:%d", y+1+i, painted, i); got != want {
				t.Errorf("after %q it is %s, want %s", key, got, want)
			}
		}
	}
	step("", 3)
	step("x", 0)
	y++
	step("j", 3)
	step("c", 3)
	e.resize(34, 14)
	p.Send(tea.WindowSizeMsg{})
	step("x", 3)
	step("g", 0)
	e.mu.Lock()
	for _, frame := range strings.Split(e.said.String(), "\x1b[?2026h")[2:] {
		if inside, after, whole := strings.Cut(frame, "\x1b[?2026l"); anyRow.MatchString(after) || anyRow.MatchString(inside) && !whole {
			t.Errorf("it is drawn outside of a frame: %q", frame)
		}
	}
	if strings.Contains(e.said.String(), "\U0010EEEE") {
		t.Error("its cells were written")
	}
	e.mu.Unlock()
	e.write("q")
	if err := <-done; err != nil {
		t.Error(err)
	}
}

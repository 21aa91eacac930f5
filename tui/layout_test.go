package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"pgregory.net/rapid"
)

func TestLayoutTiles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := rapid.IntRange(-1, 300).Draw(t, "width")
		h := rapid.IntRange(-1, 120).Draw(t, "height")
		side := rapid.IntRange(0, max(w/4, 0)).Draw(t, "side")
		right := rapid.IntRange(0, max(w/4, 0)).Draw(t, "right")
		thread := 0
		if rapid.Bool().Draw(t, "thread") {
			thread = threadWidth(w, h, w-side)
		}
		if thread > 0 {
			right = min(right, max(w-side-thread-leastRoom, 0))
		}
		a := layout(w, h, rapid.IntRange(-1, 500).Draw(t, "wanted"), beside{side, right, thread, rapid.IntRange(-1, 500).Draw(t, "answer")})
		if w <= 0 || h <= 0 {
			if a != (areas{}) {
				t.Fatalf("%dx%d: %+v", w, h, a)
			}
			return
		}
		y := 0
		if h >= titleFrom && a.sidebar != (rect{0, 0, side, h - 1}) {
			t.Fatalf("%dx%d: the sidebar is %+v", w, h, a.sidebar)
		}
		if h >= titleFrom && a.members != (rect{w - right, 0, right, h - 1}) {
			t.Fatalf("%dx%d: the members are %+v", w, h, a.members)
		}
		for _, r := range []rect{a.title, a.timeline, a.composer, a.status} {
			x, wide := a.sidebar.width, w-a.sidebar.width-a.members.width-thread
			if r == a.status {
				x, wide = 0, w
			}
			if r.x != x || r.width != wide || r.y != y || r.height < 0 {
				t.Fatalf("%dx%d: %+v does not tile", w, h, a)
			}
			y += r.height
		}
		if y != h {
			t.Fatalf("%dx%d: %+v covers %d rows", w, h, a, y)
		}
		tilesThread(t, a, thread, h)
		if a.composer.height < 1 {
			t.Fatalf("%dx%d: no composer in %+v", w, h, a)
		}
		if h >= 2 && a.status.height != 1 {
			t.Fatalf("%dx%d: no status line in %+v", w, h, a)
		}
		if h >= 20 && a.timeline.height < h/3 {
			t.Fatalf("%dx%d: the composer leaves a timeline of %d rows", w, h, a.timeline.height)
		}
	})
}

// tilesThread tells whether a thread fills what is between the room and what is at the right.
func tilesThread(t *rapid.T, a areas, wide, h int) {
	if wide == 0 {
		if a.thread != (threadAreas{}) {
			t.Fatalf("%+v has a thread", a)
		}
		return
	}
	if a.timeline.width < leastRoom || wide < leastThread || a.rule != (rect{a.timeline.x + a.timeline.width, 0, 1, h - 1}) {
		t.Fatalf("%+v is too narrow for a thread", a)
	}
	y := 0
	for _, r := range []rect{a.thread.title, a.thread.timeline, a.thread.composer} {
		if r.x != a.rule.x+1 || r.width != wide-1 || r.x+r.width != a.members.x || r.y != y || r.height < 1 {
			t.Fatalf("%+v does not tile", a)
		}
		y += r.height
	}
	if y != a.status.y {
		t.Fatalf("%+v covers %d rows", a, y)
	}
}

// TestWhatHasTheKeysIsSeen: on a small screen a sentence of several rows leaves a list, and a
// message that is selected, their place.
func TestWhatHasTheKeysIsSeen(t *testing.T) {
	const says = "what is said here takes some rows, since it is long, and there are few columns"
	for height := 4; height < 16; height++ {
		s := openTeam(20, height)
		s.composer.Say(says)
		s.keys(t, "{ctrl+k}")
		s.composer.Say(says) // whatever says so by then
		s.send(tea.WindowSizeMsg{Width: 20, Height: height})
		if s.keys(t, "dep"); !strings.Contains(s.text(), "┃ dep ") || !strings.Contains(s.text(), "deploys") {
			t.Errorf("20x%d: a list is open, and not seen:\n%s", height, s.text())
		}
		if a := s.areas; height >= 5 && a.timeline.height < listRows {
			t.Errorf("20x%d: a list has %d rows", height, a.timeline.height)
		}
		s = openTeam(20, height)
		s.keys(t, "{alt+k}")
		s.composer.Say(says)
		s.send(tea.WindowSizeMsg{Width: 20, Height: height})
		if a := s.areas; a.timeline.height < chosenRows {
			t.Errorf("20x%d: the message that is selected has %d rows:\n%s", height, a.timeline.height, s.text())
		}
	}
}

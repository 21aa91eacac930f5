package layout

import (
	"testing"

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
			thread = ThreadWidth(w, h, w-side)
		}
		if thread > 0 {
			right = min(right, max(w-side-thread-leastRoom, 0))
		}
		a := Divide(w, h, rapid.IntRange(-1, 500).Draw(t, "wanted"), Sides{side, right, thread, rapid.IntRange(-1, 500).Draw(t, "answer")})
		if w <= 0 || h <= 0 {
			if a != (Areas{}) {
				t.Fatalf("%dx%d: %+v", w, h, a)
			}
			return
		}
		y := 0
		if h >= TitleFrom && a.Sidebar != (Rect{0, 0, side, h - 1}) {
			t.Fatalf("%dx%d: the sidebar is %+v", w, h, a.Sidebar)
		}
		if h >= TitleFrom && a.Members != (Rect{w - right, 0, right, h - 1}) {
			t.Fatalf("%dx%d: the members are %+v", w, h, a.Members)
		}
		for _, r := range []Rect{a.Title, a.Timeline, a.Composer, a.Status} {
			x, wide := a.Sidebar.Width, w-a.Sidebar.Width-a.Members.Width-thread
			if r == a.Status {
				x, wide = 0, w
			}
			if r.X != x || r.Width != wide || r.Y != y || r.Height < 0 {
				t.Fatalf("%dx%d: %+v does not tile", w, h, a)
			}
			y += r.Height
		}
		if y != h {
			t.Fatalf("%dx%d: %+v covers %d rows", w, h, a, y)
		}
		tilesThread(t, a, thread, h)
		if a.Composer.Height < 1 {
			t.Fatalf("%dx%d: no composer in %+v", w, h, a)
		}
		if h >= 2 && a.Status.Height != 1 {
			t.Fatalf("%dx%d: no status line in %+v", w, h, a)
		}
		if h >= 20 && a.Timeline.Height < h/3 {
			t.Fatalf("%dx%d: the composer leaves a timeline of %d rows", w, h, a.Timeline.Height)
		}
	})
}

// tilesThread tells whether a thread fills what is between the room and what is at the right.
func tilesThread(t *rapid.T, a Areas, wide, h int) {
	if wide == 0 {
		if a.Thread != (Thread{}) {
			t.Fatalf("%+v has a thread", a)
		}
		return
	}
	if a.Timeline.Width < leastRoom || wide < leastThread || a.Rule != (Rect{a.Timeline.X + a.Timeline.Width, 0, 1, h - 1}) {
		t.Fatalf("%+v is too narrow for a thread", a)
	}
	y := 0
	for _, r := range []Rect{a.Thread.Title, a.Thread.Timeline, a.Thread.Composer} {
		if r.X != a.Rule.X+1 || r.Width != wide-1 || r.X+r.Width != a.Members.X || r.Y != y || r.Height < 1 {
			t.Fatalf("%+v does not tile", a)
		}
		y += r.Height
	}
	if y != a.Status.Y {
		t.Fatalf("%+v covers %d rows", a, y)
	}
}

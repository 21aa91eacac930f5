package screen

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
)

// A program gives the terminal pictures by the kitty graphics protocol, with tea.Raw. The
// terminal keeps them until it is told to forget them: it is, when it is given back.

// noted takes down which pictures a text gives the terminal, and which it takes away.
func (t *terminal) noted(s string) {
	for {
		_, rest, found := strings.Cut(s, "\x1b_G")
		if !found {
			return
		}
		command, _, _ := strings.Cut(rest, "\x1b\\")
		keys, _, _ := strings.Cut(command, ";")
		s = rest[len(keys):]
		var id uint64
		var action string
		for key := range strings.SplitSeq(keys, ",") {
			switch name, value, _ := strings.Cut(key, "="); name {
			case "i":
				if n, err := strconv.ParseUint(value, 10, 32); err == nil {
					id = n
				}
			case "a":
				action = value
			case "m":
				t.half = value == "1"
			}
		}
		switch {
		case id == 0:
		case action == "T" || action == "t":
			if t.pictures == nil {
				t.pictures = make(map[uint64]struct{})
			}
			t.pictures[id] = struct{}{}
		case action == "d":
			delete(t.pictures, id)
		}
	}
}

// keepTime is how long a view waits for the rest of a picture at most: what comes later is
// not worth that the screen stands still.
const keepTime = 500 * time.Millisecond

// keeps tells whether a view is drawn later. A terminal that erases its screen also lets go
// of pictures that are not placed yet: it is not erased between the parts of one.
func (t *terminal) keeps(v tea.View) bool {
	if !t.half || !t.cells.erased {
		t.kept = nil
		return false
	}
	if t.kept == nil {
		t.keptFrom = time.Now()
	}
	if time.Since(t.keptFrom) > keepTime {
		t.kept = nil
		return false
	}
	t.kept = &v
	return true
}

// showKept draws a view that waited, once what it waited for has come.
func (t *terminal) showKept() {
	if t.kept != nil && !t.half {
		v := *t.kept
		t.kept = nil
		t.show(v)
	}
}

// forget has the terminal forget all pictures that it was given. One of which only a part
// has come ends there: nothing else would be understood before.
func (t *terminal) forget() {
	if t.half {
		t.half = false
		t.buf.WriteString("\x1b_Gm=0,q=2;\x1b\\")
	}
	for _, id := range slices.Sorted(maps.Keys(t.pictures)) {
		fmt.Fprintf(&t.buf, "\x1b_Ga=d,d=I,q=2,i=%d\x1b\\", id)
	}
	clear(t.pictures)
}

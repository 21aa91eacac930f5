package screen

import (
	"bytes"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
)

// heap is how much is held, in bytes.
func heap() int {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// After a storm of sizes no more is held than the size that is left needs, and at no time more
// than twice the largest screen: neither the cells of screens that were wide and then high, nor
// what was written to them.
func TestStormsOfSizesLeaveNothing(t *testing.T) {
	void, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer void.Close()
	term := &terminal{outlet: &outlet{out: void}, profile: colorprofile.TrueColor}
	at := func(width, height int) {
		term.width, term.height = width, height
		term.cells.resize(width, height)
		row := strings.Repeat("\x1b[31mred\x1b[m and 日本 ", width/16+1)
		term.buf.Write(term.changes(tea.View{Content: strings.TrimSuffix(strings.Repeat(row+"\n", height), "\n")}))
		term.flush()
	}
	term.cells = newCells(nil, term.profile, 100, 30, false)
	at(100, 30)
	before := heap()
	at(maxCells/256, 256)
	most := heap() - before
	r := rand.New(rand.NewPCG(5, 6))
	for i := range 30 {
		width := 20 + r.IntN(maxSide-20)
		height := 5 + r.IntN(min(maxSide, maxCells/width)-5)
		if i%2 == 0 {
			width, height = height, width
		}
		if at(width, height); i%10 == 0 {
			if held := heap() - before; held > 3*most {
				t.Errorf("at %dx%d %d kB are held, by the largest screen %d", width, height, held>>10, most>>10)
			}
		}
	}
	at(100, 30)
	if left := heap() - before; left > 16<<20 { // the cells that may be spare are some megabytes
		t.Errorf("%d kB are left", left>>10)
	}
	if n := term.buf.Cap(); n > mostBuffered {
		t.Errorf("%d bytes are held for what is written next", n)
	}
	var b bytes.Buffer
	term.cells.draw(&b, "after", nil)
	if !strings.Contains(b.String(), "after") {
		t.Errorf("drawn is %q", b.String())
	}
	runtime.KeepAlive(term)
}

package cli

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// drawEvery is how often progress is drawn: more often nobody can read it.
const drawEvery = 100 * time.Millisecond

// progress shows on a terminal how far a file is, on one line that is gone in the end.
// In a pipe or a log it shows nothing. Its methods are safe from any goroutine.
type progress struct {
	w     io.Writer // nil where nothing is shown
	width int
	name  string
	size  int64

	mu    sync.Mutex
	drawn time.Time
	shown bool
}

func newProgress(talk io.Writer, name string, size int64) *progress {
	p := &progress{name: chat.SanitizeLine(name), size: size}
	if f, ok := talk.(*os.File); ok && term.IsTerminal(f.Fd()) && os.Getenv("TERM") != "dumb" {
		p.w, p.width = f, usualWidth
		if w, _, err := term.GetSize(f.Fd()); err == nil && w > 0 {
			p.width = w
		}
	}
	return p
}

// at draws that n bytes have gone or come.
func (p *progress) at(n int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.w == nil || (time.Since(p.drawn) < drawEvery && n < p.size) {
		return
	}
	p.drawn, p.shown = time.Now(), true
	said := chat.Size(n)
	if p.size > 0 {
		said = fmt.Sprintf("%d%%  %s of %s", 100*n/p.size, chat.Size(n), chat.Size(p.size))
	}
	name := ansi.Truncate(p.name, max(p.width-len(said)-3, 8), "…")
	fmt.Fprint(p.w, "\r\x1b[K"+ansi.Truncate(name+"  "+said, p.width-1, ""))
}

// end takes it away.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.w != nil && p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
	p.w = nil
}

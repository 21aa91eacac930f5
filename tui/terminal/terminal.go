// Package terminal asks a terminal what it can do: by questions that it answers, with a
// deadline, and without anything that stays on the screen. It knows nothing of what is
// done with the answers.
package terminal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/charmbracelet/x/term"

	"github.com/hobnob-chat/hobnob/tui/picture"
)

// Answers are what a terminal said of itself. What it did not answer is zero.
type Answers struct {
	Answered   bool           // it answers questions at all
	Name       string         // and its version, as it calls itself (XTVERSION); foreign
	Attributes []int          // of its kind: 4 is sixel, 52 the clipboard (DA1)
	Background string         // "rgb:1e1e/1e1e/1e1e" (OSC 11); foreign
	Keyboard   bool           // the kitty keyboard protocol
	Images     bool           // the kitty graphics protocol
	Modes      map[int]Mode   // those of AskedModes
	TrueColour bool           // the capability RGB (XTGETTCAP)
	Clipboard  bool           // the capability Ms
	Widths     []int          // in cells, of Samples; 0 where it is not known
	Limits     picture.Limits // of sixels (XTSMGRAPHICS)
}

// Mode is what a terminal says of one of its modes (DECRQM).
type Mode int

// What it may say.
const (
	Unknown Mode = iota
	Set
	Reset
	AlwaysSet
	AlwaysReset
)

// Can tells whether there is such a mode that can be had.
func (m Mode) Can() bool { return m == Set || m == Reset || m == AlwaysSet }

// The modes that are asked for.
const (
	FocusEvents     = 1004
	Mouse           = 1006
	BracketedPaste  = 2004
	Synchronized    = 2026
	GraphemeCluster = 2027
)

var askedModes = []int{FocusEvents, Mouse, BracketedPaste, Synchronized, GraphemeCluster}

// Samples are texts whose width terminals disagree on: joined emoji, a flag, a
// character that is an emoji by what follows it, a letter of East Asia.
var Samples = []string{"👨‍👩‍👧", "🇩🇪", "❤️", "語"}

const (
	// Patience is how long a terminal may take: a slow line over half the world, and
	// not so long that somebody who has one that says nothing would wonder.
	Patience = 1500 * time.Millisecond

	// longest bounds what is read of answers, in bytes.
	longest = 16 << 10
)

// ErrInterrupted is that somebody pressed Ctrl+C meanwhile.
var ErrInterrupted = errors.New("interrupted")

// File is one end of a terminal.
type File interface {
	io.ReadWriter
	Fd() uintptr
}

// Ask asks the terminal at in, by out, and puts it back into the state it was in,
// whatever happens. It takes Patience at the most, or until ctx ends. plain leaves out
// the questions that an old terminal would print.
func Ask(ctx context.Context, in File, out io.Writer, plain bool) (a Answers, err error) {
	before, err := term.MakeRaw(in.Fd())
	if err != nil {
		return a, fmt.Errorf("the terminal cannot be asked: %w", err)
	}
	defer func() {
		// What the samples left is taken away first, in the modes it was printed in.
		if _, werr := io.WriteString(out, "\r\x1b[K"); err == nil {
			err = werr
		}
		err = errors.Join(err, term.Restore(in.Fd(), before))
	}()
	heard := make(chan []byte)
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	// A read of a terminal cannot be taken back: what comes too late is taken by it, and
	// not typed into the shell for as long as this program lives.
	go listen(in, heard)
	if _, err := io.WriteString(out, questions(plain)); err != nil {
		return a, err
	}
	var all []byte
	for {
		select {
		case b, ok := <-heard:
			if !ok {
				return Read(all), nil
			}
			all = append(all, b...)
			if strings.IndexByte(string(b), 0x03) >= 0 {
				return a, ErrInterrupted
			}
			if a = Read(all); a.Answered || len(all) > longest {
				return a, nil
			}
		case <-ctx.Done():
			return Read(all), nil
		}
	}
}

// listen hands over what is read, for as long as somebody takes it.
func listen(in io.Reader, heard chan<- []byte) {
	buf := make([]byte, 1<<10)
	for {
		n, err := in.Read(buf)
		if n > 0 {
			select {
			case heard <- append([]byte(nil), buf[:n]...):
			case <-time.After(Patience): // nobody does any more
			}
		}
		if err != nil {
			close(heard)
			return
		}
	}
}

// questions are all of them. The last is one that every terminal answers: when its
// answer is there, no other comes.
func questions(plain bool) string {
	var b strings.Builder
	if !plain {
		b.WriteString("\x1b[>q\x1b[?u")
		for _, m := range askedModes {
			fmt.Fprintf(&b, "\x1b[?%d$p", m)
		}
		b.WriteString("\x1b]11;?\x1b\\")
		b.WriteString("\x1bP+q524742;4d73\x1b\\")
		b.WriteString(picture.Query)
		b.WriteString(picture.AskColours + picture.AskGeometry)
	}
	for _, s := range Samples {
		b.WriteString("\r\x1b[K" + s + "\x1b[6n")
	}
	b.WriteString("\r\x1b[K\x1b[c")
	return b.String()
}
